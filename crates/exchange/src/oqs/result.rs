//! What all results share: a header and a body that are records, and 文字コード識別 last in the header.
//!
//! The identifier has no field in the records: it is written from the file's encoding, and a file whose identifier
//! disagrees with its declaration is refused.

use super::{
    codes::CharacterCode,
    fault::Rule,
    forms::Code,
    message::{HEADER, Parts},
    record::{Field, Reading, Record, Slot},
    tree::Element,
};
use crate::text::Encoding;

const CHARACTER_CODE: Field = Field {
    tag: "CharacterCodeIdentifier",
    name: "文字コード識別",
};

fn of(encoding: Encoding) -> CharacterCode {
    match encoding {
        Encoding::Utf8 => CharacterCode::Utf8,
        Encoding::ShiftJis => CharacterCode::ShiftJis,
    }
}

/// The header's elements in a file of this encoding.
pub(super) fn header(header: &impl Record, encoding: Encoding) -> Vec<Element<'_>> {
    let mut elements = header.elements();
    elements.push(Element::leaf(CHARACTER_CODE.tag, of(encoding).code()));
    elements
}

/// The identifier may be absent, but it may not lie.
pub(super) fn check(parts: &Parts<'_, '_>, reading: &mut Reading<'_>) {
    reading.within(HEADER.tag, None, |reading| {
        let mut found = None;
        let given = parts.header.iter();
        for element in given.filter(|element| element.tag == CHARACTER_CODE.tag) {
            reading.place(&mut found, &CHARACTER_CODE, element);
        }
        let code = <Option<CharacterCode> as Slot<Code>>::fill(found, &CHARACTER_CODE, reading).flatten();
        if code.is_some_and(|code| code != of(parts.encoding)) {
            reading.fault(&CHARACTER_CODE, Rule::EncodingDisagrees);
        }
    });
}

/// A result is a message whose `header` and `body` are the records of their names.
macro_rules! result {
    ($message:ty) => {
        $crate::oqs::message::faces!($message);

        impl $crate::oqs::message::Message for $message {
            fn take(
                parts: &$crate::oqs::message::Parts<'_, '_>,
                reading: &mut $crate::oqs::record::Reading<'_>,
            ) -> Option<Self> {
                $crate::oqs::result::check(parts, reading);
                let (header, body) = parts.read(reading)?;
                Some(Self {
                    header,
                    body,
                    unknown: Vec::new(),
                })
            }

            fn give(
                &self,
                encoding: $crate::text::Encoding,
            ) -> (
                Vec<$crate::oqs::tree::Element<'_>>,
                Vec<$crate::oqs::tree::Element<'_>>,
            ) {
                let header = $crate::oqs::result::header(&self.header, encoding);
                (header, $crate::oqs::record::Record::elements(&self.body))
            }

            fn keep(&mut self, unknown: Vec<$crate::oqs::UnknownElement>) {
                self.unknown = unknown;
            }
        }
    };
}

pub(super) use result;
