//! The outbox: numbers without gaps in the order of commits, shielding flags before everything else.

use std::sync::Arc;

use exchange::registration::feed::Heads;
use exchange::registration::{
    Answer, Counts, Fault, File, FileOutcome, Lane, Limits, Mode, Receipt, Refusal,
};
use futures_util::future::join_all;
use harness::for_each_database;
use proptest::prelude::*;
use seal::RootKey;
use storage::{DatabaseConfig, Migration, Statement, Store, StoreError, Tx, params};

use crate::relay::outbox::{self, Outbox, Sending};
use crate::relay::{POSITIONS, RelayError};
use crate::{Verdict, cases, journal, office, record};

static MIGRATIONS: [Migration; 4] = [POSITIONS, outbox::MIGRATION, outbox::OPEN, journal::MIGRATION];

static EMPTY: Statement = Statement::new("DELETE FROM outbox");
static RESET: Statement = Statement::new("DELETE FROM position WHERE name LIKE 'outbox%'");

async fn open(database: &DatabaseConfig) -> (Store, Outbox) {
    let env = harness::real_env();
    Store::migrate(&env, database, &MIGRATIONS).await.unwrap();
    let store = Store::open(&env, database, &MIGRATIONS).await.unwrap();
    let key = RootKey::generate(&mut env.rng()).column_key("13104");
    (store, Outbox::new(&env, office(), Arc::new(key)))
}

/// Puts a file with one record into a lane, in a unit that may fail at its end.
async fn put(store: &Store, outbox: &Outbox, lane: Lane, name: &str, fails: bool) -> Option<i64> {
    let (outbox, records) = (outbox.clone(), [record(name, 1)]);
    let unit = async move |tx: &mut Tx| {
        let number = outbox.put(tx, lane, Mode::EachPerson, &records).await?;
        journal::write(tx, &format!("{lane} {number}")).await?;
        if fails {
            return Err(RelayError::Store(StoreError::Closed));
        }
        Ok(number)
    };
    store.unit("put", unit).await.ok()
}

/// The next file of a lane: its number, and the name of its record.
async fn next(store: &Store, outbox: &Outbox, lane: Lane) -> Option<(i64, String)> {
    let outbox = outbox.clone();
    let read = async move |tx: &mut Tx| outbox.next(tx, lane).await;
    let waiting = store.read("next", read).await.unwrap()?;
    let file = File::read(&waiting.bytes, &Limits::default()).unwrap();
    assert_eq!((file.envelope.lane, file.envelope.number), (lane, waiting.number));
    assert_eq!(file.envelope.office, office());
    Some((waiting.number, file.records[0].record.as_str().to_owned()))
}

async fn settle(store: &Store, outbox: &Outbox, lane: Lane, number: i64, answer: Answer) {
    let outbox = outbox.clone();
    let unit = async move |tx: &mut Tx| outbox.settle(tx, lane, number, &answer).await;
    store.unit("settle", unit).await.unwrap();
}

fn receipt(lane: Lane, number: i64) -> Answer {
    Answer::Receipt(Receipt {
        office: office(),
        lane,
        number,
        sha256: exchange::registration::envelope::FileHash([7; 32]),
        outcome: FileOutcome::Judged,
        counts: Counts::default(),
        not_applied: Vec::new(),
        taken_at: number,
    })
}

fn refusal() -> Answer {
    let fault = Fault {
        row: 1,
        field: "link".into(),
        rule: "schema".into(),
        expected: "a link".into(),
    };
    Answer::Refusal(Refusal::Faults {
        faults: vec![fault],
        more: false,
    })
}

/// Sixty-four tasks put at the same moment, every fifth unit fails: numbers have no gap and no double, and
/// stand in the order of commits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_have_no_gaps() {
    for_each_database("outbox_gaps", async |database| {
        let (store, outbox) = open(&database).await;
        let putting = (0..64_usize).map(|task| {
            let (store, outbox) = (store.clone(), outbox.clone());
            async move {
                let lane = Lane::ALL[task % 3];
                put(&store, &outbox, lane, &format!("t{task}"), task % 5 == 0).await
            }
        });
        let given = join_all(putting).await;
        assert_eq!(given.iter().flatten().count(), 51, "the others rolled back");
        let lines = journal::lines(&store).await;
        assert_eq!(lines.len(), 51);
        for lane in Lane::ALL {
            let of_lane = format!("{lane} ");
            let committed: Vec<&str> = lines
                .iter()
                .filter_map(|line| line.strip_prefix(&of_lane))
                .collect();
            let expected: Vec<String> = (1..=committed.len()).map(|number| number.to_string()).collect();
            assert_eq!(committed, expected, "{lane}");
        }
    })
    .await;
}

/// A database's spool holds nobody in the clear, and a body that was moved or changed is not sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_are_sealed_in_their_places() {
    for_each_database("outbox_sealed", async |database| {
        static BODY: Statement = Statement::new("SELECT body FROM outbox WHERE number = :number");
        static SWAP: Statement = Statement::new(
            "UPDATE outbox SET body = (SELECT body FROM outbox AS other WHERE other.number = 2) WHERE number = 1",
        );
        let (store, outbox) = open(&database).await;
        for name in ["first", "second"] {
            put(&store, &outbox, Lane::Single, name, false).await.unwrap();
        }
        let body = store.read("body", async |tx| tx.one(&BODY, &params! { number: 1_i64 }).await).await;
        let body = body.unwrap().bytes("body").unwrap().to_vec();
        assert!(!body.windows(5).any(|bytes| bytes == b"first"));
        assert!(!body.windows(5).any(|bytes| bytes == b"13104"));
        store.unit("swap", async |tx| tx.execute(&SWAP, &params! {}).await).await.unwrap();
        let sending = outbox.clone();
        let next = async move |tx: &mut Tx| sending.next(tx, Lane::Single).await.map(|_| ());
        let said = store.read("next", next).await;
        assert!(matches!(said, Err(RelayError::Sealed { table: "outbox", .. })), "{said:?}");
    })
    .await;
}

/// What somebody does with an outbox.
#[derive(Clone, Copy, Debug)]
enum Step {
    Put(Lane),
    PutAndFail(Lane),
    Receive(Lane),
    Refuse(Lane),
    /// The hub was set back: it expects this number of those that there are.
    Rewind(Lane, prop::sample::Index),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Waiting,
    Taken,
    Refused,
}

/// What the outbox must be: each lane's files, by number.
#[derive(Default)]
struct Model([Vec<(String, State)>; 3]);

impl Model {
    fn lane(&mut self, lane: Lane) -> &mut Vec<(String, State)> {
        &mut self.0[lane as usize]
    }

    fn next(&mut self, lane: Lane) -> Option<(i64, String)> {
        let shield_stands = self
            .lane(Lane::Shield)
            .iter()
            .any(|(_, state)| *state != State::Taken);
        if lane != Lane::Shield && shield_stands {
            return None;
        }
        let (number, (name, state)) = (1..)
            .zip(self.lane(lane).iter())
            .find(|(_, (_, state))| *state != State::Taken)?;
        (*state == State::Waiting).then(|| (number, name.clone()))
    }

    fn heads(&mut self) -> Heads {
        let mut heads = Heads::default();
        for lane in Lane::ALL {
            heads.set(lane, i64::try_from(self.lane(lane).len()).unwrap());
        }
        heads
    }
}

fn any_step() -> impl Strategy<Value = Step> {
    let lane = (0..3_usize).prop_map(|lane| Lane::ALL[lane]);
    prop_oneof![
        6 => lane.clone().prop_map(Step::Put),
        1 => lane.clone().prop_map(Step::PutAndFail),
        8 => lane.clone().prop_map(Step::Receive),
        1 => lane.clone().prop_map(Step::Refuse),
        2 => (lane, any::<prop::sample::Index>()).prop_map(|(lane, to)| Step::Rewind(lane, to)),
    ]
}

async fn compare(store: &Store, outbox: &Outbox, model: &mut Model) -> Verdict {
    for lane in Lane::ALL {
        prop_assert_eq!(next(store, outbox, lane).await, model.next(lane), "{}", lane);
    }
    let asked = outbox.clone();
    let heads = store
        .read("heads", async move |tx: &mut Tx| asked.heads(tx).await)
        .await;
    prop_assert_eq!(heads.unwrap(), model.heads());
    let asked = outbox.clone();
    let counts = store
        .read("counts", async move |tx: &mut Tx| asked.counts(tx).await)
        .await
        .unwrap();
    for lane in Lane::ALL {
        let counted = counts
            .iter()
            .find(|(name, _)| name == lane.name())
            .map_or([0; 3], |(_, files)| *files);
        let expected = [State::Waiting, State::Taken, State::Refused].map(|state| {
            let files = model
                .lane(lane)
                .iter()
                .filter(|(_, there)| *there == state)
                .count();
            i64::try_from(files).unwrap()
        });
        prop_assert_eq!(counted, expected, "{}", lane);
    }
    Ok(())
}

async fn act(store: &Store, outbox: &Outbox, model: &mut Model, step: Step, name: &str) -> Verdict {
    match step {
        Step::Put(lane) => {
            let number = put(store, outbox, lane, name, false).await;
            model.lane(lane).push((name.to_owned(), State::Waiting));
            prop_assert_eq!(number, Some(model.heads().get(lane)));
        }
        Step::PutAndFail(lane) => prop_assert_eq!(put(store, outbox, lane, name, true).await, None),
        Step::Receive(lane) | Step::Refuse(lane) => {
            let Some((number, _)) = model.next(lane) else {
                return Ok(());
            };
            let (answer, state) = match step {
                Step::Refuse(_) => (refusal(), State::Refused),
                _ => (receipt(lane, number), State::Taken),
            };
            settle(store, outbox, lane, number, answer.clone()).await;
            model.lane(lane)[usize::try_from(number).unwrap() - 1].1 = state;
            let asked = outbox.clone();
            let sending = async move |tx: &mut Tx| asked.sending(tx, lane, number).await;
            let stands = store.read("sending", sending).await.unwrap();
            prop_assert_eq!(stands, Some(Sending::Answered(Box::new(answer))));
        }
        Step::Rewind(lane, to) => {
            let files = model.lane(lane);
            if files.is_empty() {
                return Ok(());
            }
            let first = to.index(files.len());
            files[first..].iter_mut().for_each(|file| file.1 = State::Waiting);
            let expected = i64::try_from(first).unwrap() + 1;
            let rewinding = outbox.clone();
            let unit = async move |tx: &mut Tx| rewinding.rewind(tx, lane, expected).await;
            store.unit("rewind", unit).await.unwrap();
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_does_what_the_model_does() {
    for_each_database("outbox_model", async |database| {
        let (store, outbox) = open(&database).await;
        cases(
            10,
            &prop::collection::vec(any_step(), 1..40),
            async |steps| -> Verdict {
                let clear = async |tx: &mut Tx| {
                    tx.execute(&EMPTY, &params! {}).await?;
                    tx.execute(&RESET, &params! {}).await
                };
                store.unit("clear", clear).await.unwrap();
                let mut model = Model::default();
                for (n, step) in steps.into_iter().enumerate() {
                    act(&store, &outbox, &mut model, step, &format!("r{n}")).await?;
                    compare(&store, &outbox, &mut model).await?;
                }
                Ok(())
            },
        );
    })
    .await;
}

/// Nothing waits for a lane but what is behind it, and all wait for shielding flags, also for refused ones:
/// a flag that is not in force may not be overtaken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shielding_comes_first_and_a_refusal_stops_its_lane() {
    for_each_database("outbox_shield", async |database| {
        let (store, outbox) = open(&database).await;
        for (lane, name) in [
            (Lane::Single, "s1"),
            (Lane::Single, "s2"),
            (Lane::Bulk, "b1"),
            (Lane::Shield, "f1"),
        ] {
            put(&store, &outbox, lane, name, false).await.unwrap();
        }
        let waiting = async || {
            let mut names = Vec::new();
            for lane in Lane::ALL {
                names.extend(next(&store, &outbox, lane).await.map(|(_, name)| name));
            }
            names
        };
        assert_eq!(waiting().await, ["f1"]);
        settle(&store, &outbox, Lane::Shield, 1, refusal()).await;
        assert!(waiting().await.is_empty());
        settle(&store, &outbox, Lane::Shield, 1, receipt(Lane::Shield, 1)).await;
        assert_eq!(waiting().await, ["s1", "b1"]);
        settle(&store, &outbox, Lane::Single, 1, refusal()).await;
        assert_eq!(waiting().await, ["b1"]);
        settle(&store, &outbox, Lane::Bulk, 1, receipt(Lane::Bulk, 1)).await;
        assert!(waiting().await.is_empty());
    })
    .await;
}
