//! How many people an office has, and who lives with whom.
//!
//! People stand in a row, three groups one after the other: those who receive on the day, the others (ended, suspended,
//! future), and those under another law (法別25). The first group lives in households of one, two and more; how many of
//! each is arithmetic, so that the counts of a [`Ward`] are exact and nobody has to be remembered.

use std::ops::Range;

/// People beyond one in the households of more, one after the other and again from the front: mostly couples.
const BEYOND_ONE: [u64; 20] = [1, 1, 2, 1, 1, 1, 1, 3, 1, 1, 1, 2, 1, 1, 1, 1, 1, 2, 1, 4];

/// Ended, suspended and future cases, in 10,000 of those who receive.
const OTHERS: u64 = 800;
/// People under 法別25, in 10,000 of those who receive.
const OTHER_LAW: u64 = 6;

/// A ward that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WardError;

impl std::fmt::Display for WardError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a ward has at least one household, and at least one person and at most eight in each")
    }
}

impl std::error::Error for WardError {}

/// The size of one welfare office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ward {
    households: u64,
    people: u64,
    /// Every `BEYOND_ONE` so many times: more than once only where households are large throughout.
    times: u64,
    /// Households of two and more.
    shared: u64,
}

impl Ward {
    /// The ward of the requirement's paper: 8,721 households and 9,746 people receiving assistance.
    #[must_use]
    pub fn of_the_paper() -> Ward {
        Ward::sized(8_721, 9_746)
    }

    /// An office enlarged until its month has 25,000 vouchers (the number that the design's figures speak of).
    #[must_use]
    pub fn enlarged() -> Ward {
        Ward::sized(11_598, 12_961)
    }

    /// A ward with so many households and people who receive on the day.
    ///
    /// # Errors
    /// [`WardError`] when there are fewer people than households, none at all, or more than eight in each.
    pub fn of(households: u64, people: u64) -> Result<Ward, WardError> {
        if households == 0 || people < households || people > households.saturating_mul(8) {
            return Err(WardError);
        }
        Ok(Ward::sized(households, people))
    }

    /// A ward of so many people, in households as the paper's ward has them.
    ///
    /// # Errors
    /// [`WardError`] when there is nobody.
    pub fn of_people(people: u64) -> Result<Ward, WardError> {
        Ward::of((people * 8_721).div_ceil(9_746), people)
    }

    fn sized(households: u64, people: u64) -> Ward {
        let beyond = people - households;
        let mut ward = Ward {
            households,
            people,
            times: 1,
            shared: 0,
        };
        loop {
            ward.shared = ward.households_for(beyond);
            if ward.shared <= households {
                return ward;
            }
            ward.times += 1;
        }
    }

    /// Households that receive on the day.
    #[must_use]
    pub const fn households(&self) -> u64 {
        self.households
    }

    /// People who receive on the day.
    #[must_use]
    pub const fn people(&self) -> u64 {
        self.people
    }

    /// People whose aid has ended, is suspended or has not begun: on top, and counted apart.
    #[must_use]
    pub const fn others(&self) -> u64 {
        (self.people * OTHERS).div_ceil(10_000)
    }

    /// People under 法別25: never counted among the ward's.
    #[must_use]
    pub const fn other_law(&self) -> u64 {
        (self.people * OTHER_LAW).div_ceil(10_000)
    }

    /// Everybody the office knows.
    #[must_use]
    pub const fn everybody(&self) -> u64 {
        self.people + self.others() + self.other_law()
    }

    /// Households of two and more.
    pub(crate) const fn shared(&self) -> u64 {
        self.shared
    }

    /// The household of somebody who receives.
    pub(crate) fn household_of(&self, index: u64) -> Household {
        // The first household that begins after the person, by halving.
        let (mut low, mut high) = (0, self.households);
        while low < high {
            let middle = low.midpoint(high);
            if self.begins(middle) <= index {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        self.household(low.saturating_sub(1))
    }

    fn household(&self, number: u64) -> Household {
        let before = self.shared_before(number);
        Household {
            number,
            members: self.begins(number)..self.begins(number + 1),
            shared: (self.shared_before(number + 1) > before).then_some(before),
        }
    }

    /// The first person of a household.
    fn begins(&self, household: u64) -> u64 {
        household
            + self
                .beyond(self.shared_before(household))
                .min(self.people - self.households)
    }

    /// How many of the first households are of two and more: they are spread evenly.
    fn shared_before(&self, households: u64) -> u64 {
        let spread = u128::from(households) * u128::from(self.shared) / u128::from(self.households);
        u64::try_from(spread).unwrap_or(u64::MAX)
    }

    /// People beyond one in the first `shared` households of two and more.
    fn beyond(&self, shared: u64) -> u64 {
        let length = BEYOND_ONE.len() as u64;
        let part = BEYOND_ONE
            .iter()
            .take(usize::try_from(shared % length).unwrap_or(0));
        self.times * (shared / length * BEYOND_ONE.iter().sum::<u64>() + part.sum::<u64>())
    }

    /// The fewest households of two and more that have so many people beyond one.
    fn households_for(&self, beyond: u64) -> u64 {
        let whole = beyond / (self.times * BEYOND_ONE.iter().sum::<u64>());
        let mut shared = whole * BEYOND_ONE.len() as u64;
        while self.beyond(shared) < beyond {
            shared += 1;
        }
        shared
    }
}

/// A household of people who receive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Household {
    /// Its number, from 0.
    pub(crate) number: u64,
    /// Its people, by their places in the row.
    pub(crate) members: Range<u64>,
    /// Which of the households of two and more it is.
    pub(crate) shared: Option<u64>,
}

impl Household {
    /// How many live in it.
    pub(crate) const fn size(&self) -> u64 {
        self.members.end - self.members.start
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Sizes of all households, found from the people.
    fn sizes(ward: &Ward) -> Vec<u64> {
        let mut sizes = Vec::new();
        let mut index = 0;
        while index < ward.people() {
            let household = ward.household_of(index);
            assert_eq!(
                (household.number, household.members.start),
                (sizes.len() as u64, index)
            );
            for member in household.members.clone() {
                assert_eq!(ward.household_of(member), household);
            }
            assert_eq!(household.shared.is_some(), household.size() > 1);
            sizes.push(household.size());
            index = household.members.end;
        }
        sizes
    }

    #[test]
    fn the_papers_ward_is_exact() {
        let ward = Ward::of_the_paper();
        let sizes = sizes(&ward);
        assert_eq!((sizes.len(), sizes.iter().sum::<u64>()), (8_721, 9_746));
        assert_eq!((ward.others(), ward.other_law()), (780, 6));
        let of_size = |size| sizes.iter().filter(|one| **one == size).count();
        assert!(
            of_size(1) > 7_900 && of_size(2) > 450 && of_size(3) > 80 && of_size(4) > 20 && of_size(5) > 20
        );
    }

    #[test]
    fn wards_that_cannot_be() {
        for (households, people) in [(0, 0), (0, 5), (3, 2), (2, 17)] {
            assert_eq!(Ward::of(households, people), Err(WardError));
        }
        assert_eq!(Ward::of_people(0), Err(WardError));
        assert_eq!(Ward::of_people(9_746), Ok(Ward::of_the_paper()));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_person_has_one_household(households in 1_u64..400, more in 0_u64..2800) {
            let people = (households + more).min(households * 8);
            let ward = Ward::of(households, people).unwrap();
            let sizes = sizes(&ward);
            prop_assert_eq!((sizes.len() as u64, sizes.iter().sum::<u64>()), (households, people));
        }
    }
}
