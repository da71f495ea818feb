//! 文字コード識別 in every result's header. It has no field in the records: it is written from the file's encoding, and
//! a file whose identifier disagrees with its declaration is refused.

use super::{
    codes::CharacterCode,
    fault::Rule,
    forms::Code,
    message::Parts,
    record::{Field, Reading, Slot},
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

/// The identifier for a file in this encoding.
pub(super) fn element(encoding: Encoding) -> Element<'static> {
    Element::leaf(CHARACTER_CODE.tag, of(encoding).code())
}

/// The identifier may be absent, but it may not lie.
pub(super) fn check(parts: &Parts<'_, '_>, reading: &mut Reading<'_>) {
    let mut found = None;
    for element in parts
        .header
        .iter()
        .filter(|element| element.tag == CHARACTER_CODE.tag)
    {
        reading.place(&mut found, &CHARACTER_CODE, element);
    }
    let code = <Option<CharacterCode> as Slot<Code>>::fill(found, &CHARACTER_CODE, reading).flatten();
    if code.is_some_and(|code| code != of(parts.encoding)) {
        reading.fault(&CHARACTER_CODE, Rule::EncodingDisagrees);
    }
}
