//! Words that may not stand in the tree, and where they stand all the same.
//!
//! The patterns are put together from pieces, so that this file does not name itself.

use crate::tree::File;

/// A pattern and the reason why it may not stand anywhere.
pub struct Forbidden {
    /// The text looked for.
    pub pattern: &'static str,
    /// Why it may not stand.
    pub reason: &'static str,
    /// Only in Rust source, or in every file.
    pub rust_only: bool,
    /// For a path: only where it begins, not inside a longer path or an address.
    pub at_start: bool,
}

const fn marker(pattern: &'static str, reason: &'static str) -> Forbidden {
    Forbidden {
        pattern,
        reason,
        rust_only: true,
        at_start: false,
    }
}

const fn machine(pattern: &'static str) -> Forbidden {
    Forbidden {
        pattern,
        reason: "a path of somebody's machine",
        rust_only: false,
        at_start: true,
    }
}

/// What may stand nowhere.
pub const FORBIDDEN: [Forbidden; 9] = [
    marker(concat!("to", "do!("), "unfinished work is an issue, not a macro"),
    marker(
        concat!("unimpl", "emented!("),
        "unfinished work is an issue, not a macro",
    ),
    marker(concat!("FIX", "ME"), "unfinished work is an issue, not a comment"),
    marker(
        concat!("#[ig", "nore"),
        "a test runs or is deleted; long counts are read from the environment",
    ),
    machine(concat!("/ro", "ot/")),
    machine(concat!("/ho", "me/")),
    machine(concat!("/Us", "ers/")),
    machine(concat!("/wo", "rk/")),
    machine(concat!("/tmp/ba", "sh_jobs")),
];

/// The one file name in which a platform may be told apart (institutions run Windows).
const PLATFORM_FILE: &str = "platform.rs";

/// Every place where a forbidden word stands: `path:line: word (reason)`.
#[must_use]
pub fn faults(files: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files {
        let text = file.text();
        for (number, line) in (1..).zip(text.lines()) {
            for word in FORBIDDEN.iter().filter(|word| stands(word, file, line)) {
                faults.push(format!(
                    "{}:{number}: `{}` ({})",
                    file.path, word.pattern, word.reason
                ));
            }
            if file.is_rust() && !file.path.ends_with(PLATFORM_FILE) && tells_platforms_apart(line) {
                faults.push(format!(
                    "{}:{number}: platforms are told apart only in {PLATFORM_FILE}",
                    file.path
                ));
            }
        }
    }
    faults
}

fn stands(word: &Forbidden, file: &File, line: &str) -> bool {
    if word.rust_only && !file.is_rust() {
        return false;
    }
    line.match_indices(word.pattern).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !word.at_start
            || !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '~' | '}' | ')'))
    })
}

fn tells_platforms_apart(line: &str) -> bool {
    [
        concat!("cfg(", "unix"),
        concat!("cfg(", "windows"),
        concat!("cfg(not(", "unix"),
        concat!("std::", "os::"),
    ]
    .iter()
    .any(|pattern| line.contains(pattern))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        faults(&[File {
            path: path.to_owned(),
            bytes: text.as_bytes().to_vec(),
        }])
        .len()
    }

    #[test]
    fn a_planted_word_is_found() {
        for word in &FORBIDDEN {
            assert_eq!(
                found("crates/x/src/lib.rs", &format!("let x = \"{}\";", word.pattern)),
                1,
                "{}",
                word.pattern
            );
        }
    }

    #[test]
    fn a_path_inside_a_longer_path_or_an_address_is_no_machine() {
        let inside = concat!("https://example.invalid/wo", "rk/1 and src/ho", "me/page.rs");
        assert_eq!(found("docs/src/a.md", inside), 0);
    }

    #[test]
    fn platforms_are_told_apart_in_one_file_only() {
        let line = concat!("#[cfg(", "unix)]");
        assert_eq!(found("crates/x/src/a.rs", line), 1);
        assert_eq!(found("crates/x/src/platform.rs", line), 0);
    }
}
