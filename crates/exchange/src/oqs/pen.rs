//! The hand that writes: text in the wanted encoding, and a list of what it could not write.

use std::fmt;

use crate::text::{self, Encoding, Substitution};

/// A character that the wanted encoding (or XML itself) cannot carry, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmappable {
    /// Tags from the root, `XmlMsg/MessageBody/…/Name`.
    pub tag: String,
    /// The character.
    pub character: char,
    /// Its position in the item's value, in characters from 0.
    pub position: usize,
}

/// A character that was replaced because the caller allowed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// What could not be written, and where.
    pub lost: Unmappable,
    /// What stands there now; `None` when it was left out (a variation selector).
    pub written: Option<char>,
}

/// The bytes of a message, and what in them differs from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// Each replaced character; always empty under [`Substitution::Refuse`].
    pub replaced: Vec<Replacement>,
}

/// The message cannot be written in that encoding without changing it.
///
/// Its text names tags and positions, not the characters: they are part of somebody's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritable {
    /// Every such character.
    pub characters: Vec<Unmappable>,
}

impl fmt::Display for Unwritable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} character(s) cannot be written in this encoding",
            self.characters.len()
        )?;
        for (index, Unmappable { tag, position, .. }) in self.characters.iter().take(3).enumerate() {
            write!(
                out,
                "{}character {position} of {tag}",
                if index == 0 { ": " } else { ", " }
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for Unwritable {}

pub(super) struct Pen<'m> {
    out: Vec<u8>,
    encoding: Encoding,
    problems: Problems<'m>,
}

struct Problems<'m> {
    path: Vec<&'m str>,
    substitution: Substitution,
    unmappable: Vec<Unmappable>,
    replaced: Vec<Replacement>,
}

impl Problems<'_> {
    fn meet(&mut self, position: usize, character: char) -> Option<char> {
        let lost = Unmappable {
            tag: self.path.join("/"),
            character,
            position,
        };
        match self.substitution {
            Substitution::Refuse => {
                self.unmappable.push(lost);
                None
            }
            Substitution::Geta | Substitution::LookAlike => {
                let alike = (self.substitution == Substitution::LookAlike)
                    .then(|| text::look_alike(character))
                    .flatten();
                let written = alike.or_else(|| text::stand_in(character));
                self.replaced.push(Replacement { lost, written });
                written
            }
        }
    }
}

impl<'m> Pen<'m> {
    pub(super) fn new(encoding: Encoding, substitution: Substitution) -> Self {
        let problems = Problems {
            path: Vec::with_capacity(8),
            substitution,
            unmappable: Vec::new(),
            replaced: Vec::new(),
        };
        Self {
            out: Vec::with_capacity(4096),
            encoding,
            problems,
        }
    }

    pub(super) fn enter(&mut self, tag: &'m str) {
        self.problems.path.push(tag);
    }

    pub(super) fn leave(&mut self) {
        self.problems.path.pop();
    }

    /// Markup: ASCII, except for names of unknown tags, which are only ever written in UTF-8.
    pub(super) fn mark(&mut self, markup: &str) {
        self.out.extend_from_slice(markup.as_bytes());
    }

    /// A value, with the syntax's own escapes for single ASCII bytes.
    pub(super) fn value(&mut self, value: &str, escape: impl Fn(u8) -> Option<&'static str>) {
        if text::illegal_character(value).is_none() {
            self.legal(value, 0, &escape);
            return;
        }
        let mut buffer = [0; 4];
        for (position, character) in value.chars().enumerate() {
            if text::is_xml_character(character) {
                self.legal(character.encode_utf8(&mut buffer), position, &escape);
            } else if let Some(other) = self.problems.meet(position, character) {
                self.legal(other.encode_utf8(&mut buffer), position, &escape);
            }
        }
    }

    fn legal(&mut self, value: &str, before: usize, escape: &impl Fn(u8) -> Option<&'static str>) {
        let (mut done, mut position) = (0, before);
        for (index, byte) in value.bytes().enumerate() {
            if let Some(escaped) = escape(byte) {
                let run = &value[done..index];
                self.run(run, position);
                position += run.chars().count() + 1;
                self.out.extend_from_slice(escaped.as_bytes());
                done = index + 1;
            }
        }
        self.run(&value[done..], position);
    }

    fn run(&mut self, run: &str, before: usize) {
        let problems = &mut self.problems;
        text::encode(run, self.encoding, &mut self.out, |position, character| {
            problems.meet(before + position, character)
        });
    }

    pub(super) fn finish(self) -> Result<Written, Unwritable> {
        if self.problems.unmappable.is_empty() {
            Ok(Written {
                bytes: self.out,
                replaced: self.problems.replaced,
            })
        } else {
            Err(Unwritable {
                characters: self.problems.unmappable,
            })
        }
    }
}
