//! Whole households at once: a new case with everything about it, or what another system had (移行).
//!
//! What was said before is not said again, so a load that was cut off is simply sent once more; and what was corrected
//! since stays corrected.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::entrustment::Entrustment;
use domain::identity::{HouseholdId, Link};
use domain::permit::{Action, Permit};
use exchange::registration::feed::FileRef;
use exchange::registration::{Kind, Lane, RecordId};
use serde::{Deserialize, Serialize};
use storage::Tx;

use super::{Household, NewHousehold};
use crate::circumstances::Circumstances;
use crate::decide::{Decision, New, Prepared};
use crate::eligibilities::NewEligibility;
use crate::people::NewPerson;
use crate::self_payments::NewSelfPayment;
use crate::shielding::NewShielding;
use crate::store::facts::{self, FactKind};
use crate::store::{decisions, households};
use crate::{Office, OfficeError};

/// The most records in one load, so that no other decision waits long for it.
const MOST_RECORDS: usize = 500;

/// The most households in one load.
const MOST_HOUSEHOLDS: usize = 500;
/// The most entrustments and amounts in one load.
const MOST_FACTS: usize = 2_000;

/// A household with everything about its members.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WholeHousehold {
    /// ケース番号
    id: HouseholdId,
    /// What is kept of it.
    #[serde(default)]
    household: Household,
    /// Its members.
    members: Vec<Member>,
}

/// A member with everything about them. Versions are never said: each part is as it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    /// Who it is; the link is required.
    person: NewPerson,
    /// What is registered nowhere; the household's own when nothing is said.
    #[serde(default)]
    circumstances: Option<Circumstances>,
    /// Eligibilities; a record without a name is named by its place.
    #[serde(default)]
    eligibilities: Vec<NewEligibility>,
    /// The shielding flags, if there are any.
    #[serde(default)]
    shielding: Option<NewShielding>,
    /// Entrustments.
    #[serde(default)]
    entrustments: Vec<Entrustment>,
    /// 本人支払額 by month.
    #[serde(default)]
    self_payments: Vec<NewSelfPayment>,
}

/// What a load came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loaded {
    /// Households in it.
    pub households: usize,
    /// People in it.
    pub people: usize,
    /// Records that were new and go to the hub.
    pub records: usize,
    /// The files that carry them.
    pub files: Vec<FileRef>,
}

impl Office {
    /// Takes whole households: all of them or none.
    pub(crate) async fn load(
        self: &Arc<Self>,
        permit: &Permit,
        households: Vec<WholeHousehold>,
        lane: Lane,
    ) -> Result<Loaded, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        within_bounds(&households)?;
        named_once(&households)?;
        let office = self.clone();
        let unit = async move |tx: &mut Tx| office.load_all(tx, &households, lane).await;
        let loaded = self.store.unit("office.load", unit).await?;
        self.courier.ring();
        Ok(loaded)
    }

    async fn load_all(
        &self,
        tx: &mut Tx,
        whole: &[WholeHousehold],
        lane: Lane,
    ) -> Result<Loaded, OfficeError> {
        let mut loaded = Loaded::default();
        let (mut news, mut flags) = (Vec::new(), Vec::new());
        for one in whole {
            loaded.households += 1;
            self.load_household(tx, one).await?;
            for member in &one.members {
                loaded.people += 1;
                self.load_member(tx, one, member, &mut news, &mut flags).await?;
            }
        }
        for (lane, news) in [(Lane::Shield, flags), (lane, news)] {
            if news.is_empty() {
                continue;
            }
            loaded.records += news.len();
            let decided = self.put_together(tx, lane, news).await?;
            loaded.files.extend(decided.first().map(|first| FileRef {
                lane,
                number: first.number,
            }));
        }
        Ok(loaded)
    }

    async fn load_household(&self, tx: &mut Tx, one: &WholeHousehold) -> Result<(), OfficeError> {
        let said = crate::api::said(&one.household);
        if !households::was_said(tx, one.id.as_str(), &said).await? {
            let new = NewHousehold {
                id: one.id.clone(),
                revision: None,
                household: one.household.clone(),
            };
            self.keep_household(tx, &new).await?;
        }
        Ok(())
    }

    async fn load_member(
        &self,
        tx: &mut Tx,
        household: &WholeHousehold,
        member: &Member,
        news: &mut Vec<New>,
        flags: &mut Vec<New>,
    ) -> Result<(), OfficeError> {
        let link = member.person.link.clone().ok_or_else(|| OfficeError::Rule {
            rule: "person.link",
            why: "a load names its people, so that it may be sent again".into(),
        })?;
        let before = self.before(tx, &link).await?;
        let decision = self.person_decision(link.clone(), &member.person, &before)?;
        self.add(tx, decision, news).await?;
        for (place, eligibility) in (1..).zip(&member.eligibilities) {
            let mut eligibility = eligibility.clone();
            if eligibility.record.is_none() {
                let named = RecordId::parse(&format!("eligibility-{place}"));
                eligibility.record = named.ok();
            }
            let decision = self.eligibility_decision(link.clone(), eligibility)?;
            self.add(tx, decision, news).await?;
        }
        if let Some(shielding) = &member.shielding {
            let decision = self.shielding_decision(link.clone(), shielding)?;
            self.add(tx, decision, flags).await?;
        }
        let circumstances = match &member.circumstances {
            Some(circumstances) if circumstances.household != household.id => {
                return Err(OfficeError::Rule {
                    rule: "circumstances.household",
                    why: "a member belongs to the household that it is loaded with".into(),
                });
            }
            Some(circumstances) => circumstances.clone(),
            None => Circumstances::of(household.id.clone()),
        };
        if self
            .is_new(
                tx,
                &link,
                FactKind::Circumstances,
                "circumstances",
                &circumstances,
            )
            .await?
        {
            self.keep_circumstances(tx, &link, None, &circumstances).await?;
        }
        for entrustment in &member.entrustments {
            let record = entrustment.id.as_str();
            if self
                .is_new(tx, &link, FactKind::Entrustment, record, entrustment)
                .await?
            {
                self.keep_entrustment(tx, &link, None, entrustment).await?;
            }
        }
        for settled in &member.self_payments {
            let (month, said) = (settled.month.to_string(), &settled.self_payment);
            if self
                .is_new(tx, &link, FactKind::SelfPayment, &month, said)
                .await?
            {
                let mut settled = settled.clone();
                settled.revision = None;
                self.keep_self_payment(tx, &link, &settled).await?;
            }
        }
        Ok(())
    }

    /// Adds a decision, unless it was made before.
    async fn add(&self, tx: &mut Tx, mut decision: Decision, news: &mut Vec<New>) -> Result<(), OfficeError> {
        let (kind, record) = (decision.content.kind(), decision.record.as_str());
        let before = decision.said_before.as_ref().unwrap_or(&decision.said);
        let said = [&decision.said, before].map(Vec::as_slice);
        if decisions::was_said(tx, decision.link.as_str(), kind, record, said).await? {
            return Ok(());
        }
        if kind != Kind::Person {
            decision.revision = None;
        }
        self.must_not_overlap(tx, &decision, news).await?;
        if let Prepared::New(new) = self.prepare(tx, &decision).await? {
            news.push(new);
        }
        Ok(())
    }

    /// Whether a fact was never said like this.
    async fn is_new<T: Serialize>(
        &self,
        tx: &mut Tx,
        link: &Link,
        kind: FactKind,
        record: &str,
        body: &T,
    ) -> Result<bool, OfficeError> {
        let said = crate::api::said(body);
        Ok(!facts::was_said(tx, link.as_str(), kind, record, &said).await?)
    }
}

/// A load is one unit of work: whatever is much in it makes everybody else wait.
fn within_bounds(households: &[WholeHousehold]) -> Result<(), OfficeError> {
    let sum = |count: fn(&Member) -> usize| households.iter().flat_map(|one| &one.members).map(count).sum();
    let counted: [(&'static str, &str, usize, usize); 3] = [
        ("households", "households", households.len(), MOST_HOUSEHOLDS),
        ("members", "records", sum(Member::records), MOST_RECORDS),
        (
            "members",
            "entrustments and self_payments",
            sum(Member::facts),
            MOST_FACTS,
        ),
    ];
    for (rule, what, found, most) in counted {
        if found > most {
            return Err(OfficeError::Rule {
                rule,
                why: format!("{found} {what}; at most {most} in one load"),
            });
        }
    }
    Ok(())
}

/// Each household, person and record stands in a load once: which of two were meant is not ours to guess.
fn named_once(households: &[WholeHousehold]) -> Result<(), OfficeError> {
    let mut seen = BTreeSet::new();
    for (at, household) in households.iter().enumerate() {
        once(&mut seen, format!("household {}", household.id.as_str()), || {
            format!("[{at}].id")
        })?;
        for (of, member) in household.members.iter().enumerate() {
            let place = format!("[{at}].members[{of}]");
            let Some(link) = &member.person.link else { continue };
            let link = link.as_str();
            once(&mut seen, format!("person {link}"), || {
                format!("{place}.person.link")
            })?;
            for (nth, eligibility) in member.eligibilities.iter().enumerate() {
                let record = eligibility.record.as_ref().map(RecordId::as_str);
                let record = record.map_or_else(|| format!("eligibility-{}", nth + 1), str::to_owned);
                let field = || format!("{place}.eligibilities[{nth}].record");
                once(&mut seen, format!("eligibility {link} {record}"), field)?;
            }
            for (nth, entrustment) in member.entrustments.iter().enumerate() {
                let field = || format!("{place}.entrustments[{nth}].id");
                once(
                    &mut seen,
                    format!("entrustment {link} {}", entrustment.id.as_str()),
                    field,
                )?;
            }
            for (nth, settled) in member.self_payments.iter().enumerate() {
                let field = || format!("{place}.self_payments[{nth}].month");
                once(&mut seen, format!("self_payment {link} {}", settled.month), field)?;
            }
        }
    }
    Ok(())
}

fn once(
    seen: &mut BTreeSet<String>,
    name: String,
    field: impl FnOnce() -> String,
) -> Result<(), OfficeError> {
    if seen.insert(name) {
        return Ok(());
    }
    Err(OfficeError::Fault {
        field: field(),
        why: "同じものが2回あります。1回だけにしてください。".into(),
    })
}

impl Member {
    fn facts(&self) -> usize {
        self.entrustments.len() + self.self_payments.len()
    }

    fn records(&self) -> usize {
        1 + self.eligibilities.len() + usize::from(self.shielding.is_some())
    }
}
