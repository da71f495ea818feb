//! The rules of the house, as code.
//!
//! A rule that lives only on a page is forgotten; a rule that lives here turns the build red. The library
//! holds the rules as functions over plain data, each with a test that plants a fault and expects it found.
//! `tests/house.rs` applies them to this very checkout:
//!
//! - [`floors`]: a crate uses only crates on lower floors;
//! - [`tree`]: what lies in the tree, without what builds leave there;
//! - [`words`]: words that may not stand in it, such as a path of somebody's machine;
//! - [`individual`]: no 個人番号 *kojin bangō* (the 12-digit individual number) but the published examples;
//! - [`pages`]: links of the handbook lead somewhere, every page is in its table of contents, every type that the
//!   glossary names exists, and so does every function that the page of rules and every place that another page names;
//! - [`messages`]: the page of OQS messages has every code, tag and value, in the words of the sources.

pub mod floors;
pub mod individual;
pub mod messages;
pub mod pages;
pub mod tree;
pub mod words;
