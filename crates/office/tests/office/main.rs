//! The office by its HTTP interface: on a simulated fleet with hub, register and verification, and on real databases.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use madoguchi_office as office;

mod alike;
mod answers;
mod bounds;
mod databases;
mod events;
mod guards;
mod institutions;
mod model;
mod people;
mod run;
mod way;
mod world;
