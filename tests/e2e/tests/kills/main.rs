//! Every role killed with SIGKILL again and again while it works; nothing is lost, doubled or out of order.
//!
//! All five roles run as `serve` processes. Around them work the test's own people: [`clerks`] decide at the office
//! and keep a list of what was acknowledged, [`desk`] is the receipt computer in the clinic's folders. A role is
//! killed
//!
//! - at moments chosen by a seed, and the kill counts only when work was unfinished then ([`campaign`]);
//! - at every crash point, before and after each commit and hand-over of the role ([`points`]).
//!
//! After each role's turn everything runs again and must come to rest by itself. Then [`reckoning`] compares what
//! the roles say, and at the very end what stands in their databases, with the list.
//!
//! [`mod@month`] does the same while the office's monthly run is under way with a made-up ward, and compares it with a run that
//! nobody disturbed. [`mod@cards`] does it while cards are read and enrolled: a nonce never counts twice. [`killing`] is what all
//! do, [`errands`] and [`folders`] are how their people work.
//!
//! `MADOGUCHI_SOAK=1` asks for the long counts; the lines that begin with `soak:` are figures.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something is not as expected"
)]

mod bulk;
mod campaign;
mod cards;
mod clerks;
mod desk;
mod errands;
mod folders;
mod killing;
mod month;
mod plan;
mod points;
mod reckoning;
mod standing;

use madoguchi_e2e::town::Kind;

/// All campaigns at the same time, each with its own roles: they wait more than they compute.
fn all(kind: Kind, seed: u64) {
    std::thread::scope(|scope| {
        scope.spawn(move || campaign::run(kind, seed));
        scope.spawn(move || month::run(kind, seed + 2));
        scope.spawn(move || cards::run(kind, seed + 4));
    });
}

#[test]
fn nothing_is_lost_doubled_or_out_of_order_on_sqlite() {
    all(Kind::Sqlite, 0x5eed_0001);
}

#[test]
fn nothing_is_lost_doubled_or_out_of_order_on_postgres() {
    all(Kind::Postgres, 0x5eed_0002);
}
