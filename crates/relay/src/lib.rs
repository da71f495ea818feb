//! The relay: how records get from one store to another exactly once, whatever dies, whenever.
//!
//! Written once, for every edge:
//!
//! ```text
//!  office                         hub                              verification
//!  decision ─┐ one commit         admit ─ stage ─ conclude         apply ─ advance
//!            ├─ outbox ──courier──▶ inbox ─────────┐ one commit      ▲  one commit
//!  record  ──┘   (per lane)       (per lane)  feed ┴──────reader────┘
//! ```
//!
//! - [`outbox`]: a decision and its file are one commit; the file's number is a counter row in that commit, so
//!   numbers have no gaps and follow the order of commits.
//! - [`courier`]: sends each lane's files in order until there is a receipt; it never gives up and never doubles.
//! - [`inbox`]: takes the next number only; the same file again gets the same receipt.
//! - [`feed`]: what was taken, numbered again by the hub, in three lanes.
//! - [`reader`]: pulls the feed and applies each entry in the commit that moves its cursor.
//! - [`tracking`]: what became of each record that was sent, and when.
//! - [`revision`]: a record applies when its revision is newer. Nothing here depends on order between lanes.
//!
//! Acknowledgements are only ever sent after the commit that makes them true, so a crash anywhere costs at most
//! a repetition, and repetitions are recognised.

pub mod courier;
mod error;
pub mod feed;
pub mod inbox;
pub mod outbox;
pub mod reader;
pub mod revision;
pub mod tracking;
pub mod wire;

pub use courier::Courier;
pub use error::RelayError;
pub use outbox::Outbox;
pub use reader::Reader;

/// The counters that positions come from; every store that relays has them.
pub const POSITIONS: storage::Migration = storage::Migration {
    name: "relay-0-positions",
    sql: storage::positions::POSITIONS_SQL,
    sqlite: "",
    postgres: "",
};
