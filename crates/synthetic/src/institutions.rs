//! The national register of institutions, as far as it is made up: seventy-two for each office's ward.
//!
//! The first of each kind is the one that runs in the demo. Among the clinics of a ward stand one whose designation has
//! expired, one that was never designated, and one whose code was given up for another's.

use domain::calendar::Date;
use domain::designation::{Designation, Institution, InstitutionKind, Succession};
use domain::month::TreatmentMonth;
use domain::number::{InstitutionCode, PointTable};
use domain::text::AsReceived;

use crate::days::{earlier, months_earlier};
use crate::dice::Dice;
use crate::{numbers, places, sure};

/// Clinics that are no ordinary ones, by their places in the row of clinics.
const SUCCESSOR: u64 = 26;
const GIVEN_UP: u64 = 27;
const EXPIRED: u64 = 28;
const NEVER: u64 = 29;

/// A code in the made-up range that no institution has.
const NOBODY: u64 = 98;

const SPECIALTIES: [&str; 7] = [
    "内科",
    "整形外科",
    "眼科",
    "皮膚科",
    "耳鼻咽喉科",
    "心療内科",
    "泌尿器科",
];
const TOWNS: [&str; 9] = [
    "例示町",
    "試作町",
    "仮名台",
    "空想台",
    "架空町",
    "模型町",
    "手本町",
    "下書町",
    "練習町",
];

/// How many of a kind stand in a ward.
const fn count(kind: InstitutionKind) -> u64 {
    match kind {
        InstitutionKind::Hospital => 8,
        InstitutionKind::Clinic => 30,
        InstitutionKind::Dental => 12,
        InstitutionKind::Pharmacy => 16,
        InstitutionKind::HomeNursing => 6,
    }
}

/// The institutions of an office's ward.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Neighbourhood {
    pub(crate) office: u32,
    /// The day of the town.
    pub(crate) day: Date,
}

impl Neighbourhood {
    /// Every institution.
    pub(crate) fn all(self) -> impl Iterator<Item = Institution> {
        let kinds = InstitutionKind::ALL.iter();
        kinds.flat_map(move |kind| (0..count(*kind)).map(move |n| self.institution(*kind, n)))
    }

    /// The first of a kind: the one that runs in the demo.
    pub(crate) fn first(self, kind: InstitutionKind) -> InstitutionCode {
        self.code(kind, 0)
    }

    /// An institution that somebody is entrusted to: the first of its kind more often than the others.
    pub(crate) fn pick(self, dice: &mut Dice, kind: InstitutionKind) -> InstitutionCode {
        let ordinary = match kind {
            InstitutionKind::Clinic => GIVEN_UP,
            _ => count(kind),
        };
        let n = if dice.chance(2_500) {
            0
        } else {
            dice.below(ordinary)
        };
        self.code(kind, n)
    }

    /// The code that was given up.
    pub(crate) fn given_up(self) -> InstitutionCode {
        self.code(InstitutionKind::Clinic, GIVEN_UP)
    }

    /// One whose designation has expired, or that never had one.
    pub(crate) fn not_designated(self, dice: &mut Dice) -> InstitutionCode {
        self.code(InstitutionKind::Clinic, dice.pick(&[EXPIRED, NEVER]))
    }

    /// A code that is in no register.
    pub(crate) fn unknown(self) -> InstitutionCode {
        self.code(InstitutionKind::Clinic, NOBODY)
    }

    /// A hospital's name.
    pub(crate) fn hospital_name(self, n: u64) -> String {
        name(InstitutionKind::Hospital, n % count(InstitutionKind::Hospital))
    }

    fn code(self, kind: InstitutionKind, n: u64) -> InstitutionCode {
        let (table, n) = match kind {
            InstitutionKind::Clinic => (PointTable::Medical, n),
            InstitutionKind::Hospital => (PointTable::Medical, 50 + n),
            InstitutionKind::Dental => (PointTable::Dental, n),
            InstitutionKind::Pharmacy => (PointTable::Pharmacy, n),
            InstitutionKind::HomeNursing => (PointTable::HomeNursing, n),
        };
        let office = u64::from(self.office);
        numbers::institution(
            numbers::prefecture(office),
            table,
            99 - office / numbers::PREFECTURES % 100,
            n,
        )
    }

    fn institution(self, kind: InstitutionKind, n: u64) -> Institution {
        let since = Date::constant(2010, 4, 1);
        let month = TreatmentMonth::of(self.day);
        let changed = months_earlier(month, 1).first_day();
        let open = Designation {
            from: since,
            through: None,
        };
        let until = |day| Designation {
            from: since,
            through: Some(earlier(day, 1)),
        };
        let (designated, succession) = match (kind, n) {
            (InstitutionKind::Clinic, SUCCESSOR) => (
                vec![Designation {
                    from: changed,
                    through: None,
                }],
                None,
            ),
            (InstitutionKind::Clinic, GIVEN_UP) => {
                let code = self.code(kind, SUCCESSOR);
                (vec![until(changed)], Some(Succession { code, from: changed }))
            }
            (InstitutionKind::Clinic, EXPIRED) => (vec![until(changed)], None),
            (InstitutionKind::Clinic, NEVER) => (Vec::new(), None),
            // Given up for a while, and taken up again.
            (InstitutionKind::Dental, 1) => (
                vec![
                    until(Date::constant(2018, 4, 1)),
                    Designation {
                        from: Date::constant(2019, 4, 1),
                        through: None,
                    },
                ],
                None,
            ),
            _ => (vec![open], None),
        };
        let name = match self.office {
            0 => name(kind, n),
            _ => format!(
                "{}{}",
                places::ward(self.office).trim_start_matches("見本県"),
                name(kind, n)
            ),
        };
        Institution {
            code: self.code(kind, n),
            name: sure(AsReceived::parse("name", &name)),
            kinds: vec![kind],
            designated,
            succession,
        }
    }
}

fn name(kind: InstitutionKind, n: u64) -> String {
    let place = usize::try_from(n).unwrap_or(0);
    let (town, specialty) = (TOWNS[place % TOWNS.len()], SPECIALTIES[place % SPECIALTIES.len()]);
    match (kind, n) {
        (InstitutionKind::Clinic, 0) => "見本内科クリニック".into(),
        (InstitutionKind::Clinic, GIVEN_UP | SUCCESSOR) => "仮名台承継クリニック".into(),
        (InstitutionKind::Clinic, _) => format!("{town}{specialty}クリニック"),
        (InstitutionKind::Hospital, 0) => "見本総合病院".into(),
        (InstitutionKind::Hospital, _) => format!("{town}病院"),
        (InstitutionKind::Dental, 0) => "見本歯科医院".into(),
        (InstitutionKind::Dental, _) => format!("{town}{}歯科", if n > 8 { "第二" } else { "" }),
        (InstitutionKind::Pharmacy, 0) => "見本薬局".into(),
        (InstitutionKind::Pharmacy, _) => format!("{town}薬局{}", if n > 8 { "駅前店" } else { "" }),
        (InstitutionKind::HomeNursing, 0) => "見本訪問看護ステーション".into(),
        (InstitutionKind::HomeNursing, _) => format!("{town}訪問看護ステーション"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::designation::in_charge;

    use super::*;

    const DAY: Date = Date::constant(2026, 11, 25);

    fn register(office: u32) -> BTreeMap<InstitutionCode, Institution> {
        let all = Neighbourhood { office, day: DAY }.all();
        all.map(|institution| (institution.code, institution)).collect()
    }

    #[test]
    fn there_are_enough_of_every_kind_and_no_code_twice() {
        let mut codes = BTreeMap::new();
        for office in [0, 1, 46, 47, 4_652] {
            let register = register(office);
            assert_eq!(register.len(), 72);
            for kind in InstitutionKind::ALL {
                let of_kind = register.values().filter(|one| one.kinds.contains(kind)).count();
                assert_eq!(of_kind as u64, count(*kind));
            }
            codes.extend(register);
        }
        assert_eq!(codes.len(), 5 * 72);
        assert!(codes.keys().all(InstitutionCode::check_digit_agrees));
    }

    #[test]
    fn the_demos_institutions_have_their_codes() {
        let here = Neighbourhood { office: 0, day: DAY };
        assert_eq!(here.first(InstitutionKind::Clinic).as_str(), "1319999015");
        let register = register(0);
        for kind in InstitutionKind::ALL {
            assert!(register[&here.first(*kind)].name.as_str().starts_with("見本"));
            assert!(register[&here.first(*kind)].designated_on(DAY));
        }
        assert!(!register.contains_key(&here.unknown()));
    }

    #[test]
    fn one_expired_one_never_was_and_one_goes_on_under_another_code() {
        let here = Neighbourhood { office: 0, day: DAY };
        let register = register(0);
        let of = |n| &register[&here.code(InstitutionKind::Clinic, n)];
        assert!(!of(EXPIRED).designated_on(DAY) && of(EXPIRED).designated_on(Date::constant(2026, 9, 30)));
        assert!(of(NEVER).designated.is_empty());
        let successor = in_charge(&register, &here.given_up(), DAY).unwrap();
        assert_eq!(successor.code, of(SUCCESSOR).code);
        assert!(successor.designated_on(DAY) && !of(GIVEN_UP).designated_on(DAY));
        let ordinary = register.values().filter(|one| one.designated_on(DAY)).count();
        assert_eq!(ordinary, 72 - 3);
    }
}
