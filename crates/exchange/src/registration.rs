//! Registration (資格情報等の登録): what an office tells the hub, and what comes back.
//!
//! The hub's own layout is not public. The shape follows the public sister API for publicly funded care
//! (a task, a result for each record, a history key, a logical delete); what would differ sits in this folder.
//!
//! - A [`Record`] is one version of one thing about one person: [`record`], [`content`], [`part`].
//! - Records travel in files of one [`Lane`]: a line with the [`Envelope`], then one record a line: [`mod@file`].
//! - A file is answered with a [`Receipt`], or refused with the reason: [`receipt`].
//! - The hub passes on what it applied as a feed: [`feed`]; offices learn how far that has come: [`progress`].
//!
//! Everything is JSON in UTF-8. The canonical encoding of a body, over which its hash goes, is this crate's own
//! serialisation: fields in the order of the types here, nothing between tokens, absent items left out.

pub mod content;
pub mod envelope;
pub mod feed;
pub mod file;
pub mod part;
pub mod progress;
pub mod receipt;
pub mod record;
pub mod written;

pub use content::{
    CARD_RECORD, CardsServed, Content, EligibilityServed, INSURANCE_RECORD, InsuranceServed, Kind,
    PersonIdentity, PersonServed, SealedNumber, Shielding,
};
pub use envelope::{Envelope, Lane, Mode};
pub use file::{Fault, File, Limits};
pub use part::{Part, Salt};
pub use receipt::{Answer, Counts, FileOutcome, Outcome, Receipt, Refusal, RowResult};
pub use record::{Record, RecordId};
