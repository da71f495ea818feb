//! Who somebody is.

use std::sync::Arc;

use domain::calendar::Date;
use domain::identity::Link;
use domain::number::IndividualNumber;
use domain::permit::Permit;
use domain::person::{Address, PersonName, Sex, check_birth_date};
use exchange::registration::{
    Content, Kind, Part, PersonIdentity, PersonServed, RecordId, Salt, SealedNumber,
};
use seal::SealingContext;
use serde::Deserialize;
use storage::Tx;

use crate::decide::{Decided, Decision};
use crate::store::decisions;
use crate::{Office, OfficeError};

/// A person as the office writes them down. A number is given when it is new; the office cannot read it back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPerson {
    /// 紐付番号; a new one is drawn when nothing is said.
    #[serde(default)]
    pub(crate) link: Option<Link>,
    /// The version to make; the next when nothing is said.
    #[serde(default)]
    pub(crate) revision: Option<u32>,
    /// 個人番号.
    #[serde(default)]
    pub(crate) number: Option<IndividualNumber>,
    /// 氏名・氏名カナ, 通称.
    pub(crate) name: PersonName,
    /// 生年月日.
    pub(crate) birth_date: Date,
    /// 性別.
    pub(crate) sex: Sex,
    /// 居住地: where they live.
    #[serde(default)]
    pub(crate) address: Option<Address>,
    /// 住民登録地: what the register has, when it differs.
    #[serde(default)]
    pub(crate) registered_address: Option<Address>,
}

/// The one record of a person's own kind.
pub(crate) const RECORD: &str = "person";

/// How often the next revision is tried to be made when others make it at the same time.
const ATTEMPTS: u32 = 32;

/// What is known before a version is made.
#[derive(Default)]
pub(crate) struct Before {
    /// The newest revision; 0 before the first.
    newest: u32,
    number: Option<SealedNumber>,
}

impl Office {
    /// Writes a person down: a new one, or a correction.
    pub(crate) async fn write_down(
        self: &Arc<Self>,
        permit: &Permit,
        new: NewPerson,
    ) -> Result<Decided, OfficeError> {
        let link = match &new.link {
            Some(link) => link.clone(),
            None => self.draw_link()?,
        };
        // The number is sealed for a revision, so which it is has to be known before; somebody else may make it meanwhile.
        for _ in 1..ATTEMPTS {
            match self.write_once(permit, &link, &new).await {
                Err(OfficeError::Revision { .. }) if new.revision.is_none() => {}
                done => return done,
            }
        }
        self.write_once(permit, &link, &new).await
    }

    async fn write_once(
        self: &Arc<Self>,
        permit: &Permit,
        link: &Link,
        new: &NewPerson,
    ) -> Result<Decided, OfficeError> {
        let (office, of) = (self.clone(), link.clone());
        let read = async move |tx: &mut Tx| office.before(tx, &of).await;
        let before = self.store.read("office.person", read).await?;
        let decision = self.person_decision(link.clone(), new, &before)?;
        self.decide(permit, decision).await
    }

    /// What writing a person down decides. The number is sealed here and nowhere kept.
    pub(crate) fn person_decision(
        &self,
        link: Link,
        new: &NewPerson,
        before: &Before,
    ) -> Result<Decision, OfficeError> {
        check_birth_date(new.birth_date, self.today()).map_err(|fault| OfficeError::fault("", &fault))?;
        let revision = new.revision.unwrap_or(before.newest + 1);
        let number = match &new.number {
            Some(number) => Some(self.seal_number(&link, revision, number)?),
            None => before.number.clone(),
        };
        let served = PersonServed {
            name: new.name.clone(),
            birth_date: new.birth_date,
            sex: new.sex,
            address: new.address.clone(),
        };
        let unsealed = PersonIdentity {
            number: None,
            name: new.name.clone(),
            birth_date: new.birth_date,
            sex: new.sex,
            registered_address: new.registered_address.clone().or_else(|| new.address.clone()),
        };
        // A sealing is never the same twice, so what was said is recognised without it, and the number by its index.
        // Rows of before know only that there was a number: what is said again to one is a repetition, whichever number it has.
        let had_one = crate::api::said(&(&unsealed, &served, new.number.is_some()));
        let (said, said_before) = match &new.number {
            Some(number) => {
                let index = self.said_numbers.index_number(number).to_hex();
                (crate::api::said(&(&unsealed, &served, index)), Some(had_one))
            }
            None => (had_one, None),
        };
        let identity = PersonIdentity { number, ..unsealed };
        let content = Content::Person {
            identity: Some(Box::new(Part::new(self.salt(), identity))),
            served: Part::new(self.salt(), served),
        };
        let record = RecordId::parse(RECORD).map_err(|_| OfficeError::Shape { table: "decision" })?;
        Ok(Decision {
            link,
            record,
            revision: Some(revision),
            content,
            said,
            said_before,
        })
    }

    /// A fresh salt for a part.
    pub(crate) fn salt(&self) -> Salt {
        Salt(self.env.random())
    }

    /// A fresh name for a record.
    pub(crate) fn draw_record(&self) -> Result<RecordId, OfficeError> {
        RecordId::parse(&self.draw()).map_err(|_| OfficeError::Shape { table: "decision" })
    }

    fn draw_link(&self) -> Result<Link, OfficeError> {
        Link::parse(&self.draw()).map_err(|_| OfficeError::Shape { table: "decision" })
    }

    /// Sixteen random bytes as 32 hexadecimal digits.
    fn draw(&self) -> String {
        self.env
            .random::<16>()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    fn seal_number(
        &self,
        link: &Link,
        revision: u32,
        number: &IndividualNumber,
    ) -> Result<SealedNumber, OfficeError> {
        let context = SealingContext {
            office: self.office.as_str(),
            link: link.as_str(),
            revision,
        };
        let sealed = seal::SealedNumber::seal(&mut self.env.rng(), &self.hub_key, number, &context);
        let sealed = sealed.map_err(OfficeError::Number)?.to_string();
        Ok(SealedNumber { revision, sealed })
    }

    /// The newest revision of a person's record, and the sealed number that it carries.
    pub(crate) async fn before(&self, tx: &mut Tx, link: &Link) -> Result<Before, OfficeError> {
        let Some(newest) = decisions::newest(tx, link.as_str(), Kind::Person, RECORD).await? else {
            return Ok(Before::default());
        };
        match self.open_version(&newest)? {
            Content::Person {
                identity: Some(identity),
                ..
            } => Ok(Before {
                newest: newest.revision,
                number: identity.body.number,
            }),
            _ => Err(OfficeError::Shape { table: "decision" }),
        }
    }
}
