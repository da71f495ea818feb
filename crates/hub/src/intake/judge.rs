//! Rules. They are judged for one person at a time: a broken one refuses all of that person's records in the
//! file, and nobody else's.

use exchange::registration::feed::FileRef;
use exchange::registration::{Content, Fault, File, Kind, Lane, Outcome, Record};
use storage::Tx;

use super::Tally;
use crate::store::records::{self, Key};
use crate::{Hub, HubError};

/// A broken rule: its name, and what to do.
pub(super) struct Broken(pub(super) String);

/// What a record that breaks no rule is.
struct Verdict {
    /// The month that it is about; 0: none.
    month: i64,
    /// Whether it is newer than what is there.
    newer: bool,
}

/// Shielding flags travel in the shield lane, and nothing else does. A file that mixes them is refused whole: a
/// flag in a slower lane would come after what it shields.
pub(super) fn lane_faults(file: &File) -> Option<Vec<Fault>> {
    let shield = file.envelope.lane == Lane::Shield;
    let wrong = |record: &Record| (record.content.kind() == Kind::Shielding) != shield;
    let faults: Vec<Fault> = (1..)
        .zip(&file.records)
        .filter(|(_, record)| wrong(record))
        .map(|(row, _)| Fault {
            row,
            field: "content".into(),
            rule: "lane".into(),
            expected: if shield {
                "shielding flags only".into()
            } else {
                "shielding flags in the shield lane".into()
            },
        })
        .take(1000)
        .collect();
    (!faults.is_empty()).then_some(faults)
}

impl Hub {
    /// Judges all records of one person and writes what may be kept.
    pub(super) async fn judge_person(
        &self,
        tx: &mut Tx,
        file: &File,
        first_row: u32,
        rows: &[Record],
    ) -> Result<Tally, HubError> {
        let office = file.envelope.office.as_str();
        let refuse_all = |Broken(why): Broken| {
            let mut tally = Tally::default();
            for (row, record) in (first_row..).zip(rows) {
                tally.note(row, record, Outcome::Refused, &why);
            }
            tally
        };
        let mut verdicts = Vec::with_capacity(rows.len());
        for record in rows {
            match self.judge_record(tx, office, record).await? {
                Ok(verdict) => verdicts.push(verdict),
                Err(broken) => return Ok(refuse_all(broken)),
            }
        }
        // Who the person is comes before anything is written: it is the last thing that may refuse them all.
        let newest = rows
            .iter()
            .zip(&verdicts)
            .filter(|(record, verdict)| verdict.newer && matches!(record.content, Content::Person { .. }));
        let newest = newest
            .map(|(record, _)| record)
            .max_by_key(|record| record.revision);
        let standing = match self.introduce(tx, office, rows, newest).await? {
            Ok(standing) => standing,
            Err(broken) => return Ok(refuse_all(broken)),
        };
        let mut tally = Tally::default();
        for ((row, record), verdict) in (first_row..).zip(rows).zip(verdicts) {
            if !verdict.newer {
                tally.note(
                    row,
                    record,
                    Outcome::Superseded,
                    "a revision as new is there already",
                );
                continue;
            }
            let held = standing.holds(record.content.kind());
            let reference = FileRef {
                lane: file.envelope.lane,
                number: file.envelope.number,
            };
            let key = key_of(office, record);
            let content = self.seal(key, &record.content);
            records::put(tx, key, &content, verdict.month, held.is_some(), reference, row).await?;
            match held {
                Some(why) => tally.note(row, record, Outcome::Held, why),
                None => tally.note(row, record, Outcome::Applied, ""),
            }
        }
        Ok(tally)
    }

    /// Judges one record by itself and against what is there.
    async fn judge_record(
        &self,
        tx: &mut Tx,
        office: &str,
        record: &Record,
    ) -> Result<Result<Verdict, Broken>, HubError> {
        let there = records::newest(tx, key_of(office, record)).await?;
        let mut month = 0;
        match &record.content {
            Content::Voucher { served } => {
                if let Err(faults) = served.body.check() {
                    let first = faults.first().map(ToString::to_string).unwrap_or_default();
                    return Ok(Err(Broken(format!("voucher: {first}"))));
                }
                month = month_number(&served.body.treatment_month);
                if there.is_some_and(|(_, before)| before != 0 && before != month) {
                    let why = "voucher-month: a voucher keeps its month; withdraw it and issue another";
                    return Ok(Err(Broken(why.into())));
                }
            }
            Content::Eligibility { served } => {
                if let Err(fault) = served.body.eligibility.check() {
                    return Ok(Err(Broken(format!("eligibility: {fault}"))));
                }
                let now = (served.body.eligibility.payer, served.body.eligibility.recipient);
                let listed =
                    |held: &domain::regime::NumberValidity| (held.number.payer, held.number.recipient) == now;
                if !served.body.numbers.iter().any(listed) {
                    let why =
                        "eligibility-numbers: the numbers that it has now stand in the list of its numbers";
                    return Ok(Err(Broken(why.into())));
                }
            }
            Content::Withdrawn(_) => month = there.map_or(0, |(_, before)| before),
            Content::Person { .. } | Content::Shielding { .. } => {}
        }
        let newer = match there {
            // The same revision is never written twice, whatever a fault makes of the comparison.
            Some((held, _)) if held == record.revision => false,
            Some((held, _)) => relay::revision::supersedes(&self.env, record.revision, held),
            None => true,
        };
        Ok(Ok(Verdict { month, newer }))
    }
}

/// A treatment month as a number: year × 100 + month.
pub(super) fn month_number(month: &domain::month::TreatmentMonth) -> i64 {
    month.to_string().parse().unwrap_or(0)
}

fn key_of<'a>(office: &'a str, record: &'a Record) -> Key<'a> {
    Key {
        office,
        link: record.link.as_str(),
        kind: record.content.kind(),
        record: record.record.as_str(),
        revision: record.revision,
    }
}
