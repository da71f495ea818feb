//! People, institutions and months, made up from a seed. Nothing of it is real, and nothing of it looks as if it were:
//! numbers come from ranges that nobody uses ([`numbers`]), addresses from wards that are not there.
//!
//! ```text
//! Town(seed, day, Ward, offices) ─▶ office(n) ─▶ person(i): who they are, where they live, since when they receive,
//!        │                                        what insurers say, who may treat them
//!        └─▶ institutions(): the national register
//! ```
//!
//! - **Nobody depends on the row before.** Somebody follows from (seed, office, place in the row) alone, so any part of a
//!   town can be made anywhere and two million people are made one after the other in the memory of one ([`dice`],
//!   [`shuffle`]).
//! - **The counts are exact.** A [`Ward`] has just so many households and people who receive on the day ([`ward`]); who is
//!   ended, suspended, future or under another law stands after them in the row and is counted apart.
//! - **Every kind of people has a name and a share** ([`Kind`]), from 外字 to twins, and every reason for a voucher to be
//!   left out occurs. An order of its own for each axis gives the kinds out.
//!
//! ```
//! use domain::calendar::Date;
//! use madoguchi_synthetic::{Kind, Town, Ward};
//!
//! let town = Town::new(1, Date::constant(2026, 11, 25), Ward::of_the_paper(), 1).unwrap();
//! let office = town.office(0);
//! let first = office.person(0);
//! assert_eq!(first.link, office.person(0).link);
//! assert_eq!(office.people().take(100).filter(|one| one.is_receiving()).count(), 100);
//! assert!(Kind::ALL.len() > 50);
//! ```

mod aid;
mod care;
mod days;
mod dice;
mod identity;
mod institutions;
mod insurance;
mod kind;
mod kinds_of;
mod names;
pub mod numbers;
mod person;
mod places;
mod shuffle;
mod town;
mod ward;

pub use kind::{Kind, Kinds};
pub use numbers::MadeUpNumber;
pub use person::{Person, RegisterEntry};
pub use town::{Office, Town, TownError};
pub use ward::{Ward, WardError};

/// What is made here follows the rules of its type, so reading it does not fail.
fn sure<T, E: std::fmt::Display>(made: Result<T, E>) -> T {
    match made {
        Ok(made) => made,
        Err(error) => unreachable!("made here: {error}"),
    }
}
