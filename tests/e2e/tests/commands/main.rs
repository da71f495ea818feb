//! Every command of the program's face: what it says, where it says it, and how it ends.
//!
//! Exit codes: 0 done; 1 refused or failed, with the reason; 2 usage; 3 the role is not running, with the command
//! that starts it. Results on standard output, everything for people on standard error.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something is not as expected"
)]

mod ask;
mod card;
mod certificates;
mod demo;
mod doctor;
mod help;
mod numbers;
mod office;
mod pki;
mod roles;
mod synth;
mod two_processes;
