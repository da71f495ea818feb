//! What every role serves with, so that roles are only their use cases.
//!
//! - [`serve`] puts an axum router behind a listener of `env`, so the same router answers on sockets and in a
//!   simulation.
//! - [`Peer`] says who asks, [`Terminal`] from which terminal of an institution. Until certificates say it (a later issue), a header does, on 127.0.0.1 only.
//! - [`Problem`] is how every API says no: what is wrong, where, and the next step (RFC 9457).
//! - [`extract`] reads paths, queries and bodies, and says no in that way without repeating them.
//! - [`Caller`] asks another role.
//! - [`Running`] is a role that runs: where it listens, its tasks, and how it ends.

mod caller;
pub mod extract;
mod peer;
mod problem;
mod running;
mod server;

pub use caller::{CallError, Caller};
pub use peer::{PEER_HEADER, Peer, Terminal};
pub use problem::Problem;
pub use running::{Running, health};
pub use server::serve;
