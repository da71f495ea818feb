//! The card at the desk: its commands, spoken to whatever stands at the other end of the wire.
//!
//! A reader of plastic cards (feature `pcsc`) and [`VirtualCard`] are the same to a [`Session`]: command bytes go out, answer bytes come back
//! (ISO 7816-4; files and commands of the card's application as public code shows them).
//!
//! The key signs only after its PIN was right, or after the reader has found the face to be the card's ([`face`]). Three wrong PINs
//! in a row lock the one way, ten other faces the other; each is counted by itself, and nothing here takes a lock off: that is done
//! at the municipality. 目視確認 is no way to unlock it: the desk looks, the card is told nothing, so no count begins anew. What is signed is the hash of whatever the caller says, so what that must contain is the matter of
//! [`presence`](crate::presence).

mod face;
#[cfg(feature = "pcsc")]
mod plastic;
mod virtual_card;

pub use face::{FACE_TRIES, Face};
#[cfg(feature = "pcsc")]
pub use plastic::{Plastic, Readers};
pub use virtual_card::{PIN_TRIES, VirtualCard};

use sha2::{Digest, Sha256};

/// The application that holds the certificates and their keys.
const APPLICATION: [u8; 10] = [0xd3, 0x92, 0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];
/// The certificate for user authentication.
const CERTIFICATE: u16 = 0x000a;
/// Its key.
const KEY: u16 = 0x0017;
/// The key's PIN.
const PIN: u16 = 0x0018;
/// DigestInfo of SHA-256, but for the hash.
const SHA256_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];
/// The longest certificate that is read, in bytes.
const MOST: usize = 4096;

/// Answers of the card (SW1 SW2).
mod word {
    pub(super) const DONE: u16 = 0x9000;
    pub(super) const LOCKED: u16 = 0x6983;
    pub(super) const NOT_ALLOWED: u16 = 0x6982;
    pub(super) const NOT_FOUND: u16 = 0x6a82;
    pub(super) const WRONG_DATA: u16 = 0x6a80;
    pub(super) const WRONG_LENGTH: u16 = 0x6700;
    pub(super) const UNKNOWN: u16 = 0x6d00;
    pub(super) const OTHER_CLASS: u16 = 0x6e00;
    /// How many tries are left stands in the last four bits.
    pub(super) const LEFT: u16 = 0x63c0;
}

/// What commands go over.
pub trait Wire {
    /// Sends a command and waits for its answer, the two bytes at its end included.
    ///
    /// # Errors
    /// [`CardError::Gone`] when there is no card any more.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, CardError>;
}

/// What can go wrong with a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// It was taken away.
    #[error("カードがありません。もう一度置いてください。")]
    Gone,
    /// There is no such reader, or the operating system's service for them does not run.
    #[error("カードリーダーがありません。接続と、スマートカードのサービスを確認してください。")]
    NoReader,
    /// Another program holds the card.
    #[error("カードを別のソフトが使っています。閉じてからもう一度置いてください。")]
    Taken,
    /// It has not the application or the file.
    #[error("このカードは利用者証明に使えません")]
    NotThisCard,
    /// The PIN is wrong.
    #[error("暗証番号が違います（あと{left}回）")]
    WrongPin {
        /// How many tries are left.
        left: u8,
    },
    /// Too many wrong PINs in a row.
    #[error("暗証番号がロックされています。住所地の市区町村で解除してください。")]
    Locked,
    /// The face is not the card's.
    #[error("カードの顔写真と一致しません（あと{left}回）")]
    OtherFace {
        /// How many tries are left.
        left: u8,
    },
    /// Too many other faces in a row.
    #[error("顔認証がロックされています。暗証番号を使うか、住所地の市区町村で解除してください。")]
    FaceLocked,
    /// The card or its reader knows no unlocking by face.
    #[error("このカードリーダーでは顔認証を使えません。暗証番号を使ってください。")]
    NoFace,
    /// Neither was the PIN right nor the face the card's.
    #[error("カードのロックを解除していません。暗証番号か顔認証で解除してください。")]
    NotUnlocked,
    /// Something that the card does not say by its specification.
    #[error("カードの応答を処理できません（{0:04X}）")]
    Unexpected(u16),
}

/// Four digits. They are overwritten when they are not needed any more, and never shown.
pub struct Pin([u8; 4]);

impl Pin {
    /// From what was typed; nothing when it is not four digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Pin> {
        let digits: [u8; 4] = text.as_bytes().try_into().ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(Pin(digits))
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(****)")
    }
}

/// A conversation with a card.
pub struct Session<'w, W: Wire>(&'w mut W);

impl<'w, W: Wire> Session<'w, W> {
    /// Begins: the card's application is chosen.
    ///
    /// # Errors
    /// [`CardError::NotThisCard`] when it has none.
    pub fn open(wire: &'w mut W) -> Result<Session<'w, W>, CardError> {
        let mut session = Session(wire);
        let select = [&[0x00, 0xa4, 0x04, 0x0c, 10][..], &APPLICATION].concat();
        session.done(&select)?;
        Ok(session)
    }

    /// The certificate for user authentication. It needs no PIN: it says nothing of anybody.
    ///
    /// # Errors
    /// [`CardError`].
    pub fn certificate(&mut self) -> Result<Vec<u8>, CardError> {
        self.select(CERTIFICATE)?;
        let mut bytes = self.read(0)?;
        let whole = match bytes.as_slice() {
            [0x30, 0x82, high, low, ..] => 4 + usize::from(u16::from_be_bytes([*high, *low])),
            _ => return Err(CardError::NotThisCard),
        };
        if whole > MOST {
            return Err(CardError::NotThisCard);
        }
        while bytes.len() < whole {
            let more = self.read(bytes.len())?;
            if more.is_empty() {
                return Err(CardError::NotThisCard);
            }
            bytes.extend(more);
        }
        bytes.truncate(whole);
        Ok(bytes)
    }

    /// How many tries are left. Asking is no try.
    ///
    /// # Errors
    /// [`CardError::Locked`] when there are none.
    pub fn tries_left(&mut self) -> Result<u8, CardError> {
        self.select(PIN)?;
        match self.send(&[0x00, 0x20, 0x00, 0x80])?.1 {
            word::LOCKED | word::LEFT => Err(CardError::Locked),
            said if said & 0xfff0 == word::LEFT => Ok(said.to_be_bytes()[1] & 0x0f),
            said => Err(CardError::Unexpected(said)),
        }
    }

    /// Says the PIN.
    ///
    /// # Errors
    /// [`CardError::WrongPin`] with the tries that are left, [`CardError::Locked`].
    pub fn verify(&mut self, pin: &Pin) -> Result<(), CardError> {
        self.select(PIN)?;
        let mut command = [&[0x00, 0x20, 0x00, 0x80, 4][..], &pin.0].concat();
        let said = self.send(&command);
        zeroize::Zeroize::zeroize(&mut command);
        match said?.1 {
            word::DONE => Ok(()),
            word::LOCKED | word::LEFT => Err(CardError::Locked),
            said if said & 0xfff0 == word::LEFT => Err(CardError::WrongPin {
                left: said.to_be_bytes()[1] & 0x0f,
            }),
            said => Err(CardError::Unexpected(said)),
        }
    }

    /// Has the card sign a message: RSASSA-PKCS1-v1_5 over its SHA-256.
    ///
    /// # Errors
    /// [`CardError::NotUnlocked`] before the PIN was right or the face the card's.
    pub fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, CardError> {
        self.select(KEY)?;
        let info = [&SHA256_INFO[..], Sha256::digest(message).as_slice()].concat();
        let length = u8::try_from(info.len()).map_err(|_| CardError::Unexpected(word::WRONG_LENGTH))?;
        let command = [&[0x80, 0x2a, 0x00, 0x80, length][..], &info, &[0]].concat();
        match self.send(&command)? {
            (signature, word::DONE) => Ok(signature),
            (_, word::NOT_ALLOWED) => Err(CardError::NotUnlocked),
            (_, word::LOCKED) => Err(CardError::Locked),
            (_, said) => Err(CardError::Unexpected(said)),
        }
    }

    fn select(&mut self, file: u16) -> Result<(), CardError> {
        let [high, low] = file.to_be_bytes();
        self.done(&[0x00, 0xa4, 0x02, 0x0c, 2, high, low])
    }

    fn read(&mut self, from: usize) -> Result<Vec<u8>, CardError> {
        let [high, low] = u16::try_from(from).unwrap_or(u16::MAX).to_be_bytes();
        match self.send(&[0x00, 0xb0, high, low, 0])? {
            (bytes, word::DONE) => Ok(bytes),
            (_, said) => Err(CardError::Unexpected(said)),
        }
    }

    fn done(&mut self, command: &[u8]) -> Result<(), CardError> {
        match self.send(command)?.1 {
            word::DONE => Ok(()),
            word::NOT_FOUND => Err(CardError::NotThisCard),
            said => Err(CardError::Unexpected(said)),
        }
    }

    fn send(&mut self, command: &[u8]) -> Result<(Vec<u8>, u16), CardError> {
        let mut answer = self.0.transmit(command)?;
        let (Some(low), Some(high)) = (answer.pop(), answer.pop()) else {
            return Err(CardError::Gone);
        };
        Ok((answer, u16::from_be_bytes([high, low])))
    }
}
