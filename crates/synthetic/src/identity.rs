//! Who somebody is: name, birth date and sex, of one household or alone.

use domain::calendar::Date;
use domain::month::TreatmentMonth;
use domain::person::{Address, PersonName, Sex};

use crate::days::{earlier, months_earlier};
use crate::dice::{About, Dice};
use crate::kind::{Kind, Kinds};
use crate::names::{self, Written};
use crate::places;
use crate::town::Office;

/// What those of one household share.
pub(crate) struct Home {
    family: Written,
    head_born: Date,
    twins_born: Date,
    /// The day from which the household receives.
    pub(crate) since: Date,
    pub(crate) address: Address,
}

/// 氏名, 生年月日, 性別.
pub(crate) struct Identity {
    pub(crate) name: PersonName,
    pub(crate) birth_date: Date,
    pub(crate) sex: Sex,
}

impl Office {
    /// The number of somebody's household; those who do not receive live each in one of their own, after the others.
    pub(crate) fn home_number(&self, index: u64) -> u64 {
        let ward = self.town.ward();
        match self.household_of(index) {
            Some(household) => household.number,
            None => ward.households() + index - ward.people(),
        }
    }

    /// What those of a household share.
    pub(crate) fn home(&self, index: u64) -> Home {
        let day = self.town.day();
        let size = self.household_of(index).map_or(1, |household| household.size());
        let mut dice = Dice::new(
            self.town.seed(),
            self.number,
            self.home_number(index),
            About::Household,
        );
        let family = names::family(&mut dice);
        let address = places::home(&mut dice, self.number);
        let years = match (size, dice.weighted(&[55, 25, 15, 5])) {
            (1, 0) => dice.between(65, 94),
            (1, 1) => dice.between(50, 64),
            (1, 2) => dice.between(30, 49),
            (1, _) => dice.between(18, 29),
            (2, 0) => dice.between(65, 88),
            (_, _) => dice.between(32, 58),
        };
        let head_born = born(&mut dice, day, years);
        let twins = if size == 2 {
            dice.between(40, 62)
        } else {
            dice.between(1, 11)
        };
        let twins_born = born(&mut dice, day, twins);
        let since = earlier(day, dice.between(120, 25 * 365));
        Home {
            family,
            head_born,
            twins_born,
            since,
            address,
        }
    }

    /// Who the `index`-th is. The second of two namesakes is called and born as the first.
    pub(crate) fn identity(&self, index: u64, kinds: Kinds) -> Identity {
        if kinds.has(Kind::Namesake)
            && let Some(other) = self.namesake(index)
            && self.orders.name.rank(Kind::Namesake, other).is_multiple_of(2)
        {
            return self.own_identity(other, self.kinds_of(other));
        }
        self.own_identity(index, kinds)
    }

    fn own_identity(&self, index: u64, kinds: Kinds) -> Identity {
        let home = self.home(index);
        let seed = self.town.seed();
        let (birth_date, sex) = self.birth(&home, index, kinds);
        let mut dice = Dice::new(seed, self.number, index, About::Name);
        let name = names::whole(&mut dice, kinds, &home.family, sex);
        Identity {
            name,
            birth_date,
            sex,
        }
    }

    fn birth(&self, home: &Home, index: u64, kinds: Kinds) -> (Date, Sex) {
        let day = self.town.day();
        let mut dice = Dice::new(self.town.seed(), self.number, index, About::Birth);
        let (place, size) = match self.household_of(index) {
            Some(household) => (index - household.members.start, household.size()),
            None => (0, 1),
        };
        let sex = match dice.weighted(if size == 1 { &[620, 378, 2] } else { &[480, 518, 2] }) {
            0 => Sex::Male,
            1 => Sex::Female,
            _ => Sex::NotSet,
        };
        let head_age = crate::days::age(home.head_born, day);
        let birth_date = if kinds.has(Kind::Newborn) {
            let oldest = months_earlier(TreatmentMonth::of(day), 1).first_day();
            let days = (day - oldest).get_days().unsigned_abs();
            earlier(day, dice.between(0, days))
        } else if kinds.has(Kind::Twin) {
            home.twins_born
        } else if kinds.has(Kind::OtherLaw) || kinds.has(Kind::Died) {
            let years = dice.between(66, 96);
            born(&mut dice, day, years)
        } else if place == 0 {
            home.head_born
        } else if place == 1 && dice.chance(5_500) {
            let years = dice.between(head_age.saturating_sub(7).max(18), head_age + 7);
            born(&mut dice, day, years)
        } else {
            let (youngest, oldest) = (head_age.saturating_sub(42), head_age.saturating_sub(19));
            let years = dice.between(youngest.max(1), oldest.max(1));
            born(&mut dice, day, years)
        };
        (birth_date, sex)
    }
}

/// A birthday of somebody who is so old on a day.
fn born(dice: &mut Dice, day: Date, years: u32) -> Date {
    earlier(day, years * 1461 / 4 + dice.between(1, 364))
}
