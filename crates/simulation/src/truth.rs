//! What the offices decided, as their clerks' programs know it: the world's own small model, apart from all roles.
//!
//! A version is there from the moment somebody asked for it (an answer may be lost, and the office may have decided
//! all the same), and it is certain from the moment it was acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::person::Address;
use domain::regime::PersonNumber;
use domain::voucher::Voucher;
use env::Time;
use exchange::registration::{EligibilityServed, Kind, Lane, PersonServed, Shielding};

use crate::names::Office;

/// A thing that an office decides about, again and again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) office: Office,
    /// 紐付番号.
    pub(crate) link: String,
    pub(crate) kind: Kind,
    pub(crate) record: String,
}

/// What the register of residents will say to a version of a person's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// The five attributes are those under the number.
    Agrees,
    /// They are not, or there is nobody under the number.
    Differs,
    /// There is no number.
    NoNumber,
}

/// What a version of a person's record says.
#[derive(Clone)]
pub(crate) struct SaidOfPerson {
    pub(crate) served: PersonServed,
    /// 住民登録地, which the register is asked about.
    pub(crate) registered_address: Address,
    /// Whose number it carries, by the place in the list of people.
    pub(crate) number_of: Option<usize>,
    pub(crate) matches: Match,
}

/// What a version says.
#[derive(Clone)]
pub(crate) enum Said {
    Person(Box<SaidOfPerson>),
    Eligibility(Box<EligibilityServed>),
    Voucher(Box<Voucher>),
    Withdrawn,
    Shielding(Shielding),
}

/// A version.
#[derive(Clone)]
pub(crate) struct Version {
    pub(crate) revision: u32,
    pub(crate) said: Said,
    /// When it was asked for first.
    pub(crate) asked: Time,
    /// When it was decided and in which file it is, as acknowledged.
    pub(crate) decided: Option<Decision>,
}

/// An acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) at: Time,
    pub(crate) lane: Lane,
    pub(crate) number: i64,
}

/// Everything that was decided or asked for.
#[derive(Default)]
pub(crate) struct Truth {
    records: BTreeMap<Key, Vec<Version>>,
    /// Who each office's links stand for, by the place in the list of people.
    who: BTreeMap<(Office, String), usize>,
    /// Whom a payer's and a recipient's number were ever given to.
    numbers: BTreeMap<PersonNumber, BTreeSet<usize>>,
}

/// The truth, shared by whoever decides and whoever checks.
#[derive(Clone, Default)]
pub(crate) struct Shared(Arc<Mutex<Truth>>);

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Truth> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Truth {
    /// Somebody is about to ask for the next version of a thing; gives its revision.
    pub(crate) fn ask(&mut self, key: &Key, said: Said, now: Time) -> u32 {
        if let Said::Eligibility(served) = &said
            && let Some(who) = self.who.get(&(key.office, key.link.clone()))
        {
            for held in &served.numbers {
                self.numbers.entry(held.number).or_default().insert(*who);
            }
        }
        let versions = self.records.entry(key.clone()).or_default();
        let revision = versions.last().map_or(1, |version| version.revision + 1);
        versions.push(Version {
            revision,
            said,
            asked: now,
            decided: None,
        });
        revision
    }

    /// The office acknowledged a version.
    pub(crate) fn acknowledge(&mut self, key: &Key, revision: u32, decision: Decision) {
        if let Some(version) = self.version_mut(key, revision) {
            version.decided = Some(decision);
        }
    }

    /// The office refused a version for good: it was never decided.
    pub(crate) fn refused(&mut self, key: &Key, revision: u32) {
        if let Some(versions) = self.records.get_mut(key) {
            versions.retain(|version| version.revision != revision);
            if versions.is_empty() {
                self.records.remove(key);
            }
        }
    }

    /// Says who a link stands for.
    pub(crate) fn name(&mut self, office: Office, link: &str, who: usize) {
        self.who.insert((office, link.to_owned()), who);
    }

    pub(crate) fn version(&self, key: &Key, revision: u32) -> Option<&Version> {
        self.versions(key)
            .iter()
            .find(|version| version.revision == revision)
    }

    fn version_mut(&mut self, key: &Key, revision: u32) -> Option<&mut Version> {
        let versions = self.records.get_mut(key)?;
        versions.iter_mut().find(|version| version.revision == revision)
    }

    pub(crate) fn versions(&self, key: &Key) -> &[Version] {
        self.records.get(key).map_or(&[], Vec::as_slice)
    }

    /// What a thing's newest version says.
    pub(crate) fn newest(&self, key: &Key) -> Option<&Version> {
        self.versions(key).last()
    }

    /// Everything that an office decided about a link.
    pub(crate) fn of_link<'a>(
        &'a self,
        office: Office,
        link: &'a str,
    ) -> impl Iterator<Item = (&'a Key, &'a [Version])> {
        self.all()
            .filter(move |(key, _)| key.office == office && key.link == link)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&Key, &[Version])> {
        self.records
            .iter()
            .map(|(key, versions)| (key, versions.as_slice()))
    }

    /// All links, and who they stand for.
    pub(crate) fn links(&self) -> impl Iterator<Item = (Office, &str, usize)> {
        self.who
            .iter()
            .map(|((office, link), who)| (*office, link.as_str(), *who))
    }

    /// Everybody to whom a number was ever given.
    pub(crate) fn holders(&self, number: PersonNumber) -> impl Iterator<Item = usize> {
        self.numbers.get(&number).into_iter().flatten().copied()
    }

    /// About whom something was decided last.
    pub(crate) fn talk_of_the_town(&self) -> Option<usize> {
        let newest = self.all().filter_map(|(key, versions)| {
            let decided = versions.iter().rev().find_map(|version| version.decided)?;
            Some((decided.at, key))
        });
        let (_, key) = newest.max_by_key(|(at, _)| *at)?;
        self.who.get(&(key.office, key.link.clone())).copied()
    }

    /// All numbers that were ever given to somebody, and to whom.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = (PersonNumber, usize)> {
        self.numbers
            .iter()
            .flat_map(|(number, holders)| holders.iter().map(|who| (*number, *who)))
    }
}
