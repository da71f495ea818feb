//! Doubles, and what changed eligibilities do to vouchers.

use jiff::civil::date;
use proptest::prelude::*;

use super::{dispensing, medical};
use crate::calendar::{Date, Period};
use crate::eligibility::{Eligibility, EndReason, Ending};
use crate::voucher::{ChangeKind, TreatmentType, Voucher, doubles, fits, is_double, shorten};

fn between(first: i8, last: i8) -> Voucher {
    Voucher {
        valid_from: date(2026, 11, first),
        valid_through: date(2026, 11, last),
        ..medical()
    }
}

fn aid(start: Date, end: Option<(Date, EndReason)>) -> Eligibility {
    Eligibility {
        payer: "12139994".parse().unwrap(),
        recipient: "1234566".parse().unwrap(),
        office_name: "見本区福祉事務所".parse().unwrap(),
        start,
        end: end.map(|(date, reason)| Ending { date, reason }),
    }
}

#[test]
fn overlapping_days_of_the_same_care_are_a_double() {
    let half = between(1, 15);
    assert!(is_double(&half, &between(15, 30)));
    assert!(!is_double(&half, &between(16, 30)));
    let different: [fn(&mut Voucher); 3] = [
        |other| other.institution_code = "1319999023".parse().unwrap(),
        |other| other.treatment_type = TreatmentType::Inpatient,
        // 移管: another office pays from its day on.
        |other| other.printed_payer = "12139986".parse().unwrap(),
    ];
    for change in different {
        let mut other = half.clone();
        change(&mut other);
        assert!(!is_double(&half, &other), "{other:?}");
    }
    let mut second = dispensing();
    assert!(is_double(&dispensing(), &second));
    second.prescription_issuer_code = Some("1319999023".parse().unwrap());
    assert!(
        !is_double(&dispensing(), &second),
        "a pharmacy may dispense for two"
    );
}

#[test]
fn a_voucher_with_no_covered_day_is_withdrawn() {
    let aid = aid(
        date(2026, 4, 1),
        Some((date(2026, 11, 16), EndReason::Suspension)),
    );
    let changes = shorten(&[between(1, 30), between(16, 30), between(1, 15)], &[aid]);
    let kinds: Vec<ChangeKind> = changes.iter().map(|change| change.kind).collect();
    let to = Period::new(date(2026, 11, 1), date(2026, 11, 15)).unwrap();
    assert_eq!(kinds, [ChangeKind::Shorten(to), ChangeKind::Withdraw]);
    assert_eq!(shorten(&[between(1, 30)], &[])[0].kind, ChangeKind::Withdraw);
}

#[test]
fn a_change_says_which_voucher_also_where_two_have_one_number() {
    let ended = aid(
        date(2026, 4, 1),
        Some((date(2026, 11, 16), EndReason::Termination)),
    );
    let vouchers = [between(1, 10), between(1, 20), between(20, 30)];
    assert!(
        vouchers
            .iter()
            .all(|one| one.issue_number == vouchers[0].issue_number)
    );
    let places: Vec<usize> = shorten(&vouchers, &[ended]).iter().map(|one| one.place).collect();
    assert_eq!(places, [1, 2]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Against the definition, pair by pair.
    #[test]
    fn all_doubles_are_found(days in prop::collection::vec((1..31_i8, 0..10_i8, 0..2_usize), 0..12)) {
        let codes = ["1319999015", "1319999023"];
        let vouchers: Vec<Voucher> = days
            .iter()
            .map(|(first, length, code)| Voucher {
                institution_code: codes[*code].parse().unwrap(),
                ..between(*first, (*first + *length).min(30))
            })
            .collect();
        let mut expected = Vec::new();
        for one in 0..vouchers.len() {
            for other in one + 1..vouchers.len() {
                if is_double(&vouchers[one], &vouchers[other]) {
                    expected.push((one, other));
                }
            }
        }
        prop_assert_eq!(doubles(&vouchers), expected);
    }

    /// With one eligibility: exactly the covered days of a voucher are left.
    #[test]
    fn shortening_takes_no_covered_day(
        (first, length) in (1..31_i8, 0..30_i8),
        (start, end) in (-20..40_i64, prop::option::of((0..60_i64, prop::sample::select(EndReason::ALL)))),
    ) {
        let voucher = between(first, (first + length).min(30));
        let day = |offset: i64| date(2026, 11, 1).checked_add(jiff::Span::new().days(offset)).unwrap();
        let aid = aid(day(start), end.map(|(length, reason)| (day(start + length), reason)));
        let changes = shorten(std::slice::from_ref(&voucher), std::slice::from_ref(&aid));
        let (mut after, mut stands) = (voucher.clone(), true);
        for change in changes {
            match change.kind {
                ChangeKind::Shorten(to) => {
                    after.valid_from = to.first();
                    after.valid_through = to.last();
                }
                ChangeKind::Withdraw => stands = false,
            }
        }
        for offset in 0..30 {
            let day = day(offset);
            prop_assert_eq!(stands && after.covers(day), voucher.covers(day) && aid.covers(day), "{}", day);
        }
        if stands {
            prop_assert_eq!(fits(&after, &aid), Ok(()));
            prop_assert_eq!(shorten(&[after], &[aid]), vec![]);
        }
    }
}
