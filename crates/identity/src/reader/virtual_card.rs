//! A card without plastic: the commands of the real one, with a key of the sandbox.

use aws_lc_rs::digest::{Digest, SHA256};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};

use super::face::{self, FACE_TRIES, Face};
use super::{APPLICATION, CERTIFICATE, CardError, KEY, PIN, SHA256_INFO, Wire, word};

/// Wrong PINs in a row until it is locked.
pub const PIN_TRIES: u8 = 3;

/// A card.
pub struct VirtualCard {
    certificate: Vec<u8>,
    key: RsaKeyPair,
    pin: [u8; 4],
    /// PINs and faces that may still be wrong. Each is counted by itself.
    left: u8,
    faces_left: u8,
    /// Whether its application was chosen, and which file of it.
    chosen: Option<Option<u16>>,
    unlocked: bool,
}

/// What cannot be a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("カードの鍵として読めません")]
pub struct NoKey;

impl VirtualCard {
    /// A card with a certificate, its key (PKCS #8) and a PIN of four digits.
    ///
    /// # Errors
    /// [`NoKey`].
    pub fn new(certificate: Vec<u8>, key: &[u8], pin: [u8; 4]) -> Result<VirtualCard, NoKey> {
        Ok(VirtualCard {
            certificate,
            key: RsaKeyPair::from_pkcs8(key).map_err(|_| NoKey)?,
            pin,
            left: PIN_TRIES,
            faces_left: FACE_TRIES,
            chosen: None,
            unlocked: false,
        })
    }

    /// Taken from the reader and put back: what was chosen and said is forgotten, wrong tries are not.
    pub fn reinsert(&mut self) {
        (self.chosen, self.unlocked) = (None, false);
    }

    /// What the municipality does: both locks are taken off, and there is a new PIN.
    pub fn reset(&mut self, pin: [u8; 4]) {
        self.reinsert();
        (self.pin, self.left, self.faces_left) = (pin, PIN_TRIES, FACE_TRIES);
    }

    fn answer(&mut self, command: &[u8]) -> Result<Vec<u8>, u16> {
        match command {
            [0x00, 0xa4, 0x04, 0x0c, length, name @ ..] if usize::from(*length) == name.len() => {
                self.reinsert();
                if name != APPLICATION {
                    return Err(word::NOT_FOUND);
                }
                self.chosen = Some(None);
                Ok(Vec::new())
            }
            [0x00, 0xa4, 0x02, 0x0c, 2, high, low] => {
                let file = u16::from_be_bytes([*high, *low]);
                if self.chosen.is_none() || ![CERTIFICATE, KEY, PIN].contains(&file) {
                    return Err(word::NOT_FOUND);
                }
                self.chosen = Some(Some(file));
                Ok(Vec::new())
            }
            [0x00, 0xb0, high, low, most] => {
                self.must_be(CERTIFICATE)?;
                let from = usize::from(u16::from_be_bytes([*high, *low])).min(self.certificate.len());
                // 0 means 256.
                let most = usize::from(most.wrapping_sub(1)) + 1;
                let rest = &self.certificate[from..];
                Ok(rest[..most.min(rest.len())].to_vec())
            }
            [0x00, 0x20, 0x00, 0x80] => {
                self.must_be(PIN)?;
                Err(tries(self.left))
            }
            [0x00, 0x20, 0x00, 0x80, 4, pin @ ..] => self.verify(pin),
            command if command == face::ASK => {
                self.must_be(KEY)?;
                Err(tries(self.faces_left))
            }
            [command @ .., came_to] if command == face::COMMAND => self.compare(*came_to),
            [0x80, 0x2a, 0x00, 0x80, length, info @ .., 0] if usize::from(*length) == info.len() => {
                self.sign(info)
            }
            [0x00 | 0x80, 0xa4 | 0xb0 | 0x20 | 0x2a, ..] => Err(word::WRONG_LENGTH),
            _ => Err(word::UNKNOWN),
        }
    }

    fn verify(&mut self, pin: &[u8]) -> Result<Vec<u8>, u16> {
        self.must_be(PIN)?;
        self.unlocked = false;
        let right = pin == self.pin;
        self.unlocked = tried(&mut self.left, PIN_TRIES, right)?;
        Ok(Vec::new())
    }

    fn compare(&mut self, came_to: u8) -> Result<Vec<u8>, u16> {
        self.must_be(KEY)?;
        self.unlocked = false;
        let same = came_to == Face::Same.code();
        self.unlocked = tried(&mut self.faces_left, FACE_TRIES, same)?;
        Ok(Vec::new())
    }

    /// One of SHA-256 only; the real one signs whatever it is handed.
    fn sign(&mut self, info: &[u8]) -> Result<Vec<u8>, u16> {
        self.must_be(KEY)?;
        if !self.unlocked {
            return Err(word::NOT_ALLOWED);
        }
        let hash = info.strip_prefix(&SHA256_INFO).ok_or(word::WRONG_DATA)?;
        let digest = Digest::import_less_safe(hash, &SHA256).map_err(|_| word::WRONG_DATA)?;
        let mut signature = vec![0; self.key.public_modulus_len()];
        let signed = self.key.sign_digest(&RSA_PKCS1_SHA256, &digest, &mut signature);
        signed.map_err(|_| word::WRONG_DATA)?;
        Ok(signature)
    }

    fn must_be(&self, file: u16) -> Result<(), u16> {
        if self.chosen == Some(Some(file)) {
            Ok(())
        } else {
            Err(word::NOT_ALLOWED)
        }
    }
}

/// How many are left, as the card says it.
fn tries(left: u8) -> u16 {
    match left {
        0 => word::LOCKED,
        left => word::LEFT | u16::from(left),
    }
}

/// A try: the right one begins the count anew, a wrong one is one less, and at none every one is refused.
fn tried(left: &mut u8, most: u8, right: bool) -> Result<bool, u16> {
    match (*left, right) {
        (0, _) => Err(word::LOCKED),
        (_, true) => {
            *left = most;
            Ok(true)
        }
        (_, false) => {
            *left -= 1;
            Err(word::LEFT | u16::from(*left))
        }
    }
}

impl Wire for VirtualCard {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, CardError> {
        let (mut answer, said) = match self.answer(command) {
            Ok(bytes) => (bytes, word::DONE),
            Err(said) => (Vec::new(), said),
        };
        answer.extend(said.to_be_bytes());
        Ok(answer)
    }
}

impl std::fmt::Debug for VirtualCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "VirtualCard({} bytes, {} PINs and {} faces left)",
            self.key.public_key().as_ref().len(),
            self.left,
            self.faces_left
        )
    }
}
