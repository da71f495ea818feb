//! One visit to the reader: a card lies on it, and how far its owner has come.

use std::sync::Arc;

use domain::consent::Said;
use domain::presence::Method;
use exchange::oqs::siquc01::ResultMessage;
use exchange::presence::Enrolled;
use identity::reader::{CardError, Face, Pin, Session};

use crate::card::{CardDesk, CardFault, InReader, OnReader};

/// What is known of a visit. When it ends the card is taken out and all of it is gone.
pub(super) struct Visit {
    card: Arc<InReader>,
    unlocked: Option<Arc<Unlocked>>,
    pub(super) outcome: Option<Outcome>,
    /// Whether the card was enrolled just now, and is asked with once more.
    pub(super) enrolled: bool,
}

/// How the card was unlocked, to unlock it once more for its signature: the reader's conversation with the card does not
/// outlast a page.
enum Unlocked {
    Pin(Pin),
    Face,
}

/// What came of it.
#[derive(Clone)]
pub(super) enum Outcome {
    Told {
        answer: Arc<ResultMessage>,
        /// Why an enrolment came to nothing.
        not_enrolled: Option<NotEnrolled>,
    },
    Failed(Arc<CardFault>),
}

/// Why a card was not enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotEnrolled {
    /// No office has registered its owner.
    NobodyHere,
    /// The register of residents does not know it.
    NotThisCard,
}

/// Where a visit stands; a page that belongs to another place leads there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Unlock,
    Consent,
    Result,
}

impl Place {
    pub(super) const fn path(self) -> &'static str {
        match self {
            Place::Unlock => "/unlock",
            Place::Consent => "/consent",
            Place::Result => "/result",
        }
    }
}

impl Visit {
    pub(super) fn with(card: InReader) -> Visit {
        Visit {
            card: Arc::new(card),
            unlocked: None,
            outcome: None,
            enrolled: false,
        }
    }

    pub(super) fn place(&self) -> Place {
        match (&self.unlocked, &self.outcome) {
            (_, Some(_)) => Place::Result,
            (Some(_), None) => Place::Consent,
            (None, None) => Place::Unlock,
        }
    }

    /// How many tries the PIN has left.
    pub(super) fn tries_left(&self) -> Result<u8, CardError> {
        Session::open(&mut self.card.wire())?.tries_left()
    }

    /// Says the PIN to the card.
    pub(super) fn unlock_by_pin(&mut self, pin: Pin) -> Result<(), CardError> {
        Session::open(&mut self.card.wire())?.verify(&pin)?;
        self.unlocked = Some(Arc::new(Unlocked::Pin(pin)));
        Ok(())
    }

    /// The camera saw somebody.
    pub(super) fn unlock_by_face(&mut self, face: Face) -> Result<(), CardError> {
        Session::open(&mut self.card.wire())?.compare(face)?;
        self.unlocked = Some(Arc::new(Unlocked::Face));
        Ok(())
    }

    /// Begins again after what went wrong: the card lies there still, and is unlocked anew.
    pub(super) fn again(&mut self) {
        (self.unlocked, self.outcome) = (None, None);
    }

    /// The unlocked card, to be asked with outside of the session; nothing when it is not unlocked.
    pub(super) fn unlocked(&self) -> Option<UnlockedCard> {
        Some(UnlockedCard {
            card: self.card.clone(),
            unlocked: self.unlocked.clone()?,
        })
    }
}

/// A card that may sign.
pub(super) struct UnlockedCard {
    card: Arc<InReader>,
    unlocked: Arc<Unlocked>,
}

impl UnlockedCard {
    /// Asks, one at a time: a button pressed twice asks twice, and a card does one thing at a time.
    pub(super) async fn read(
        &self,
        desk: &CardDesk,
        consents: Vec<Said>,
    ) -> Result<ResultMessage, CardFault> {
        let _turn = self.card.turn().await;
        let mut wire = self.card.wire();
        let mut card = Session::open(&mut wire)?;
        let method = self.unlock(&mut card)?;
        Ok(desk.read(&mut card, method, consents).await?.answer)
    }

    /// 利用申込
    pub(super) async fn enrol(&self, desk: &CardDesk) -> Result<Result<(), NotEnrolled>, CardFault> {
        let _turn = self.card.turn().await;
        let mut wire = self.card.wire();
        let mut card = Session::open(&mut wire)?;
        let method = self.unlock(&mut card)?;
        Ok(match desk.enrol(&mut card, method).await? {
            Enrolled::Linked => Ok(()),
            Enrolled::NobodyHere => Err(NotEnrolled::NobodyHere),
            Enrolled::NotThisCard => Err(NotEnrolled::NotThisCard),
        })
    }

    fn unlock(&self, card: &mut Session<'_, OnReader>) -> Result<Method, CardError> {
        match &*self.unlocked {
            Unlocked::Pin(pin) => card.verify(pin).map(|()| Method::Pin),
            Unlocked::Face => card.compare(Face::Same).map(|()| Method::Face),
        }
    }
}
