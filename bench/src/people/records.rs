//! People as records of a registration file.

use domain::identity::Link;
use domain::month::TreatmentMonth;
use env::Env;
use exchange::registration::{Content, Part, PersonIdentity, Record, RecordId, Salt, SealedNumber};
use seal::{HubPublicKey, SealingContext};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{OFFICE, OFFICE_NAME, Person};
use crate::Fault;

impl Person {
    /// The flags of somebody who is shielded; they have a lane of their own and go before everything else.
    pub(crate) fn flags(self, env: &Env) -> Result<Option<Record>, Fault> {
        let Some(flags) = self.shielding() else {
            return Ok(None);
        };
        let served = Part::new(Salt(env.random()), read(flags)?);
        let content = Content::Shielding { served };
        Ok(Some(self.record("shielding", content)?))
    }

    /// What an office registers: the person, an eligibility, and the month's voucher when there is one.
    pub(crate) fn records(self, env: &Env, hub: &HubPublicKey) -> Result<Vec<Record>, Fault> {
        let salt = || Salt(env.random());
        let (name, sex) = self.name();
        let served = json!({
            "name": name, "birth_date": self.birth_date(), "sex": sex, "address": self.address(),
        });
        let mut identity: PersonIdentity = read(json!({
            "name": name, "birth_date": self.birth_date(), "sex": sex,
            "registered_address": self.address(),
        }))?;
        identity.number = Some(self.seal(env, hub)?);
        let mut eligibility = json!({
            "eligibility": {
                "payer": self.payer(), "recipient": self.recipient(), "office_name": OFFICE_NAME,
                "start": self.start(),
            },
            "numbers": [{
                "number": { "payer": self.payer(), "recipient": self.recipient() },
                "from": TreatmentMonth::of(self.start()).to_string(),
            }],
        });
        if let (Some(end), Some(of)) = (self.end(), eligibility.get_mut("eligibility")) {
            of["end"] = end;
        }
        let identity = Some(Box::new(Part::new(salt(), identity)));
        let served = Part::new(salt(), read(served)?);
        let mut records = vec![self.record("person", Content::Person { identity, served })?];
        let served = Part::new(salt(), read(eligibility)?);
        records.push(self.record("eligibility-1", Content::Eligibility { served })?);
        if let Some(ticket) = self.voucher_here_or_elsewhere() {
            let served = Part::new(salt(), read(ticket)?);
            records.push(self.record("voucher-1", Content::Voucher { served })?);
        }
        Ok(records)
    }

    fn record(self, name: &str, content: Content) -> Result<Record, Fault> {
        Ok(Record {
            link: Link::parse(&self.link())?,
            record: RecordId::parse(name)?,
            revision: 1,
            content,
        })
    }

    /// A voucher of the next month, the `n`-th of the person.
    pub(crate) fn next_voucher(self, env: &Env, n: u64) -> Result<Record, Fault> {
        let ticket = self.ticket_of(self.month().next(), &format!("9{n:02}"));
        let served = Part::new(Salt(env.random()), read(ticket)?);
        self.record(&format!("next-{n}"), Content::Voucher { served })
    }

    fn seal(self, env: &Env, hub: &HubPublicKey) -> Result<SealedNumber, Fault> {
        let number = domain::number::IndividualNumber::parse(&self.individual_number())?;
        let link = self.link();
        let context = SealingContext {
            office: OFFICE,
            link: &link,
            revision: 1,
        };
        let sealed = seal::SealedNumber::seal(&mut env.rng(), hub, &number, &context)?;
        Ok(SealedNumber {
            revision: 1,
            sealed: sealed.to_string(),
        })
    }
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, Fault> {
    Ok(serde_json::from_value(value)?)
}
