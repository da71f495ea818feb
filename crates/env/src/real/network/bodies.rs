//! The bodies that are under way: how much of this machine's memory one caller may hold with them.
//!
//! A body is here before its path is known to be one at all, or its caller one who may ask there. So one caller's bodies are
//! limited together, however many connections they come over.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;

use crate::network::Limits;

/// The bodies of a listener.
#[derive(Default)]
pub(super) struct Bodies {
    /// How many bytes each caller holds.
    held: Mutex<BTreeMap<Arc<str>, usize>>,
}

/// One request's body. Dropping it gives back what it holds.
pub(super) struct Held {
    bodies: Arc<Bodies>,
    caller: Arc<str>,
    bytes: usize,
}

/// Why a body was not taken.
pub(super) enum NotTaken {
    /// It is longer than any may be.
    TooLong,
    /// The caller's bodies together are longer than they may be.
    TooMuch,
    /// The client went away, or did not keep to HTTP.
    BrokeOff,
}

impl Bodies {
    /// Takes a whole body; it counts as its caller's until what comes with it is dropped.
    pub(super) async fn take(
        self: &Arc<Self>,
        caller: Arc<str>,
        body: Incoming,
        limits: Limits,
    ) -> Result<(Bytes, Held), NotTaken> {
        let mut held = Held {
            bodies: self.clone(),
            caller,
            bytes: 0,
        };
        let mut body = Limited::new(body, limits.body);
        let mut whole = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let frame = match frame {
                Ok(frame) => frame,
                Err(error) if error.is::<LengthLimitError>() => return Err(NotTaken::TooLong),
                Err(_) => return Err(NotTaken::BrokeOff),
            };
            let Ok(piece) = frame.into_data() else { continue };
            held.grows(piece.len(), limits.bodies)?;
            whole.extend_from_slice(&piece);
        }
        Ok((whole.freeze(), held))
    }
}

impl Held {
    fn grows(&mut self, by: usize, most: usize) -> Result<(), NotTaken> {
        let mut held = self.bodies.held.lock().unwrap_or_else(PoisonError::into_inner);
        let of_caller = held.entry(self.caller.clone()).or_default();
        if by > most.saturating_sub(*of_caller) {
            return Err(NotTaken::TooMuch);
        }
        *of_caller += by;
        drop(held);
        self.bytes += by;
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.bodies.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(of_caller) = held.get_mut(&self.caller) else {
            return;
        };
        *of_caller -= self.bytes;
        if *of_caller == 0 {
            held.remove(&self.caller);
        }
    }
}
