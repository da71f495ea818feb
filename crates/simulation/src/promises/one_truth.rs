//! Promise `one-truth`: what an institution is told equals what the offices decided, not older than the answer says.
//!
//! Which versions an answer is about follows from the positions that it names; the rest is worked out from the truth.
//! Each of these versions must have been asked for before the answer was given, and be the newest that was decided
//! before the answer's `OfficeDataAsOf` (or a newer one). Who waits for the register is told of nowhere, and this goes
//! first (promise `right-person`).

use domain::answer::Question;
use domain::number::{PayerNumber, RecipientNumber};
use domain::regime::PersonNumber;
use env::Time;
use exchange::oqs::Limits;
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::siquc01::{Request, ResultMessage};
use exchange::registration::Kind;
use verification::Basis;

use super::Promises;
use super::history::Kept;
use crate::expected::{Visible, expected, of_message};
use crate::images::Busy;
use crate::journal::{Found, Heard};
use crate::names::Office;
use crate::truth::{Match, Said, Truth};

impl Promises {
    /// Checks an answer as it passed verification's door.
    pub(super) fn check_answer(&mut self, heard: &Heard) {
        let Ok(message) = ResultMessage::read(&heard.answer, &Limits::SINGLE) else {
            return self.violated("one-truth", "an answer is no message");
        };
        self.check_addressed(heard.clinic, &message, &heard.answer);
        if let Some(identifier) = &message.header.arbitrary_file_identifier {
            let told = self.told.entry((heard.clinic, identifier.clone())).or_default();
            told.push(message.clone());
        }
        let Some(basis) = &heard.basis else {
            let says_nothing = message.header.segment_of_result == SegmentOfResult::Failed
                && message.body.result_list.is_empty();
            if !says_nothing {
                self.violated("history", "an answer does not name what it was computed from");
            }
            return;
        };
        let (Ok(request), Ok(basis)) = (
            Request::read(&heard.request, &Limits::SINGLE),
            basis.parse::<Basis>(),
        ) else {
            return self.violated(
                "history",
                "an answer names nothing that it could be computed from",
            );
        };
        if basis.at > heard.at {
            self.violated("history", "an answer names a moment that has not come");
        }
        let checked = self.compare(heard, &request, &message, &basis);
        drop(checked);
        self.keep(Kept {
            institution: heard.clinic.institution(),
            request,
            basis,
            answer: heard.answer.to_vec(),
        });
    }

    fn compare(
        &mut self,
        heard: &Heard,
        request: &Request,
        message: &ResultMessage,
        basis: &Basis,
    ) -> Result<(), Busy> {
        let number = asked_number(request);
        let visible = self.visible(number, basis)?;
        let question = Question {
            day: request.header.qualification_confirmation_date,
            institution: heard.clinic.institution(),
            birth_date: Some(request.search.birthdate),
        };
        let shown = of_message(message);
        let truth = self.truth.clone();
        let truth = truth.lock();
        for (promise, what) in faults(&truth, &visible, basis) {
            self.violated(promise, what);
        }
        let told = expected(&truth, &visible, number, &question);
        if told != shown {
            let what = format!(
                "an answer differs from what was decided in: {:?}",
                told.differences(&shown)
            );
            self.violated("one-truth", what);
        }
        if let Some(newest) = &self.at_rest {
            let told = expected(&truth, newest, number, &question);
            if told != shown {
                let what = format!(
                    "at rest an answer differs from the newest decisions in: {:?}",
                    told.differences(&shown)
                );
                self.violated("one-truth", what);
            }
        }
        Ok(())
    }

    /// What verification would tell of everybody who ever had this number, at the answer's positions.
    fn visible(&self, number: Option<PersonNumber>, basis: &Basis) -> Result<Visible, Busy> {
        let truth = self.truth.lock();
        let holders: Vec<usize> = number
            .into_iter()
            .flat_map(|number| truth.holders(number))
            .collect();
        let mut visible = Visible::new();
        for (office, link, _) in truth.links().filter(|(_, _, who)| holders.contains(who)) {
            visible.extend(self.images.visible(office, link, &basis.heads)?);
        }
        Ok(visible)
    }

    /// Checks a result file: one for each request, and what verification said or an error.
    pub(super) fn check_result(&mut self, found: &Found) {
        let name = (found.clinic, found.suffix.clone());
        if !self.found.insert(name.clone()) {
            self.violated(
                "exactly-once",
                format!("request {} has two results", found.suffix),
            );
        }
        let Ok(message) = ResultMessage::read(&found.bytes, &Limits::SINGLE) else {
            return self.violated(
                "one-truth",
                format!("the result of {} is no message", found.suffix),
            );
        };
        if message.header.segment_of_result == SegmentOfResult::Failed {
            if !message.body.result_list.is_empty() {
                self.violated("one-truth", "an error answer tells of somebody");
            }
        } else if !self.told.get(&name).is_some_and(|told| told.contains(&message)) {
            self.violated(
                "one-truth",
                format!("verification never said what the result of {} says", found.suffix),
            );
        }
    }

    /// What verification must tell when everything has come to rest: the newest version of everything, of whoever
    /// the register agrees to. Where the newest word about a person is not agreed to, an earlier one that was stays.
    pub(crate) fn newest(&mut self) -> Option<Visible> {
        let heads = self.images.cursors();
        let heads = self.must_see(heads)?;
        let shared = self.truth.clone();
        let truth = shared.lock();
        let mut newest = Visible::new();
        for (office, link, _) in truth.links() {
            let seen = self.images.visible(office, link, &heads);
            let seen = self.must_see(seen)?;
            let told = told_at_rest(&truth, office, link, &seen);
            if told != seen {
                let what = format!("at rest verification knows {seen:?}; decided was {told:?}");
                self.violated("one-truth", what);
            }
            newest.extend(told);
        }
        Some(newest)
    }
}

/// What may be wrong with the versions that an answer is about.
fn faults(truth: &Truth, visible: &Visible, basis: &Basis) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    for (key, revision) in visible {
        match truth.version(key, *revision) {
            Some(version) if version.asked <= basis.at => {
                if let Said::Person(said) = &version.said
                    && said.matches != Match::Agrees
                {
                    let what = format!("{key:?} revision {revision} is told although no register agreed");
                    faults.push(("right-person", what));
                }
            }
            _ => faults.push((
                "one-truth",
                format!("{key:?} revision {revision} was never decided"),
            )),
        }
    }
    let Some(as_of) = basis.as_of.map(Time::from_micros) else {
        return faults;
    };
    let told: Vec<(Office, &str)> = visible
        .keys()
        .filter(|key| key.kind == Kind::Person)
        .map(|key| (key.office, key.link.as_str()))
        .collect();
    for (office, link) in told {
        for (key, versions) in truth
            .of_link(office, link)
            .filter(|(key, _)| key.kind != Kind::Person)
        {
            let before = versions
                .iter()
                .filter(|version| version.decided.is_some_and(|made| made.at < as_of));
            let Some(newest) = before.map(|version| version.revision).max() else {
                continue;
            };
            if visible.get(key).is_none_or(|revision| *revision < newest) {
                let what = format!("an answer as of {as_of} does not know {key:?} revision {newest}");
                faults.push(("one-truth", what));
            }
        }
    }
    faults
}

fn told_at_rest(truth: &Truth, office: Office, link: &str, seen: &Visible) -> Visible {
    let newest: Visible = truth
        .of_link(office, link)
        .filter_map(|(key, versions)| Some((key.clone(), versions.last()?.revision)))
        .collect();
    let person = newest.iter().find(|(key, _)| key.kind == Kind::Person);
    let Some((key, revision)) = person else {
        return Visible::new();
    };
    let agrees = |revision: u32| {
        let version = truth.version(key, revision);
        matches!(version.map(|version| &version.said), Some(Said::Person(said)) if said.matches == Match::Agrees)
    };
    if agrees(*revision) {
        return newest;
    }
    match seen.get(key) {
        Some(earlier) if agrees(*earlier) => {
            let mut told = newest.clone();
            told.insert(key.clone(), *earlier);
            told
        }
        _ => Visible::new(),
    }
}

fn asked_number(request: &Request) -> Option<PersonNumber> {
    let payer = PayerNumber::parse(&request.search.insurer_number).ok()?;
    let recipient = RecipientNumber::parse(&request.search.insured_identification_number).ok()?;
    Some(PersonNumber { payer, recipient })
}
