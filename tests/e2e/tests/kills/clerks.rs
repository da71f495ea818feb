//! The office's own people: they decide, say it again until it is acknowledged, and write down every
//! acknowledgement.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use madoguchi_e2e::api::{Api, Reply};
use madoguchi_e2e::dice::Dice;
use madoguchi_e2e::people::Person;
use madoguchi_e2e::wait::rest;
use serde_json::{Value, json};

use crate::bulk::{self, BulkFile};
use crate::plan::{Decision, Plan};

/// How many work at the same time; one more sends bulk files.
const CLERKS: u32 = 4;
/// Persons that are introduced together; the same clerk decides about all of them, in order.
pub(crate) const BLOCK: u32 = 6;
/// Before the same thing is said again.
const AGAIN: Duration = Duration::from_millis(4);

/// The list: each decision and the file that carries it.
pub(crate) type Acknowledged = BTreeMap<Decision, (String, i64)>;

/// What a clerk is given to do.
enum Task {
    /// Load these persons into the register, in one request.
    Load(Vec<u32>),
    /// Have this decided.
    Decide(Decision),
    /// Send this file to the hub.
    Send(BulkFile),
}

/// What all clerks share.
#[derive(Default)]
struct Shared {
    /// Loads, decisions and files that are not acknowledged yet.
    open: [AtomicUsize; 3],
    /// Times that nobody answered, or that it could not be answered.
    unheard: AtomicU64,
    acknowledged: Mutex<Acknowledged>,
    sent: Mutex<Vec<BulkFile>>,
    wrong: Mutex<Vec<String>>,
    stopping: AtomicBool,
}

/// All clerks, and the plan that they follow.
pub(crate) struct Clerks {
    tasks: Vec<Sender<Task>>,
    threads: Vec<JoinHandle<()>>,
    shared: Arc<Shared>,
    plans: Vec<Plan>,
    bulk_files: u32,
    dice: Dice,
}

impl Clerks {
    /// They work at this office; registers and hub are asked where the office does not do so itself.
    pub(crate) fn hire(office: &Api, registers: &Api, hub: &Api, dice: Dice) -> Clerks {
        let shared = Arc::new(Shared::default());
        let mut clerks = Clerks {
            tasks: Vec::new(),
            threads: Vec::new(),
            shared: shared.clone(),
            plans: Vec::new(),
            bulk_files: 0,
            dice,
        };
        for _ in 0..=CLERKS {
            let (sender, tasks) = channel();
            let clerk = Clerk {
                office: office.clone(),
                registers: registers.clone(),
                hub: hub.clone(),
                shared: shared.clone(),
            };
            clerks.tasks.push(sender);
            clerks
                .threads
                .push(std::thread::spawn(move || clerk.work(&tasks)));
        }
        clerks
    }

    /// Introduces a block of new persons; gives their indices.
    pub(crate) fn introduce(&mut self) -> Vec<u32> {
        let first = u32::try_from(self.plans.len()).unwrap_or(u32::MAX);
        let block: Vec<u32> = (first..first + BLOCK).collect();
        self.give(first, Task::Load(block.clone()));
        for person in &block {
            let (plan, decisions) = Plan::new(*person);
            self.plans.push(plan);
            for decision in decisions {
                self.give(*person, Task::Decide(decision));
            }
        }
        block
    }

    /// Has so many more decisions made, about persons by chance.
    pub(crate) fn decide(&mut self, count: usize) {
        for _ in 0..count {
            let chosen = self.dice.below(self.plans.len());
            let Some(plan) = self.plans.get_mut(chosen) else {
                return;
            };
            let decision = plan.next(&mut self.dice);
            self.give(decision.person, Task::Decide(decision));
        }
    }

    /// Has one more file sent in the bulk lane: a long one that is taken, or an all-or-nothing one that is refused.
    pub(crate) fn send_bulk(&mut self, refused: bool) {
        self.bulk_files += 1;
        let file = if refused {
            BulkFile::refused(self.bulk_files)
        } else {
            BulkFile::long(self.bulk_files)
        };
        self.put(self.tasks.len() - 1, Task::Send(file));
    }

    fn give(&self, person: u32, task: Task) {
        self.put(((person / BLOCK) % CLERKS) as usize, task);
    }

    fn put(&self, clerk: usize, task: Task) {
        self.shared.open[place(&task)].fetch_add(1, Ordering::SeqCst);
        // A clerk ends only when told to.
        let sent = self.tasks.get(clerk).map(|tasks| tasks.send(task).is_ok());
        assert_eq!(sent, Some(true), "{:?}", self.wrong());
    }

    /// Loads that are not acknowledged yet.
    pub(crate) fn open_loads(&self) -> usize {
        self.shared.open[0].load(Ordering::SeqCst)
    }

    /// Decisions that are not acknowledged yet.
    fn open_decisions(&self) -> usize {
        self.shared.open[1].load(Ordering::SeqCst)
    }

    /// Bulk files that are not acknowledged yet.
    pub(crate) fn open_files(&self) -> usize {
        self.shared.open[2].load(Ordering::SeqCst)
    }

    /// Everything that is not acknowledged yet.
    pub(crate) fn open(&self) -> usize {
        self.open_loads() + self.open_decisions() + self.open_files()
    }

    /// The plans, one for each person.
    pub(crate) fn plans(&self) -> &[Plan] {
        &self.plans
    }

    /// The list.
    pub(crate) fn acknowledged(&self) -> Acknowledged {
        lock(&self.shared.acknowledged).clone()
    }

    /// The bulk files that have their receipts.
    pub(crate) fn sent(&self) -> Vec<BulkFile> {
        lock(&self.shared.sent).clone()
    }

    /// How often something had to be said again.
    pub(crate) fn unheard(&self) -> u64 {
        self.shared.unheard.load(Ordering::SeqCst)
    }

    /// Answers that should never have come.
    pub(crate) fn wrong(&self) -> Vec<String> {
        lock(&self.shared.wrong).clone()
    }
}

impl Drop for Clerks {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.tasks.clear();
        for thread in self.threads.drain(..) {
            let _panicked = thread.join();
        }
    }
}

struct Clerk {
    office: Api,
    registers: Api,
    hub: Api,
    shared: Arc<Shared>,
}

impl Clerk {
    fn work(&self, tasks: &Receiver<Task>) {
        while let Ok(task) = tasks.recv() {
            loop {
                if self.shared.stopping.load(Ordering::SeqCst) {
                    return;
                }
                if self.is_done(&task) {
                    self.shared.open[place(&task)].fetch_sub(1, Ordering::SeqCst);
                    break;
                }
                self.shared.unheard.fetch_add(1, Ordering::SeqCst);
                rest(AGAIN);
            }
        }
    }

    /// Says it once; whether it need not be said again.
    fn is_done(&self, task: &Task) -> bool {
        let answered = match task {
            Task::Load(block) => {
                let all = |what: fn(&Person) -> Value| -> Value {
                    block
                        .iter()
                        .map(|index| what(&Person { index: *index }))
                        .collect()
                };
                let before = [
                    ("/insurers", all(Person::insured)),
                    ("/institutions", opened(block)),
                ];
                // The residents come last: whoever matches is insured already.
                for (path, body) in before {
                    match self.registers.post(path, &body) {
                        Ok(reply) if reply.status == 200 => {}
                        Ok(reply) if reply.status != 503 => {
                            let what = format!("{path}: {} {}", reply.status, reply.text());
                            lock(&self.shared.wrong).push(what);
                            return true;
                        }
                        _ => return false,
                    }
                }
                self.registers.post("/residents", &all(Person::resident))
            }
            Task::Decide(decision) => {
                let (path, body) = decision.request();
                self.office.post(&path, &body)
            }
            Task::Send(file) => {
                self.hub
                    .send("POST", "/registration/files", "application/x-ndjson", &file.bytes)
            }
        };
        let Ok(reply) = answered else { return false };
        if reply.status == 503 {
            return false;
        }
        let fault = if reply.status == 200 {
            self.note(task, &reply).err()
        } else {
            Some("refused".to_owned())
        };
        if let Some(fault) = fault {
            let what = match task {
                Task::Load(block) => format!("load of {block:?}"),
                Task::Decide(decision) => format!("{decision:?}"),
                Task::Send(file) => format!("bulk file {}", file.number),
            };
            lock(&self.shared.wrong).push(format!("{what}: {fault}: {} {}", reply.status, reply.text()));
        }
        true
    }

    /// Writes an acknowledgement down, after looking whether it is one.
    fn note(&self, task: &Task, reply: &Reply) -> Result<(), String> {
        let said = reply.json();
        match task {
            Task::Load(block) => expect("loaded", &said, &json!(block.len())),
            Task::Decide(decision) => {
                expect("revision", &said["revision"], &json!(decision.revision))?;
                expect("lane", &said["lane"], &json!(decision.lane()))?;
                let number = said["number"].as_i64().ok_or("no number")?;
                let file = (decision.lane().to_owned(), number);
                match lock(&self.shared.acknowledged).insert(*decision, file) {
                    None => Ok(()),
                    Some(before) => Err(format!("acknowledged twice, first as {before:?}")),
                }
            }
            Task::Send(file) => {
                bulk::check_receipt(file, &said["receipt"])?;
                lock(&self.shared.sent).push(file.clone());
                Ok(())
            }
        }
    }
}

/// An institution that opens when a block of persons comes.
fn opened(block: &[u32]) -> Value {
    let name = format!("見本{}クリニック", block.first().copied().unwrap_or_default());
    json!([{ "code": madoguchi_e2e::people::OTHER_CLINIC, "name": name, "kinds": ["clinic"], "designated": [] }])
}

fn expect(what: &str, found: &Value, expected: &Value) -> Result<(), String> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what}: {found} instead of {expected}"))
    }
}

/// Where a task is counted.
fn place(task: &Task) -> usize {
    match task {
        Task::Load(_) => 0,
        Task::Decide(_) => 1,
        Task::Send(_) => 2,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
