//! The hub's intake, from a file that an office posts to what verification may read: on a simulated fleet, and on
//! real databases where their files are looked into.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use madoguchi_hub as hub;

mod admission;
mod bulk;
mod cards;
mod crashes;
mod crashing;
mod discreet;
mod holding;
mod identity;
mod insurers;
mod judging;
mod marks;
mod migrating;
mod naming;
mod order;
mod overtaken;
mod people;
mod progress;
mod real;
mod world;
