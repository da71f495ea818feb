use super::*;

/// Encodes into CP932 and collects what it lacks.
fn cp932(text: &str) -> (Vec<u8>, Vec<(usize, char)>) {
    let (mut out, mut lacking) = (Vec::new(), Vec::new());
    encode(text, Encoding::ShiftJis, &mut out, |position, character| {
        lacking.push((position, character));
        stand_in(character)
    });
    (out, lacking)
}

#[test]
fn every_character_either_comes_back_or_is_reported() {
    let mut carried = 0;
    for character in ('\0'..='\u{3FFFF}').chain('\u{E0000}'..='\u{E01FF}') {
        let text = character.to_string();
        let (bytes, lacking) = cp932(&text);
        let back = decode(&bytes, Encoding::ShiftJis).unwrap();
        if lacking.is_empty() {
            assert_eq!(back, text, "U+{:04X}", u32::from(character));
            carried += 1;
        } else {
            assert_eq!(lacking, [(0, character)]);
            let expected = stand_in(character).map(String::from).unwrap_or_default();
            assert_eq!(back, expected, "the stand-in itself must be in CP932");
        }
    }
    // 129 ASCII and U+0080, 63 half-width kana, 6,879 of JIS X 0208, NEC and IBM extensions.
    assert!((7_300..9_000).contains(&carried), "{carried}");
}

#[test]
fn positions_count_characters() {
    let (bytes, lacking) = cp932("山𠮷−花\u{E0100}ｶﾅ");
    assert_eq!(lacking, [(1, '𠮷'), (2, '\u{2212}'), (4, '\u{E0100}')]);
    assert_eq!(decode(&bytes, Encoding::ShiftJis).unwrap(), "山〓－花ｶﾅ");
}

#[test]
fn look_alikes_of_jis() {
    for carried in ["～", "－", "∥", "￠", "ｼﾞｭﾘ ﾊﾅｺ", "髙﨑①", "\\~"] {
        assert_eq!(cp932(carried).1, [], "{carried}");
    }
    for foreign in ['〜', '−', '‖', '¥', '‾', '𠮷', '\u{E000}', 'é'] {
        assert_eq!(cp932(&foreign.to_string()).1, [(0, foreign)]);
    }
}

#[test]
fn a_wrong_byte_is_named_by_its_offset() {
    let offset = |bytes: &[u8], encoding| decode(bytes, encoding).err().map(|error| error.offset);
    assert_eq!(offset(b"ab\xFFcd", Encoding::Utf8), Some(2));
    assert_eq!(offset(b"ab\xFFcd", Encoding::ShiftJis), Some(2));
    assert_eq!(
        offset(b"\x88\xA0\x88", Encoding::ShiftJis),
        Some(2),
        "cut in the middle of a pair"
    );
    let long = [vec![b'a'; 5_000], vec![0x81, 0x20]].concat();
    assert_eq!(offset(&long, Encoding::ShiftJis), Some(5_000));
    let long = ["漢".as_bytes().repeat(3_000), vec![0xFF]].concat();
    assert_eq!(offset(&long, Encoding::Utf8), Some(9_000));
}

#[test]
fn names_of_encodings() {
    assert_eq!(Encoding::from_label("Windows-31J"), Some(Encoding::ShiftJis));
    assert_eq!(Encoding::from_label("utf-8"), Some(Encoding::Utf8));
    for other in ["EUC-JP", "UTF-16", "ISO-2022-JP", "", "us-ascii"] {
        assert_eq!(Encoding::from_label(other), None);
    }
}

#[test]
fn characters_outside_xml() {
    assert_eq!(illegal_character("山\t\r\n\u{7F}\u{80}\u{FFFD}﨑"), None);
    assert_eq!(illegal_character("山\0"), Some((3, '\0')));
    assert_eq!(illegal_character("a\u{FFFE}"), Some((1, '\u{FFFE}')));
    assert_eq!(illegal_character("\u{1F}"), Some((0, '\u{1F}')));
}
