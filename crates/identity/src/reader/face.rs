//! 顔認証: the reader compares the face with the photograph in the card, and the card's key may sign.
//!
//! How a reader unlocks the key after that is not public. So all of it is here: one command of ours, which [`VirtualCard`] takes
//! in place of a reader's own. Whoever learns the real one changes this file. The comparison itself is the reader's; in the
//! sandbox whoever asks says what it came to.
//!
//! [`VirtualCard`]: super::VirtualCard

use super::{CardError, KEY, Session, Wire, word};

/// Other faces in a row until this way is locked.
pub const FACE_TRIES: u8 = 10;
/// The command, but for what the comparison came to.
pub(super) const COMMAND: [u8; 5] = [0x80, 0x20, 0x00, 0x80, 1];
/// The same without anything compared asks for the tries that are left, as with a PIN.
pub(super) const ASK: [u8; 4] = [0x80, 0x20, 0x00, 0x80];

/// What comparing the face with the card's photograph came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// It is the same person.
    Same,
    /// It is somebody else, or cannot be told.
    Other,
}

impl Face {
    pub(super) const fn code(self) -> u8 {
        match self {
            Face::Same => 1,
            Face::Other => 0,
        }
    }
}

impl<W: Wire> Session<'_, W> {
    /// How many faces may still be another. Asking is no try.
    ///
    /// # Errors
    /// [`CardError::FaceLocked`] when there are none, [`CardError::NoFace`] as with [`compare`](Session::compare).
    pub fn faces_left(&mut self) -> Result<u8, CardError> {
        self.select(KEY)?;
        match self.face(&ASK)? {
            Some(left) => Ok(left),
            None => Err(CardError::Unexpected(word::DONE)),
        }
    }

    /// Says what comparing the face came to; the same one unlocks the key.
    ///
    /// # Errors
    /// [`CardError::OtherFace`] with the tries that are left, [`CardError::FaceLocked`], [`CardError::NoFace`] where the card or
    /// its reader knows no such thing.
    pub fn compare(&mut self, face: Face) -> Result<(), CardError> {
        self.select(KEY)?;
        let command = [&COMMAND[..], &[face.code()]].concat();
        match self.face(&command)? {
            Some(left) => Err(CardError::OtherFace { left }),
            None => Ok(()),
        }
    }

    /// The tries that are left; nothing when the face was the card's.
    fn face(&mut self, command: &[u8]) -> Result<Option<u8>, CardError> {
        match self.send(command)?.1 {
            word::DONE => Ok(None),
            word::LOCKED | word::LEFT => Err(CardError::FaceLocked),
            said if said & 0xfff0 == word::LEFT => Ok(Some(said.to_be_bytes()[1] & 0x0f)),
            word::UNKNOWN | word::OTHER_CLASS => Err(CardError::NoFace),
            said => Err(CardError::Unexpected(said)),
        }
    }
}
