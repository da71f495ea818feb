//! The one place where a message's fields are listed: `record!` makes from each list the type, its reader
//! and its writer.
//!
//! ```text
//! pub ticket_type: Option<TicketType> = "TicketType" "医療券・調剤券別" as Code,
//! //  field        type                 tag          項目名                form on the wire
//! ```
//!
//! Reading takes the tags in any order, lists every fault, and keeps tags that are not listed out of the
//! way. Writing follows the list's order and leaves out what is absent or empty.

use super::tree::Element;

mod reading;
mod slot;

pub(crate) use reading::Reading;
pub use reading::UnknownElement;
pub(crate) use slot::{Found, Group, List, Repeated, Required, RequiredGroup, RequiredRepeated, Slot};

/// A tag and its Japanese name (項目名).
#[derive(Clone, Copy)]
pub(crate) struct Field {
    pub(crate) tag: &'static str,
    pub(crate) name: &'static str,
}

impl Field {
    /// How a text for the staff names it.
    pub(crate) fn place(&self) -> String {
        format!("{}（{}）", self.name, self.tag)
    }
}

/// A group of fields under one tag.
pub(crate) trait Record: Sized {
    const FIELD: Field;
    /// The tag itself, those of its fields, and what stands beside them.
    const FIELDS: &'static [Field];
    /// `None` when a fault was noted that leaves no value.
    fn read(children: &[Element<'_>], reading: &mut Reading<'_>) -> Option<Self>;
    fn write<'m>(&'m self, out: &mut Vec<Element<'m>>);

    /// The fields as elements.
    fn elements(&self) -> Vec<Element<'_>> {
        let mut out = Vec::with_capacity(16);
        self.write(&mut out);
        out
    }
}

/// Declares a [`Record`]: see the module's text. Tags after `beside` belong to the message, not to a field.
macro_rules! record {
    (
        $(#[$meta:meta])*
        $visible:vis struct $record:ident = $tag:literal $name:literal $(beside $beside:literal $beside_name:literal)? {
            $(
                $(#[$field_meta:meta])*
                pub $field:ident: $type:ty = $field_tag:literal $field_name:literal as $form:ty,
            )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        $visible struct $record {
            $(
                #[doc = concat!($field_name, " `", $field_tag, "`. ")]
                $(#[$field_meta])*
                pub $field: $type,
            )+
        }

        impl $crate::oqs::record::Record for $record {
            const FIELD: $crate::oqs::record::Field = $crate::oqs::record::Field { tag: $tag, name: $name };
            const FIELDS: &'static [$crate::oqs::record::Field] = &[
                Self::FIELD,
                $( $crate::oqs::record::Field { tag: $field_tag, name: $field_name }, )+
                $( $crate::oqs::record::Field { tag: $beside, name: $beside_name }, )?
            ];

            fn read(
                children: &[$crate::oqs::tree::Element<'_>],
                reading: &mut $crate::oqs::record::Reading<'_>,
            ) -> Option<Self> {
                use $crate::oqs::record::{Field, Found, Slot};
                $( let mut $field = <<$type as Slot<$form>>::Found<'_, '_>>::default(); )+
                for child in children {
                    match &*child.tag {
                        $( $field_tag => {
                            $field.add(&Field { tag: $field_tag, name: $field_name }, child, reading);
                        } )+
                        $( $beside => {} )?
                        _ => reading.unknown(child),
                    }
                }
                // All fields are read before the first missing one ends it, so that all faults are listed.
                $(
                    let $field = <$type as Slot<$form>>::fill(
                        $field, &Field { tag: $field_tag, name: $field_name }, reading,
                    );
                )+
                Some(Self { $( $field: $field? ),+ })
            }

            fn write<'m>(&'m self, out: &mut Vec<$crate::oqs::tree::Element<'m>>) {
                use $crate::oqs::record::{Field, Slot};
                $(
                    <$type as Slot<$form>>::put(
                        &self.$field, &Field { tag: $field_tag, name: $field_name }, out,
                    );
                )+
            }
        }
    };
}

pub(crate) use record;
