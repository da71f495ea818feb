//! The inbox: each lane takes the next number and no other, and remembers every receipt.

use std::collections::BTreeMap;

use domain::identity::OfficeCode;
use exchange::registration::envelope::{FileHash, LAYOUT};
use exchange::registration::{Answer, Counts, Envelope, FileOutcome, Lane, Mode, Receipt, Refusal};
use futures_util::future::join_all;
use harness::for_each_database;
use proptest::prelude::*;
use storage::{DatabaseConfig, Migration, Store, StoreError, Tx};

use crate::relay::inbox::{self, Admission};
use crate::relay::{POSITIONS, RelayError};
use crate::{Dice, Verdict, cases, journal};

static MIGRATIONS: [Migration; 3] = [POSITIONS, inbox::MIGRATION, journal::MIGRATION];

async fn open(database: &DatabaseConfig) -> Store {
    let env = harness::real_env();
    Store::migrate(&env, database, &MIGRATIONS).await.unwrap();
    Store::open(&env, database, &MIGRATIONS).await.unwrap()
}

/// A file as the inbox sees it: whose, where, and which content.
#[derive(Clone, Debug, PartialEq)]
struct Sent {
    office: String,
    lane: Lane,
    number: i64,
    content: u8,
}

impl Sent {
    fn envelope(&self) -> Envelope {
        Envelope {
            registration: LAYOUT,
            office: OfficeCode::parse(&self.office).unwrap(),
            lane: self.lane,
            number: self.number,
            mode: Mode::EachPerson,
            rows: 0,
            sha256: FileHash([0; 32]),
            made_at: 0,
        }
    }

    fn line(&self) -> String {
        format!("{} {} {} {}", self.office, self.lane, self.number, self.content)
    }

    fn receipt(&self, taken_at: i64) -> Receipt {
        let envelope = self.envelope();
        Receipt {
            office: envelope.office,
            lane: self.lane,
            number: self.number,
            sha256: FileHash([self.content; 32]),
            outcome: FileOutcome::Judged,
            counts: Counts::default(),
            not_applied: Vec::new(),
            taken_at,
        }
    }
}

/// What happens to a message.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// It arrives and is answered.
    Answered,
    /// It never arrives.
    LostThere,
    /// It arrives; the answer is lost.
    LostBack,
    /// It arrives, and the unit that takes it fails at its end.
    Failed,
}

/// Takes a file as the hub does: admission, its effect and its receipt in one unit.
async fn take(store: &Store, sent: &Sent, at: i64, fails: bool) -> Option<Answer> {
    let sent = sent.clone();
    let unit = async move |tx: &mut Tx| {
        match inbox::admit(tx, &sent.envelope(), FileHash([sent.content; 32])).await? {
            Admission::Known(receipt) => return Ok(Answer::Receipt(*receipt)),
            Admission::Refused(refusal) => return Ok(Answer::Refusal(refusal)),
            Admission::Next => {}
        }
        journal::write(tx, &sent.line()).await?;
        let receipt = sent.receipt(at);
        inbox::conclude(tx, &receipt).await?;
        if fails {
            return Err(RelayError::Store(StoreError::Closed));
        }
        Ok(Answer::Receipt(receipt))
    };
    store.unit("take", unit).await.ok()
}

/// What the inbox must be: the receipts of each lane, in order.
#[derive(Default)]
struct Model {
    lanes: BTreeMap<(String, Lane), Vec<Receipt>>,
    journal: Vec<String>,
}

impl Model {
    fn take(&mut self, sent: &Sent, at: i64, fails: bool) -> Option<Answer> {
        let lane = self.lanes.entry((sent.office.clone(), sent.lane)).or_default();
        let expected = i64::try_from(lane.len()).unwrap() + 1;
        if sent.number == expected {
            if fails {
                return None;
            }
            lane.push(sent.receipt(at));
            self.journal.push(sent.line());
        } else if sent.number > expected {
            return Some(Answer::Refusal(Refusal::Skipped { expected }));
        }
        let known = lane[usize::try_from(sent.number).unwrap() - 1].clone();
        if known.sha256 == FileHash([sent.content; 32]) {
            Some(Answer::Receipt(known))
        } else {
            Some(Answer::Refusal(Refusal::OtherContent {
                number: sent.number,
                taken_by: known.sha256,
            }))
        }
    }
}

fn any_message() -> impl Strategy<Value = (usize, usize, i64, u8, Fate)> {
    let fate = prop_oneof![
        4 => Just(Fate::Answered),
        1 => Just(Fate::LostThere),
        1 => Just(Fate::LostBack),
        1 => Just(Fate::Failed),
    ];
    // Mostly one content, so that lanes get long.
    let content = prop_oneof![5 => Just(1_u8), 1 => Just(2_u8)];
    (0..2_usize, 0..3_usize, 1..7_i64, content, fate)
}

/// Whatever arrives: numbers that are next, known, known with another content, or skip some.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_says_what_the_model_says() {
    for_each_database("inbox_model", async |database| {
        let store = open(&database).await;
        let mut case_number = 0;
        let mut expected_journal = Vec::new();
        cases(
            12,
            &prop::collection::vec(any_message(), 1..60),
            async |messages| -> Verdict {
                case_number += 1;
                let mut model = Model::default();
                for (at, (office, lane, number, content, fate)) in (1..).zip(messages) {
                    let sent = Sent {
                        office: format!("office{case_number}x{office}"),
                        lane: Lane::ALL[lane],
                        number,
                        content,
                    };
                    if fate == Fate::LostThere {
                        continue;
                    }
                    let fails = fate == Fate::Failed;
                    let said = take(&store, &sent, at, fails).await;
                    let expected = model.take(&sent, at, fails);
                    if fate != Fate::LostBack {
                        prop_assert_eq!(said, expected);
                    }
                }
                expected_journal.extend(model.journal);
                prop_assert_eq!(&journal::lines(&store).await, &expected_journal);
                Ok(())
            },
        );
    })
    .await;
}

/// Senders that retry until they have a receipt, whatever is lost, doubled and overtaken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_file_is_taken_once_and_in_order() {
    for_each_database("inbox_retry", async |database| {
        let store = open(&database).await;
        cases(6, &any::<u32>(), async |seed| -> Verdict {
            let mut dice = Dice(u64::from(seed));
            let office = format!("o{seed}x{}", journal::lines(&store).await.len());
            let lanes: Vec<(Lane, i64)> = Lane::ALL
                .iter()
                .map(|lane| (*lane, 1 + dice.below(6) as i64))
                .collect();
            let mut waiting: Vec<Sent> = Vec::new();
            for (lane, files) in &lanes {
                let sent = |number| Sent {
                    office: office.clone(),
                    lane: *lane,
                    number,
                    content: 1,
                };
                waiting.extend((1..=*files).map(sent));
            }
            let mut receipts: BTreeMap<String, Vec<Receipt>> = BTreeMap::new();
            let mut at = 0;
            while !waiting.is_empty() {
                at += 1;
                prop_assert!(at < 10_000, "some files are never taken");
                let chosen = waiting[dice.below(waiting.len())].clone();
                let copies = 1 + dice.below(2);
                for _ in 0..copies {
                    let answer = take(&store, &chosen, at, dice.one_in(6)).await;
                    if let (Some(Answer::Receipt(receipt)), false) = (answer, dice.one_in(3)) {
                        receipts.entry(chosen.line()).or_default().push(receipt);
                        if !dice.one_in(3) {
                            waiting.retain(|sent| *sent != chosen);
                        }
                    }
                }
            }
            for known in receipts.values() {
                prop_assert!(
                    known.iter().all(|receipt| *receipt == known[0]),
                    "receipts differ"
                );
            }
            let lines = journal::lines(&store).await;
            for (lane, files) in lanes {
                let of_lane = format!("{office} {lane} ");
                let taken: Vec<&str> = lines
                    .iter()
                    .filter_map(|line| line.strip_prefix(&of_lane))
                    .collect();
                let expected: Vec<String> = (1..=files).map(|number| format!("{number} 1")).collect();
                prop_assert_eq!(taken, expected);
            }
            Ok(())
        });
    })
    .await;
}

/// The same file many times at the same moment: one of them takes it, all have its receipt.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_get_one_receipt() {
    for_each_database("inbox_at_once", async |database| {
        let store = open(&database).await;
        for number in 1..=3 {
            let sent = Sent {
                office: "13104".into(),
                lane: Lane::Bulk,
                number,
                content: 1,
            };
            let answers = join_all((0..16).map(|at| take(&store, &sent, at, false))).await;
            let receipts: Vec<Receipt> = answers
                .into_iter()
                .map(|answer| match answer {
                    Some(Answer::Receipt(receipt)) => receipt,
                    other => panic!("{other:?}"),
                })
                .collect();
            assert!(receipts.iter().all(|receipt| *receipt == receipts[0]));
        }
        assert_eq!(
            journal::lines(&store).await,
            ["13104 bulk 1 1", "13104 bulk 2 1", "13104 bulk 3 1"]
        );
    })
    .await;
}

/// A file that is applied in several units: whoever began last goes on with it, in that lane, and nobody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_attempts_the_newest_goes_on() {
    for_each_database("inbox_attempts", async |database| {
        let store = open(&database).await;
        let envelope = |office: &str, lane| {
            let sent = Sent {
                office: office.into(),
                lane,
                number: 1,
                content: 1,
            };
            sent.envelope()
        };
        let begin = async |envelope: &Envelope| {
            let envelope = envelope.clone();
            let unit = async move |tx: &mut Tx| inbox::begin(tx, &envelope).await;
            store.unit("begin", unit).await.unwrap()
        };
        let goes_on = async |envelope: &Envelope, attempt| {
            let envelope = envelope.clone();
            let unit = async move |tx: &mut Tx| inbox::is_newest(tx, &envelope, attempt).await;
            store.unit("goes_on", unit).await.unwrap()
        };
        let here = envelope("13104", Lane::Bulk);
        let first = begin(&here).await;
        assert!(goes_on(&here, first).await);
        for elsewhere in [envelope("13104", Lane::Single), envelope("27100", Lane::Bulk)] {
            begin(&elsewhere).await;
            begin(&elsewhere).await;
        }
        assert!(goes_on(&here, first).await);
        let second = begin(&here).await;
        assert!(goes_on(&here, second).await && !goes_on(&here, first).await);
    })
    .await;
}
