//! A hub that notes what it took and in which order; it may hold every record for a while, or refuse a file.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use domain::identity::Link;
use env::{Handler, Request, Response};
use exchange::registration::feed::{Heads, Mark};
use exchange::registration::progress::{LetGo, Progress, Through};
use exchange::registration::{
    Answer, Counts, Fault, File, FileOutcome, Lane, Limits, Outcome, Receipt, Record, Refusal, RowResult,
};
use http::StatusCode;

use crate::office;
use crate::relay::wire;

/// The hub: an inbox in memory that notes in which order it took files.
#[derive(Default)]
pub(super) struct Inbox {
    pub(super) taken: BTreeMap<Lane, Vec<Receipt>>,
    pub(super) order: Vec<(Lane, i64)>,
    /// Every file that arrived, taken or not.
    pub(super) arrived: Vec<(Lane, i64)>,
    pub(super) marks: Vec<Mark>,
    /// Whether it holds every record, and lets it go later.
    pub(super) holds: bool,
    /// A file that it refuses.
    pub(super) refuses: Option<(Lane, i64)>,
}

impl Inbox {
    fn take(&mut self, bytes: &[u8]) -> (StatusCode, Answer) {
        let file = File::read(bytes, &Limits::default()).unwrap();
        let (lane, number) = (file.envelope.lane, file.envelope.number);
        self.arrived.push((lane, number));
        let not_applied = self.not_applied(&file);
        let of_lane = self.taken.entry(lane).or_default();
        let expected = i64::try_from(of_lane.len()).unwrap() + 1;
        if number > expected {
            return (
                StatusCode::CONFLICT,
                Answer::Refusal(Refusal::Skipped { expected }),
            );
        }
        if number < expected {
            let known = of_lane[usize::try_from(number).unwrap() - 1].clone();
            assert_eq!(known.sha256, file.sha256, "a file never changes");
            return (StatusCode::OK, Answer::Receipt(known));
        }
        if self.refuses == Some((lane, number)) {
            let fault = Fault {
                row: 1,
                field: "content".into(),
                rule: "lane".into(),
                expected: "another lane".into(),
            };
            let refusal = Refusal::Faults {
                faults: vec![fault],
                more: false,
            };
            return (StatusCode::UNPROCESSABLE_ENTITY, Answer::Refusal(refusal));
        }
        let receipt = Receipt {
            office: office(),
            lane,
            number,
            sha256: file.sha256,
            outcome: FileOutcome::Judged,
            counts: Counts {
                applied: 1,
                ..Counts::default()
            },
            not_applied,
            taken_at: 0,
        };
        of_lane.push(receipt.clone());
        self.order.push((lane, number));
        (StatusCode::OK, Answer::Receipt(receipt))
    }

    /// What a receipt names.
    fn not_applied(&self, file: &File) -> Vec<RowResult> {
        let held = |(row, record): (u32, &Record)| RowResult {
            row,
            link: record.link.clone(),
            kind: record.content.kind(),
            record: record.record.clone(),
            revision: record.revision,
            outcome: Outcome::Held,
            why: "person: waits for the person's record".into(),
        };
        let records = (1..).zip(&file.records).filter(|_| self.holds);
        records.map(held).collect()
    }

    /// Verification applies what it gets at once: file n at n seconds. Whoever was held is let go at nine.
    fn progress(&self, query: &str) -> Progress {
        let known = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(key, _)| *key == name)
                .unwrap()
                .1
                .parse::<i64>()
                .unwrap()
        };
        let mut progress = Progress::default();
        for (lane, receipts) in &self.taken {
            let numbers = receipts.iter().map(|receipt| receipt.number);
            let new = numbers.filter(|number| *number > known(lane.name()));
            progress.files.extend(new.map(|number| Through {
                lane: *lane,
                number,
                at: number * 1_000_000,
            }));
        }
        if self.holds && known("let_go") < 1 {
            progress.let_go.push(LetGo {
                n: 1,
                link: Link::parse("p-1").unwrap(),
                revision: 1,
                at: 9_000_000,
                visible_at: Some(9_500_000),
            });
        }
        progress
    }

    pub(super) fn heads(&self) -> Heads {
        let mut heads = Heads::default();
        for (lane, receipts) in &self.taken {
            heads.set(*lane, i64::try_from(receipts.len()).unwrap());
        }
        heads
    }

    pub(super) fn of_lane(&self, lane: Lane) -> Vec<i64> {
        let of_lane = self.order.iter().filter(|(taken, _)| *taken == lane);
        of_lane.map(|(_, number)| *number).collect()
    }
}

pub(super) fn handler(inbox: &Arc<Mutex<Inbox>>) -> Handler {
    let inbox = inbox.clone();
    Arc::new(move |request: Request| {
        let mut inbox = inbox.lock().unwrap();
        let mut response: Response = http::Response::new(Bytes::from_static(b"null"));
        if request.uri().path() == wire::MARKS {
            inbox.marks.push(serde_json::from_slice(request.body()).unwrap());
        } else if request.uri().path() == wire::PROGRESS {
            let progress = inbox.progress(request.uri().query().unwrap());
            *response.body_mut() = serde_json::to_vec(&progress).unwrap().into();
        } else {
            let (status, answer) = inbox.take(request.body());
            *response.status_mut() = status;
            *response.body_mut() = serde_json::to_vec(&answer).unwrap().into();
        }
        Box::pin(async move { response })
    })
}
