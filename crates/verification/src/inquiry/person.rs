//! From versions to what is known of a person at given positions.

use std::collections::BTreeMap;

use domain::answer::{AtOffice, Found};
use domain::calendar::Date;
use domain::identity::PersonId;
use domain::insurance::{self, InsuranceRow};
use domain::month::TreatmentMonth;
use domain::regime::{NumberValidity, PersonNumber, found_by};
use exchange::registration::feed::Heads;
use exchange::registration::{Content, Kind, Lane, PersonServed, Shielding};

use super::Asked;
use crate::sealing::VersionKey;
use crate::store::Stored;
use crate::{Verification, VerificationError};

/// What is known of one person.
#[derive(Default)]
pub(crate) struct KnownPerson {
    pub(super) served: Option<PersonServed>,
    shielding: Vec<Shielding>,
    numbers: Vec<NumberValidity>,
    /// The insurers' rows; none while no insurer has said anything.
    insurance: Option<Vec<InsuranceRow>>,
    pub(super) offices: Vec<AtOffice>,
    /// Who it is here.
    pub(super) person: [u8; 16],
    /// Whether their card was read lately at the institution that asks.
    pub(super) visited: bool,
}

impl KnownPerson {
    /// Nothing yet of the person whom versions are of.
    pub(super) fn of(versions: &[Stored]) -> KnownPerson {
        KnownPerson {
            person: versions.first().map(|version| version.person).unwrap_or_default(),
            visited: versions.iter().any(|version| version.visited.is_some()),
            ..KnownPerson::default()
        }
    }

    /// Who it is here.
    pub(crate) fn person(&self) -> PersonId {
        PersonId::from_bytes(self.person)
    }

    /// Whether their card was read lately at the institution that asks.
    pub(crate) fn was_here(&self) -> bool {
        self.visited
    }

    /// The identity to show.
    pub(crate) fn served(&self) -> Option<&PersonServed> {
        self.served.as_ref()
    }

    /// The employees' insurance that pays before medical aid on a day.
    pub(crate) fn employees_insurance(&self, day: Date) -> Option<&InsuranceRow> {
        insurance::covers(self.insurance.as_deref()?, day)
    }

    /// What the answer table is asked about, for a day.
    pub(crate) fn found(&self, day: Date) -> Found<'_> {
        Found {
            // Nobody without a person's record is found (see `Verification::find`).
            birth_date: self
                .served
                .as_ref()
                .map_or(domain::calendar::Date::MIN, |served| served.birth_date),
            shielded: self
                .shielding
                .iter()
                .any(|flags| flags.undisclosed || flags.unusable),
            recent_card_visit_here: self.visited,
            employees_insurance: self
                .insurance
                .as_ref()
                .map(|rows| insurance::covers(rows, day).is_some()),
            offices: &self.offices,
        }
    }

    pub(super) fn add(&mut self, content: Content, office: &mut AtOffice) {
        match content {
            Content::Person { served, .. } => self.served = Some(served.body),
            Content::Shielding { served } => self.shielding.push(served.body),
            Content::Eligibility { served } => {
                self.numbers.extend(served.body.numbers);
                office.eligibilities.push(served.body.eligibility);
            }
            Content::Voucher { served } => office.vouchers.push(*served.body),
            Content::Insurance { served } => {
                self.insurance.get_or_insert_default().extend(served.body.rows);
            }
            Content::Card { .. } | Content::Withdrawn(_) => {}
        }
    }
}

impl Verification {
    /// The person who has this number in the asked month and was born on the asked day, as known at these positions. Of
    /// two whom that does not tell apart, neither: the wrong one's vouchers are worse than none. Which of those with
    /// another birth date is given is all one, for nothing is said of them.
    pub(super) fn find(
        &self,
        versions: &[Stored],
        number: PersonNumber,
        asked: &Asked,
        heads: &Heads,
    ) -> Result<Option<KnownPerson>, VerificationError> {
        let month = TreatmentMonth::of(asked.question.day);
        let (mut meant, mut others) = (Vec::new(), None);
        for of_person in versions.chunk_by(|a, b| a.person == b.person) {
            let known = self.know(of_person, heads)?;
            let Some(served) = &known.served else { continue };
            if !found_by(&known.numbers, number, month) {
                continue;
            }
            if Some(served.birth_date) == asked.question.birth_date {
                meant.push(known);
            } else {
                others = Some(known);
            }
        }
        match meant.len() {
            0 => Ok(others),
            1 => Ok(meant.pop()),
            _ => Ok(None),
        }
    }

    /// What these versions, all of one person, say at these positions.
    pub(crate) fn know(&self, versions: &[Stored], heads: &Heads) -> Result<KnownPerson, VerificationError> {
        self.know_where(versions, heads, |_| true)
    }

    /// The same of those entries alone whose records are `meant`. An entry that is not tells nothing but its shielding flags,
    /// which hide more and never less.
    pub(super) fn know_where(
        &self,
        versions: &[Stored],
        heads: &Heads,
        meant: impl Fn(&[Content]) -> bool,
    ) -> Result<KnownPerson, VerificationError> {
        let mut known = KnownPerson::of(versions);
        for at_office in versions.chunk_by(|a, b| (&a.office, &a.link) == (&b.office, &b.link)) {
            let newest = self.newest(at_office, heads).into_iter();
            let contents: Vec<Content> = newest
                .map(|version| self.open(version))
                .collect::<Result<_, _>>()?;
            let is_meant = meant(&contents);
            let mut office = AtOffice::default();
            for content in contents {
                if is_meant || content.kind() == Kind::Shielding {
                    known.add(content, &mut office);
                }
            }
            known.offices.extend(is_meant.then_some(office));
        }
        Ok(known)
    }

    /// One version of each record: the newest of those that are visible at these positions.
    pub(super) fn newest<'a>(&self, versions: &'a [Stored], heads: &Heads) -> Vec<&'a Stored> {
        let mut newest: BTreeMap<(&str, &str), &Stored> = BTreeMap::new();
        for version in versions.iter().filter(|version| is_visible(version, heads)) {
            let held = newest.entry((&version.kind, &version.record)).or_insert(version);
            if relay::revision::supersedes(&self.env, version.revision, held.revision) {
                *held = version;
            }
        }
        newest.into_values().collect()
    }

    /// What a version says.
    pub(crate) fn open(&self, version: &Stored) -> Result<Content, VerificationError> {
        let key = VersionKey {
            office: &version.office,
            link: &version.link,
            kind: &version.kind,
            record: &version.record,
            revision: version.revision,
        };
        let column = self.keys.columns.of(&version.office);
        let body = key.at_place(|place| column.open(place, &version.content));
        let body = body.map_err(|source| VerificationError::Sealed {
            table: "version",
            source,
        })?;
        let content: Content =
            serde_json::from_slice(&body).map_err(|_| VerificationError::Shape { table: "version" })?;
        debug_assert_eq!(Kind::from_name(&version.kind), Some(content.kind()));
        Ok(content)
    }
}

/// Whether a version was there at these positions.
pub(crate) fn is_visible(version: &Stored, heads: &Heads) -> bool {
    Lane::from_name(&version.lane).is_some_and(|lane| version.n <= heads.get(lane))
}
