//! The ward's figures (世帯数・人員) on a day, counted from what is decided.
//!
//! 法別25 is a business of its own and never among them. Everybody is opened to be counted, page by page: nothing in the
//! database says in the clear who is eligible.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::business::{Business, business};
use domain::calendar::Date;
use domain::eligibility::{EndReason, Standing};
use domain::month::TreatmentMonth;
use domain::permit::{Action, Permit};
use exchange::registration::{Content, EligibilityServed};
use serde::{Deserialize, Serialize};
use storage::Tx;

use crate::store::{decisions, facts, households, states};
use crate::{Office, OfficeError};

/// People in one read.
const PAGE: i64 = 500;

/// The figures of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// 世帯数: households in which somebody receives assistance on the day.
    pub households: u64,
    /// 人員: people who receive assistance on the day.
    pub people: u64,
    /// People whose assistance has ended by then.
    pub ended: u64,
    /// People whose assistance is suspended (停止中).
    pub suspended: u64,
    /// People whose assistance begins later.
    pub future: u64,
    /// People under 法別25 who receive on the day; counted here and nowhere else.
    pub support_benefit: u64,
    /// People whom the hub holds by now, because the register never agreed: paper serves them.
    pub not_matched: u64,
    /// People with an entrustment in the day's month: medical aid this month.
    pub entrusted: u64,
}

/// How somebody stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Ended,
    Suspended,
    Future,
    Receives,
}

/// An eligibility on a day: of several of a person, what counts is whether one covers the day, else whether one begins
/// later, else how the last one ended.
#[derive(Clone, Copy)]
struct OnDay {
    business: Business,
    place: Place,
    start: Date,
}

impl OnDay {
    fn rank(self) -> (u8, Date) {
        let rank = match self.place {
            Place::Receives => 2,
            Place::Future => 1,
            Place::Suspended | Place::Ended => 0,
        };
        (rank, self.start)
    }
}

impl Office {
    /// Counts a day.
    pub(crate) async fn figures(
        self: &Arc<Self>,
        permit: &Permit,
        day: Date,
    ) -> Result<Figures, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        let month = TreatmentMonth::of(day);
        let count = async move |tx: &mut Tx| {
            let entrusted = facts::count_due(tx, month).await?;
            Ok::<_, OfficeError>((entrusted, states::not_matched(tx).await?))
        };
        let (entrusted, not_matched) = self.store.read("office.figures", count).await?;
        let mut figures = Figures {
            entrusted: u64::try_from(entrusted).unwrap_or(0),
            not_matched,
            ..Figures::default()
        };
        let mut receiving: BTreeSet<String> = BTreeSet::new();
        let mut after = String::new();
        loop {
            let office = self.clone();
            let read = async move |tx: &mut Tx| office.places(tx, &after, day).await;
            let people = self.store.read("office.figures", read).await?;
            let Some((last, _, _)) = people.last() else {
                figures.households = receiving.len() as u64;
                return Ok(figures);
            };
            after = last.clone();
            for (_, household, on_day) in people {
                match on_day.map(|on_day| (on_day.business, on_day.place)) {
                    Some((Business::MedicalAid, Place::Receives)) => {
                        figures.people += 1;
                        receiving.insert(household);
                    }
                    Some((Business::MedicalAid, Place::Ended)) => figures.ended += 1,
                    Some((Business::MedicalAid, Place::Suspended)) => figures.suspended += 1,
                    Some((Business::MedicalAid, Place::Future)) => figures.future += 1,
                    Some((Business::SupportBenefit, Place::Receives)) => figures.support_benefit += 1,
                    Some((Business::SupportBenefit, _)) | None => {}
                }
            }
        }
    }

    /// Some people after a link, their households, and how they stand.
    async fn places(
        &self,
        tx: &mut Tx,
        after: &str,
        day: Date,
    ) -> Result<Vec<(String, String, Option<OnDay>)>, OfficeError> {
        let people = households::people_after(tx, after, PAGE).await?;
        let (Some((first, _)), Some((last, _))) = (people.first(), people.last()) else {
            return Ok(Vec::new());
        };
        let mut places: BTreeMap<String, OnDay> = BTreeMap::new();
        for stored in decisions::eligibilities(tx, first, last).await? {
            if let Content::Eligibility { served } = self.open_version(&stored)?
                && let Some(on_day) = on_day(&served.body, day)
            {
                let counts = places.entry(stored.link).or_insert(on_day);
                if counts.rank() < on_day.rank() {
                    *counts = on_day;
                }
            }
        }
        Ok(people
            .into_iter()
            .map(|(link, household)| {
                let place = places.get(&link).copied();
                (link, household, place)
            })
            .collect())
    }
}

fn on_day(served: &EligibilityServed, day: Date) -> Option<OnDay> {
    let business = business(served.eligibility.payer)?;
    let place = match served.eligibility.standing(day) {
        Standing::Covered => Place::Receives,
        Standing::NotYetBegun(_) => Place::Future,
        Standing::Ended(_, EndReason::Suspension) => Place::Suspended,
        Standing::Ended(..) => Place::Ended,
    };
    Some(OnDay {
        business,
        place,
        start: served.eligibility.start,
    })
}
