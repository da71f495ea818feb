//! 個人番号 *kojin bangō*: no number that could be somebody's may stand in the tree.
//!
//! A 12-digit run whose check digit agrees could be a person's. Only arithmetic examples that others published
//! are allowed. The check digit is worked out here anew, on purpose: a test that asked the code under test
//! would be blind to the same mistake.

/// Published arithmetic examples, and zeros (which the types refuse).
pub const EXAMPLES: [&str; 5] = [
    "123456789018",
    "983205673214",
    "987654321093",
    "111111111118",
    "000000000000",
];

/// Weights from the left: Qₙ = n+1 for n = 1..6 and n−5 for n = 7..11, n counted from the right
/// (平成26年総務省令第85号 第5条).
const WEIGHTS: [u32; 11] = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/// Whether the check digit of these twelve digits agrees.
#[must_use]
pub fn agrees(digits: &[u8; 12]) -> bool {
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let check = match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    u32::from(digits[11] - b'0') == check
}

/// Every number in `bytes` that could be somebody's, with the line it stands on.
///
/// Looks at runs of exactly twelve digits that no ASCII letter touches (a hash is no number), also when written
/// in three groups of four with a space or a hyphen between.
#[must_use]
pub fn faults(bytes: &[u8]) -> Vec<(usize, String)> {
    let mut faults = Vec::new();
    for (line, text) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        let runs = text.split(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-')));
        for words in runs {
            let words: Vec<&[u8]> = words.split(|byte| matches!(byte, b' ' | b'-')).collect();
            let whole = words.iter().map(|word| word.to_vec());
            let grouped = words
                .windows(3)
                .filter(|group| group.iter().all(|word| word.len() == 4))
                .map(<[&[u8]]>::concat);
            for digits in whole.chain(grouped) {
                let Ok(digits) = <[u8; 12]>::try_from(digits) else {
                    continue;
                };
                let number = String::from_utf8_lossy(&digits).into_owned();
                if digits.iter().all(u8::is_ascii_digit)
                    && agrees(&digits)
                    && !EXAMPLES.contains(&number.as_str())
                {
                    faults.push((line, number));
                }
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_examples_agree() {
        for number in EXAMPLES {
            assert!(agrees(number.as_bytes().try_into().unwrap()), "{number}");
        }
        assert!(!agrees(b"123456789012"));
    }

    /// A number with an agreeing check digit that is not an example, made here and written nowhere.
    fn planted() -> String {
        let made = (0..10).map(|check| format!("22222222222{check}"));
        made.into_iter()
            .find(|number| agrees(number.as_bytes().try_into().unwrap()))
            .unwrap()
    }

    #[test]
    fn a_planted_number_is_found_also_in_groups() {
        let number = planted();
        let grouped = format!("{}-{}-{}", &number[..4], &number[4..8], &number[8..]);
        let text = format!("one\n\"{number}\"\nand {grouped}.");
        assert_eq!(faults(text.as_bytes()), [(2, number.clone()), (3, number)]);
    }

    #[test]
    fn a_hash_and_a_longer_run_are_no_numbers() {
        let number = planted();
        assert_eq!(faults(format!("a{number} {number}0 0{number}").as_bytes()), []);
        assert_eq!(faults(EXAMPLES.join(" ").as_bytes()), []);
    }
}
