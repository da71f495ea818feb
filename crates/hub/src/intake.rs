//! Taking a file.
//!
//! 1. The file is read and checked as a whole; a fault refuses it and its number stays free.
//! 2. Its lane takes the next number only; the same file again gets the same receipt.
//! 3. Its records are judged person by person and written. A long file is written in chunks of whole persons,
//!    each a unit of its own, so that single decisions of the same moment do not wait for it.
//! 4. One commit uses up the number, keeps the receipt, and appends to the feed: now it is visible.
//!
//! An all-or-nothing file that breaks a rule leaves its receipt and nothing else: [`whole`].
//!
//! A crash before 4 leaves rows that nobody sees; when the file comes again they are swept. What has begun is done
//! also when the office goes away meanwhile, and [`long`] says how an attempt that cannot be waited for is kept out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::permit::{Action, Permit};
use exchange::registration::feed::FileRef;
use exchange::registration::{
    Answer, Counts, Envelope, File, FileOutcome, Kind, Lane, Limits, Outcome, Receipt, Record, Refusal,
    RowResult,
};
use relay::inbox::{self, Admission};
use storage::Tx;
use tokio::sync::oneshot;

use crate::store::asking::OfPerson;
use crate::store::{insurers, records};
use crate::{Hub, HubError};

mod chunk;
mod judge;
mod long;
mod person;
mod whole;

use chunk::{CHUNK, Chunk, There, Writes};
use whole::Undone;

/// One file of a lane at a time: the next waits for its turn.
type Turn = Arc<tokio::sync::Mutex<()>>;

/// One turn for each lane of each office. One process serves an office's lane.
#[derive(Default)]
pub(crate) struct Turns(Mutex<BTreeMap<(String, Lane), Turn>>);

impl Turns {
    fn of(&self, envelope: &Envelope) -> Turn {
        let key = (envelope.office.as_str().to_owned(), envelope.lane);
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(key)
            .or_default()
            .clone()
    }
}

/// What judging rows has come to so far.
#[derive(Clone, Default)]
struct Tally {
    counts: Counts,
    not_applied: Vec<RowResult>,
}

impl Hub {
    /// Takes a file, or says why not.
    ///
    /// # Errors
    /// When the hub cannot judge the file now; it may be sent again.
    pub(crate) async fn take_file(
        self: &Arc<Self>,
        permit: &Permit,
        bytes: &[u8],
    ) -> Result<Answer, HubError> {
        permit.require(Action::RegisterRecords)?;
        let file = match File::read(bytes, &Limits::default()) {
            Ok(file) => Arc::new(file),
            Err((faults, more)) => return Ok(Answer::Refusal(Refusal::Faults { faults, more })),
        };
        if permit.office() != Some(&file.envelope.office) {
            return Ok(Answer::Refusal(Refusal::OtherOffice));
        }
        if let Some(refusal) = judge::lane_faults(&file) {
            return Ok(Answer::Refusal(refusal));
        }
        let my_turn = self.lanes.of(&file.envelope).lock_owned().await;
        // An office that goes away ends its request; what was begun keeps its turn until it is done.
        let (hub, (tell, told)) = (self.clone(), oneshot::channel());
        let take = async move {
            let _my_turn = my_turn;
            let _gone_meanwhile = tell.send(hub.take(file).await);
        };
        self.env.to_the_end("a file is taken", take).await;
        told.await.unwrap_or(Err(HubError::Died))
    }

    /// Takes a file whose turn it is.
    async fn take(self: &Arc<Self>, file: Arc<File>) -> Result<Answer, HubError> {
        let answer = if file.records.len() <= CHUNK {
            self.take_short(file).await?
        } else {
            self.take_long(file).await?
        };
        self.news.notify_waiters();
        self.waiting.notify_one();
        Ok(answer)
    }

    /// Everything in one unit.
    async fn take_short(self: &Arc<Self>, file: Arc<File>) -> Result<Answer, HubError> {
        let (hub, taken) = (self.clone(), file.clone());
        let chunk = Chunk::of(self, &file, 0);
        let unit = async move |tx: &mut Tx| {
            if let Some(answer) = admit(tx, &taken).await? {
                return Ok(answer);
            }
            let (tally, parted) = hub.stage(tx, &taken, &chunk).await?;
            if whole::is_refused(&taken, &tally) {
                return Err(Undone::Judged(tally));
            }
            let answer = hub.conclude(tx, &taken, FileOutcome::Judged, tally).await?;
            hub.part(tx, &parted).await?;
            Ok(answer)
        };
        match self.store.unit("hub.take", unit).await {
            Err(Undone::Judged(tally)) => self.refuse_whole(file, tally).await,
            Err(Undone::Failed(error)) => Err(error),
            Ok(answer) => Ok(answer),
        }
    }

    /// Judges rows, person by person, and writes what may be kept of them. Which entries no card is to find any more is told
    /// after everything that is marked: positions of the feed come last.
    async fn stage(
        &self,
        tx: &mut Tx,
        file: &File,
        chunk: &Chunk,
    ) -> Result<(Tally, Vec<OfPerson>), HubError> {
        let office = file.envelope.office.as_str();
        let rows = chunk.rows(file);
        let there = There::ask(tx, office, &rows).await?;
        let (mut tally, mut writes) = (Tally::default(), Writes::default());
        let mut newest = there.newest.as_slice();
        for of_person in rows.chunk_by(|(_, a, _), (_, b, _)| a.link == b.link) {
            let (of_them, rest) = newest.split_at(of_person.len().min(newest.len()));
            tally.add(self.judge_person(office, of_person, of_them, &there, &mut writes)?);
            newest = rest;
        }
        let parted = writes.write(tx, file_ref(&file.envelope)).await?;
        Ok((tally, parted))
    }

    /// The commit after which the file is visible.
    async fn conclude(
        &self,
        tx: &mut Tx,
        file: &File,
        outcome: FileOutcome,
        tally: Tally,
    ) -> Result<Answer, HubError> {
        let envelope = &file.envelope;
        let receipt = Receipt {
            office: envelope.office.clone(),
            lane: envelope.lane,
            number: envelope.number,
            sha256: file.sha256,
            outcome,
            counts: tally.counts,
            not_applied: tally.not_applied,
            taken_at: self.env.now().micros(),
        };
        inbox::conclude(tx, &receipt).await?;
        if file
            .records
            .iter()
            .any(|record| record.content.kind() == Kind::Eligibility)
        {
            insurers::mark_file(tx, envelope.office.as_str(), file_ref(envelope)).await?;
        }
        let what = relay::feed::What::File(file_ref(envelope));
        relay::feed::append(tx, envelope.lane, envelope.office.as_str(), &what).await?;
        Ok(Answer::Receipt(receipt))
    }
}

/// The answer for a file that is not to be judged; otherwise what an earlier attempt left is swept.
async fn admit(tx: &mut Tx, file: &File) -> Result<Option<Answer>, HubError> {
    let envelope = &file.envelope;
    match inbox::admit(tx, envelope, file.sha256).await? {
        Admission::Known(receipt) => Ok(Some(Answer::Receipt(*receipt))),
        Admission::Refused(refusal) => Ok(Some(Answer::Refusal(refusal))),
        Admission::Next => {
            records::sweep(tx, envelope.office.as_str(), file_ref(envelope)).await?;
            Ok(None)
        }
    }
}

fn file_ref(envelope: &Envelope) -> FileRef {
    FileRef {
        lane: envelope.lane,
        number: envelope.number,
    }
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.counts.applied += other.counts.applied;
        self.counts.held += other.counts.held;
        self.counts.refused += other.counts.refused;
        self.counts.superseded += other.counts.superseded;
        self.not_applied.extend(other.not_applied);
    }

    fn note(&mut self, row: u32, record: &Record, outcome: Outcome, why: &str) {
        self.counts.add(outcome);
        if outcome != Outcome::Applied {
            self.not_applied.push(RowResult {
                row,
                link: record.link.clone(),
                kind: record.content.kind(),
                record: record.record.clone(),
                revision: record.revision,
                outcome,
                why: why.to_owned(),
            });
        }
    }
}
