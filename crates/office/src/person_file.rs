//! A person's file (個人台帳): everything that the office has decided about somebody, as it stands.

use std::sync::Arc;

use domain::entrustment::Entrustment;
use domain::identity::Link;
use domain::permit::{Action, Permit};
use domain::self_payment::SelfPayment;
use domain::voucher::Voucher;
use exchange::registration::{Content, EligibilityServed, Kind, PersonServed, RecordId, Shielding};
use serde::Serialize;
use storage::Tx;

use crate::circumstances::Circumstances;
use crate::store::decisions::{self, Stored};
use crate::store::facts::{self, FactKind};
use crate::{Office, OfficeError};

/// A person's file.
#[derive(Serialize)]
pub(crate) struct PersonFile {
    link: Link,
    /// Who they are; the number is sealed and not in it.
    person: PersonServed,
    #[serde(skip_serializing_if = "Option::is_none")]
    circumstances: Option<Circumstances>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shielding: Option<Shielding>,
    eligibilities: Vec<Held<EligibilityServed>>,
    entrustments: Vec<Entrustment>,
    /// 本人支払額, each under its month.
    self_payments: Vec<Held<SelfPayment>>,
    /// The vouchers that are not withdrawn.
    vouchers: Vec<Held<Voucher>>,
}

/// Something under its record, in its newest version.
#[derive(Serialize)]
struct Held<T> {
    record: RecordId,
    revision: u32,
    body: T,
}

impl Office {
    /// A person's file.
    pub(crate) async fn person_file(
        self: &Arc<Self>,
        permit: &Permit,
        link: Link,
    ) -> Result<PersonFile, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        let office = self.clone();
        let read = async move |tx: &mut Tx| office.read_file(tx, &link).await;
        self.store.read("office.person_file", read).await
    }

    async fn read_file(&self, tx: &mut Tx, link: &Link) -> Result<PersonFile, OfficeError> {
        let text = link.as_str();
        let person = decisions::newest(tx, text, Kind::Person, crate::people::RECORD).await?;
        let Content::Person { served, .. } = self.open_version(&person.ok_or(OfficeError::NoPerson)?)? else {
            return Err(OfficeError::Shape { table: "decision" });
        };
        let mut file = PersonFile {
            link: link.clone(),
            person: served.body,
            circumstances: None,
            shielding: None,
            eligibilities: Vec::new(),
            entrustments: Vec::new(),
            self_payments: Vec::new(),
            vouchers: Vec::new(),
        };
        for kind in [Kind::Eligibility, Kind::Voucher, Kind::Shielding] {
            for stored in decisions::of_kind(tx, text, kind).await? {
                match self.open_version(&stored)? {
                    Content::Eligibility { served } => file.eligibilities.push(held(&stored, served.body)?),
                    Content::Voucher { served } => file.vouchers.push(held(&stored, *served.body)?),
                    Content::Shielding { served } => file.shielding = Some(served.body),
                    Content::Person { .. }
                    | Content::Insurance { .. }
                    | Content::Card { .. }
                    | Content::Withdrawn(_) => {}
                }
            }
        }
        for stored in facts::of_person(tx, text).await? {
            match FactKind::from_name(&stored.kind) {
                Some(FactKind::Circumstances) => file.circumstances = Some(self.open_fact(&stored)?),
                Some(FactKind::Entrustment) => file.entrustments.push(self.open_fact(&stored)?),
                Some(FactKind::SelfPayment) => file.self_payments.push(Held {
                    record: RecordId::parse(&stored.record)
                        .map_err(|_| OfficeError::Shape { table: "fact" })?,
                    revision: stored.revision,
                    body: self.open_fact(&stored)?,
                }),
                Some(FactKind::Event) | None => {}
            }
        }
        Ok(file)
    }
}

fn held<T>(stored: &Stored, body: T) -> Result<Held<T>, OfficeError> {
    Ok(Held {
        record: RecordId::parse(&stored.record).map_err(|_| OfficeError::Shape { table: "decision" })?,
        revision: stored.revision,
        body,
    })
}
