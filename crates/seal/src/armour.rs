//! Thirty-two bytes as one line of text for files that people copy: `PREFIX` + base64url(bytes | checksum).
//!
//! The checksum (first four bytes of a labelled SHA-256) is against slips of copying, not against malice. It is
//! computed under the prefix, so a key of one kind is never taken for one of another.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use crate::error::{FormatError, FormatRule};
use crate::framing::framed;

/// What stands behind the prefix: 36 bytes are 48 characters with no bit left over.
const CHARACTERS: usize = 48;

/// One kind of armoured text.
pub(crate) struct Armour {
    /// What it is called in errors.
    pub(crate) what: &'static str,
    /// How it starts.
    pub(crate) prefix: &'static str,
}

impl Armour {
    /// The text. It is overwritten when it is dropped, because the bytes may be a secret.
    pub(crate) fn write(&self, bytes: &[u8; 32]) -> Zeroizing<String> {
        let mut body = Zeroizing::new([0; 36]);
        body[..32].copy_from_slice(bytes);
        body[32..].copy_from_slice(&self.checksum(bytes));
        // The whole capacity at once: a string that grows leaves its old bytes behind.
        let mut text = Zeroizing::new(String::with_capacity(self.prefix.len() + CHARACTERS));
        text.push_str(self.prefix);
        URL_SAFE_NO_PAD.encode_string(body.as_slice(), &mut text);
        text
    }

    /// The bytes in a text without surrounding spaces.
    pub(crate) fn read(&self, text: &str) -> Result<Zeroizing<[u8; 32]>, FormatError> {
        let refused = |rule| FormatError {
            what: self.what,
            rule,
        };
        let body = text
            .strip_prefix(self.prefix)
            .ok_or(refused(FormatRule::Prefix(self.prefix)))?;
        if body.len() != CHARACTERS {
            let expected = self.prefix.len() + CHARACTERS;
            return Err(refused(FormatRule::Length {
                expected,
                found: text.len(),
            }));
        }
        let mut decoded = Zeroizing::new([0; 36]);
        URL_SAFE_NO_PAD
            .decode_slice(body, decoded.as_mut_slice())
            .map_err(|_| refused(FormatRule::Alphabet))?;
        let mut bytes = Zeroizing::new([0; 32]);
        bytes.copy_from_slice(&decoded[..32]);
        if decoded[32..] != self.checksum(&bytes) {
            bytes.zeroize();
            return Err(refused(FormatRule::Checksum));
        }
        Ok(bytes)
    }

    fn checksum(&self, bytes: &[u8; 32]) -> [u8; 4] {
        let mut framed = Zeroizing::new(framed("madoguchi checksum", [self.prefix.as_bytes(), bytes]));
        let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(framed.as_slice()));
        framed.zeroize();
        [a, b, c, d]
    }
}
