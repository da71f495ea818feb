//! The design's table, written a second time and compared over every case.

use super::*;

/// A row: its name, when it applies, the code, and what is disclosed. Written from the design, not from the code.
type Row = (
    &'static str,
    fn(&Case) -> bool,
    &'static str,
    fn(&Disclosure) -> bool,
);

/// A number inquiry that may be answered as with the card.
fn as_with_card(case: &Case) -> bool {
    case.presence != Presence::CardSigned
        && case.born == Born::Right
        && !case.shielded
        && (case.recent || (case.has_voucher_here() && case.is_covered()))
        && !matches!(case.stands, Stands::Unknown | Stands::Without)
}

const TABLE: [Row; 12] = [
    (
        "card, voucher here",
        |c| card(c) && c.is_covered() && c.has_voucher_here() && !c.shielded,
        "1",
        |d| *d == Disclosure::FullWithAddress,
    ),
    (
        "card, voucher here, shielded",
        |c| card(c) && c.is_covered() && c.has_voucher_here() && c.shielded,
        "1",
        |d| *d == Disclosure::FullWithoutAddress,
    ),
    (
        "card, none here",
        |c| card(c) && c.is_covered() && !c.has_voucher_here(),
        "6",
        |d| *d == Disclosure::IdentityOnly,
    ),
    (
        "card, died",
        |c| card(c) && c.stands == Stands::Ended(EndReason::Death),
        "2",
        |d| {
            *d == Disclosure::Ended {
                date: date(2026, 11, 21),
                reason: EndReason::Death,
            }
        },
    ),
    (
        "card, stopped otherwise",
        |c| card(c) && matches!(c.stands, Stands::Ended(r) if r != EndReason::Death),
        "2",
        |d| matches!(d, Disclosure::Ended { date: DAY, .. }),
    ),
    (
        "card, not yet begun",
        |c| card(c) && c.stands == Stands::NotYet,
        "2",
        |d| {
            *d == Disclosure::NotYetBegun {
                date: date(2026, 11, 23),
            }
        },
    ),
    (
        "card, nobody",
        |c| card(c) && matches!(c.stands, Stands::Unknown | Stands::Without),
        "4",
        |d| *d == Disclosure::Nothing,
    ),
    (
        "number, voucher here",
        |c| as_with_card(c) && c.is_covered() && c.has_voucher_here(),
        "1",
        |d| *d == Disclosure::FullWithoutAddress,
    ),
    (
        "number, recent visit, none here",
        |c| as_with_card(c) && c.is_covered() && !c.has_voucher_here(),
        "6",
        |d| *d == Disclosure::IdentityOnly,
    ),
    (
        "number, recent visit, ended",
        |c| as_with_card(c) && matches!(c.stands, Stands::Ended(_)),
        "2",
        |d| matches!(d, Disclosure::Ended { .. }),
    ),
    (
        "number, recent visit, not yet begun",
        |c| as_with_card(c) && c.stands == Stands::NotYet,
        "2",
        |d| matches!(d, Disclosure::NotYetBegun { .. }),
    ),
    (
        "number, anything else",
        |c| !card(c) && !as_with_card(c),
        "4",
        |d| *d == Disclosure::Nothing,
    ),
];

#[test]
fn every_case_has_one_row_and_the_answer_is_that_row() {
    let mut used = [0; TABLE.len()];
    for case in Case::all() {
        let rows: Vec<usize> = (0..TABLE.len()).filter(|index| TABLE[*index].1(&case)).collect();
        let [row] = rows[..] else {
            panic!("{case:?} has rows {rows:?}")
        };
        used[row] += 1;
        let (name, _, code, discloses) = TABLE[row];
        case.run(|told| {
            assert_eq!(told.validity.code(), code, "{name}: {case:?}");
            assert!(
                discloses(&told.disclosure),
                "{name}: {case:?} {:?}",
                told.disclosure
            );
        });
    }
    assert!(
        used.iter().all(|count| *count > 0),
        "rows that no case reaches: {used:?}"
    );
}
