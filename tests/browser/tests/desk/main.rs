//! The desk's pages, used by people.

mod consent;
mod enrolment;
mod face;
mod keyboard;
mod keyboard_reception;
mod leaving;
mod pin;
mod plain;
mod reception;
mod refused;
mod resent;
mod standing;
mod start;
mod targets;
mod way;
