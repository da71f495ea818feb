//! Who a link stands for: the one place where a 個人番号 is opened, for as long as two blind indexes take.

use domain::identity::PersonId;
use exchange::registration::{Content, Kind, PersonIdentity, Record};
use seal::{SealedNumber, SealingContext};

use super::chunk::There;
use super::judge::Broken;
use crate::Hub;
use crate::store::persons::{Person, State};

/// Where a person stands while a file is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// No record of the person has come yet.
    Absent,
    /// Known; `seen` once the register had agreed, even if a newer word of the office waits.
    Known { seen: bool, state: State },
}

impl Standing {
    /// Why a record of this kind is held, if it is. What verification has seen stays seen while a correction of
    /// the person's own record waits for the register.
    pub(super) fn holds(self, kind: Kind) -> Option<&'static str> {
        match self {
            Standing::Absent => Some("person: waits for the person's record"),
            Standing::Known {
                state: State::Matched,
                ..
            } => None,
            Standing::Known { seen: true, .. } if kind != Kind::Person => None,
            Standing::Known {
                state: State::Waiting,
                ..
            } => Some("match: waits for the register of residents"),
            Standing::Known {
                state: State::Mismatch,
                ..
            } => Some("match: the register disagrees; compare the five attributes, or confirm with a reason"),
            Standing::Known {
                state: State::NoNumber,
                ..
            } => Some("match: without a number nobody can be matched; paper serves this person"),
        }
    }
}

/// What a person's record says of who they are: the number opened, indexed and forgotten.
pub(super) struct Said {
    /// The record's revision.
    revision: u32,
    /// A blind index over everything but the number.
    attributes: Vec<u8>,
    /// What the number leaves behind, when the person has one; or why it does not open.
    number: Result<Option<Indexes>, Broken>,
}

/// What a number leaves behind: its blind indexes, here and at the register.
#[derive(Clone)]
struct Indexes {
    person: Vec<u8>,
    residents: Vec<u8>,
}

impl Said {
    /// The number's blind index here.
    pub(super) fn number_index(&self) -> Option<&[u8]> {
        let indexes = self.number.as_ref().ok()?.as_ref()?;
        Some(&indexes.person)
    }
}

impl Hub {
    /// What a record says of who its person is.
    pub(super) fn said_by(&self, office: &str, record: &Record) -> Option<Said> {
        let Content::Person {
            identity: Some(identity),
            ..
        } = &record.content
        else {
            return None;
        };
        Some(Said {
            revision: record.revision,
            attributes: self.attributes_of(&identity.body),
            number: self.open_number(office, record.link.as_str(), &identity.body),
        })
    }

    /// Where a person stands, after taking what the newest record says of them, and what is to be written of it.
    /// Someone new gets a name; someone who was seen must still be the same.
    pub(super) fn introduce(
        &self,
        office: &str,
        link: &str,
        newest: Option<&Said>,
        there: &There,
    ) -> Result<(Standing, Option<Person>), Broken> {
        let known = there.persons.get(link);
        let Some(said) = newest else {
            let standing = known.map(|known| Standing::Known {
                seen: known.seen,
                state: known.state,
            });
            return Ok((standing.unwrap_or(Standing::Absent), None));
        };
        let (number_index, residents_index) = match said.number.clone()? {
            Some(Indexes { person, residents }) => (Some(person), Some(residents)),
            None => (None, None),
        };
        let holder = number_index.as_ref().and_then(|index| there.holders.get(index));
        // Whose number it is says the register, so a number gets its holder only when it has agreed. Until then
        // nobody has seen anything of the link, and a corrected number may make it somebody else.
        let person = match (known, holder) {
            (Some(known), Some(holder)) if known.seen && known.person != *holder => {
                let why =
                    "number: it belongs to another person; merging and splitting is decided by two people";
                return Err(Broken(why.into()));
            }
            (Some(known), _) if known.seen => known.person,
            (_, Some(holder)) => *holder,
            (Some(known), None) if known.number_index == number_index => known.person,
            (_, None) => PersonId::from_bytes(self.env.random()),
        };
        let same =
            |known: &&Person| known.attributes == said.attributes && known.residents_index == residents_index;
        let state = match known.filter(same) {
            Some(known) => known.state,
            None if residents_index.is_none() => State::NoNumber,
            None => State::Waiting,
        };
        let seen = known.is_some_and(|known| known.seen);
        // Of another number the register has said nothing.
        let agreed_index = known.and_then(|known| known.agreed_index.clone());
        let agreed_index = agreed_index.filter(|agreed| Some(agreed) == residents_index.as_ref());
        let introduced = Person {
            office: office.to_owned(),
            link: link.to_owned(),
            person,
            attributes: said.attributes.clone(),
            number_index,
            residents_index,
            revision: said.revision,
            state,
            seen,
            agreed_index,
        };
        Ok((Standing::Known { seen, state }, Some(introduced)))
    }

    /// Opens the number, indexes it, and forgets it.
    fn open_number(
        &self,
        office: &str,
        link: &str,
        identity: &PersonIdentity,
    ) -> Result<Option<Indexes>, Broken> {
        let Some(number) = &identity.number else {
            return Ok(None);
        };
        let broken = || Broken("number: the sealing does not open for this office, link and revision".into());
        let sealed = SealedNumber::parse(&number.sealed).map_err(|_| broken())?;
        let context = SealingContext {
            office,
            link,
            revision: number.revision,
        };
        let number = self.keys.number.open(&sealed, &context).map_err(|_| broken())?;
        Ok(Some(Indexes {
            person: self.keys.person_index.index_number(&number).as_bytes().to_vec(),
            residents: self
                .keys
                .residents_index
                .index_number(&number)
                .as_bytes()
                .to_vec(),
        }))
    }

    /// A blind index over what the office says of a person, the number aside.
    fn attributes_of(&self, identity: &PersonIdentity) -> Vec<u8> {
        let said = PersonIdentity {
            number: None,
            ..identity.clone()
        };
        let said = exchange::registration::part::canonical(&said);
        self.keys.attributes_index.index(&[&said]).as_bytes().to_vec()
    }
}
