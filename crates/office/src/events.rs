//! Events (異動): 開始, 停止, 再開, 廃止, 移管, 死亡, with what they would do before anybody decides.
//!
//! Deciding writes exactly what the preview says: the eligibility's new version and the vouchers that it shortens or
//! withdraws, in one commit and one file, so that the hub judges them together.

use std::sync::Arc;

use domain::calendar::Date;
use domain::eligibility::{Eligibility, EndReason};
use domain::event::{self, Earlier, Event, Preview};
use domain::identity::Link;
use domain::month::TreatmentMonth;
use domain::number::{PayerNumber, RecipientNumber};
use domain::permit::{Action, Permit};
use domain::regime::NumberValidity;
use domain::text::AsReceived;
use domain::voucher::Voucher;
use exchange::registration::{Content, EligibilityServed, Kind, Lane, RecordId};
use serde::{Deserialize, Serialize};
use storage::Tx;

use crate::decide::{New, Prepared};
use crate::issue::months_of;
use crate::store::decisions::{self, Stored};
use crate::store::facts::{self, FactKind};
use crate::store::ledger::Withdrawn;
use crate::{Office, OfficeError};

mod effect;
mod versions;

use effect::effect;
pub use effect::{Change, Effect, VoucherEffect};

/// What happens.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", tag = "event", deny_unknown_fields)]
pub(crate) enum What {
    /// 開始, or 移管 from another office.
    Start {
        /// 開始日; may be in the past (遡及).
        date: Date,
        /// 公費負担者番号
        payer: PayerNumber,
        /// 受給者番号
        recipient: RecipientNumber,
        /// Every number with its months, where they change each month.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        numbers: Vec<NumberValidity>,
    },
    /// 再開 after 停止, with the numbers the person had.
    Resumption {
        /// 再開日
        date: Date,
    },
    /// 停止, 廃止, 移管 or 死亡.
    End {
        /// The registered day.
        date: Date,
        /// Which of the four.
        reason: EndReason,
    },
}

/// An event as the office enters it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEvent {
    /// The event's own name, by which a repetition is recognised; a new one is drawn when nothing is said.
    #[serde(default)]
    pub(crate) id: Option<RecordId>,
    /// What happens.
    pub(crate) what: What,
    /// Only what it would do.
    #[serde(default)]
    pub(crate) preview: bool,
    /// Months whose vouchers are issued with it: those that were run before a 開始 or 再開.
    #[serde(default)]
    pub(crate) issue: Vec<TreatmentMonth>,
}

/// What a person has, as it stands.
struct Standing {
    eligibilities: Vec<(RecordId, EligibilityServed)>,
    vouchers: Vec<(RecordId, Voucher)>,
    earlier: Vec<Earlier>,
}

impl Office {
    /// Decides an event, or says what it would do.
    pub(crate) async fn enter_event(
        self: &Arc<Self>,
        permit: &Permit,
        link: Link,
        new: NewEvent,
    ) -> Result<Effect, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        let issue = months_of(&new.issue)?;
        self.must_be_issuable("issue", &issue)?;
        let new = NewEvent { issue, ..new };
        let id = match &new.id {
            Some(id) => id.clone(),
            None => self.draw_record()?,
        };
        let office = self.clone();
        if new.preview {
            let read = async move |tx: &mut Tx| {
                office.must_know(tx, link.as_str()).await?;
                let standing = office.standing(tx, &link).await?;
                let preview = office.judge(&standing, &new.what)?;
                effect(None, &standing, &preview)
            };
            return self.store.read("office.preview", read).await;
        }
        let unit = async move |tx: &mut Tx| office.decide_event(tx, &link, &id, &new).await;
        let effect = self.store.unit("office.event", unit).await?;
        self.courier.ring();
        Ok(effect)
    }

    async fn decide_event(
        &self,
        tx: &mut Tx,
        link: &Link,
        id: &RecordId,
        new: &NewEvent,
    ) -> Result<Effect, OfficeError> {
        self.must_know(tx, link.as_str()).await?;
        if let Some(before) = facts::newest(tx, link.as_str(), FactKind::Event, id.as_str()).await? {
            let (what, effect): (What, Effect) = self.open_fact(&before)?;
            return if crate::api::said(&what) == crate::api::said(&new.what) {
                Ok(effect)
            } else {
                Err(OfficeError::EventTaken)
            };
        }
        self.must_be_free(tx, link, id).await?;
        let standing = self.standing(tx, link).await?;
        let preview = self.judge(&standing, &new.what)?;
        let mut effect = effect(Some(id.clone()), &standing, &preview)?;
        let mut news = Vec::new();
        for decision in self.new_eligibilities(link, id, &standing, &preview, &new.what)? {
            if let Prepared::New(new) = self.prepare(tx, &decision).await? {
                news.push(new);
            }
        }
        for decision in self.changed_vouchers(link, &standing, &effect.vouchers) {
            if let Prepared::New(new) = self.prepare(tx, &decision).await? {
                news.push(by_event(new));
            }
        }
        effect.decided = self.put_together(tx, Lane::Single, news).await?;
        for month in &new.issue {
            effect.issued.push(self.issue_due(tx, link, *month).await?);
        }
        let said = (&new.what, &effect);
        self.keep(tx, link, FactKind::Event, id.as_str(), Some(1), &said)
            .await?;
        Ok(effect)
    }

    /// What the event does to what stands.
    fn judge(&self, standing: &Standing, what: &What) -> Result<Preview, OfficeError> {
        let eligibilities: Vec<Eligibility> = standing
            .eligibilities
            .iter()
            .map(|(_, served)| served.eligibility.clone())
            .collect();
        let vouchers: Vec<Voucher> = standing
            .vouchers
            .iter()
            .map(|(_, voucher)| voucher.clone())
            .collect();
        let event = what.event(&self.name);
        event::may_follow(&standing.earlier, &eligibilities, &event)
            .and_then(|()| event::preview(&eligibilities, &vouchers, &event))
            .map_err(|fault| OfficeError::fault("what", &fault))
    }

    /// The newest versions of a person's eligibilities, and of the vouchers that are not withdrawn; and what was entered.
    async fn standing(&self, tx: &mut Tx, link: &Link) -> Result<Standing, OfficeError> {
        let mut standing = Standing {
            eligibilities: self.eligibilities_of(tx, link).await?,
            vouchers: Vec::new(),
            earlier: self.earlier_events(tx, link).await?,
        };
        for stored in decisions::of_kind(tx, link.as_str(), Kind::Voucher).await? {
            if let Content::Voucher { served } = self.open_version(&stored)? {
                standing.vouchers.push((record_of(&stored)?, *served.body));
            }
        }
        Ok(standing)
    }

    /// The events of a person that were entered before.
    async fn earlier_events(&self, tx: &mut Tx, link: &Link) -> Result<Vec<Earlier>, OfficeError> {
        let mut earlier = Vec::new();
        for stored in facts::of_person_and_kind(tx, link.as_str(), FactKind::Event).await? {
            let (what, effect): (What, Effect) = self.open_fact(&stored)?;
            earlier.push(Earlier {
                event: what.event(&self.name),
                changed: effect.decided.iter().any(|one| one.kind == Kind::Eligibility),
            });
        }
        Ok(earlier)
    }

    /// A new eligibility is named after its event, and overwrites none that has the name already.
    async fn must_be_free(&self, tx: &mut Tx, link: &Link, id: &RecordId) -> Result<(), OfficeError> {
        match decisions::newest(tx, link.as_str(), Kind::Eligibility, id.as_str()).await? {
            Some(_) => Err(OfficeError::RecordTaken),
            None => Ok(()),
        }
    }
}

impl What {
    /// The same in the law's own words.
    fn event(&self, office_name: &AsReceived) -> Event {
        match self {
            What::Start {
                date,
                payer,
                recipient,
                ..
            } => Event::Start {
                date: *date,
                payer: *payer,
                recipient: *recipient,
                office_name: office_name.clone(),
            },
            What::Resumption { date } => Event::Resumption { date: *date },
            What::End { date, reason } => Event::End {
                date: *date,
                reason: *reason,
            },
        }
    }
}

fn record_of(stored: &Stored) -> Result<RecordId, OfficeError> {
    RecordId::parse(&stored.record).map_err(|_| OfficeError::Shape { table: "decision" })
}

/// What an event withdraws comes back when its days do.
fn by_event(mut new: New) -> New {
    if let Some(entry) = &mut new.entry
        && entry.withdrawn != Withdrawn::No
    {
        entry.withdrawn = Withdrawn::ByEvent;
    }
    new
}
