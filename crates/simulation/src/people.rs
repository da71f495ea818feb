//! The people of a fleet: made up by the seed, with numbers whose check digits agree and that stand nowhere else.

use domain::calendar::Date;
use domain::number::{RecipientNumber, check_digit};
use domain::person::{Address, PersonName, Sex};
use env::EnvRng;
use serde_json::{Value, json};

use crate::names::{Office, parsed};

/// How many people there are. Those of one fleet are told apart by their place in the list.
pub(crate) const PEOPLE: usize = 30;

/// Somebody, as the register of residents has them.
#[derive(Clone)]
pub(crate) struct Resident {
    /// 個人番号, made up when the fleet is.
    pub(crate) number: String,
    pub(crate) name: PersonName,
    pub(crate) birth_date: Date,
    pub(crate) sex: Sex,
    pub(crate) address: Address,
    /// Whether the register knows them.
    pub(crate) registered: bool,
}

impl Resident {
    /// What the register of residents is loaded with.
    pub(crate) fn to_load(&self) -> Value {
        json!({ "number": self.number, "attributes": {
            "name": self.name, "birth_date": self.birth_date, "sex": self.sex, "address": self.address,
        }})
    }
}

/// Makes everybody up.
pub(crate) fn make_up(rng: &mut EnvRng) -> Vec<Resident> {
    (0..PEOPLE).map(|who| resident(who, rng)).collect()
}

fn resident(who: usize, rng: &mut EnvRng) -> Resident {
    let family = ["見本", "高橋", "佐藤", "鈴木", "田中"][at(rng, 5)];
    let given = ["花子", "太郎", "一郎", "美咲", "健"][at(rng, 5)];
    let (year, month, day) = (1935 + below(rng, 70), 1 + below(rng, 12), 1 + below(rng, 28));
    let birth_date = Date::new(small(year), small8(month), small8(day)).unwrap_or(Date::ZERO);
    Resident {
        number: individual(who, rng),
        // The place in the list makes every name another one.
        name: parsed(PersonName::new(
            &format!("{family}　{given}{who}"),
            &format!("ﾐﾎﾝ {who}"),
        )),
        birth_date,
        sex: if rng.below(2) == 0 { Sex::Female } else { Sex::Male },
        address: parsed(Address::new(Some("160-0000"), &format!("見本区見本町{who}番地"))),
        registered: rng.below(12) != 0,
    }
}

/// Twelve digits with an agreeing check digit; the first are the place in the list, so no two are the same.
fn individual(who: usize, rng: &mut EnvRng) -> String {
    let mut body = [b'0'; 11];
    let text = format!("{:02}{:09}", who + 10, rng.below(1_000_000_000));
    body.copy_from_slice(text.as_bytes());
    format!("{text}{}", check_digit::individual(&body))
}

/// The n-th 受給者番号 of an office, with its check digit.
pub(crate) fn recipient(office: Office, n: u32) -> RecipientNumber {
    let body = format!("{}{n:05}", 1 + office as u8);
    let text = format!("{body}{}", check_digit::folded(body.as_bytes()));
    parsed(RecipientNumber::parse(&text))
}

/// A number below `bound`, for small bounds.
pub(crate) fn below(rng: &mut EnvRng, bound: u32) -> u32 {
    u32::try_from(rng.below(u64::from(bound))).unwrap_or(0)
}

/// A place in a list of `len`.
pub(crate) fn at(rng: &mut EnvRng, len: usize) -> usize {
    usize::try_from(rng.below(len as u64)).unwrap_or(0)
}

/// Whether something of so many hundredths happens.
pub(crate) fn chance(rng: &mut EnvRng, hundredths: u64) -> bool {
    rng.below(100) < hundredths
}

fn small(n: u32) -> i16 {
    i16::try_from(n).unwrap_or(1)
}

fn small8(n: u32) -> i8 {
    i8::try_from(n).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use domain::number::IndividualNumber;
    use env::Time;
    use env::sim::Simulation;

    use super::*;

    #[test]
    fn everybody_has_a_number_of_the_right_shape() {
        let people = make_up(&mut Simulation::new(1, Time::from_micros(0)).node("a", "a").rng());
        let numbers: std::collections::BTreeSet<&str> =
            people.iter().map(|person| person.number.as_str()).collect();
        assert_eq!(numbers.len(), PEOPLE);
        assert!(
            numbers
                .iter()
                .all(|number| IndividualNumber::parse(number).is_ok())
        );
        assert_ne!(recipient(Office::A, 1), recipient(Office::B, 1));
    }
}
