//! A whole ward, counted.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::{BTreeMap, BTreeSet};

use domain::business::LegalBasis;
use domain::calendar::Date;
use domain::eligibility::Eligibility;
use domain::month::TreatmentMonth;
use domain::person::Sex;
use madoguchi_synthetic::{Kind, Person, Town, TownError, Ward};

const DAY: Date = Date::constant(2026, 11, 25);

fn town(seed: u64, offices: u32) -> Town {
    Town::new(seed, DAY, Ward::of_the_paper(), offices).unwrap()
}

fn people(seed: u64) -> Vec<Person> {
    town(seed, 1).office(0).people().collect()
}

fn covered(person: &Person) -> bool {
    person
        .eligibilities
        .iter()
        .any(|one| one.start <= DAY && one.last_covered_day().is_none_or(|last| DAY <= last))
}

#[test]
fn the_wards_figures_are_exact() {
    for seed in [1, 2] {
        let people = people(seed);
        let receiving: Vec<_> = people.iter().filter(|one| one.is_receiving()).collect();
        let households: BTreeSet<u64> = receiving.iter().map(|one| one.household).collect();
        assert_eq!((households.len(), receiving.len()), (8_721, 9_746));
        assert_eq!(people.len(), 9_746 + 780 + 6);
        // What is said and what the eligibilities say is the same.
        for person in &people {
            let counts = domain::business::counts_in_ward_figures(person.eligibilities[0].payer);
            assert_eq!(
                covered(person) && counts,
                person.is_receiving(),
                "{}",
                person.index
            );
            assert!(person.eligibilities.iter().all(|one| one.check().is_ok()));
            let twice = |two: &[Eligibility]| two[0].overlaps(&two[1]);
            assert!(!person.eligibilities.windows(2).any(twice));
        }
        let aided = receiving
            .iter()
            .filter(|one| one.kinds.has(Kind::MedicalAid))
            .count();
        assert_eq!(aided, 8_300);
        assert_eq!(
            people
                .iter()
                .filter(|one| one.kinds.has(Kind::MedicalAid))
                .count(),
            8_300
        );
    }
}

#[test]
fn every_kind_is_there_as_often_as_its_share() {
    let office = town(7, 1).office(0);
    let mut counts: BTreeMap<Kind, u64> = BTreeMap::new();
    for person in office.people() {
        for kind in Kind::ALL.iter().filter(|kind| person.kinds.has(**kind)) {
            *counts.entry(*kind).or_default() += 1;
        }
    }
    for kind in Kind::ALL {
        let (found, share) = (counts.get(kind).copied().unwrap_or(0), office.share_of(*kind));
        match kind {
            Kind::Twin => assert_eq!(found, share * 2),
            // Who does not live alone is nobody's namesake, so pairs are lost.
            Kind::Namesake => assert!(found >= share / 4 && found <= share && found % 2 == 0, "{found}"),
            _ => assert_eq!(found, share, "{kind:?}"),
        }
        assert!(found > 0, "{kind:?}");
    }
}

#[test]
fn somebody_follows_from_seed_office_and_place_alone() {
    let (office, other) = (town(3, 3).office(1), town(4, 3).office(1));
    let shown = |person: &Person| {
        format!(
            "{} {} {} {:?} {:?}",
            person.name.name, person.name.kana, person.birth_date, person.eligibilities, person.entrustments
        )
    };
    let forwards: Vec<_> = (0..300).map(|index| shown(&office.person(index))).collect();
    let backwards: Vec<_> = (0..300).rev().map(|index| shown(&office.person(index))).collect();
    assert!(forwards.iter().eq(backwards.iter().rev()));
    let differ =
        (0..300).filter(|index| shown(&other.person(*index)) != forwards[usize::try_from(*index).unwrap()]);
    assert_eq!(differ.count(), 300);
}

#[test]
fn numbers_are_distinct_and_valid() {
    let people = people(1);
    let numbers: Vec<_> = people.iter().filter_map(|one| one.number.as_ref()).collect();
    let distinct: BTreeSet<&str> = numbers.iter().map(|number| number.as_str()).collect();
    assert_eq!(distinct.len(), numbers.len());
    assert!(numbers.iter().all(|number| number.individual_number().is_ok()));
    let mut recipients = BTreeSet::new();
    for person in &people {
        let first = &person.eligibilities[0];
        assert!(recipients.insert((first.payer, first.recipient)));
        assert!(
            person
                .eligibilities
                .iter()
                .all(|one| one.recipient == first.recipient)
        );
    }
    let links: BTreeSet<_> = people.iter().map(|one| &one.link).collect();
    assert_eq!(links.len(), people.len());
}

#[test]
fn what_the_register_has_is_what_the_office_says_but_for_the_kinds_that_differ() {
    for person in people(1) {
        let kinds = person.kinds;
        let entry = person.entry.as_ref();
        assert_eq!(
            entry.is_none(),
            kinds.has(Kind::Homeless) || kinds.has(Kind::NotInRegister)
        );
        assert_eq!(
            person.number.is_none(),
            kinds.has(Kind::Homeless) || kinds.has(Kind::NumberUnknown)
        );
        let agrees = entry.is_some_and(|entry| {
            entry.name == person.name
                && entry.birth_date == person.birth_date
                && entry.sex == person.sex
                && Some(&entry.address) == person.registered_address.as_ref()
        });
        assert_eq!(agrees, entry.is_some() && !kinds.has(Kind::AttributesDiffer));
        let elsewhere = person.residence != person.registered_address;
        assert!(!kinds.has(Kind::LivesInHospital) || elsewhere);
        assert!(entry.is_some() || person.insurers_rows.is_empty());
        assert!(
            person
                .insurers_rows
                .iter()
                .all(|row| row.check().is_ok() && row.from >= person.birth_date)
        );
        assert_eq!(person.basis == LegalBasis::Notice1954, kinds.is_foreign());
    }
}

#[test]
fn households_share_a_home_and_twins_a_birthday() {
    let people = people(1);
    let mut homes: BTreeMap<u64, Vec<&Person>> = BTreeMap::new();
    for person in people.iter().filter(|one| one.is_receiving()) {
        homes.entry(person.household).or_default().push(person);
    }
    for members in homes.values() {
        let adult = |one: &&&Person| one.birth_date <= Date::constant(2008, 11, 25);
        assert!(members.iter().filter(adult).count() > 0, "children alone");
        let twins: Vec<_> = members.iter().filter(|one| one.kinds.has(Kind::Twin)).collect();
        if let [one, other] = twins.as_slice() {
            assert_eq!(one.birth_date, other.birth_date);
        } else {
            assert!(twins.is_empty());
        }
        let registered: BTreeSet<_> = members
            .iter()
            .filter_map(|one| one.registered_address.as_ref())
            .collect();
        assert!(registered.len() <= 1);
    }
    for newborn in people.iter().filter(|one| one.kinds.has(Kind::Newborn)) {
        assert!(newborn.birth_date >= Date::constant(2026, 10, 1) && newborn.birth_date <= DAY);
        assert_eq!(newborn.eligibilities[0].start, newborn.birth_date);
    }
}

#[test]
fn namesakes_share_name_birth_and_sex_and_nobody_else_does() {
    let mut alike: BTreeMap<(String, Date, Sex), Vec<bool>> = BTreeMap::new();
    for person in people(1) {
        let key = (
            person.name.name.as_str().to_owned(),
            person.birth_date,
            person.sex,
        );
        alike
            .entry(key)
            .or_default()
            .push(person.kinds.has(Kind::Namesake));
    }
    let pairs: Vec<_> = alike.values().filter(|kinds| kinds.len() > 1).collect();
    let meant = pairs.iter().filter(|kinds| **kinds == &vec![true, true]).count();
    assert!(meant >= 5, "{meant}");
    assert!(
        pairs.len() - meant <= 2,
        "chance makes few: {}",
        pairs.len() - meant
    );
}

#[test]
fn who_goes_to_the_next_office_is_known_there_from_that_day() {
    let town = town(5, 2);
    let (from, to) = (town.office(0), town.office(1));
    let mut left: BTreeMap<String, Person> = BTreeMap::new();
    for person in from.people().filter(|one| one.kinds.has(Kind::TransferredOut)) {
        if let Some(number) = &person.number {
            left.insert(number.as_str().to_owned(), person);
        }
    }
    let mut arrived = 0;
    for person in to.people().filter(|one| one.kinds.has(Kind::TransferredIn)) {
        let Some(before) = person
            .number
            .as_ref()
            .and_then(|number| left.get(number.as_str()))
        else {
            continue;
        };
        arrived += 1;
        let ended = before.eligibilities.last().unwrap().end.unwrap();
        assert_eq!(person.eligibilities[0].start, ended.date);
        assert_eq!(
            (&person.name, person.birth_date),
            (&before.name, before.birth_date)
        );
        assert_eq!(person.registered_address, before.registered_address);
        assert!(person.entry.is_none() && before.entry.is_some());
    }
    assert!(arrived >= 20, "{arrived}");
}

#[test]
fn offices_share_no_number() {
    let town = Town::new(1, DAY, Ward::of_people(300).unwrap(), 5).unwrap();
    let (mut payers, mut numbers, mut codes) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for office in town.offices() {
        assert!(payers.insert(office.first_payer()) && codes.insert(office.code()));
        for person in office.people().filter(|one| one.entry.is_some()) {
            assert!(numbers.insert(person.entry.unwrap().number.as_str().to_owned()));
        }
    }
    let institutions: BTreeSet<_> = town.institutions().map(|one| one.code).collect();
    assert_eq!(institutions.len(), 5 * 72);
}

#[test]
fn an_office_of_millions_has_several_payers() {
    let town = Town::new(1, DAY, Ward::of_people(1_500_000).unwrap(), 2).unwrap();
    let office = town.office(1);
    let of = |index| office.person(index).eligibilities[0].payer;
    assert_ne!(of(0), of(1_000_000));
    assert_ne!(town.office(0).person(1_000_000).eligibilities[0].payer, of(0));
    assert_eq!(town.office(0).first_payer().as_str(), "12139994");
}

#[test]
fn a_town_has_as_many_offices_as_there_are_numbers() {
    let ward = Ward::of_people(10).unwrap();
    let most = 47 * 99;
    for offices in [0, u32::try_from(most).unwrap() + 1] {
        let refused = Town::new(1, DAY, ward, offices).unwrap_err();
        assert_eq!(refused, TownError::Offices { most });
    }
}

#[test]
fn decisions_are_whole_but_for_the_kinds_that_lack_something() {
    for person in people(1) {
        for entrustment in &person.entrustments {
            let lacks = person.kinds.has(Kind::Incomplete) || person.kinds.has(Kind::WrongTreatment);
            assert!(entrustment.check().is_ok() || lacks, "{:?}", entrustment.check());
            assert!(entrustment.id.as_str().starts_with(person.link.as_str()));
        }
        let aided = person.kinds.has(Kind::MedicalAid);
        assert_eq!(person.entrustments.is_empty(), person.is_receiving() && !aided);
        let due = person
            .entrustments
            .iter()
            .any(|one| one.due_days(TreatmentMonth::of(DAY), 4).is_some());
        assert!(
            !aided || due || person.kinds.has(Kind::NoDayLeft),
            "{}",
            person.index
        );
    }
}

#[test]
fn small_wards_have_people_too() {
    for count in [1, 2, 3, 10, 40] {
        let town = Town::new(1, DAY, Ward::of_people(count).unwrap(), 1).unwrap();
        let receiving = town.office(0).people().filter(Person::is_receiving).count();
        assert_eq!(receiving as u64, count);
    }
}
