//! What goes into a statement.

use std::fmt;

/// A value for a parameter. Dates are day numbers and times are µs, both as [`Value::Int`].
///
/// It has no `Display`, and its `Debug` shows the kind only: values are people's data and reach no log.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// NULL of any type.
    Null,
    /// A BIGINT.
    Int(i64),
    /// A TEXT without NUL characters.
    Text(&'a str),
    /// A BYTEA.
    Bytes(&'a [u8]),
}

/// The parameters of one call: names without the colon, in any order. [`crate::params!`] writes them.
pub type Params<'a> = [(&'static str, Value<'a>)];

/// Parameters by name: `params! { office: &office, n: 3_i64 }` is an array to pass by reference.
///
/// A name alone stands for the variable of that name: `params! { office }`.
#[macro_export]
macro_rules! params {
    ($($name:ident $(: $value:expr)?),* $(,)?) => {
        [$((stringify!($name), $crate::params!(@value $name $($value)?))),*]
    };
    (@value $name:ident) => { $crate::Value::from($name) };
    (@value $name:ident $value:expr) => { $crate::Value::from($value) };
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Value::Null => "Null",
            Value::Int(_) => "Int(…)",
            Value::Text(_) => "Text(…)",
            Value::Bytes(_) => "Bytes(…)",
        })
    }
}

macro_rules! whole_numbers {
    ($($number:ty),*) => {$(
        impl From<$number> for Value<'_> {
            fn from(number: $number) -> Self {
                Value::Int(i64::from(number))
            }
        }
    )*};
}
// `bool` is 0 or 1.
whole_numbers!(i64, i32, i16, i8, u32, u16, u8, bool);

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Value::Bytes(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Value::Bytes(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Value::Bytes(bytes)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_what_callers_have() {
        let office = String::from("13101");
        let n = 3_u32;
        let built = params! { office: &office, n, key: &[1_u8, 2], none: None::<&str>, yes: true };
        assert_eq!(
            built,
            [
                ("office", Value::Text("13101")),
                ("n", Value::Int(3)),
                ("key", Value::Bytes(&[1, 2])),
                ("none", Value::Null),
                ("yes", Value::Int(1)),
            ]
        );
    }

    #[test]
    fn debug_shows_no_data() {
        let shown = format!("{:?}", params! { number: "123456789018" });
        assert!(!shown.contains("1234"), "{shown}");
    }
}
