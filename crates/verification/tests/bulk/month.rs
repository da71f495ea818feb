//! `OQSmutic`: which vouchers a month's list has, and that it tells no more than inquiries for each day would.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::calendar::Date;
use exchange::oqs::codes::{
    ConsistencyFlag, InsuredCardClassification, PersonalFamilyClassification, QualificationValidity,
    SegmentOfResult,
};
use exchange::registration::RecordId;
use jiff::civil::date;

use crate::people::{ELSEWHERE, HERE, Paper, Someone, november};
use crate::world::{World, listed, month_request};

fn since() -> Date {
    Date::constant(2026, 4, 1)
}

/// A mark of an office and a hub whose clocks were ahead is no word of how fresh the office is; what was known before stays.
#[test]
fn nobody_is_known_as_of_a_moment_that_has_not_come() {
    let world = World::new("ahead");
    world.feed.tell(0, Someone(1).ordinary());
    let day = world.fleet.now();
    let after = |minutes| day + Duration::from_mins(minutes);
    // Nothing was known before the first.
    for (n, (mark, known)) in [
        (after(60), false),
        (after(0), true),
        (after(4), true),
        (after(120), true),
        (after(1), true),
    ]
    .into_iter()
    .enumerate()
    {
        world.feed.mark(0, mark);
        world.settle();
        // The same again would be the same reception.
        let request = month_request(HERE, (2026, 11), Some(&format!("MONTH-{n}")));
        let month = world.both_steps(HERE, "/institution/month", &request);
        let single = world.single(16, &Someone(1).search(0));
        let now = world.fleet.now().jst();
        for told in [month.body.office_data_as_of, single.body.office_data_as_of] {
            assert_eq!(told.is_some(), known, "{mark}");
            assert!(
                told.is_none_or(|told| told <= now && told <= mark.jst()),
                "{told:?}"
            );
        }
    }
}

#[test]
fn a_month_lists_what_is_addressed_here_and_tells_who() {
    let world = World::new("month");
    world.feed.tell(0, Someone(1).ordinary());
    world
        .feed
        .mark(0, env::Time::from_jst(date(2026, 11, 16).at(9, 0, 0, 0)));
    world.settle();
    let result = world.month(HERE);
    let header = &result.header;
    assert_eq!(header.segment_of_result, SegmentOfResult::Done);
    assert_eq!(header.arbitrary_file_identifier.as_deref(), Some("MONTH-1"));
    assert_eq!(header.medical_institution_code, HERE);
    assert_eq!(header.qualification_confirmation_date, Some(november(16)));
    assert_eq!(header.reception_number.as_ref().unwrap().len(), 24);
    let counts = [
        header.number_of_processing_result,
        header.number_of_normal_processing,
        header.number_of_error,
    ];
    assert_eq!(counts, [Some(1), Some(1), Some(0)]);
    assert_eq!(
        result.body.office_data_as_of,
        Some(date(2026, 11, 16).at(9, 0, 0, 0))
    );
    let unit = &result.body.units[0];
    assert_eq!(unit.search, None, "nobody was named");
    assert_eq!(unit.qualification_validity, Some(QualificationValidity::Valid));
    let [aid] = &unit.results[..] else {
        panic!("{unit:?}")
    };
    assert_eq!(
        aid.insured_card_classification,
        Some(InsuredCardClassification::MedicalAid)
    );
    assert_eq!(aid.insurer_number.as_deref(), Some("12139994"));
    assert_eq!(aid.address, None, "without the card no address");
    assert_eq!(
        aid.public_expense_result_list[0].issue_number.as_deref(),
        Some("AP1")
    );
}

/// Promise `addressed`: of everybody who has something to do with November, these are listed and nobody else.
#[test]
fn addressed_the_list_has_these_and_nobody_else() {
    let world = World::new("month-list");
    let (a, b) = (Paper::new("A", HERE), Paper::new("B", HERE));
    let elsewhere = Paper::new("X", ELSEWHERE);
    let tell = |someone: Someone, mut more: Vec<_>| {
        let mut records = vec![someone.person(), someone.eligible(0, 1, since(), None)];
        records.append(&mut more);
        world.feed.tell(0, records);
    };
    // 1: two here, one elsewhere.
    let one = Someone(1);
    tell(
        one,
        vec![
            one.voucher(0, 1, &a.clone().days(10, 30)),
            one.voucher(0, 1, &b),
            one.voucher(0, 1, &elsewhere),
        ],
    );
    // 2: elsewhere only.
    tell(Someone(2), vec![Someone(2).voucher(0, 1, &elsewhere)]);
    // 3, 4: shielded, each flag alone.
    tell(
        Someone(3),
        vec![Someone(3).voucher(0, 1, &a), Someone(3).shielded(true, false)],
    );
    tell(
        Someone(4),
        vec![Someone(4).voucher(0, 1, &a), Someone(4).shielded(false, true)],
    );
    // 5: ended before the month; 6: in it, before and after a voucher begins.
    let five = Someone(5);
    world.feed.tell(
        0,
        vec![
            five.person(),
            five.eligible(0, 1, since(), Some(november(1))),
            five.voucher(0, 1, &a),
        ],
    );
    let six = Someone(6);
    world.feed.tell(
        0,
        vec![
            six.person(),
            six.eligible(0, 1, since(), Some(november(15))),
            six.voucher(0, 1, &a),
            six.voucher(0, 1, &b.clone().days(15, 30)),
        ],
    );
    // 7: withdrawn; 8: corrected to another institution; 9: corrected to this one.
    tell(
        Someone(7),
        vec![Someone(7).voucher(0, 1, &a), Someone(7).withdrawn(&a, 2)],
    );
    let moved = Paper {
        at: ELSEWHERE,
        ..a.clone()
    };
    tell(
        Someone(8),
        vec![Someone(8).voucher(0, 1, &a), Someone(8).voucher(0, 2, &moved)],
    );
    tell(
        Someone(9),
        vec![Someone(9).voucher(0, 2, &a), Someone(9).voucher(0, 1, &moved)],
    );
    // 10: another month. 11: a voucher whose person has not come.
    let december = Paper {
        from: Date::constant(2026, 12, 1),
        through: Date::constant(2026, 12, 31),
        ..a.clone()
    };
    tell(Someone(10), vec![Someone(10).voucher(0, 1, &december)]);
    let eleven = Someone(11);
    world.feed.tell(
        0,
        vec![eleven.eligible(0, 1, since(), None), eleven.voucher(0, 1, &a)],
    );
    // 12: begins after the voucher's last day.
    let twelve = Someone(12);
    world.feed.tell(
        0,
        vec![
            twelve.person(),
            twelve.eligible(0, 1, november(20), None),
            twelve.voucher(0, 1, &a.clone().days(1, 19)),
        ],
    );
    // 13: moved from one office to the other on the 16th, with a voucher of each.
    let thirteen = Someone(13);
    tell(
        thirteen,
        vec![
            thirteen.eligible(0, 2, since(), Some(november(16))),
            thirteen.voucher(0, 1, &a.clone().days(1, 15)),
        ],
    );
    world.feed.tell(
        1,
        vec![
            thirteen.person(),
            thirteen.eligible(1, 1, november(16), None),
            thirteen.voucher(1, 1, &b.clone().days(16, 30)),
        ],
    );
    world.settle();

    let result = world.month(HERE);
    let expected: Vec<Vec<&str>> = vec![
        vec!["AP13"],
        vec!["AP6"],
        vec!["AP9"],
        vec!["BP1", "AP1"],
        vec!["BP13"],
    ];
    assert_eq!(listed(&result), expected);
    assert_eq!(result.header.number_of_processing_result, Some(5));
    // 移管: two units with the numbers of their offices, the earlier first.
    let moved: Vec<_> = result
        .body
        .units
        .iter()
        .filter(|unit| unit.results[0].birthdate == Some(thirteen.birth_date()))
        .map(|unit| unit.results[0].insurer_number.as_deref().unwrap())
        .collect();
    assert_eq!(moved, ["12139994", "12010013"]);
    let at_another = world.month(ELSEWHERE);
    assert_eq!(listed(&at_another), [["AP8"], ["XP1"], ["XP2"]]);

    // And for everybody: the list is what single inquiries for each of its days tell.
    let mut told: BTreeSet<String> = BTreeSet::new();
    for (n, office) in (1..=13).map(|n| (n, 0)).chain([(13, 1)]) {
        for day in 1..=30 {
            let single = world.single(day, &Someone(n).search(office));
            for item in &single.body.result_list {
                let tickets = item.public_expense_result_list.iter();
                told.extend(tickets.map(|ticket| ticket.issue_number.clone().unwrap()));
            }
        }
    }
    let listed: BTreeSet<String> = listed(&result).into_iter().flatten().collect();
    assert_eq!(listed, told);
}

#[test]
fn two_vouchers_of_one_number_are_both_listed() {
    let world = World::new("month-one-number");
    let one = Someone(1);
    let paper = Paper::new("A", HERE);
    let mut second = one.voucher(0, 1, &paper.clone().days(16, 30));
    second.record.record = RecordId::parse("v-second").unwrap();
    let first = one.voucher(0, 1, &paper.days(1, 20));
    world.feed.tell(
        0,
        vec![one.person(), one.eligible(0, 1, since(), None), first, second],
    );
    world.settle();
    let result = world.month(HERE);
    assert_eq!(listed(&result), [["AP1", "AP1"]]);
    let tickets = &result.body.units[0].results[0].public_expense_result_list;
    let begin: Vec<_> = tickets.iter().map(|ticket| ticket.valid_date).collect();
    assert_eq!(begin, [Some(november(1)), Some(november(16))]);
    assert_eq!(
        &world.single(18, &one.search(0)).body.result_list[0].public_expense_result_list,
        tickets
    );
}

#[test]
fn nobody_this_month_is_a_result_without_units() {
    let world = World::new("month-none");
    world.feed.tell(0, vec![Someone(1).person()]);
    world.settle();
    let result = world.month(HERE);
    assert_eq!(result.header.segment_of_result, SegmentOfResult::Done);
    assert_eq!(result.header.number_of_processing_result, Some(0));
    assert!(result.body.units.is_empty());
    assert_eq!(result.body.office_data_as_of, None, "nobody's office is told");
}

#[test]
fn who_is_insured_too_has_two_items_and_the_insurance_is_first() {
    let world = World::new("insured");
    let (agrees, differs) = (Someone(1), Someone(2));
    for (someone, insured) in [(agrees, true), (differs, false)] {
        let paper = Paper {
            insured,
            ..Paper::new("A", HERE)
        };
        let records = vec![
            someone.person(),
            someone.eligible(0, 1, since(), None),
            someone.voucher(0, 1, &paper),
            someone.insured(),
        ];
        world.feed.tell(0, records);
    }
    world.settle();
    for (day, insured) in [(9, false), (10, true)] {
        for someone in [agrees, differs] {
            let single = world.single(day, &someone.search(0));
            let items = &single.body.result_list;
            assert_eq!(items.len(), if insured { 2 } else { 1 }, "{day} {someone:?}");
            let flag = items.last().unwrap().public_expense_result_list[0].consistency_flag;
            let agreed = insured == (someone == agrees);
            assert_eq!(
                flag,
                (!agreed).then_some(ConsistencyFlag::Inconsistent),
                "{day} {someone:?}"
            );
            if insured {
                let insurance = &items[0];
                assert_eq!(
                    insurance.insured_card_classification,
                    Some(InsuredCardClassification::General)
                );
                assert_eq!(insurance.insurer_number.as_deref(), Some("01130012"));
                assert_eq!(insurance.insured_card_symbol.as_deref(), Some("記号１"));
                assert_eq!(insurance.insured_identification_number.as_deref(), Some("0042"));
                assert_eq!(insurance.insured_branch_number.as_deref(), Some("01"));
                assert_eq!(
                    insurance.personal_family_classification,
                    Some(PersonalFamilyClassification::Family)
                );
                assert_eq!(insurance.insured_name.as_deref(), Some("架空　太郎"));
                assert_eq!(insurance.name.as_deref(), Some("架空　花子"));
                assert_eq!(insurance.qualification_date, Some(november(10)));
                assert_eq!(insurance.insurer_name.as_deref(), Some("架空健康保険組合"));
                assert_eq!(insurance.address, None);
                assert!(insurance.public_expense_result_list.is_empty());
            }
        }
    }
    // A month's list shows the last day on which the voucher is told, and no voucher twice because its flag was another before.
    let result = world.month(HERE);
    assert_eq!(listed(&result), [["AP1"], ["AP2"]]);
    assert!(result.body.units.iter().all(|unit| unit.results.len() == 2));
    // Who may not be told about has no insurance either.
    let mut wrong = agrees.search(0);
    wrong.birthdate = november(1);
    assert!(world.single(10, &wrong).body.result_list.is_empty());
}
