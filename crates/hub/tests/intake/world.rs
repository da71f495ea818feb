//! A simulated fleet with a hub, a register of residents, and whoever calls them.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::identity::OfficeCode;
use domain::insurance::InsuranceRow;
use domain::permit::Actor;
use env::sim::Simulation;
use env::{Env, EnvRng, Origin, Time};
use exchange::registration::envelope::{FileHash, LAYOUT};
use exchange::registration::feed::{Entry, Page};
use exchange::registration::{
    Answer, Content, Envelope, File, INSURANCE_RECORD, Lane, Mode, Receipt, Record, Refusal,
};
use http::{Method, StatusCode};
use seal::RootKey;
use service::Caller;
use storage::{DatabaseConfig, InlineAnchor, Store};

use crate::people::Someone;
use crate::{hub, people};

/// Steps that one call may take.
const PATIENCE: u64 = 200_000;

/// The root keys of a sandbox.
pub(crate) struct Roots {
    pub(crate) hub: RootKey,
    pub(crate) registers: RootKey,
    pub(crate) shared: RootKey,
}

impl Roots {
    pub(crate) fn draw(rng: &mut EnvRng) -> Roots {
        Roots {
            hub: RootKey::generate(rng),
            registers: RootKey::generate(rng),
            shared: RootKey::generate(rng),
        }
    }

    pub(crate) fn hub_keys(&self) -> hub::Keys {
        hub::Keys::new(&self.hub, &self.shared)
    }

    pub(crate) fn register_keys(&self) -> registers::Keys {
        registers::Keys::new(&self.registers, &self.shared)
    }
}

/// A file as an office writes it.
pub(crate) fn file(lane: Lane, number: i64, mode: Mode, records: &[Record]) -> Vec<u8> {
    let envelope = Envelope {
        registration: LAYOUT,
        office: people::office(),
        lane,
        number,
        mode,
        rows: 0,
        sha256: FileHash([0; 32]),
        made_at: 1,
    };
    File::write(envelope, records)
}

/// Where a reader of the feed stands after some entries, as its question says it.
pub(crate) fn feed_path(entries: &[Entry]) -> String {
    let mut at: BTreeMap<Lane, (i64, u32)> = BTreeMap::new();
    for entry in entries {
        let stands = if entry.last {
            (entry.n, 0)
        } else {
            (entry.n - 1, entry.through_row)
        };
        at.insert(entry.lane, stands);
    }
    let stands = at
        .iter()
        .map(|(lane, (n, row))| format!("{lane}={n}&{lane}_row={row}&"));
    format!("/feed?{}hold_ms=0", stands.collect::<String>())
}

/// Whether an entry tells of something that the hub made: insurers' rows, or cards.
pub(crate) fn is_made(entry: &Entry) -> bool {
    let mut kinds = entry.records.iter().map(|fed| fed.record.content.kind());
    kinds.any(|kind| !kind.is_sent())
}

/// The fleet.
pub(crate) struct World {
    pub(crate) fleet: Simulation,
    pub(crate) roots: Roots,
    name: String,
    numbers: BTreeMap<Lane, i64>,
    _disks: [InlineAnchor; 2],
}

impl World {
    /// A hub and a register, both running.
    pub(crate) fn new(name: &str, seed: u64) -> World {
        let fleet = Simulation::new(seed, Time::from_micros(1_795_305_600_000_000));
        let roots = Roots::draw(&mut fleet.node("keys", "keys").rng());
        let name = format!("{name}-{seed}");
        let disks = ["hub", "registers"].map(|role| storage::hold_inline(&format!("{name}-{role}")));
        let world = World {
            fleet,
            roots,
            name,
            numbers: BTreeMap::new(),
            _disks: disks,
        };
        for (role, migrations) in [("hub", hub::MIGRATIONS), ("registers", registers::MIGRATIONS)] {
            let (env, database) = (world.fleet.node(role, role), world.database(role));
            let migrating = async move { Store::migrate(&env, &database, migrations).await };
            world.fleet.run(PATIENCE, migrating).unwrap().unwrap();
        }
        world.start_hub();
        world.start_registers();
        world
    }

    pub(crate) fn database(&self, role: &str) -> DatabaseConfig {
        DatabaseConfig::Inline {
            name: format!("{}-{role}", self.name),
        }
    }

    pub(crate) fn start_hub(&self) {
        let env = self.fleet.node("hub", "hub").simulated_as(Actor::Hub);
        let database = self.database("hub");
        let keys = self.roots.hub_keys();
        let task_env = env.clone();
        env.spawn("start", async move {
            let at = Origin::new("hub", 80);
            let running =
                hub::start_with(&task_env, &at, &database, &Origin::new("registers", 80), keys).await;
            std::future::pending::<()>().await;
            drop(running);
        });
    }

    pub(crate) fn start_registers(&self) {
        let env = self.fleet.node("registers", "registers");
        let (env, database) = (env.simulated_as(Actor::Registers), self.database("registers"));
        let keys = self.roots.register_keys();
        let task_env = env.clone();
        env.spawn("start", async move {
            let at = Origin::new("registers", 80);
            let running = registers::start_with(&task_env, &at, &database, keys).await;
            std::future::pending::<()>().await;
            drop(running);
        });
    }

    /// Randomness for what a test seals.
    pub(crate) fn rng(&self) -> EnvRng {
        self.fleet.node("keys", "keys").rng()
    }

    /// Somebody's record in a revision.
    pub(crate) fn person(&self, someone: &Someone, revision: u32) -> Record {
        someone.record(
            &self.roots.hub.hub_private_key().public_key(),
            &mut self.rng(),
            revision,
        )
    }

    /// Loads people into the register.
    pub(crate) fn load(&self, people: &[&Someone]) {
        let people: Vec<_> = people.iter().map(|someone| someone.resident()).collect();
        let body = serde_json::to_vec(&people).unwrap();
        let (status, _) = self.call("registers", &Actor::Registers, Method::POST, "/residents", body);
        assert_eq!(status, StatusCode::OK);
    }

    /// Loads insurers' rows into the register.
    pub(crate) fn insure(&self, number: &str, rows: &[InsuranceRow]) {
        let line = serde_json::json!({ "number": number, "rows": rows });
        let body = serde_json::to_vec(&line).unwrap();
        let (status, _) = self.call("registers", &Actor::Registers, Method::POST, "/insurers", body);
        assert_eq!(status, StatusCode::OK);
    }

    /// Lets the fleet live for some seconds.
    pub(crate) fn live(&self, seconds: u64) {
        let until = self.fleet.now() + Duration::from_secs(seconds);
        while self.fleet.now() < until && self.fleet.step() {}
    }

    /// Asks a role and waits for its answer.
    pub(crate) fn call(
        &self,
        role: &str,
        me: &Actor,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> (StatusCode, Vec<u8>) {
        let asked = self.try_call(role, me, method, path, body);
        asked.unwrap_or_else(|| panic!("{role} does not answer {path}"))
    }

    pub(crate) fn try_call(
        &self,
        role: &str,
        me: &Actor,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Option<(StatusCode, Vec<u8>)> {
        let env: Env = self.fleet.node("caller", "caller").simulated_as(me);
        let caller = Caller::asking(&env, &Origin::new(role, 80), role);
        let path = path.to_owned();
        let asking = async move {
            caller
                .send(method, &path, "application/x-ndjson", body.into())
                .await
        };
        let answer = self.fleet.run(PATIENCE, asking)?.ok()?;
        Some((answer.status(), answer.into_body().to_vec()))
    }

    /// Posts a file as office 13104.
    pub(crate) fn post(&self, bytes: Vec<u8>) -> (StatusCode, Answer) {
        let me = Actor::Office(people::office());
        let (status, body) = self.call("hub", &me, Method::POST, "/registration/files", bytes);
        (status, serde_json::from_slice(&body).unwrap())
    }

    /// Sends records as the next file of a lane, which the hub takes.
    #[track_caller]
    pub(crate) fn send_in(&mut self, lane: Lane, mode: Mode, records: &[Record]) -> Receipt {
        let number = self.numbers.entry(lane).or_default();
        *number += 1;
        let bytes = file(lane, *number, mode, records);
        match self.post(bytes) {
            (StatusCode::OK, Answer::Receipt(receipt)) => {
                assert_eq!(receipt.counts.total() as usize, records.len());
                receipt
            }
            other => panic!("{other:?}"),
        }
    }

    /// Sends records as a single decision.
    #[track_caller]
    pub(crate) fn send(&mut self, records: &[Record]) -> Receipt {
        self.send_in(Lane::Single, Mode::EachPerson, records)
    }

    /// The hub's refusal of a file, and its status.
    #[track_caller]
    pub(crate) fn refusal(&self, bytes: Vec<u8>) -> (u16, Refusal) {
        match self.post(bytes) {
            (status, Answer::Refusal(refusal)) => (status.as_u16(), refusal),
            other => panic!("{other:?}"),
        }
    }

    /// Everything that verification may read, in the order of its pages, with the pages' bytes.
    pub(crate) fn feed_pages(&self) -> (Vec<Entry>, Vec<u8>) {
        let (mut entries, mut bytes) = (Vec::new(), Vec::new());
        loop {
            let path = feed_path(&entries);
            let (status, body) = self.call("hub", &Actor::Verification, Method::GET, &path, Vec::new());
            assert_eq!(status, StatusCode::OK);
            let page: Page = serde_json::from_slice(&body).unwrap();
            if page.entries.is_empty() {
                return (entries, bytes);
            }
            entries.extend(page.entries);
            bytes.extend(body);
        }
    }

    /// What of it came from the office: without what the hub made.
    pub(crate) fn feed(&self) -> Vec<Entry> {
        let entries = self.feed_pages().0.into_iter();
        entries.filter(|entry| !is_made(entry)).collect()
    }

    /// The insurers' rows that verification may read, each version with its link, in the order of the feed.
    pub(crate) fn insurance(&self) -> Vec<(String, u32, Vec<InsuranceRow>)> {
        let mut versions = Vec::new();
        for fed in self.feed_pages().0.into_iter().flat_map(|entry| entry.records) {
            if let Content::Insurance { served } = fed.record.content {
                assert!(served.holds());
                assert_eq!(fed.record.record.as_str(), INSURANCE_RECORD);
                let link = fed.record.link.as_str().to_owned();
                versions.push((link, fed.record.revision, served.body.rows));
            }
        }
        versions
    }

    /// What verification may read of what the office sent, one line for each version: `link record revision`. A version that stands in a
    /// file and in what was released afterwards is one.
    pub(crate) fn visible(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for fed in self.feed().iter().flat_map(|entry| &entry.records) {
            let record = &fed.record;
            let line = format!(
                "{} {} {}",
                record.link.as_str(),
                record.record.as_str(),
                record.revision
            );
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }

    /// Where the office's person stands.
    pub(crate) fn standing(&self, link: &str) -> String {
        let me = Actor::Office(OfficeCode::parse("13104").unwrap());
        let path = format!("/registration/people/{link}");
        let (status, body) = self.call("hub", &me, Method::GET, &path, Vec::new());
        if status == StatusCode::NOT_FOUND {
            return "unknown".into();
        }
        let standing: serde_json::Value = serde_json::from_slice(&body).unwrap();
        standing["state"].as_str().unwrap().to_owned()
    }

    /// Someone whom the register knows, registered and matched.
    pub(crate) fn settled(&mut self, someone: &Someone) {
        self.load(&[someone]);
        let record = self.person(someone, 1);
        self.send(&[record, people::eligibility(&someone.link, 1)]);
        self.live(1);
        assert_eq!(self.standing(&someone.link), "matched");
    }
}
