//! Every parser that takes bytes from outside, under hostile input.
//!
//! ```text
//!  corpus/TARGET/VERDICT--what.ext ──▶ mutate (seeded) ──▶ target ──▶ verdict, or a broken promise
//! ```
//!
//! A [`Target`] is a function from bytes to a *verdict*, the name of what happened: `accepted`, or the rule that was
//! broken. It panics when a promise is broken, and the promises are more than "does not panic":
//!
//! - what is accepted is written back and read as the same;
//! - what is said about a refused input never repeats a value of it ([`secrets`]);
//! - memory stays within a bound that grows with the input's length only ([`memory`]). Time has no clock here; the
//!   bytes that were allocated in all are its measure.
//!
//! The corpus is small, our own, and committed: a file or more for each verdict that a target can give, by name, so
//! that nobody can lose a branch without a test saying so. An input that once broke something stays in it. From
//! there [`run()`] mutates; a verdict that no input of the corpus has fails the run, and the input belongs into it.
//!
//! Everything is deterministic and runs on stable Rust as ordinary tests: no sanitizer, no nightly, and not one
//! dependency. `MADOGUCHI_SOAK=1` takes many more inputs. `guided/` beside this crate, outside the workspace, feeds the
//! same targets to libFuzzer for who wants coverage to lead.

pub mod cards;
pub mod corpus;
pub mod memory;
pub mod mutate;
pub mod run;
pub mod secrets;
pub mod targets;

pub use run::run;
pub use targets::{Target, all};
