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
    refusal: Option<Refusal>,
    /// Ways that reception knows to be locked.
    locked: Vec<Method>,
    /// What was said to the questions.
    pub(super) said: Vec<Said>,
    pub(super) outcome: Option<Outcome>,
    /// Whether the card was enrolled just now, and is asked with once more.
    pub(super) enrolled: bool,
}

/// What is wrong with what was sent last. It is kept, because the page that tells it is loaded by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Not four digits.
    PinShape,
    PinWrong,
    OtherFace,
    /// Not every question was answered; these were.
    Consents(Vec<Said>),
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
            refusal: None,
            locked: Vec::new(),
            said: Vec::new(),
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

    /// How many tries a way has left.
    pub(super) fn tries_left(&self, way: Method) -> Result<u8, CardError> {
        let mut wire = self.card.wire();
        let mut card = Session::open(&mut wire)?;
        match way {
            Method::Pin => card.tries_left(),
            Method::Face => card.faces_left(),
        }
    }

    /// Whether a way has tries left.
    pub(super) fn is_open(&self, way: Method) -> bool {
        self.tries_left(way).is_ok()
    }

    /// Whether it is new that this way is locked.
    pub(super) fn is_news(&mut self, way: Method) -> bool {
        let is_news = !self.locked.contains(&way);
        if is_news {
            self.locked.push(way);
        }
        is_news
    }

    /// What was sent is no good.
    pub(super) fn refuse(&mut self, refusal: Refusal) {
        self.refusal = Some(refusal);
    }

    /// What a page has to tell of what was sent to it; what another page had to tell is over.
    pub(super) fn refusal(&mut self, own: impl FnOnce(&Refusal) -> bool) -> Option<Refusal> {
        self.refusal = self.refusal.take().filter(own);
        self.refusal.clone()
    }

    /// Says the PIN to the card.
    pub(super) fn unlock_by_pin(&mut self, pin: Pin) -> Result<(), CardError> {
        Session::open(&mut self.card.wire())?.verify(&pin)?;
        (self.unlocked, self.refusal) = (Some(Arc::new(Unlocked::Pin(pin))), None);
        Ok(())
    }

    /// The camera saw somebody.
    pub(super) fn unlock_by_face(&mut self, face: Face) -> Result<(), CardError> {
        Session::open(&mut self.card.wire())?.compare(face)?;
        (self.unlocked, self.refusal) = (Some(Arc::new(Unlocked::Face)), None);
        Ok(())
    }

    /// Whether the last answer may be followed by 利用申込.
    pub(super) fn offers_enrolment(&self) -> bool {
        matches!(
            &self.outcome,
            Some(Outcome::Told {
                not_enrolled: None,
                ..
            })
        )
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
    /// Asks, once, and has what came of it kept: a button pressed twice waits for its turn and then finds that it `is_told`.
    pub(super) async fn read(
        &self,
        desk: &CardDesk,
        consents: Vec<Said>,
        is_told: impl Fn() -> bool,
        keep: impl FnOnce(Result<ResultMessage, CardFault>),
    ) {
        let _turn = self.card.turn().await;
        if !is_told() {
            keep(self.ask(desk, consents).await);
        }
    }

    async fn ask(&self, desk: &CardDesk, consents: Vec<Said>) -> Result<ResultMessage, CardFault> {
        let mut wire = self.card.wire();
        let mut card = Session::open(&mut wire)?;
        let method = self.unlock(&mut card)?;
        Ok(desk.read(&mut card, method, consents).await?.answer)
    }

    /// 利用申込, once, as in [`read`](Self::read).
    pub(super) async fn enrol(
        &self,
        desk: &CardDesk,
        is_over: impl Fn() -> bool,
        keep: impl FnOnce(Result<Result<(), NotEnrolled>, CardFault>),
    ) {
        let _turn = self.card.turn().await;
        if !is_over() {
            keep(self.ask_to_enrol(desk).await);
        }
    }

    async fn ask_to_enrol(&self, desk: &CardDesk) -> Result<Result<(), NotEnrolled>, CardFault> {
        let mut wire = self.card.wire();
        let mut card = Session::open(&mut wire)?;
        let method = self.unlock(&mut card)?;
        Ok(match desk.enrol(&mut card, method).await? {
            Enrolled::Linked => Ok(()),
            Enrolled::NobodyHere => Err(NotEnrolled::NobodyHere),
            Enrolled::NotThisCard => Err(NotEnrolled::NotThisCard),
        })
    }

    /// How it was unlocked.
    pub(super) fn method(&self) -> Method {
        match &*self.unlocked {
            Unlocked::Pin(_) => Method::Pin,
            Unlocked::Face => Method::Face,
        }
    }

    fn unlock(&self, card: &mut Session<'_, OnReader>) -> Result<Method, CardError> {
        match &*self.unlocked {
            Unlocked::Pin(pin) => card.verify(pin).map(|()| Method::Pin),
            Unlocked::Face => card.compare(Face::Same).map(|()| Method::Face),
        }
    }
}
