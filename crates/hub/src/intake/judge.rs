//! Rules. They are judged for one person at a time: a broken one refuses all of that person's records in the
//! file, and nobody else's.

use domain::regime::{self, PersonNumber};
use exchange::registration::{Content, EligibilityServed, Fault, File, Kind, Lane, Outcome, Record, Refusal};

use super::Tally;
use super::chunk::{Made, There, Writes};
use crate::store::asking::OfPerson;
use crate::store::records::{Key, New, Newest};
use crate::{Hub, HubError};

/// A broken rule: its name, and what to do.
#[derive(Clone)]
pub(super) struct Broken(pub(super) String);

/// What a record that breaks no rule is.
struct Verdict {
    /// The month that it is about; 0: none.
    month: i64,
    /// Whether it is newer than what is there.
    newer: bool,
}

/// The most faults that a refusal lists.
const FAULTS: usize = 1000;

/// Shielding flags travel in the shield lane, and nothing else does. A file that mixes them is refused whole: a
/// flag in a slower lane would come after what it shields.
pub(super) fn lane_faults(file: &File) -> Option<Refusal> {
    let shield = file.envelope.lane == Lane::Shield;
    let wrong = |record: &Record| (record.content.kind() == Kind::Shielding) != shield;
    let rows = (1..).zip(&file.records).filter(|(_, record)| wrong(record));
    let fault = |(row, _)| Fault {
        row,
        field: "content".into(),
        rule: "lane".into(),
        expected: if shield {
            "shielding flags only".into()
        } else {
            "shielding flags in the shield lane".into()
        },
    };
    let mut faults: Vec<Fault> = rows.map(fault).take(FAULTS + 1).collect();
    let more = faults.len() > FAULTS;
    faults.truncate(FAULTS);
    (!faults.is_empty()).then_some(Refusal::Faults { faults, more })
}

impl Hub {
    /// Judges all records of one person, and says what is to be written of what may be kept. `newest` are the newest
    /// versions of the rows' records that are there.
    pub(super) fn judge_person<'a>(
        &self,
        office: &'a str,
        rows: &[(u32, &'a Record, &'a Made)],
        newest: &[Option<Newest>],
        there: &There,
        writes: &mut Writes<'a>,
    ) -> Result<Tally, HubError> {
        let refuse_all = |Broken(why): Broken| {
            let mut tally = Tally::default();
            for (row, record, _) in rows {
                tally.note(*row, record, Outcome::Refused, &why);
            }
            tally
        };
        if let Err(broken) = one_person_record(rows, there) {
            return Ok(refuse_all(broken));
        }
        let mut verdicts = Vec::with_capacity(rows.len());
        for (n, ((_, record, _), newest)) in rows.iter().zip(newest).enumerate() {
            let before = rows
                .get(..n)
                .unwrap_or_default()
                .iter()
                .map(|(_, record, _)| *record);
            match self.judge_record(office, record, newest.as_ref(), before)? {
                Ok(verdict) => verdicts.push(verdict),
                Err(broken) => return Ok(refuse_all(broken)),
            }
        }
        // Who the person is comes before anything is written: it is the last thing that may refuse them all.
        let newer = rows.iter().zip(&verdicts).filter(|(_, verdict)| verdict.newer);
        let said = newer.filter_map(|((_, record, made), _)| Some((record.revision, made.said.as_ref()?)));
        let newest_said = said.max_by_key(|(revision, _)| *revision).map(|(_, said)| said);
        let link = rows.first().map_or("", |(_, record, _)| record.link.as_str());
        let standing = match self.introduce(office, link, newest_said, there) {
            Ok((standing, introduced)) => {
                let was = there.persons.get(link).map(OfPerson::of);
                let parts = introduced.as_ref().is_some_and(|now| now.agreed_index.is_none());
                let parted = was.filter(|was| parts && was.agreed_index.is_some());
                writes.parted.extend(parted);
                writes.persons.extend(introduced);
                standing
            }
            Err(broken) => return Ok(refuse_all(broken)),
        };
        let mut tally = Tally::default();
        for ((row, record, made), Verdict { month, newer }) in rows.iter().zip(verdicts) {
            if !newer {
                let why = "a revision as new is there already";
                tally.note(*row, record, Outcome::Superseded, why);
                continue;
            }
            let held = standing.holds(record.content.kind());
            writes.records.push(New {
                key: key_of(office, record),
                content: &made.sealed,
                month,
                held: held.is_some(),
                row: *row,
            });
            match held {
                Some(why) => tally.note(*row, record, Outcome::Held, why),
                None => tally.note(*row, record, Outcome::Applied, ""),
            }
        }
        Ok(tally)
    }

    /// Judges one record by itself, against what is there, and against the person's records `before` it in the
    /// file, which will be there.
    fn judge_record<'a>(
        &self,
        office: &str,
        record: &Record,
        there: Option<&Newest>,
        before: impl Iterator<Item = &'a Record>,
    ) -> Result<Result<Verdict, Broken>, HubError> {
        if let Err(broken) = judge_content(&record.content) {
            return Ok(Err(broken));
        }
        if let Some(content) = there.and_then(|there| there.content.as_ref())
            && self.open_at(key_of(office, record), content)? != record.content
        {
            // Never written twice. Another content cannot be told apart by order: what is there stands.
            let why = "revision: another content has this revision; make the next one";
            return Ok(Err(Broken(why.into())));
        }
        let mut newest = there.map(|there| (there.revision, there.month));
        let same =
            |other: &&Record| other.record == record.record && other.content.kind() == record.content.kind();
        for other in before.filter(same) {
            if newest.is_none_or(|(revision, _)| revision < other.revision) {
                let month = newest.map_or(0, |(_, month)| month);
                newest = Some((other.revision, month_of(&other.content).unwrap_or(month)));
            }
        }
        let month_there = newest.map_or(0, |(_, month)| month);
        let month = month_of(&record.content).unwrap_or(month_there);
        if month_there != 0 && month != month_there {
            let why = "voucher-month: a voucher keeps its month; withdraw it and issue another";
            return Ok(Err(Broken(why.into())));
        }
        let newer = match newest {
            Some((revision, _)) if revision == record.revision => false,
            Some((revision, _)) => relay::revision::supersedes(&self.env, record.revision, revision),
            None => true,
        };
        Ok(Ok(Verdict { month, newer }))
    }
}

/// Whom a link stands for says one record of it, whose revisions follow each other: what the register agreed with must
/// be what is passed on.
fn one_person_record(rows: &[(u32, &Record, &Made)], there: &There) -> Result<(), Broken> {
    let persons = rows.iter().map(|(_, record, _)| *record);
    let mut persons = persons.filter(|record| record.content.kind() == Kind::Person);
    let Some(first) = persons.next() else {
        return Ok(());
    };
    if persons.any(|other| other.record != first.record)
        || there.named_otherwise.contains(first.link.as_str())
    {
        let why =
            "person-record: a link has one person's record, under one name; make the next revision of it";
        return Err(Broken(why.into()));
    }
    Ok(())
}

/// Judges a record's content by itself.
fn judge_content(content: &Content) -> Result<(), Broken> {
    match content {
        Content::Voucher { served } => served.body.check().map_err(|faults| {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            Broken(format!("voucher: {}", faults.join("; ")))
        }),
        Content::Eligibility { served } => {
            let EligibilityServed { eligibility, numbers } = &served.body;
            eligibility
                .check()
                .map_err(|fault| Broken(format!("eligibility: {fault}")))?;
            regime::check_months(numbers).map_err(|fault| Broken(format!("eligibility: {fault}")))?;
            let now = PersonNumber {
                payer: eligibility.payer,
                recipient: eligibility.recipient,
            };
            if numbers.iter().any(|held| held.number == now) {
                Ok(())
            } else {
                let why = "eligibility-numbers: the numbers that it has now stand in the list of its numbers";
                Err(Broken(why.into()))
            }
        }
        // No office's file has insurers' rows or cards: reading it refuses them.
        Content::Person { .. }
        | Content::Shielding { .. }
        | Content::Insurance { .. }
        | Content::Card { .. }
        | Content::Withdrawn(_) => Ok(()),
    }
}

/// The month that a content is about; nothing when it does not say.
fn month_of(content: &Content) -> Option<i64> {
    match content {
        Content::Voucher { served } => Some(month_number(&served.body.treatment_month)),
        Content::Withdrawn(_) => None,
        Content::Person { .. }
        | Content::Eligibility { .. }
        | Content::Shielding { .. }
        | Content::Insurance { .. }
        | Content::Card { .. } => Some(0),
    }
}

/// A treatment month as a number: year × 100 + month.
fn month_number(month: &domain::month::TreatmentMonth) -> i64 {
    month.to_string().parse().unwrap_or(0)
}

/// The key of a record's version.
pub(super) fn key_of<'a>(office: &'a str, record: &'a Record) -> Key<'a> {
    Key {
        office,
        link: record.link.as_str(),
        kind: record.content.kind(),
        record: record.record.as_str(),
        revision: record.revision,
    }
}
