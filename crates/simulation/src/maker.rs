//! Office C, which has another maker's program: it speaks the hub's registration interface by itself.
//!
//! It does what the office role does not do yet: a part of its decisions waits for the month's run and travels in
//! files of the bulk lane, which are sent late, while corrections of the same things go ahead in the single lane. So
//! revisions arrive out of order, and records before their persons. The program itself never dies.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use domain::identity::Link;
use domain::number::IndividualNumber;
use domain::permit::Actor;
use env::{Env, Stop};
use exchange::registration::envelope::{FileHash, LAYOUT};
use exchange::registration::feed::{Heads, Mark};
use exchange::registration::{
    Answer, Content, Envelope, File, Kind, Lane, Mode, Part, PersonIdentity, Record, RecordId, Salt,
    SealedNumber,
};
use http::Method;
use seal::{HubPublicKey, SealingContext};
use service::Caller;

use crate::doors;
use crate::journal::Journal;
use crate::names::{Office, parsed};
use crate::people::{Resident, below, chance};
use crate::script::{Act, Script};
use crate::truth::{Decision, Key, Match, Said, Shared};

const OFFICE: Office = Office::C;
/// Records in a long month's run: more than the hub takes in one commit, and more than a page of the feed.
const LONG: usize = 510;

/// What is on its way to the hub.
#[derive(Default)]
pub(crate) struct Spool {
    heads: Heads,
    lanes: BTreeMap<Lane, VecDeque<(i64, Vec<u8>)>>,
    /// What the next month's run will carry.
    run: Vec<(Key, u32, Record)>,
}

/// The program.
pub(crate) struct Maker {
    pub(crate) env: Env,
    pub(crate) people: Arc<Vec<Resident>>,
    pub(crate) truth: Shared,
    pub(crate) journal: Journal,
    pub(crate) hub_key: HubPublicKey,
    pub(crate) spool: Mutex<Spool>,
    /// Whether month's runs may be longer than what the hub takes in one commit.
    pub(crate) long_run: bool,
    pub(crate) pause: Duration,
}

/// 本人支払額 is fixed only after the voucher was made, and will not wait for the month's run.
fn correction(act: &Act) -> Option<Act> {
    let Said::Voucher(voucher) = &act.said else {
        return None;
    };
    let mut fixed = voucher.clone();
    fixed.self_pay_yen += 7;
    Some(Act {
        key: act.key.clone(),
        said: Said::Voucher(fixed),
        lawful: true,
    })
}

/// Whether the hub may refuse the record. It would refuse everything of the person in the same file, so such a record
/// has a file of its own.
fn is_doubtful(act: &Act) -> bool {
    matches!(&act.said, Said::Person(said) if said.matches != Match::Agrees)
}

impl Maker {
    fn spool(&self) -> MutexGuard<'_, Spool> {
        self.spool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether everything has its receipt.
    pub(crate) fn is_idle(&self) -> bool {
        let spool = self.spool();
        spool.run.is_empty() && spool.lanes.values().all(VecDeque::is_empty)
    }

    /// Decides one thing after the other until told to stop; then sends the last month's run.
    pub(crate) async fn work(self: Arc<Self>, mut script: Script, stop: Stop) {
        let longest = u64::try_from(self.pause.as_micros()).unwrap_or(0);
        while !stop.is_asked() {
            let pause = Duration::from_micros(script.rng().below(longest));
            self.env.sleep(pause).await;
            let act = script.next(&mut self.truth.lock());
            if let Some(act) = act.filter(|act| act.lawful) {
                let late = match act.key.kind {
                    Kind::Voucher => chance(script.rng(), 55),
                    Kind::Person | Kind::Eligibility => chance(script.rng(), 25),
                    // Insurers' rows and cards are no office's to decide.
                    Kind::Shielding | Kind::Insurance | Kind::Card => false,
                };
                let late = late && !is_doubtful(&act);
                let correction = correction(&act).filter(|_| late && chance(script.rng(), 40));
                self.decide(act, late);
                self.journal.acted();
                if let Some(correction) = correction {
                    self.env.sleep(Duration::from_secs(1)).await;
                    self.decide(correction, false);
                    self.journal.acted();
                }
            }
            let full = self.spool().run.len() > 6;
            if full || chance(script.rng(), 8) {
                if self.long_run && chance(script.rng(), 40) {
                    let vouchers = script.month_run(&self.truth.lock(), LONG);
                    vouchers.into_iter().for_each(|act| self.decide(act, true));
                }
                self.cut_run();
            }
        }
        self.cut_run();
    }

    fn decide(&self, act: Act, late: bool) {
        let Act { key, said, .. } = act;
        let revision = self.truth.lock().ask(&key, said.clone(), self.env.now());
        let record = Record {
            link: parsed(Link::parse(&key.link)),
            record: parsed(RecordId::parse(&key.record)),
            revision,
            content: self.content(&key, revision, &said),
        };
        let lane = if key.kind == Kind::Shielding {
            Lane::Shield
        } else {
            Lane::Single
        };
        if late {
            self.spool().run.push((key, revision, record));
        } else {
            self.put(lane, vec![(key, revision, record)]);
        }
    }

    /// The month's run becomes a file: whole persons one after the other.
    fn cut_run(&self) {
        let mut run = std::mem::take(&mut self.spool().run);
        run.sort_by(|a, b| (&a.0.link, a.1).cmp(&(&b.0.link, b.1)));
        if !run.is_empty() {
            self.put(Lane::Bulk, run);
        }
    }

    fn put(&self, lane: Lane, records: Vec<(Key, u32, Record)>) {
        let mut spool = self.spool();
        let number = spool.heads.get(lane) + 1;
        spool.heads.set(lane, number);
        let now = self.env.now();
        let envelope = Envelope {
            registration: LAYOUT,
            office: OFFICE.office_code(),
            lane,
            number,
            mode: Mode::EachPerson,
            rows: 0,
            sha256: FileHash([0; 32]),
            made_at: now.micros(),
        };
        let mut rows = Vec::with_capacity(records.len());
        for (key, revision, record) in records {
            let decision = Decision {
                at: now,
                lane,
                number,
            };
            self.truth.lock().acknowledge(&key, revision, decision);
            rows.push(record);
        }
        let file = File::write(envelope, &rows);
        spool.lanes.entry(lane).or_default().push_back((number, file));
    }

    /// Sends a lane's files, one after the other. The bulk lane takes its time.
    pub(crate) async fn send(self: Arc<Self>, lane: Lane, stop: Stop) {
        let at = doors::registration(OFFICE);
        let hub = Caller::asking(&self.env, &at, Actor::Hub).within(Duration::from_secs(10));
        let mut rng = self.env.rng();
        loop {
            let slow = lane == Lane::Bulk && !stop.is_asked();
            let wait = if slow {
                u64::from(below(&mut rng, 20_000))
            } else {
                300
            };
            self.env.sleep(Duration::from_millis(wait)).await;
            let next = self
                .spool()
                .lanes
                .get(&lane)
                .and_then(|files| files.front().cloned());
            let Some((number, bytes)) = next else {
                continue;
            };
            let sent = hub.send(
                Method::POST,
                relay::wire::FILES,
                "application/x-ndjson",
                bytes.into(),
            );
            let Ok(answer) = sent.await else { continue };
            match serde_json::from_slice(answer.body()) {
                Ok(Answer::Receipt(receipt)) if receipt.number == number => {
                    self.spool().lanes.entry(lane).or_default().pop_front();
                }
                Ok(Answer::Receipt(receipt)) => {
                    let what = format!("file {number} of {lane} got the receipt of {}", receipt.number);
                    self.journal.complain("exactly-once", what);
                }
                Ok(Answer::Refusal(refusal)) => {
                    let what = format!("file {number} of {lane} was refused: {refusal:?}");
                    self.journal.complain("exactly-once", what);
                    self.spool().lanes.entry(lane).or_default().pop_front();
                }
                // Not now.
                Err(_) => {}
            }
        }
    }

    /// Says again and again how far it is.
    pub(crate) async fn mark(self: Arc<Self>, every: Duration) {
        let at = doors::registration(OFFICE);
        let hub = Caller::asking(&self.env, &at, Actor::Hub).within(Duration::from_secs(3));
        loop {
            let mark = Mark {
                office: OFFICE.office_code(),
                n: 0,
                at: self.env.now().micros(),
                heads: self.spool().heads,
            };
            let body = Bytes::from(serde_json::to_vec(&mark).unwrap_or_default());
            let _heard = hub
                .send(Method::POST, relay::wire::MARKS, "application/json", body)
                .await;
            self.env.sleep(every).await;
        }
    }

    fn content(&self, key: &Key, revision: u32, said: &Said) -> Content {
        match said {
            Said::Person(said) => {
                let number = said.number_of.and_then(|of| self.seal(key, revision, of));
                let served = said.served.clone();
                let identity = PersonIdentity {
                    number,
                    name: served.name.clone(),
                    birth_date: served.birth_date,
                    sex: served.sex,
                    registered_address: Some(said.registered_address.clone()),
                };
                Content::Person {
                    identity: Some(Box::new(Part::new(self.salt(), identity))),
                    served: Part::new(self.salt(), served),
                }
            }
            Said::Eligibility(served) => Content::Eligibility {
                served: Part::new(self.salt(), (**served).clone()),
            },
            Said::Voucher(voucher) => Content::Voucher {
                served: Part::new(self.salt(), voucher.clone()),
            },
            Said::Withdrawn => Content::Withdrawn(key.kind),
            Said::Shielding(flags) => Content::Shielding {
                served: Part::new(self.salt(), *flags),
            },
        }
    }

    fn seal(&self, key: &Key, revision: u32, of: usize) -> Option<SealedNumber> {
        let number = IndividualNumber::parse(&self.people.get(of)?.number).ok()?;
        let context = SealingContext {
            office: OFFICE.code(),
            link: &key.link,
            revision,
        };
        let sealed = seal::SealedNumber::seal(&mut self.env.rng(), &self.hub_key, &number, &context).ok()?;
        Some(SealedNumber {
            revision,
            sealed: sealed.to_string(),
        })
    }

    fn salt(&self) -> Salt {
        Salt(self.env.random())
    }
}
