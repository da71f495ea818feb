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
    /// The three records that an office registers: the person, an eligibility, the month's voucher.
    pub(crate) fn records(self, env: &Env, hub: &HubPublicKey) -> Result<[Record; 3], Fault> {
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
        let eligibility = json!({
            "eligibility": {
                "payer": self.payer(), "recipient": self.recipient(), "office_name": OFFICE_NAME,
                "start": self.start(),
            },
            "numbers": [{
                "number": { "payer": self.payer(), "recipient": self.recipient() },
                "from": TreatmentMonth::of(self.start()).to_string(),
            }],
        });
        let contents = [
            (
                "person",
                Content::Person {
                    identity: Some(Box::new(Part::new(salt(), identity))),
                    served: Part::new(salt(), read(served)?),
                },
            ),
            (
                "eligibility-1",
                Content::Eligibility {
                    served: Part::new(salt(), read(eligibility)?),
                },
            ),
            (
                "voucher-1",
                Content::Voucher {
                    served: Part::new(salt(), read(self.ticket())?),
                },
            ),
        ];
        let link = Link::parse(&self.link())?;
        let mut records = Vec::with_capacity(contents.len());
        for (name, content) in contents {
            records.push(Record {
                link: link.clone(),
                record: RecordId::parse(name)?,
                revision: 1,
                content,
            });
        }
        records.try_into().map_err(|_| "three records".into())
    }

    /// A voucher of the next month, the `n`-th of the person.
    pub(crate) fn next_voucher(self, env: &Env, n: u64) -> Result<Record, Fault> {
        let ticket = self.ticket_of(self.month().next(), &format!("9{n:02}"));
        Ok(Record {
            link: Link::parse(&self.link())?,
            record: RecordId::parse(&format!("next-{n}"))?,
            revision: 1,
            content: Content::Voucher {
                served: Part::new(Salt(env.random()), read(ticket)?),
            },
        })
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
