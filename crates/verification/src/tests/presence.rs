//! Promise `presence` at verification: whoever's card is here is told what the table says, and nobody else is, not even twice.

mod asked;
pub(super) mod desk;
mod enrolment;
mod files;
mod later;
mod refused;
mod seen;
mod storm;
mod syntax;
mod told;
mod twice;
mod upgrade;
mod visits;
mod visual;
