//! Looks for a 個人番号 in the clear: in every byte of every file, as ASCII and as UTF-16.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Every file below a folder that holds one of the numbers: `path: kind of text`. Numbers are never shown.
///
/// # Panics
/// When a file cannot be read.
pub fn in_folder(folder: &Path, numbers: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => panic!("{}: {error}", folder.display()),
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(in_folder(&path, numbers));
        } else if let Ok(bytes) = fs::read(&path) {
            found.extend(in_bytes(&bytes, numbers).map(|kind| format!("{}: {kind}", path.display())));
        }
    }
    found
}

/// How one of the numbers stands in these bytes, if one does.
pub fn in_bytes(bytes: &[u8], numbers: &BTreeSet<String>) -> Option<&'static str> {
    let every_other = |from: usize| -> Vec<u8> { bytes.iter().skip(from).step_by(2).copied().collect() };
    if holds(bytes, numbers) {
        return Some("ASCII");
    }
    let wide = [0, 1].iter().any(|from| holds(&every_other(*from), numbers));
    wide.then_some("UTF-16")
}

/// Looks at every twelve digits that stand together, also inside longer runs, and at groups of four.
fn holds(bytes: &[u8], numbers: &BTreeSet<String>) -> bool {
    let is_known = |digits: &[u8]| std::str::from_utf8(digits).is_ok_and(|text| numbers.contains(text));
    let is_between = |at: usize| matches!(bytes.get(at), Some(b' ' | b'-'));
    let mut run = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if byte.is_ascii_digit() {
            run += 1;
            if run >= 12 && is_known(&bytes[at - 11..=at]) {
                return true;
            }
            continue;
        }
        if run >= 4 && is_between(at) && is_between(at + 5) {
            let group = bytes.get(at - 4..at + 10).unwrap_or_default();
            let digits: Vec<u8> = group
                .iter()
                .filter(|byte| byte.is_ascii_digit())
                .copied()
                .collect();
            if is_known(&digits) {
                return true;
            }
        }
        run = 0;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planted_number_is_found_however_it_is_written() {
        // A published arithmetic example.
        let numbers = BTreeSet::from(["123456789018".to_owned()]);
        let wide = |text: &str| {
            text.encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<u8>>()
        };
        for planted in [
            b"x123456789018y".to_vec(),
            b"99123456789018".to_vec(),
            b"1234-5678-9018".to_vec(),
            wide("number 123456789018"),
            [b"x".to_vec(), wide("123456789018")].concat(),
        ] {
            assert!(in_bytes(&planted, &numbers).is_some(), "{planted:?}");
        }
        for other in [&b"123456789012"[..], b"12345678901", b"1234-5678-9012", b""] {
            assert_eq!(in_bytes(other, &numbers), None);
        }
    }
}
