//! Names and texts as serde reads them, with errors that tell a name of ours and a rule, and nothing else.

use std::fmt::{self, Display};
use std::slice;

use serde::de::{
    DeserializeSeed, Deserializer, Error, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};

/// The longest text of one piece, in characters.
const LONGEST: usize = 256;

/// Pieces of a path or parameters of a query, each with its name: one where a single value is read.
#[derive(Clone, Copy)]
pub(super) struct Pieces<'de>(pub(super) &'de [(String, String)]);

/// What is wrong, and with which of our parameters.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) field: Option<String>,
    pub(super) rule: String,
}

impl Refused {
    fn rule(rule: impl Into<String>) -> Refused {
        Refused {
            field: None,
            rule: rule.into(),
        }
    }

    /// Names the parameter, unless it is named already.
    pub(super) fn at(mut self, field: &str) -> Refused {
        self.field.get_or_insert_with(|| field.to_owned());
        self
    }
}

impl Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rule)
    }
}

impl std::error::Error for Refused {}

impl Error for Refused {
    /// What a type says about a text may quote it.
    fn custom<T: Display>(_: T) -> Refused {
        Refused::rule("not of the expected shape")
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Refused {
        Refused::rule(format!("expected {expected}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Refused {
        Refused::rule(format!("expected {expected}"))
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Refused {
        Refused::rule(format!("expected {expected}"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Refused {
        Refused::rule(format!("expected one of: {}", expected.join(", ")))
    }

    /// The caller's own name for a parameter is not repeated either.
    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Refused {
        Refused::rule(format!(
            "there is a parameter that is not known here; there are: {}",
            expected.join(", ")
        ))
    }

    fn missing_field(field: &'static str) -> Refused {
        Refused::rule("is required").at(field)
    }

    fn duplicate_field(field: &'static str) -> Refused {
        Refused::rule("is given more than once").at(field)
    }
}

impl<'de> Pieces<'de> {
    /// Name and text of the one that is read.
    fn only(self) -> Result<(&'de str, &'de str), Refused> {
        let [(name, text), ..] = self.0 else {
            return Err(Refused::rule("is required"));
        };
        // A replacement character stands where bytes were no text.
        if text.contains(|c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER) {
            return Err(Refused::rule("has a character that is not allowed").at(name));
        }
        if text.chars().nth(LONGEST).is_some() {
            return Err(Refused::rule(format!("is longer than {LONGEST} characters")).at(name));
        }
        Ok((name, text))
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $expected:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
            let (name, text) = self.only()?;
            let number = text.parse().map_err(|_| Refused::rule(concat!("expected ", $expected)).at(name))?;
            visitor.$visit(number).map_err(|refused: Refused| refused.at(name))
        }
    )*};
}

impl<'de> Deserializer<'de> for Pieces<'de> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_str(visitor)
    }

    /// Whatever a type says about a text, what it expects is told instead.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let (name, text) = self.only()?;
        let expected = (&visitor as &dyn Expected).to_string();
        visitor
            .visit_str(text)
            .map_err(|_: Refused| Refused::rule(format!("expected {expected}")).at(name))
    }

    numbers! {
        deserialize_u8 visit_u8 "a whole number from 0 to 255";
        deserialize_u16 visit_u16 "a whole number from 0 to 65535";
        deserialize_u32 visit_u32 "a whole number from 0 to 4294967295";
        deserialize_u64 visit_u64 "a whole number of 64 bits, from 0";
        deserialize_i64 visit_i64 "a whole number of 64 bits";
        deserialize_bool visit_bool "true or false";
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        let (name, text) = self.only()?;
        visitor
            .visit_enum(text.into_deserializer())
            .map_err(|refused: Refused| refused.at(name))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_seq(Each(self.0.iter()))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_map(Each(self.0.iter()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.deserialize_map(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i128 u128 f32 f64 char string bytes byte_buf unit unit_struct tuple_struct identifier
    }
}

/// One piece after the other, by place or by name.
struct Each<'de>(slice::Iter<'de, (String, String)>);

impl<'de> Each<'de> {
    fn read<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Option<Result<S::Value, Refused>> {
        let piece = self.0.next()?;
        let read = seed.deserialize(Pieces(slice::from_ref(piece)));
        Some(read.map_err(|refused| refused.at(&piece.0)))
    }
}

impl<'de> SeqAccess<'de> for Each<'de> {
    type Error = Refused;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refused> {
        self.read(seed).transpose()
    }
}

impl<'de> MapAccess<'de> for Each<'de> {
    type Error = Refused;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refused> {
        match self.0.as_slice() {
            [(name, _), ..] => seed.deserialize(name.as_str().into_deserializer()).map(Some),
            [] => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refused> {
        self.read(seed)
            .unwrap_or_else(|| Err(Refused::rule("is required")))
    }
}
