//! Designation by day, and successions.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

pub(crate) fn code(text: &str) -> InstitutionCode {
    InstitutionCode::parse(text).unwrap()
}

pub(crate) fn institution(text: &str, from: Date, through: Option<Date>) -> Institution {
    Institution {
        code: code(text),
        name: format!("見本{text}").parse().unwrap(),
        kinds: vec![InstitutionKind::Clinic],
        designated: vec![Designation { from, through }],
        succession: None,
    }
}

pub(crate) fn register(institutions: Vec<Institution>) -> BTreeMap<InstitutionCode, Institution> {
    institutions.into_iter().map(|one| (one.code, one)).collect()
}

const OLD: &str = "1319999015";
const NEW: &str = "1319999023";

#[test]
fn both_ends_of_a_designation_are_designated_and_gaps_are_not() {
    let mut clinic = institution(OLD, date(2026, 4, 1), Some(date(2026, 6, 30)));
    clinic.designated.push(Designation {
        from: date(2026, 8, 1),
        through: None,
    });
    for (day, designated) in [
        (date(2026, 3, 31), false),
        (date(2026, 4, 1), true),
        (date(2026, 6, 30), true),
        (date(2026, 7, 15), false),
        (date(2026, 8, 1), true),
        (Date::MAX, true),
    ] {
        assert_eq!(clinic.designated_on(day), designated, "{day}");
    }
}

#[test]
fn the_successor_takes_over_on_its_first_day() {
    let mut old = institution(OLD, date(2020, 4, 1), None);
    old.succession = Some(Succession {
        code: code(NEW),
        from: date(2026, 11, 15),
    });
    let register = register(vec![old.clone(), institution(NEW, date(2026, 11, 15), None)]);
    let in_charge = |day| in_charge(&register, &code(OLD), day).map(|one| one.code);
    assert_eq!(in_charge(date(2026, 11, 14)), Some(code(OLD)));
    assert_eq!(in_charge(date(2026, 11, 15)), Some(code(NEW)));
    assert!(old.designated_on(date(2026, 11, 14)) && !old.designated_on(date(2026, 11, 15)));
    assert_eq!(
        super::in_charge(&register, &code("1319999999"), date(2026, 11, 1)),
        None
    );
}

#[test]
fn a_circle_of_successions_has_nobody_in_charge() {
    let mut one = institution(OLD, date(2020, 4, 1), None);
    let mut other = institution(NEW, date(2020, 4, 1), None);
    let from = date(2026, 11, 1);
    one.succession = Some(Succession {
        code: code(NEW),
        from,
    });
    other.succession = Some(Succession {
        code: code(OLD),
        from,
    });
    let register = register(vec![one, other]);
    assert_eq!(in_charge(&register, &code(OLD), from), None);
    assert!(in_charge(&register, &code(OLD), date(2026, 10, 31)).is_some());
}

#[test]
fn serde_refuses_what_it_does_not_know() {
    let clinic = institution(OLD, date(2020, 4, 1), None);
    let json = serde_json::to_string(&clinic).unwrap();
    assert!(
        json.starts_with(r#"{"code":"1319999015","name":"見本1319999015","kinds":["clinic"],"#),
        "{json}"
    );
    assert_eq!(serde_json::from_str::<Institution>(&json).unwrap(), clinic);
    let other = json.replacen("\"code\"", "\"kode\":1,\"code\"", 1);
    assert!(serde_json::from_str::<Institution>(&other).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Along any chain, on any day, exactly one code is in charge, and it is one that has begun and not been succeeded.
    #[test]
    fn on_every_day_one_code_of_a_chain_is_in_charge(
        mut days in prop::collection::btree_set(1..28_i8, 1..5), asked in 1..29_i8
    ) {
        let codes: Vec<String> = (0..=days.len()).map(|n| format!("131999{n}015")).collect();
        let mut chain: Vec<Institution> = codes.iter().map(|one| institution(one, Date::MIN, None)).collect();
        for at in 0..days.len() {
            let from = date(2026, 11, days.pop_first().unwrap());
            chain[at].succession = Some(Succession { code: code(&codes[at + 1]), from });
        }
        let day = date(2026, 11, asked);
        let begun = chain.iter().take_while(|one| one.successor(day).is_some()).count();
        let register = register(chain);
        prop_assert_eq!(in_charge(&register, &code(&codes[0]), day).unwrap().code, code(&codes[begun]));
    }
}
