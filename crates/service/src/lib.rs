//! What every role serves with, so that roles are only their use cases.
//!
//! - [`serve`] puts an axum router behind a listener of `env`, so the same router answers on sockets and in a
//!   simulation.
//! - [`Peer`] says who asks, by the certificate of the connection, and [`Terminal`] from which terminal of an institution.
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
pub use peer::{Peer, PeerName, Terminal};
pub use problem::Problem;
pub use running::{Running, health};
pub use server::serve;
