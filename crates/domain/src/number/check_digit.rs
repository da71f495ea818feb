//! Check digits: the folded 2-1 weighting of the medical numbers, and the one of the 個人番号.

/// The check digit for `body` (ASCII digits without the check digit), 0–9.
///
/// From the rightmost body digit leftward the weights are 2, 1, 2, 1, …; a product of two digits is folded
/// (tens + units); the check digit brings the sum to a multiple of ten. Source: 厚生労働省「保険者番号等の設定に
/// ついて」別添2. This is the Luhn algorithm over body and check digit.
///
/// It catches every single wrong digit, and every swap of neighbours but `09` and `90`.
#[must_use]
pub fn folded(body: &[u8]) -> u8 {
    let sum = body.iter().rev().enumerate().fold(0_u8, |sum, (place, ascii)| {
        let digit = digit_of(*ascii);
        let product = if place % 2 == 0 { digit * 2 } else { digit };
        // Kept modulo 10 all the way, so that no length of body overflows.
        (sum + product / 10 + product % 10) % 10
    });
    (10 - sum) % 10
}

/// The check digit of a 個人番号 for its first eleven digits (ASCII), 0–9.
///
/// 番号法省令（平成26年総務省令第85号）第5条: 11 − (Σ Pn × Qn mod 11), where Pn is the n-th digit from the lowest
/// and Qn is n+1 up to n = 6 and n−5 after; a remainder of 0 or 1 gives 0.
#[must_use]
pub fn individual(body: &[u8; 11]) -> u8 {
    const WEIGHTS: [u16; 11] = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
    let sum: u16 = body
        .iter()
        .zip(WEIGHTS)
        .map(|(ascii, weight)| u16::from(digit_of(*ascii)) * weight)
        .sum();
    match sum % 11 {
        0 | 1 => 0,
        2 => 9,
        3 => 8,
        4 => 7,
        5 => 6,
        6 => 5,
        7 => 4,
        8 => 3,
        9 => 2,
        _ => 1,
    }
}

/// The value of one ASCII digit; anything else counts as its last decimal place rather than overflow.
const fn digit_of(ascii: u8) -> u8 {
    ascii.wrapping_sub(b'0') % 10
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folded_agrees_with_the_worked_sums() {
        // welfare-domain.md §2.2: body, check digit. Synthetic and published example numbers only.
        for (body, check) in [
            ("1201601", 0),
            ("1201201", 9),
            ("1201101", 1),
            ("1201110", 2),
            ("0613048", 8),
            ("3312001", 5),
            ("5401602", 7),
            ("123456", 6),
            ("041256", 9),
            ("000001", 8),
            ("341071236", 2),
            ("011011371", 9),
            ("271420638", 6),
            ("1213999", 4),
            ("2513999", 9),
            ("131999901", 5),
        ] {
            assert_eq!(folded(body.as_bytes()), check, "{body}");
        }
    }

    #[test]
    fn individual_agrees_with_the_worked_sums() {
        for (body, check) in [
            (b"12345678901", 8),
            (b"98320567321", 4),
            (b"98765432109", 3),
            (b"11111111111", 8),
            (b"00000000000", 0),
        ] {
            assert_eq!(individual(body), check);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn folded_is_luhn(body in "[0-9]{1,20}") {
            let whole = format!("{body}{}", folded(body.as_bytes()));
            let luhn: u32 = whole.bytes().rev().enumerate().map(|(place, ascii)| {
                let digit = u32::from(ascii - b'0');
                if place % 2 == 1 { [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][digit as usize] } else { digit }
            }).sum();
            prop_assert_eq!(luhn % 10, 0);
        }

        #[test]
        fn individual_follows_the_ordinance(body in "[0-9]{11}") {
            let digits: Vec<u32> = body.bytes().rev().map(|ascii| u32::from(ascii - b'0')).collect();
            let sum: u32 = (1..=11).map(|n| digits[n - 1] * u32::try_from(if n <= 6 { n + 1 } else { n - 5 }).unwrap()).sum();
            let expected = if sum % 11 <= 1 { 0 } else { 11 - sum % 11 };
            let body: [u8; 11] = body.as_bytes().try_into().unwrap();
            prop_assert_eq!(u32::from(individual(&body)), expected);
        }
    }
}
