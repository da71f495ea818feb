//! Bytes and characters: the two encodings that cross the border, UTF-8 and CP932.
//!
//! *CP932* (Windows' Shift_JIS, JIS X 0208 with the NEC and IBM extensions) is what receipt computers
//! still write. Nothing is silently changed: bytes that the named encoding does not have are refused with
//! their offset, and a character that CP932 cannot carry is handed to the caller one by one.
//!
//! Three characters are treated as *not* in CP932 although the Encoding Standard writes them, because they
//! would come back as another character: `¥` U+00A5, `‾` U+203E and `−` U+2212. Likewise `〜` U+301C has no
//! place in CP932, whose byte pair 81 60 is `～` U+FF5E.
//!
//! 外字 *gaiji*, the characters of one machine's own (bytes F0 40 to F9 FC), are read as private use, U+E000 to U+E757,
//! and have no place when CP932 is written: what they look like is known on the machine that they came from only.

use std::borrow::Cow;

mod look_alikes;

use encoding_rs::{DecoderResult, EncoderResult, SHIFT_JIS};
use thiserror::Error;

/// How the bytes of a file stand for characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark when read, without when written.
    #[default]
    Utf8,
    /// CP932, called `Shift_JIS` in XML declarations.
    ShiftJis,
}

impl Encoding {
    /// The name written into an XML declaration.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::ShiftJis => "Shift_JIS",
        }
    }

    /// The encoding that a declaration's name means; `None` for every name but the usual ones of these two.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        const UTF_8: &[&str] = &["utf-8", "utf8"];
        const CP932: &[&str] = &[
            "shift_jis",
            "shift-jis",
            "sjis",
            "x-sjis",
            "windows-31j",
            "cswindows31j",
            "ms932",
            "cp932",
            "csshiftjis",
            "ms_kanji",
        ];
        let named = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(label));
        if named(UTF_8) {
            Some(Self::Utf8)
        } else if named(CP932) {
            Some(Self::ShiftJis)
        } else {
            None
        }
    }
}

/// The bytes are not text in the encoding they claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the bytes at offset {offset} are not valid {}", encoding.label())]
pub struct InvalidBytes {
    /// The encoding that was tried.
    pub encoding: Encoding,
    /// Offset of the first wrong byte, from 0. All bytes before it are valid.
    pub offset: usize,
}

/// The text that `bytes` hold. UTF-8 (and plain ASCII in CP932) is borrowed, not copied.
pub fn decode(bytes: &[u8], encoding: Encoding) -> Result<Cow<'_, str>, InvalidBytes> {
    match encoding {
        Encoding::Utf8 => std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|error| InvalidBytes {
                encoding,
                offset: error.valid_up_to(),
            }),
        Encoding::ShiftJis => SHIFT_JIS
            .decode_without_bom_handling_and_without_replacement(bytes)
            .ok_or_else(|| InvalidBytes {
                encoding,
                offset: first_malformed(bytes),
            }),
    }
}

/// Where CP932 first breaks; read in pieces so that a large file costs no large buffer.
fn first_malformed(bytes: &[u8]) -> usize {
    let mut decoder = SHIFT_JIS.new_decoder_without_bom_handling();
    let mut scratch = [0_u8; 1024];
    let mut read = 0;
    loop {
        let (result, taken, _) =
            decoder.decode_to_utf8_without_replacement(&bytes[read..], &mut scratch, true);
        read += taken;
        match result {
            DecoderResult::InputEmpty => return read,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, extra) => {
                return read.saturating_sub(usize::from(length) + usize::from(extra));
            }
        }
    }
}

/// Appends `text` to `out` in `encoding`.
///
/// For each character that the encoding does not have, `replace` is told its position in `text` (in
/// characters, from 0) and the character, and says what to write in its place (`None`: nothing).
pub fn encode(
    text: &str,
    encoding: Encoding,
    out: &mut Vec<u8>,
    mut replace: impl FnMut(usize, char) -> Option<char>,
) {
    if encoding == Encoding::Utf8 || text.is_ascii() {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    // Each piece ends in a lossy character, the last perhaps not. Positions are counted as we go, so that a
    // text full of foreign characters stays linear.
    let mut position = 0;
    for piece in text.split_inclusive(LOSSY) {
        let clean = piece.trim_end_matches(LOSSY);
        position += encode_clean(clean, position, out, &mut replace);
        for character in piece[clean.len()..].chars() {
            substitute(replace(position, character), out);
            position += 1;
        }
    }
}

/// Characters that the Encoding Standard's Shift_JIS writes as another character's bytes.
const LOSSY: [char; 3] = ['\u{A5}', '\u{203E}', '\u{2212}'];

/// Encodes a text without lossy characters; `before` is its position. Says how many characters it has.
fn encode_clean(
    text: &str,
    before: usize,
    out: &mut Vec<u8>,
    replace: &mut impl FnMut(usize, char) -> Option<char>,
) -> usize {
    let mut encoder = SHIFT_JIS.new_encoder();
    let (mut read, mut counted) = (0, 0);
    loop {
        let rest = &text[read..];
        // Two bytes at most per character, never more than its bytes in UTF-8; the encoder wants slack.
        out.reserve(rest.len() + 16);
        let (result, taken) = encoder.encode_from_utf8_to_vec_without_replacement(rest, out, true);
        counted += rest[..taken].chars().count();
        read += taken;
        match result {
            EncoderResult::InputEmpty => return counted,
            EncoderResult::OutputFull => {}
            // What was taken ends with the character itself.
            EncoderResult::Unmappable(character) => {
                substitute(replace(before + counted - 1, character), out);
            }
        }
    }
}

/// Writes a stand-in; one that CP932 lacks too is left out.
fn substitute(other: Option<char>, out: &mut Vec<u8>) {
    if let Some(other) = other.filter(|other| !LOSSY.contains(other)) {
        encode_clean(other.encode_utf8(&mut [0; 4]), 0, out, &mut |_, _| None);
    }
}

/// What a writer does with a character that the wanted encoding does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Substitution {
    /// The message is not written; the error lists the characters.
    #[default]
    Refuse,
    /// It is written with [`stand_in`]s, and the report lists each one. 〓 is called *geta* (下駄).
    Geta,
    /// It is written as its [`look_alike`] where there is one (`𠮷` as `吉`), else with its [`stand_in`]. The report
    /// lists each one.
    LookAlike,
}

pub use look_alikes::look_alike;

/// What [`Substitution::Geta`] writes for a character that CP932 lacks: the same JIS character under the
/// code point that CP932 gives it where there is one (`〜` as `～`), nothing for a variation selector (the
/// base character stays), otherwise `〓`.
#[must_use]
pub fn stand_in(character: char) -> Option<char> {
    Some(match character {
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => return None,
        '\u{301C}' => '\u{FF5E}', // 〜 ～
        '\u{2212}' => '\u{FF0D}', // − －
        '\u{2016}' => '\u{2225}', // ‖ ∥
        '\u{2014}' => '\u{2015}', // — ―
        '\u{A2}' => '\u{FFE0}',   // ¢ ￠
        '\u{A3}' => '\u{FFE1}',   // £ ￡
        '\u{AC}' => '\u{FFE2}',   // ¬ ￢
        '\u{203E}' => '\u{FFE3}', // ‾ ￣
        '\u{A6}' => '\u{FFE4}',   // ¦ ￤
        '\u{A5}' => '\u{FFE5}',   // ¥ ￥
        _ => '〓',
    })
}

/// The first character that no XML 1.0 document may hold (NUL and other controls, U+FFFE, U+FFFF), with its
/// offset in bytes.
#[must_use]
pub fn illegal_character(text: &str) -> Option<(usize, char)> {
    // Two branch-free passes first: nearly every text is clean.
    let bytes = text.as_bytes();
    let control = bytes.iter().fold(false, |found, &byte| {
        found | ((byte < 0x20) & (byte != 9) & (byte != 10) & (byte != 13))
    });
    let non_character = bytes.windows(3).fold(false, |found, three| {
        found | ((three[0] == 0xEF) & (three[1] == 0xBF) & (three[2] >= 0xBE))
    });
    if !control && !non_character {
        return None;
    }
    text.char_indices()
        .find(|(_, character)| !is_xml_character(*character))
}

/// Whether XML 1.0 allows the character at all, written plainly or as a reference.
#[must_use]
pub fn is_xml_character(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests;
