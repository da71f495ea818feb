//! Who a link stands for: the one place where a 個人番号 is opened, for as long as two blind indexes take.

use domain::identity::PersonId;
use exchange::registration::{Content, Kind, PersonIdentity, Record};
use seal::{SealedNumber, SealingContext};
use storage::Tx;

use super::judge::Broken;
use crate::store::persons::{self, Person, State};
use crate::{Hub, HubError};

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

/// What a number leaves behind: its blind indexes, here and at the register.
struct Indexes {
    person: Vec<u8>,
    residents: Vec<u8>,
}

impl Hub {
    /// Where the person of these rows stands, after taking what the newest record says of them. Someone new gets
    /// a name; someone who was seen must still be the same.
    pub(super) async fn introduce(
        &self,
        tx: &mut Tx,
        office: &str,
        rows: &[Record],
        newest: Option<&Record>,
    ) -> Result<Result<Standing, Broken>, HubError> {
        let Some(link) = rows.first().map(|record| record.link.as_str()) else {
            return Ok(Ok(Standing::Absent));
        };
        let known = persons::find(tx, office, link).await?;
        let Some((revision, identity)) = newest.and_then(identity_of) else {
            let standing = known.map(|known| Standing::Known {
                seen: known.seen,
                state: known.state,
            });
            return Ok(Ok(standing.unwrap_or(Standing::Absent)));
        };
        let indexes = match self.open_number(office, link, identity) {
            Ok(indexes) => indexes,
            Err(broken) => return Ok(Err(broken)),
        };
        let holder = match &indexes {
            Some(indexes) => persons::by_number(tx, &indexes.person).await?,
            None => None,
        };
        let (number_index, residents_index) = match indexes {
            Some(Indexes { person, residents }) => (Some(person), Some(residents)),
            None => (None, None),
        };
        // Whose number it is says the register, so a number gets its holder only when it has agreed. Until then
        // nobody has seen anything of the link, and a corrected number may make it somebody else.
        let person = match (&known, holder) {
            (Some(known), Some(holder)) if known.seen && known.person != holder => {
                let why =
                    "number: it belongs to another person; merging and splitting is decided by two people";
                return Ok(Err(Broken(why.into())));
            }
            (Some(known), _) if known.seen => known.person,
            (_, Some(holder)) => holder,
            (Some(known), None) if known.number_index == number_index => known.person,
            (_, None) => PersonId::from_bytes(self.env.random()),
        };
        let attributes = self.attributes_of(identity);
        let same =
            |known: &Person| known.attributes == attributes && known.residents_index == residents_index;
        let state = match &known {
            Some(known) if same(known) => known.state,
            _ if residents_index.is_none() => State::NoNumber,
            _ => State::Waiting,
        };
        let seen = known.is_some_and(|known| known.seen);
        let (office, link) = (office.to_owned(), link.to_owned());
        let put = Person {
            office,
            link,
            person,
            attributes,
            number_index,
            residents_index,
            revision,
            state,
            seen,
        };
        persons::put(tx, &put).await?;
        Ok(Ok(Standing::Known { seen, state }))
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

fn identity_of(record: &Record) -> Option<(u32, &PersonIdentity)> {
    match &record.content {
        Content::Person {
            identity: Some(identity),
            ..
        } => Some((record.revision, &identity.body)),
        _ => None,
    }
}
