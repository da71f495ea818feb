//! Bytes and characters: UTF-8 and CP932.

use exchange::text::{self, Encoding, InvalidBytes};

use super::{Target, words};

/// Any bytes, in both encodings.
pub(super) const ENCODING: Target = Target {
    name: "text",
    check: encoding,
    weight: 1,
    words: words!["\u{FF5E}" "\u{FF0D}" "\u{2225}" "\u{FFE5}" "髙" "①" "ｱ" "\u{E0100}" "\u{85}" "\u{FFFF}"],
};

fn encoding(bytes: &[u8]) -> String {
    format!(
        "{}+{}",
        decoded(bytes, Encoding::Utf8),
        decoded(bytes, Encoding::ShiftJis)
    )
}

fn decoded(bytes: &[u8], encoding: Encoding) -> &'static str {
    match text::decode(bytes, encoding) {
        Ok(text) => {
            written_again(&text, encoding);
            with_stand_ins(&text);
            illegal(&text)
        }
        Err(InvalidBytes {
            encoding: named,
            offset,
        }) => {
            assert_eq!(named, encoding);
            assert!(offset < bytes.len(), "the wrong byte is one of the input's");
            assert!(
                text::decode(&bytes[..offset], encoding).is_ok(),
                "all before it is valid"
            );
            "invalid"
        }
    }
}

/// Written for 外字 here.
const GAIJI: char = '〓';

/// Nothing that was read is lost when it is written in the same encoding.
fn written_again(text: &str, encoding: Encoding) {
    let mut out = Vec::new();
    text::encode(text, encoding, &mut out, |position, character| {
        // NEC's and IBM's doubles are read as one character, which has a place. Only a machine's own have none.
        if encoding == Encoding::ShiftJis && ('\u{E000}'..='\u{E757}').contains(&character) {
            return Some(GAIJI);
        }
        panic!(
            "U+{:04X} at {position} was read from {encoding:?} and has no place in it",
            u32::from(character)
        )
    });
    let kept = match encoding {
        Encoding::Utf8 => text.to_owned(),
        Encoding::ShiftJis => text.replace(
            |c| ('\u{E000}'..='\u{E757}').contains(&c),
            GAIJI.encode_utf8(&mut [0; 4]),
        ),
    };
    assert_eq!(text::decode(&out, encoding).as_deref(), Ok(&*kept));
}

/// What CP932 lacks is told one by one, with its place, and what stands in for it fits.
fn with_stand_ins(text: &str) {
    let characters: Vec<char> = text.chars().collect();
    let mut lacking = Vec::new();
    let mut out = Vec::new();
    text::encode(text, Encoding::ShiftJis, &mut out, |position, character| {
        assert_eq!(characters.get(position), Some(&character));
        lacking.push(position);
        text::stand_in(character)
    });
    assert!(
        lacking.is_sorted_by(|one, next| one < next),
        "each is told once, in order"
    );
    let narrow = text::decode(&out, Encoding::ShiftJis).expect("what is written is CP932");
    assert!(narrow.chars().count() <= characters.len());
    if lacking.is_empty() {
        assert_eq!(narrow, text);
    }
}

/// The quick look for illegal characters agrees with the slow one.
fn illegal(text: &str) -> &'static str {
    let slow = text
        .char_indices()
        .find(|(_, character)| !text::is_xml_character(*character));
    assert_eq!(text::illegal_character(text), slow);
    if slow.is_some() { "illegal" } else { "valid" }
}
