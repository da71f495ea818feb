//! The office's own people: they decide, say it again until it is acknowledged, and write down every
//! acknowledgement.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use madoguchi_e2e::api::Api;
use madoguchi_e2e::dice::Dice;
use madoguchi_e2e::files;
use madoguchi_e2e::people::Person;
use serde_json::{Value, json};

use crate::bulk::{self, BulkFile};
use crate::errands::{Errand, Errands, Said, expect, lock};
use crate::plan::{Decision, Plan};

/// How many work at the same time; one more sends bulk files.
const CLERKS: u32 = 4;
/// Persons that are introduced together; the same clerk decides about all of them, in order.
pub(crate) const BLOCK: u32 = 6;

/// Loads of the registers.
const KIND_OF_LOADS: usize = 0;
/// What is decided at the office.
const KIND_OF_DECISIONS: usize = 1;
/// Files in the bulk lane.
const KIND_OF_FILES: usize = 2;

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

/// A task, and where it is done.
struct Job {
    task: Task,
    place: Arc<Place>,
}

/// Where clerks do their work, and what they wrote down.
struct Place {
    office: Api,
    registers: Api,
    hub: Api,
    acknowledged: Mutex<Acknowledged>,
    sent: Mutex<Vec<BulkFile>>,
}

/// All clerks, and the plan that they follow.
pub(crate) struct Clerks {
    errands: Errands<Job>,
    place: Arc<Place>,
    plans: Vec<Plan>,
    bulk_files: u32,
    dice: Dice,
}

impl Clerks {
    /// They work at this office; registers and hub are asked where the office does not do so itself.
    pub(crate) fn hire(office: &Api, registers: &Api, hub: &Api, dice: Dice) -> Clerks {
        let place = Place {
            office: office.clone(),
            registers: registers.clone(),
            hub: hub.clone(),
            acknowledged: Mutex::default(),
            sent: Mutex::default(),
        };
        Clerks {
            errands: Errands::with(CLERKS as usize + 1),
            place: Arc::new(place),
            plans: Vec::new(),
            bulk_files: 0,
            dice,
        }
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
        self.put(CLERKS as usize, Task::Send(file));
    }

    fn give(&self, person: u32, task: Task) {
        self.put(((person / BLOCK) % CLERKS) as usize, task);
    }

    fn put(&self, clerk: usize, task: Task) {
        let place = self.place.clone();
        self.errands.give(clerk, Job { task, place });
    }

    /// Loads that are not acknowledged yet.
    pub(crate) fn open_loads(&self) -> usize {
        self.errands.open_of(KIND_OF_LOADS)
    }

    /// Bulk files that are not acknowledged yet.
    pub(crate) fn open_files(&self) -> usize {
        self.errands.open_of(KIND_OF_FILES)
    }

    /// Everything that is not acknowledged yet.
    pub(crate) fn open(&self) -> usize {
        self.errands.open()
    }

    /// The plans, one for each person.
    pub(crate) fn plans(&self) -> &[Plan] {
        &self.plans
    }

    /// The list.
    pub(crate) fn acknowledged(&self) -> Acknowledged {
        lock(&self.place.acknowledged).clone()
    }

    /// The bulk files that have their receipts.
    pub(crate) fn sent(&self) -> Vec<BulkFile> {
        lock(&self.place.sent).clone()
    }

    /// How often something had to be said again.
    pub(crate) fn unheard(&self) -> u64 {
        self.errands.unheard()
    }

    /// Answers that should never have come.
    pub(crate) fn wrong(&self) -> Vec<String> {
        self.errands.wrong()
    }
}

impl Errand for Job {
    const KINDS: usize = 3;

    fn kind(&self) -> usize {
        match self.task {
            Task::Load(_) => KIND_OF_LOADS,
            Task::Decide(_) => KIND_OF_DECISIONS,
            Task::Send(_) => KIND_OF_FILES,
        }
    }

    fn say(&self) -> Said {
        let place = &self.place;
        match &self.task {
            Task::Load(block) => {
                let bodies = block.iter().map(|index| Person { index: *index });
                register(&place.registers, bodies, &opened(block))
            }
            Task::Decide(decision) => {
                let (path, body) = decision.request();
                Said::judge(place.office.post(&path, &body), |said| {
                    expect("revision", &said["revision"], &json!(decision.revision))?;
                    expect("lane", &said["lane"], &json!(decision.lane()))?;
                    let number = said["number"].as_i64().ok_or("no number")?;
                    let file = (decision.lane().to_owned(), number);
                    match lock(&place.acknowledged).insert(*decision, file) {
                        None => Ok(()),
                        Some(before) => Err(format!("acknowledged twice, first as {before:?}")),
                    }
                })
            }
            Task::Send(file) => {
                let sent = place.hub.send("POST", files::PATH, files::KIND, &file.bytes);
                Said::judge(sent, |said| {
                    bulk::check_receipt(file, &said["receipt"])?;
                    lock(&place.sent).push(file.clone());
                    Ok(())
                })
            }
        }
    }

    fn name(&self) -> String {
        match &self.task {
            Task::Load(block) => format!("load of {block:?}"),
            Task::Decide(decision) => format!("{decision:?}"),
            Task::Send(file) => format!("bulk file {}", file.number),
        }
    }
}

/// Loads persons and institutions into the registers. The residents come last: whoever matches is insured already.
pub(crate) fn register(registers: &Api, people: impl Iterator<Item = Person>, institutions: &Value) -> Said {
    let people: Vec<Person> = people.collect();
    let all = |what: fn(&Person) -> Value| -> Value { people.iter().map(what).collect() };
    for (path, body) in [
        ("/insurers", &all(Person::insured)),
        ("/institutions", institutions),
    ] {
        match Said::judge(registers.post(path, body), |_| Ok(())) {
            Said::Heard(Ok(())) => {}
            other => return other,
        }
    }
    let loaded = registers.post("/residents", &all(Person::resident));
    Said::judge(loaded, |said| expect("loaded", said, &json!(people.len())))
}

/// An institution that opens when a block of persons comes.
fn opened(block: &[u32]) -> Value {
    let name = format!("見本{}クリニック", block.first().copied().unwrap_or_default());
    json!([{ "code": madoguchi_e2e::people::OTHER_CLINIC, "name": name, "kinds": ["clinic"], "designated": [] }])
}
