//! The rows of the table over every combination of what they depend on, and the promises behind them.

use jiff::civil::date;

use super::*;
use crate::eligibility::Ending;
use crate::number::{PayerNumber, RecipientNumber};
use crate::voucher::tests::medical;
use crate::voucher::{IssueNumber, SingleOrCombined, YesNo};

mod cases;
mod table;

use cases::{Addressed, Born, Case, Stands};

const DAY: Date = date(2026, 11, 22);
const BORN: Date = date(1950, 4, 1);

fn here() -> InstitutionCode {
    InstitutionCode::parse("1319999015").unwrap()
}

fn elsewhere() -> InstitutionCode {
    InstitutionCode::parse("3410712362").unwrap()
}

fn asked(birth_date: Option<Date>) -> Question {
    Question {
        day: DAY,
        institution: here(),
        birth_date,
    }
}

fn eligibility(start: Date, end: Option<(Date, EndReason)>) -> Eligibility {
    Eligibility {
        payer: PayerNumber::parse("12139994").unwrap(),
        recipient: RecipientNumber::parse("1234566").unwrap(),
        office_name: AsReceived::parse("office_name", "見本区福祉事務所").unwrap(),
        start,
        end: end.map(|(date, reason)| Ending { date, reason }),
    }
}

fn person(offices: &[AtOffice]) -> Found<'_> {
    Found {
        birth_date: BORN,
        shielded: false,
        recent_card_visit_here: false,
        employees_insurance: None,
        offices,
    }
}

fn card(case: &Case) -> bool {
    case.presence == Presence::CardSigned
}

#[test]
fn addressed_no_answer_holds_a_voucher_of_another_institution_or_day() {
    for case in Case::all() {
        case.run(|told| {
            for shown in &told.vouchers {
                assert_eq!(shown.voucher.issue_number.as_str(), "HERE", "{case:?}");
                assert_eq!(shown.designated_flag, "0");
            }
            assert_eq!(
                told.vouchers.is_empty(),
                told.validity != Validity::Valid,
                "{case:?}"
            );
        });
    }
}

#[test]
fn addressed_numbers_are_told_only_with_a_voucher_here() {
    for case in Case::all() {
        case.run(|told| {
            assert_eq!(
                told.eligibility.is_some(),
                told.disclosure.shows_numbers(),
                "{case:?}"
            );
            assert_eq!(
                told.eligibility.is_some(),
                told.validity == Validity::Valid,
                "{case:?}"
            );
            assert_eq!(
                told.office_name.is_some(),
                told.disclosure.shows_identity(),
                "{case:?}"
            );
        });
    }
}

#[test]
fn addressed_elsewhere_and_nowhere_are_the_same_answer() {
    for case in Case::all()
        .into_iter()
        .filter(|case| case.addressed == Addressed::Elsewhere)
    {
        let nowhere = Case {
            addressed: Addressed::Nobody,
            ..case
        };
        case.run(|there| nowhere.run(|none| assert_eq!(there, none, "{case:?}")));
        let both = Case {
            addressed: Addressed::HereAndElsewhere,
            ..case
        };
        let here = Case {
            addressed: Addressed::Here,
            ..case
        };
        both.run(|two| here.run(|one| assert_eq!(two, one, "{case:?}")));
    }
}

#[test]
fn uniform_every_refused_number_inquiry_is_the_same_answer() {
    let uniform = answer(Presence::NumberOnly, &asked(Some(BORN)), None);
    assert_eq!(uniform.text, Some(UNIFORM_TEXT));
    let mut refused = 0;
    for case in Case::all().into_iter().filter(|case| !card(case)) {
        case.run(|told| {
            if told.validity == Validity::NoneFound {
                assert_eq!(told, uniform, "{case:?}");
                refused += 1;
            }
        });
    }
    assert!(refused > 1000);
}

#[test]
fn shielded_nothing_is_told_without_the_card_and_no_address_with_it() {
    for case in Case::all().into_iter().filter(|case| case.shielded) {
        case.run(|told| {
            assert!(!told.disclosure.shows_address(), "{case:?}");
            if !card(&case) {
                assert_eq!(told.disclosure, Disclosure::Nothing, "{case:?}");
            }
        });
    }
}

#[test]
fn visual_confirmation_tells_what_a_number_tells() {
    for case in Case::all()
        .into_iter()
        .filter(|case| case.presence == Presence::VisualOnly)
    {
        let number = Case {
            presence: Presence::NumberOnly,
            ..case
        };
        case.run(|seen| number.run(|typed| assert_eq!(seen, typed, "{case:?}")));
    }
}

#[test]
fn without_a_card_no_address_is_told() {
    for case in Case::all().into_iter().filter(|case| !card(case)) {
        case.run(|told| assert!(!told.disclosure.shows_address(), "{case:?}"));
    }
}

#[test]
fn insurance_stands_first_and_disagreement_is_flagged() {
    for (insured, stated, first, inconsistent) in [
        (None, YesNo::Yes, false, false),
        (None, YesNo::No, false, false),
        (Some(true), YesNo::Yes, true, false),
        (Some(true), YesNo::No, true, true),
        (Some(false), YesNo::Yes, false, true),
        (Some(false), YesNo::No, false, false),
    ] {
        let usage = if stated == YesNo::Yes {
            SingleOrCombined::Combined
        } else {
            SingleOrCombined::Single
        };
        let voucher = Voucher {
            social_insurance: stated,
            single_or_combined: usage,
            ..medical()
        };
        let offices = [AtOffice {
            eligibilities: vec![eligibility(date(2026, 4, 1), None)],
            vouchers: vec![voucher],
        }];
        let found = Found {
            employees_insurance: insured,
            ..person(&offices)
        };
        let told = answer(Presence::CardSigned, &asked(None), Some(&found));
        assert_eq!(
            (told.insurance_first, told.vouchers[0].inconsistent),
            (first, inconsistent)
        );
    }
    let uniform = Found {
        employees_insurance: Some(true),
        ..person(&[])
    };
    assert!(!answer(Presence::NumberOnly, &asked(Some(BORN)), Some(&uniform)).insurance_first);
}

#[test]
fn after_a_transfer_the_old_offices_voucher_is_void() {
    let moved = date(2026, 11, 15);
    let old = AtOffice {
        eligibilities: vec![eligibility(date(2026, 4, 1), Some((moved, EndReason::Transfer)))],
        vouchers: vec![medical()],
    };
    let new = AtOffice {
        eligibilities: vec![Eligibility {
            payer: PayerNumber::parse("12016010").unwrap(),
            ..eligibility(moved, None)
        }],
        vouchers: vec![],
    };
    let offices = [old, new];
    let told = answer(Presence::CardSigned, &asked(None), Some(&person(&offices)));
    assert_eq!(
        (told.validity, told.vouchers.len()),
        (Validity::ValidUnregistered, 0)
    );
    let before = Question {
        day: date(2026, 11, 14),
        ..asked(None)
    };
    let told = answer(Presence::CardSigned, &before, Some(&person(&offices)));
    assert_eq!((told.validity, told.vouchers.len()), (Validity::Valid, 1));
    assert_eq!(told.eligibility.unwrap().payer.as_str(), "12139994");
}

#[test]
fn the_answer_does_not_depend_on_the_order_of_records() {
    let numbered = |issue: &str, from: Date| Voucher {
        issue_number: IssueNumber::parse(issue).unwrap(),
        valid_from: from,
        ..medical()
    };
    let (first, second, third) = (
        numbered("B", date(2026, 11, 1)),
        numbered("C", date(2026, 11, 1)),
        numbered("A", date(2026, 11, 2)),
    );
    let ended = eligibility(date(2025, 1, 1), Some((date(2025, 6, 1), EndReason::Suspension)));
    let ended_later = eligibility(date(2025, 7, 1), Some((date(2026, 2, 1), EndReason::Termination)));
    let covered = eligibility(date(2026, 4, 1), None);
    let later = eligibility(date(2027, 1, 1), None);
    let forward = [AtOffice {
        eligibilities: vec![ended.clone(), ended_later.clone(), covered.clone()],
        vouchers: vec![first.clone(), second.clone(), third.clone()],
    }];
    let backward = [AtOffice {
        eligibilities: vec![covered, ended_later.clone(), ended.clone()],
        vouchers: vec![third, second, first],
    }];
    let told = answer(Presence::CardSigned, &asked(None), Some(&person(&forward)));
    assert_eq!(
        told,
        answer(Presence::CardSigned, &asked(None), Some(&person(&backward)))
    );
    let issues: Vec<&str> = told
        .vouchers
        .iter()
        .map(|shown| shown.voucher.issue_number.as_str())
        .collect();
    assert_eq!(issues, ["B", "C", "A"]);

    // Suspended, to begin again: the desk is told of the last end.
    for eligibilities in [
        vec![later.clone(), ended.clone(), ended_later.clone()],
        vec![ended_later, ended, later],
    ] {
        let offices = [AtOffice {
            eligibilities,
            vouchers: vec![],
        }];
        let told = answer(Presence::CardSigned, &asked(None), Some(&person(&offices)));
        let expected = Disclosure::Ended {
            date: date(2026, 2, 1),
            reason: EndReason::Termination,
        };
        assert_eq!(told.disclosure, expected);
    }
}

#[test]
fn debug_shows_no_birth_date() {
    let shown = format!("{:?} {:?}", asked(Some(BORN)), person(&[]));
    assert_eq!(shown, "Question(2026-11-22 at 1319999015, …) Found(…)");
}
