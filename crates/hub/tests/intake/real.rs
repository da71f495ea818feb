//! A hub and a register in the real world: HTTP on 127.0.0.1, and a real database.

use std::time::Duration;

use domain::card::CardId;
use domain::insurance::InsuranceRow;
use domain::permit::Actor;
use env::{Env, Origin, Response};
use exchange::presence::{Enrolled, PASSED_ON, PassedOn};
use exchange::registration::feed::{Entry, Heads, Page};
use exchange::registration::{Answer, Lane, Mode, Receipt, Record};
use http::{Method, StatusCode};
use service::{Caller, Running};
use storage::{DatabaseConfig, Statement, Store, Tx, params};

use crate::hub;
use crate::people::{self, Someone};
use crate::world::{Roots, feed_path, file, is_made};

/// How long anything may take before a test gives up. Far more than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(5);

/// Posts a file to a hub as office 13104.
pub(crate) async fn post(hub: &Origin, bytes: Vec<u8>) -> Response {
    let me = harness::known_as(Actor::Office(people::office()));
    let caller = Caller::asking(&me, hub, Actor::Hub);
    let path = "/registration/files";
    let sent = caller.send(Method::POST, path, "application/x-ndjson", bytes.into());
    sent.await.unwrap()
}

pub(crate) struct Real {
    pub(crate) env: Env,
    roots: Roots,
    hub: Running,
    registers: Option<Running>,
    registers_at: Origin,
    register_database: DatabaseConfig,
}

impl Real {
    pub(crate) async fn start(hub_database: &DatabaseConfig, register_database: &DatabaseConfig) -> Real {
        let env = harness::known_as(Actor::Hub);
        let roots = Roots::draw(&mut env.rng());
        Store::migrate(&env, hub_database, hub::MIGRATIONS).await.unwrap();
        Store::migrate(&env, register_database, registers::MIGRATIONS)
            .await
            .unwrap();
        let anywhere = Origin::new("127.0.0.1", 0);
        let register_env = harness::known_as(Actor::Registers);
        let registers =
            registers::start_with(&register_env, &anywhere, register_database, roots.register_keys());
        let registers = registers.await.unwrap();
        let registers_at = registers.at().clone();
        let hub = hub::start_with(&env, &anywhere, hub_database, &registers_at, roots.hub_keys());
        let hub = hub.await.unwrap();
        Real {
            env,
            roots,
            hub,
            registers: Some(registers),
            registers_at,
            register_database: register_database.clone(),
        }
    }

    /// The hub's database, to look into while the hub runs.
    pub(crate) async fn hub_store(&self, database: &DatabaseConfig) -> Store {
        let opened = Store::open(&self.env, database, hub::MIGRATIONS).await;
        opened.unwrap()
    }

    /// Waits until the hub has nobody to ask about at a register. Its own look may mark somebody again for a moment.
    pub(crate) async fn until_nobody_is_left_to_ask(&self, database: &DatabaseConfig) {
        static LEFT: Statement = Statement::new("SELECT COUNT(*) AS n FROM to_ask");
        let left = async move |tx: &mut Tx| tx.one(&LEFT, &params! {}).await?.int("n");
        let store = self.hub_store(database).await;
        let asked = async { while store.read("test.left", left).await.unwrap() > 0 {} };
        let asked = self.env.timeout(PATIENCE, asked).await;
        asked.expect("somebody is left to be asked about");
    }

    fn hub_as(&self, me: &Actor) -> Caller {
        Caller::asking(&harness::known_as(me), self.hub.at(), Actor::Hub)
    }

    /// The register ends.
    pub(crate) async fn registers_down(&mut self) {
        if let Some(registers) = self.registers.take() {
            registers.stop().await;
        }
    }

    /// The register is there again, where it was.
    pub(crate) async fn registers_up(&mut self) {
        let (at, keys) = (&self.registers_at, self.roots.register_keys());
        let env = harness::known_as(Actor::Registers);
        let started = registers::start_with(&env, at, &self.register_database, keys).await;
        self.registers = Some(started.unwrap());
    }

    pub(crate) async fn stop(mut self) {
        self.registers_down().await;
        self.hub.stop().await;
    }

    pub(crate) fn person(&self, someone: &Someone, revision: u32) -> Record {
        someone.record(
            &self.roots.hub.hub_private_key().public_key(),
            &mut self.env.rng(),
            revision,
        )
    }

    pub(crate) async fn load(&self, people: &[Someone]) {
        let people: Vec<_> = people.iter().map(Someone::resident).collect();
        let caller = Caller::oneself(&harness::known_as(Actor::Registers), &self.registers_at);
        let loaded: usize = caller.post("/residents", &people).await.unwrap();
        assert_eq!(loaded, people.len());
    }

    pub(crate) async fn insure(&self, number: &str, rows: &[InsuranceRow]) {
        let caller = Caller::oneself(&harness::known_as(Actor::Registers), &self.registers_at);
        let insured = [serde_json::json!({ "number": number, "rows": rows })];
        let loaded: usize = caller.post("/insurers", &insured).await.unwrap();
        assert_eq!(loaded, 1);
    }

    /// Tells the register what happened to cards.
    pub(crate) async fn happened(&self, events: &[serde_json::Value]) {
        self.happened_at(&self.registers_at, events).await;
    }

    /// The same while the register is down for the hub.
    pub(crate) async fn happened_unseen(&self, events: &[serde_json::Value]) {
        let (anywhere, keys) = (Origin::new("127.0.0.1", 0), self.roots.register_keys());
        let env = harness::known_as(Actor::Registers);
        let elsewhere = registers::start_with(&env, &anywhere, &self.register_database, keys).await;
        let elsewhere = elsewhere.unwrap();
        self.happened_at(elsewhere.at(), events).await;
        elsewhere.stop().await;
    }

    async fn happened_at(&self, registers: &Origin, events: &[serde_json::Value]) {
        let caller = Caller::oneself(&harness::known_as(Actor::Registers), registers);
        let loaded: usize = caller.post("/residents/cards", &events).await.unwrap();
        assert_eq!(loaded, events.len());
    }

    /// Verification passes an enrolment on.
    pub(crate) async fn enrol(&self, card: &CardId) -> Enrolled {
        let caller = self.hub_as(&Actor::Verification);
        let passed_on = PassedOn { card: card.clone() };
        caller.post(PASSED_ON, &passed_on).await.unwrap()
    }

    /// Another hub on the same database, as one that was started again while the first has not quite ended.
    pub(crate) async fn another_hub(&self, database: &DatabaseConfig) -> Running {
        let (anywhere, keys) = (Origin::new("127.0.0.1", 0), self.roots.hub_keys());
        let started = hub::start_with(&self.env, &anywhere, database, &self.registers_at, keys);
        started.await.unwrap()
    }

    /// Where the hub listens.
    pub(crate) fn hub_at(&self) -> &Origin {
        self.hub.at()
    }

    pub(crate) async fn send(&self, lane: Lane, number: i64, records: &[Record]) -> Receipt {
        let bytes = file(lane, number, Mode::EachPerson, records);
        let sent = post(self.hub_at(), bytes).await;
        assert_eq!(sent.status(), StatusCode::OK);
        match serde_json::from_slice(sent.body()).unwrap() {
            Answer::Receipt(receipt) => receipt,
            Answer::Refusal(refusal) => panic!("{refusal:?}"),
        }
    }

    /// The office's word that its files up to here are as of a moment.
    pub(crate) async fn mark(&self, at: i64) {
        let caller = self.hub_as(&Actor::Office(people::office()));
        let mark = serde_json::json!({ "office": people::office(), "at": at, "heads": Heads::default() });
        let () = caller.post("/registration/marks", &mark).await.unwrap();
    }

    /// A page of the feed after some entries, with its bytes; waits for news for so long.
    pub(crate) async fn page(&self, after: &[Entry], hold_ms: u64) -> (Page, Vec<u8>) {
        let caller = self.hub_as(&Actor::Verification);
        let path = feed_path(after).replace("hold_ms=0", &format!("hold_ms={hold_ms}"));
        let page = caller
            .send(Method::GET, &path, "application/json", bytes::Bytes::new())
            .await
            .unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        (serde_json::from_slice(page.body()).unwrap(), page.body().to_vec())
    }

    /// Everything that verification may read now, with the pages' bytes.
    pub(crate) async fn feed(&self) -> (Vec<Entry>, Vec<u8>) {
        let (mut entries, mut bytes) = (Vec::new(), Vec::new());
        loop {
            let (page, body) = self.page(&entries, 0).await;
            if page.entries.is_empty() {
                return (entries, bytes);
            }
            entries.extend(page.entries);
            bytes.extend(body);
        }
    }

    /// Reads the feed from its beginning until it holds what is waited for; gives its entries.
    pub(crate) async fn read_until(&self, what: &str, holds: impl Fn(&[Entry]) -> bool) -> Vec<Entry> {
        let reading = async {
            let mut entries: Vec<Entry> = Vec::new();
            while !holds(&entries) {
                entries.extend(self.page(&entries, 10_000).await.0.entries);
            }
            entries
        };
        let read = self.env.timeout(PATIENCE, reading).await;
        read.unwrap_or_else(|_| panic!("waited in vain: {what}"))
    }

    /// Waits until so many persons were released.
    pub(crate) async fn until_released(&self, persons: usize) {
        let released = |entry: &&Entry| entry.file.is_none() && !is_made(entry);
        self.read_until("persons are released", |entries| {
            entries.iter().filter(released).count() >= persons
        })
        .await;
    }
}
