//! Of which kinds somebody is: one place in each axis's order.

use crate::kind::{self, Axis, Kind, Kinds};
use crate::shuffle::Shuffle;
use crate::town::Office;
use crate::ward::{Household, Ward};

/// An axis, its order, and over how many it goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given {
    axis: &'static Axis,
    order: Shuffle,
    len: u64,
}

impl Given {
    fn new(seed: u64, office: u32, axis: &'static Axis, len: u64) -> Given {
        Given {
            axis,
            order: Shuffle::new(seed, office, axis.number, len),
            len,
        }
    }

    /// The kind of the `index`-th.
    fn kind(&self, index: u64) -> Option<Kind> {
        self.axis.kind_at(self.order.place_of(index), self.len)
    }

    /// The place of the `index`-th among those of its kind.
    pub(crate) fn rank(&self, kind: Kind, index: u64) -> u64 {
        self.order.place_of(index) - self.axis.first(kind, self.len)
    }

    /// The one with a place among those of a kind.
    pub(crate) fn with_rank(&self, kind: Kind, rank: u64) -> Option<u64> {
        let there = rank < self.axis.count(kind, self.len);
        there.then(|| self.order.at(self.axis.first(kind, self.len) + rank))
    }
}

/// Every axis's order in one office.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Orders {
    register: Given,
    pub(crate) name: Given,
    birth: Given,
    residence: Given,
    shielding: Given,
    insurance: Given,
    programme: Given,
    pub(crate) course: Given,
    pub(crate) not_receiving: Given,
    aid: Given,
    payment: Given,
    care: Given,
    decision: Given,
}

impl Orders {
    pub(crate) fn new(seed: u64, office: u32, ward: &Ward) -> Orders {
        let over = |axis, len| Given::new(seed, office, axis, len);
        let (people, everybody) = (ward.people(), ward.everybody());
        let aided = kind::AID.count(Kind::MedicalAid, people);
        Orders {
            register: over(&kind::REGISTER, everybody),
            name: over(&kind::NAME, everybody),
            birth: over(&kind::BIRTH, ward.shared()),
            residence: over(&kind::RESIDENCE, everybody),
            shielding: over(&kind::SHIELDING, everybody),
            insurance: over(&kind::INSURANCE, everybody),
            programme: over(&kind::PROGRAMME, everybody),
            course: over(&kind::COURSE, people),
            not_receiving: over(&kind::NOT_RECEIVING, ward.others()),
            aid: over(&kind::AID, people),
            payment: over(&kind::PAYMENT, aided),
            care: over(&kind::CARE, aided),
            decision: over(&kind::DECISION, aided),
        }
    }

    /// How many of a kind an office has.
    pub(crate) fn count(&self, kind: Kind) -> u64 {
        let all = [
            self.register,
            self.name,
            self.birth,
            self.residence,
            self.shielding,
            self.insurance,
            self.programme,
            self.course,
            self.not_receiving,
            self.aid,
            self.payment,
            self.care,
            self.decision,
        ];
        all.iter().map(|given| given.axis.count(kind, given.len)).sum()
    }
}

impl Office {
    /// How many of a kind this office has by their shares. Two kinds are pairs that do not always come together:
    /// [`Kind::Twin`] counts households here, and of [`Kind::Namesake`] fewer than counted find each other.
    #[must_use]
    pub fn share_of(&self, kind: Kind) -> u64 {
        match kind {
            Kind::OtherLaw => self.town.ward().other_law(),
            _ => self.orders.count(kind),
        }
    }

    /// The household of somebody who receives.
    pub(crate) fn household_of(&self, index: u64) -> Option<Household> {
        let ward = self.town.ward();
        (index < ward.people()).then(|| ward.household_of(index))
    }

    /// Of which kinds the `index`-th is.
    pub(crate) fn kinds_of(&self, index: u64) -> Kinds {
        let (ward, orders) = (self.town.ward(), &self.orders);
        let mut kinds = Kinds::default();
        for given in [
            &orders.register,
            &orders.residence,
            &orders.shielding,
            &orders.insurance,
            &orders.programme,
        ] {
            kinds.add(given.kind(index));
        }
        let name = orders.name.kind(index);
        kinds.add(name.filter(|kind| *kind != Kind::Namesake || self.namesake(index).is_some()));
        if index < ward.people() {
            kinds.add(orders.course.kind(index));
            kinds.add(self.birth_kind(index));
            if orders.aid.kind(index).is_some() {
                kinds.add(Some(Kind::MedicalAid));
                let rank = orders.aid.rank(Kind::MedicalAid, index);
                for given in [&orders.payment, &orders.care, &orders.decision] {
                    kinds.add(given.kind(rank));
                }
            }
        } else if index < ward.people() + ward.others() {
            kinds.add(orders.not_receiving.kind(index - ward.people()));
        } else {
            kinds.add(Some(Kind::OtherLaw));
        }
        kinds
    }

    /// The last two of a household are its twins, the last one is its newborn.
    fn birth_kind(&self, index: u64) -> Option<Kind> {
        let household = self.household_of(index)?;
        let kind = self.orders.birth.kind(household.shared?)?;
        let from_last = household.members.end - 1 - index;
        let is_so = match kind {
            Kind::Twin => from_last < 2,
            _ => from_last == 0,
        };
        is_so.then_some(kind)
    }

    /// The other of a pair of namesakes. They live alone, so that nobody's child is as old as its parents.
    pub(crate) fn namesake(&self, index: u64) -> Option<u64> {
        let rank = self.orders.name.rank(Kind::Namesake, index);
        let other = self.orders.name.with_rank(Kind::Namesake, rank ^ 1)?;
        let alone = |index| {
            self.household_of(index)
                .is_none_or(|household| household.size() == 1)
        };
        (alone(index) && alone(other)).then_some(other)
    }
}
