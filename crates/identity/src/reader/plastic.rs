//! A plastic card in a reader that the operating system knows (PC/SC).
//!
//! A card is held exclusively: as long as its key is unlocked nobody else on this machine may have it sign. When it is let go it
//! is reset, so that what was unlocked is locked again.

use std::ffi::{CStr, CString};
use std::time::Duration;

use pcsc::{Card, Context, Disposition, Error, Protocols, ReaderState, Scope, ShareMode, State};

use super::{CardError, Wire};

/// The readers of this machine.
pub struct Readers(Context);

impl Readers {
    /// Asks the operating system's service for smart cards (pcscd, WinSCard).
    ///
    /// # Errors
    /// [`CardError::NoReader`] when it does not run.
    pub fn open() -> Result<Readers, CardError> {
        Context::establish(Scope::User).map(Readers).map_err(failed)
    }

    /// Their names, each with or without a card in it.
    ///
    /// # Errors
    /// [`CardError::NoReader`] when the service has ended.
    pub fn names(&self) -> Result<Vec<String>, CardError> {
        match self.0.list_readers_owned() {
            Ok(names) => Ok(names.iter().map(shown).collect()),
            Err(Error::NoReadersAvailable) => Ok(Vec::new()),
            Err(error) => Err(failed(error)),
        }
    }

    /// Waits until there is a card in a reader. This blocks its thread.
    ///
    /// # Errors
    /// [`CardError::Gone`] when none came in time, [`CardError::NoReader`].
    pub fn wait(&self, reader: &str, at_most: Duration) -> Result<(), CardError> {
        let name = CString::new(reader).map_err(|_| CardError::NoReader)?;
        let mut states = [ReaderState::new(name, State::UNAWARE)];
        while !states[0].event_state().contains(State::PRESENT) {
            states[0].sync_current_state();
            self.0.get_status_change(at_most, &mut states).map_err(failed)?;
        }
        Ok(())
    }

    /// The card in a reader.
    ///
    /// # Errors
    /// [`CardError::Gone`] when there is none, [`CardError::NoReader`] when there is no such reader.
    pub fn card(&self, reader: &str) -> Result<Plastic, CardError> {
        let name = CString::new(reader).map_err(|_| CardError::NoReader)?;
        let card = self.0.connect(&name, ShareMode::Exclusive, Protocols::ANY);
        Ok(Plastic(Some(card.map_err(failed)?)))
    }
}

fn shown(name: &CString) -> String {
    CStr::to_string_lossy(name).into_owned()
}

/// A card, held.
pub struct Plastic(Option<Card>);

impl Wire for Plastic {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, CardError> {
        let card = self.0.as_ref().ok_or(CardError::Gone)?;
        let mut answer = [0; pcsc::MAX_BUFFER_SIZE];
        let said = card.transmit(command, &mut answer).map(<[u8]>::to_vec);
        // What was sent may have been a PIN, and what came back is not ours to keep on the stack.
        zeroize::Zeroize::zeroize(&mut answer);
        said.map_err(failed)
    }
}

impl Drop for Plastic {
    fn drop(&mut self) {
        if let Some(card) = self.0.take() {
            // It may have been taken away: then it is reset anyhow.
            let _gone = card.disconnect(Disposition::ResetCard);
        }
    }
}

fn failed(error: Error) -> CardError {
    match error {
        Error::NoService
        | Error::ServiceStopped
        | Error::UnknownReader
        | Error::ReaderUnavailable
        | Error::NoReadersAvailable => CardError::NoReader,
        Error::SharingViolation => CardError::Taken,
        _ => CardError::Gone,
    }
}
