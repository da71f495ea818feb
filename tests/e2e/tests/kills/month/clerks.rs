//! The office's own people in the monthly run: one loads the ward and runs the month, month after month; others serve
//! people who walk in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use madoguchi_e2e::api::Api;
use madoguchi_e2e::people::Person;
use serde_json::{Value, json};

use super::walk_in::{STEPS, Step};
use super::ward::{MadeUp, far_away};
use crate::errands::{Errand, Errands, Said, expect};

/// Loads of the registers.
pub(super) const KIND_OF_REGISTERS: usize = 0;
/// Loads and runs of the office.
pub(super) const KIND_OF_MONTH: usize = 1;
/// What is done for those who walk in.
const KIND_OF_WALK_IN: usize = 2;

/// Who serves people that walk in.
const AT_THE_COUNTER: usize = 3;
/// Where they work.
pub(super) struct Place {
    pub(super) office: Api,
    pub(super) registers: Api,
    pub(super) clinic: String,
    loads: AtomicU64,
}

/// What they are sent to do.
enum Task {
    /// Load this into a register.
    Fill(&'static str, Value),
    /// Load these households.
    Load(Value),
    /// Start the month's run.
    Start(String),
    /// Wait until the month's run has planned everybody.
    Finish(String),
    /// Have this done for somebody who walked in.
    WalkIn(u32, Step),
}

/// All of them.
pub(super) struct Clerks {
    errands: Errands<Job>,
    place: Arc<Place>,
    /// Months that were begun.
    months: usize,
    /// People who walked in.
    walked_in: u32,
}

struct Job {
    task: Task,
    place: Arc<Place>,
}

impl Clerks {
    pub(super) fn hire(office: &Api, registers: &Api, clinic: &str) -> Clerks {
        let place = Place {
            office: office.clone(),
            registers: registers.clone(),
            clinic: clinic.to_owned(),
            loads: AtomicU64::new(0),
        };
        Clerks {
            errands: Errands::with(1 + AT_THE_COUNTER),
            place: Arc::new(place),
            months: 0,
            walked_in: 0,
        }
    }

    /// Has the registers filled.
    pub(super) fn fill_registers(&self, ward: &MadeUp) {
        for (path, body) in ward.registers() {
            self.put(0, Task::Fill(path, body));
        }
    }

    /// Has the next month loaded and run; a new institution opens before it.
    pub(super) fn begin_month(&mut self, ward: &MadeUp) {
        self.months += 1;
        let opened = json!([{
            "code": far_away(), "name": format!("見本第{}クリニック", self.months),
            "kinds": ["clinic"], "designated": [],
        }]);
        self.put(0, Task::Fill("/institutions", opened));
        for load in ward.loads(self.months) {
            self.put(0, Task::Load(load));
        }
        self.put(0, Task::Start(self.month()));
        self.put(0, Task::Finish(self.month()));
    }

    /// The newest month.
    pub(super) fn month(&self) -> String {
        MadeUp::month(self.months).to_string()
    }

    /// Months that were begun.
    pub(super) fn months(&self) -> usize {
        self.months
    }

    /// So many new people walk in.
    pub(super) fn walk_in(&mut self, people: u32) {
        for index in self.walked_in..self.walked_in + people {
            for step in STEPS {
                self.put(1 + index as usize % AT_THE_COUNTER, Task::WalkIn(index, step));
            }
        }
        self.walked_in += people;
    }

    /// Who walked in.
    pub(super) fn walked_in(&self) -> impl Iterator<Item = Person> + use<> {
        (0..self.walked_in).map(|index| Person { index })
    }

    fn put(&self, clerk: usize, task: Task) {
        let place = self.place.clone();
        // The first works for the month alone.
        self.errands.give(clerk, Job { task, place });
    }

    /// Loads of the office that were acknowledged.
    pub(super) fn loads(&self) -> u64 {
        self.place.loads.load(Ordering::SeqCst)
    }

    pub(super) fn open_of(&self, kind: usize) -> usize {
        self.errands.open_of(kind)
    }

    pub(super) fn open(&self) -> usize {
        self.errands.open()
    }

    pub(super) fn unheard(&self) -> u64 {
        self.errands.unheard()
    }

    pub(super) fn wrong(&self) -> Vec<String> {
        self.errands.wrong()
    }
}

impl Errand for Job {
    const KINDS: usize = 3;

    fn kind(&self) -> usize {
        match self.task {
            Task::Fill(..) | Task::WalkIn(_, Step::Register) => KIND_OF_REGISTERS,
            Task::Load(_) | Task::Start(_) | Task::Finish(_) => KIND_OF_MONTH,
            Task::WalkIn(..) => KIND_OF_WALK_IN,
        }
    }

    fn say(&self) -> Said {
        let office = &self.place.office;
        match &self.task {
            Task::Fill(path, body) => Said::judge(self.place.registers.post(path, body), |said| {
                expect("loaded", said, &json!(body.as_array().map(Vec::len)))
            }),
            Task::Load(body) => Said::judge(office.post("/load", body), |said| {
                self.place.loads.fetch_add(1, Ordering::SeqCst);
                expect(
                    "households",
                    &said["households"],
                    &json!(body.as_array().map(Vec::len)),
                )
            }),
            // Whoever did not hear that a run began looks before beginning another.
            Task::Start(month) => match office.get(&format!("/runs?month={month}")) {
                Ok(reply) if reply.status == 404 => {
                    let started = office.post("/runs", &json!({ "month": month }));
                    Said::judge(started, |said| {
                        expect("run", &said["id"], &json!(format!("{month}-1")))
                    })
                }
                newest => Said::judge(newest, |said| {
                    expect("run", &said["id"], &json!(format!("{month}-1")))
                }),
            },
            Task::Finish(month) => match office.get(&format!("/runs/{month}-1")) {
                Ok(reply) if reply.json()["finished"] == false => Said::Unheard,
                report => Said::judge(report, |said| expect("finished", &said["finished"], &json!(true))),
            },
            Task::WalkIn(index, step) => step.say(&self.place, &Person { index: *index }),
        }
    }

    fn name(&self) -> String {
        match &self.task {
            Task::Fill(path, _) => (*path).to_owned(),
            Task::Load(_) => "a load".to_owned(),
            Task::Start(month) => format!("start of {month}"),
            Task::Finish(month) => format!("end of {month}"),
            Task::WalkIn(index, step) => format!("walk-in {index}: {step:?}"),
        }
    }
}
