//! The two bulk inquiries against a running verification: what they tell, and that receptions keep what they promise.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use madoguchi_verification as verification;

mod both_databases;
mod feed;
mod guessing;
mod handbook;
mod many;
mod month;
mod people;
mod receptions;
mod snapshot;
mod status;
mod world;
