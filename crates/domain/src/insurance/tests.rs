//! Insurers' rows beside the aid.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::eligibility::{Eligibility, EndReason, Ending};

fn text(text: &str) -> AsReceived {
    text.parse().unwrap()
}

fn row(kind: InsuranceKind, from: Date, ending: Option<Date>) -> InsuranceRow {
    let insurer = match kind {
        InsuranceKind::Employees => "06130488",
        InsuranceKind::National => "130013",
        InsuranceKind::Elderly => "39131008",
    };
    InsuranceRow {
        kind,
        insurer: insurer.parse().unwrap(),
        insurer_name: text("見本保険者"),
        card: CardClassification::General,
        symbol: Some(text("001")),
        number: text("0000123"),
        branch: Some(text("01")),
        holder_or_family: Some(HolderOrFamily::Holder),
        holder_name: None,
        from,
        ending: ending.map(|date| InsuranceEnding {
            date,
            reason: ReasonOfLoss::Other,
        }),
        burden_percent: None,
    }
}

fn aid(start: Date, end: Option<(Date, EndReason)>) -> Eligibility {
    Eligibility {
        payer: "12139994".parse().unwrap(),
        recipient: "1234566".parse().unwrap(),
        office_name: text("見本区福祉事務所"),
        start,
        end: end.map(|(date, reason)| Ending { date, reason }),
    }
}

/// From, ending day, reason of each row.
fn periods(rows: &[InsuranceRow]) -> Vec<(Date, Option<(Date, ReasonOfLoss)>)> {
    rows.iter()
        .map(|row| (row.from, row.ending.map(|ending| (ending.date, ending.reason))))
        .collect()
}

#[test]
fn national_insurance_ends_at_the_start_and_goes_on_after_the_end() {
    let base = [row(InsuranceKind::National, date(2020, 4, 1), None)];
    let aid = [
        aid(date(2026, 5, 10), Some((date(2026, 8, 1), EndReason::Suspension))),
        aid(
            date(2026, 9, 1),
            Some((date(2026, 11, 20), EndReason::Termination)),
        ),
    ];
    assert_eq!(
        periods(&rows_beside_aid(&base, &aid)),
        [
            (
                date(2020, 4, 1),
                Some((date(2026, 5, 10), ReasonOfLoss::AidBegan))
            ),
            (date(2026, 8, 1), Some((date(2026, 9, 1), ReasonOfLoss::AidBegan))),
            (date(2026, 11, 20), None),
        ]
    );
}

#[test]
fn nothing_begins_at_a_transfer_or_after_a_death() {
    let base = [row(InsuranceKind::Elderly, date(2020, 4, 1), None)];
    let moved = [
        aid(date(2026, 5, 10), Some((date(2026, 8, 1), EndReason::Transfer))),
        aid(date(2026, 8, 1), Some((date(2026, 9, 3), EndReason::Death))),
    ];
    assert_eq!(
        periods(&rows_beside_aid(&base, &moved)),
        [(
            date(2020, 4, 1),
            Some((date(2026, 5, 10), ReasonOfLoss::AidBegan))
        )]
    );
}

#[test]
fn employees_insurance_stays_and_covers() {
    let base = [
        row(
            InsuranceKind::Employees,
            date(2026, 4, 1),
            Some(date(2026, 11, 20)),
        ),
        row(InsuranceKind::National, date(2020, 4, 1), Some(date(2026, 4, 1))),
    ];
    let rows = rows_beside_aid(&base, &[aid(date(2026, 3, 1), None)]);
    let kept: Vec<_> = rows
        .iter()
        .filter(|row| row.kind == InsuranceKind::Employees)
        .collect();
    assert_eq!(kept, [&base[0]]);
    assert!(covers(&rows, date(2026, 11, 19)).is_some());
    assert_eq!(covers(&rows, date(2026, 11, 20)), None);
    assert_eq!(
        covers(&rows, date(2025, 11, 20)),
        None,
        "国保 is no employees' insurance"
    );
}

#[test]
fn an_insurance_that_ends_when_the_aid_ends_begins_no_more() {
    let base = [row(
        InsuranceKind::National,
        date(2020, 4, 1),
        Some(date(2026, 8, 1)),
    )];
    let aid = [aid(
        date(2026, 5, 10),
        Some((date(2026, 8, 1), EndReason::Termination)),
    )];
    assert_eq!(rows_beside_aid(&base, &aid).len(), 1);
}

#[test]
fn a_start_taken_back_takes_nothing() {
    let base = [row(InsuranceKind::National, date(2020, 4, 1), None)];
    let day = date(2026, 5, 10);
    let taken_back = [aid(day, Some((day, EndReason::Termination)))];
    assert_eq!(rows_beside_aid(&base, &taken_back), base);
}

#[test]
fn the_consistency_flag_needs_rows_to_differ_from() {
    for (office, rows, differs) in [
        (YesNo::Yes, None, false),
        (YesNo::No, None, false),
        (YesNo::Yes, Some(true), false),
        (YesNo::Yes, Some(false), true),
        (YesNo::No, Some(true), true),
        (YesNo::No, Some(false), false),
    ] {
        assert_eq!(inconsistent(office, rows), differs, "{office:?} {rows:?}");
    }
}

#[test]
fn faults_are_found() {
    let good = row(InsuranceKind::Elderly, date(2026, 4, 1), None);
    assert_eq!(good.check(), Ok(()));
    for kind in InsuranceKind::ALL {
        let other = row(*kind, date(2026, 4, 1), None);
        assert_eq!(other.check(), Ok(()));
        for wrong in InsuranceKind::ALL.iter().filter(|wrong| *wrong != kind) {
            let row = InsuranceRow {
                kind: *wrong,
                ..other.clone()
            };
            // 国保組合 has eight digits, so 国保 with another's number is not told apart.
            let fault = (*kind, *wrong) != (InsuranceKind::Employees, InsuranceKind::National);
            assert_eq!(row.check().is_err(), fault, "{kind:?} {wrong:?}");
        }
    }
    let aid = InsuranceRow {
        card: CardClassification::MedicalAid,
        ..good.clone()
    };
    assert_eq!(aid.check(), Err(InsuranceFault::NotInsurance));
    let reversed = row(InsuranceKind::Elderly, date(2026, 4, 1), Some(date(2026, 3, 31)));
    assert_eq!(
        reversed.check().unwrap_err().to_string(),
        "ending: 2026-03-31 is before from 2026-04-01"
    );
    let heavy = InsuranceRow {
        burden_percent: Some(101),
        ..good
    };
    assert_eq!(heavy.check(), Err(InsuranceFault::Burden { found: 101 }));
}

#[test]
fn serde_keeps_the_declared_order_and_leaves_out_what_is_not_there() {
    let row = row(InsuranceKind::Elderly, date(2026, 4, 1), None);
    let row = InsuranceRow {
        symbol: None,
        branch: None,
        holder_or_family: None,
        burden_percent: Some(10),
        ..row
    };
    let json = serde_json::to_string(&row).unwrap();
    assert_eq!(
        json,
        r#"{"kind":"elderly","insurer":"39131008","insurer_name":"見本保険者","card":"01","number":"0000123","from":"2026-04-01","burden_percent":10}"#
    );
    assert_eq!(serde_json::from_str::<InsuranceRow>(&json).unwrap(), row);
    assert!(serde_json::from_str::<InsuranceRow>(&json.replacen('{', r#"{"x":1,"#, 1)).is_err());
    assert!(!format!("{row:?}").contains("0000123"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// Day by day: insured outside the aid as before and never beside it, unless by employees; nothing after a death.
    #[test]
    fn no_day_has_national_insurance_and_aid(
        kind in prop::sample::select(InsuranceKind::ALL),
        (from, length) in (0..40_i64, prop::option::of(0..40_i64)),
        spells in prop::collection::vec((0..50_i64, 0..20_i64, prop::sample::select(EndReason::ALL)), 0..4),
    ) {
        let day = |offset: i64| date(2026, 10, 1).checked_add(jiff::Span::new().days(offset)).unwrap();
        let base = row(kind, day(from), length.map(|length| day(from + length)));
        let aids: Vec<Eligibility> = spells
            .iter()
            .map(|(start, length, reason)| aid(day(*start), Some((day(start + length), *reason))))
            .collect();
        let rows = rows_beside_aid(std::slice::from_ref(&base), &aids);
        let died = aids
            .iter()
            .filter_map(|one| one.end.filter(|end| end.reason == EndReason::Death).map(|_| one.start))
            .min();
        for offset in 0..100 {
            let day = day(offset);
            let insured = rows.iter().filter(|row| row.insures(day)).count();
            let aided = aids.iter().any(|one| one.covers(day)) || died.is_some_and(|died| day >= died);
            let expected = base.insures(day) && (kind == InsuranceKind::Employees || !aided);
            prop_assert_eq!(insured, usize::from(expected), "{}", day);
        }
        for row in &rows {
            prop_assert!(row.check().is_ok());
            let is_empty = row.ending.is_some_and(|ending| ending.date <= row.from);
            prop_assert!(!is_empty || length == Some(0), "a row that insures no day");
        }
    }
}
