//! The parsers, one function each.

mod cards;
mod configuration;
mod feed;
mod identifiers;
mod oqs;
mod presence;
mod reader;
mod registration;
mod sealed;
mod text;

/// A parser of bytes from outside, with its promises.
pub struct Target {
    /// The name of its folder in the corpus.
    pub name: &'static str,
    /// Gives the verdict; panics when a promise is broken.
    pub check: fn(&[u8]) -> String,
    /// How many times the usual bound a call may cost in memory. TOML is read into several trees, one after another.
    pub weight: usize,
    /// Words of its syntax, for the mutator.
    pub words: &'static [&'static [u8]],
}

/// All of them.
#[must_use]
pub const fn all() -> [Target; 20] {
    [
        oqs::REQUEST_XML,
        oqs::RESULT_XML,
        oqs::JSON,
        oqs::FILE_NAME,
        registration::FILE,
        registration::ROWS,
        registration::BODY,
        feed::MESSAGES,
        identifiers::IDENTIFIER,
        sealed::SEALED,
        configuration::ROLE,
        configuration::DATABASE,
        text::ENCODING,
        cards::CERTIFICATE,
        cards::LIST,
        cards::ANSWER,
        reader::ANSWERS,
        reader::COMMANDS,
        presence::NONCE,
        presence::BROUGHT,
    ]
}

/// Names the words of a target.
macro_rules! words {
    ($($word:literal)*) => { &[$($word.as_bytes()),*] };
}
use words;

/// The first word of a value's `Debug`: the variant of a rule, without what is in it.
fn variant(value: &impl std::fmt::Debug) -> String {
    let text = format!("{value:?}");
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(text.len());
    text[..end].to_owned()
}

/// The verdict of what holds.
fn accepted() -> String {
    "accepted".to_owned()
}
