//! JSON to the neutral tree and back: the Web API's twin of each message, with the same tags.
//!
//! Every value is a string. A list stands as an array of objects with one member each:
//! `"ResultList": [{"ResultOfQualificationConfirmation": {…}}]` is known from a real answer;
//! `PublicExpenseResultList` is assumed to look the same. Groups that stand beside each other without a list tag
//! ([`REPEATED`]) are an array of objects under their own tag: `"BulkConfirmUnit": [{…}, {…}]`. `null` is read as an
//! empty value.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{
    fault::{Fault, Rule},
    limits::Limits,
    tree::{Builder, Element},
    xml::{self, Broken, Document},
};
use crate::text::{self, Encoding};

mod write;

pub(super) use write::write;

/// Tags that may stand several times in their group.
const REPEATED: [&str; 3] = [
    "QualificationConfirmSearchInfo",
    "BulkConfirmUnit",
    "ResultOfQualificationConfirmation",
];

/// Size first, then UTF-8; a byte order mark is skipped.
pub(super) fn decode<'b>(bytes: &'b [u8], limits: &Limits) -> Result<Document<'b>, Fault> {
    if bytes.len() > limits.max_bytes {
        return Err(Fault::of_file(Rule::TooLarge {
            limit: limits.max_bytes,
            found: bytes.len(),
        }));
    }
    let body = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    Ok(xml::characters(body, Encoding::Utf8, bytes.len() - body.len()))
}

pub(super) fn read<'t>(text: &'t str, limits: &Limits) -> Result<Element<'t>, Box<Broken<'t>>> {
    let mut intake = Intake {
        builder: Builder::new(limits),
        fault: None,
    };
    if text.trim().is_empty() {
        return Err(Box::new(Broken {
            fault: Fault::of_file(Rule::Empty),
            partial: None,
        }));
    }
    let mut source = serde_json::Deserializer::from_str(text);
    let outcome = Members(&mut intake)
        .deserialize(&mut source)
        .and_then(|()| source.end());
    let fault = match outcome {
        Ok(()) => match intake.builder.finish() {
            Ok(root) => return Ok(root),
            Err(rule) => Fault::of_file(rule),
        },
        Err(error) => intake.fault.take().unwrap_or_else(|| {
            Fault::new(
                intake.builder.path(),
                &format!("{}行目", error.line()),
                Rule::NotJson,
            )
        }),
    };
    Err(Box::new(Broken {
        fault,
        partial: intake.builder.partial(),
    }))
}

/// The tree under construction, and our own reason when serde has to stop.
struct Intake<'t, 'l> {
    builder: Builder<'t, 'l>,
    fault: Option<Fault>,
}

impl<'t> Intake<'t, '_> {
    fn done<E: Error>(&mut self, outcome: Result<(), Rule>) -> Result<(), E> {
        outcome.map_err(|rule| {
            let (path, place) = (self.builder.path(), self.builder.place());
            // In JSON, an ill-formed tree is a second root or an impossible name.
            let rule = if rule == Rule::NotWellFormed {
                Rule::NotJson
            } else {
                rule
            };
            self.fault = Some(Fault::new(path, &place, rule));
            E::custom("refused")
        })
    }

    fn text<E: Error>(&mut self, piece: Cow<'t, str>) -> Result<(), E> {
        let outcome = match text::illegal_character(&piece) {
            Some((_, character)) => Err(Rule::IllegalCharacter {
                code_point: u32::from(character),
            }),
            None => self.builder.spend().and_then(|()| self.builder.text(piece)),
        };
        self.done(outcome)
    }
}

/// An object: each member becomes a child of the open element.
struct Members<'x, 't, 'l>(&'x mut Intake<'t, 'l>);
/// The value of a member.
struct Value<'x, 't, 'l>(&'x mut Intake<'t, 'l>);
/// An object of an array of repeated groups; all but the first close the one before and open their own element.
struct Next<'x, 't, 'l>(&'x mut Intake<'t, 'l>, Option<&'x Cow<'t, str>>);
/// The name of a member, borrowed where it has no escapes.
struct Name;

impl<'t> DeserializeSeed<'t> for Members<'_, 't, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for Members<'_, 't, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key_seed(Name)? {
            let opened = self.0.builder.spend().and_then(|()| self.0.builder.open(name));
            self.0.done(opened)?;
            members.next_value_seed(Value(self.0))?;
            let closed = self.0.builder.close();
            self.0.done(closed)?;
        }
        Ok(())
    }
}

impl<'t> DeserializeSeed<'t> for Next<'_, 't, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, source: D) -> Result<(), D::Error> {
        if let Some(tag) = self.1 {
            let builder = &mut self.0.builder;
            let turned = builder
                .spend()
                .and_then(|()| builder.close())
                .and_then(|()| builder.open(tag.clone()));
            self.0.done(turned)?;
        }
        Members(self.0).deserialize(source)
    }
}

impl<'t> DeserializeSeed<'t> for Value<'_, 't, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for Value<'_, 't, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a string, an object or an array of objects")
    }

    fn visit_borrowed_str<E: Error>(self, value: &'t str) -> Result<(), E> {
        self.0.text(Cow::Borrowed(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.0.text(Cow::Owned(value.to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'t>>(self, members: A) -> Result<(), A::Error> {
        Members(self.0).visit_map(members)
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut items: A) -> Result<(), A::Error> {
        if let Some(tag) = self.0.builder.tag().filter(|tag| REPEATED.contains(&&**tag)) {
            let mut first = true;
            while items
                .next_element_seed(Next(self.0, (!first).then_some(&tag)))?
                .is_some()
            {
                first = false;
            }
            return Ok(());
        }
        self.0.builder.array();
        while items.next_element_seed(Members(self.0))?.is_some() {
            let spent = self.0.builder.spend();
            self.0.done(spent)?;
        }
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.0.done(Err(Rule::NotAString))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.0.done(Err(Rule::NotAString))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.0.done(Err(Rule::NotAString))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.0.done(Err(Rule::NotAString))
    }
}

impl<'t> DeserializeSeed<'t> for Name {
    type Value = Cow<'t, str>;

    fn deserialize<D: Deserializer<'t>>(self, source: D) -> Result<Self::Value, D::Error> {
        source.deserialize_str(self)
    }
}

impl<'t> Visitor<'t> for Name {
    type Value = Cow<'t, str>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a tag")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'t str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}
