//! Closed code tables (別紙5-1 業務コード): one enum per table, with its codes and Japanese labels.

use thiserror::Error;

/// A value that is not in its code table. Never contains the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{field}: not a code of {table}:{allowed}")]
pub struct CodeError {
    /// The field, by its Japanese name.
    pub field: &'static str,
    /// The table, for example `OQSCD018`.
    pub table: &'static str,
    /// The codes there are, each after a space.
    pub allowed: &'static str,
}

/// Declares the enum of one code table. It is read and written as its code, also through serde.
macro_rules! code_table {
    (
        $(#[$doc:meta])*
        $name:ident, $field:literal, $table:literal {
            $( $(#[$variant_doc:meta])* $variant:ident = $code:literal, $label:literal; )+
        }
    ) => {
        $(#[$doc])*
        #[doc = concat!("\n\n", $field, " (", $table, ").")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(
                #[doc = concat!("`", $code, "` ", $label)]
                $(#[$variant_doc])*
                $variant,
            )+
        }

        impl $name {
            /// Every value, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code on the wire.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The Japanese label.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }

            /// The value with this code.
            ///
            /// # Errors
            /// [`CodeError`](crate::code::CodeError) when the table has no such code.
            pub fn from_code(code: &str) -> Result<Self, $crate::code::CodeError> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err($crate::code::CodeError {
                        field: $field,
                        table: $table,
                        allowed: concat!($(" ", $code),+),
                    }),
                }
            }

            const fn as_str(self) -> &'static str {
                self.code()
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::code::CodeError;
            fn from_str(code: &str) -> Result<Self, Self::Err> {
                Self::from_code(code)
            }
        }

        $crate::wire::serde_as_text!($name, concat!("a code of ", $table));
    };
}
pub(crate) use code_table;
