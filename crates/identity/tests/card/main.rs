//! The card's validator, from outside: certificates of the sandbox, certificates with something wrong about them, and OpenSSL's
//! word on ten thousand of both.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use madoguchi_identity as identity;

mod answers;
mod differential;
mod forge;
mod judged;
mod known;
mod lists;
mod presence;
mod sandbox;
mod shape;
mod unlocking;
