//! Broken input of every kind, into running roles: each gets a clear answer, nothing of it stays half-done, and
//! the next good one is taken. And in all that is left behind nobody finds a 個人番号.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something is not as expected"
)]

mod numbers;
mod registration;
mod requests;
mod stage;
mod whole_files;
