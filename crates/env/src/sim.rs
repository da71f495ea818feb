//! A whole fleet on one thread under a seeded clock.
//!
//! [`Simulation`] owns the tasks, the timers, the messages under way and the disks of all nodes. One
//! [`Simulation::step`] polls one task that is ready, chosen by the seed, or, when none is, moves the clock to
//! the next timer. Everything that happens goes into a running hash: two runs of one seed that differ anywhere
//! end with different hashes.
//!
//! A node is started with [`Simulation::node`] and dies with [`Simulation::crash`] (or at a crash point): its
//! tasks are dropped where they stand, its listeners are gone, and an [`Env`] of the dead
//! incarnation reaches nobody. Its disk stays.

use std::future::Future;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

mod disk;
mod network;
mod scheduler;
mod world;

use crate::{Env, PlantedFault, Time};
use scheduler::{Scheduler, TaskId, WakeList};
use world::NodeWorld;

/// How unfriendly the world is. Chances are in thousandths.
#[derive(Clone, Debug, Default)]
pub struct Weather {
    /// A request, or its response, never arrives.
    pub loss: u64,
    /// A request arrives twice.
    pub doubling: u64,
    /// The longest that one direction of a message takes, in ms; differences reorder messages.
    pub delay_ms: u64,
    /// A node dies at a crash point that it passes.
    pub crash_point: u64,
}

/// A fleet under one seed.
pub struct Simulation {
    core: Arc<Core>,
}

pub(crate) struct Core {
    state: Mutex<State>,
    woken: Arc<WakeList>,
}

struct State {
    now: Time,
    rng: ChaCha8Rng,
    weather: Weather,
    planted: Vec<PlantedFault>,
    scheduler: Scheduler,
    network: network::Wires,
    disks: disk::Disks,
    nodes: std::collections::BTreeMap<String, Node>,
    crashed: Vec<String>,
    /// Tasks of dead nodes may be there.
    to_bury: bool,
    /// The node whose task was polled last.
    polled: String,
    trace: Sha256,
    events: u64,
}

#[derive(Default)]
struct Node {
    incarnation: u64,
    alive: bool,
    /// How far its clock is ahead of the fleet's time, in µs.
    ahead: i64,
}

impl Simulation {
    /// A fleet that starts at `now`. Everything that follows depends on the seed alone.
    pub fn new(seed: u64, now: Time) -> Simulation {
        let state = State {
            now,
            rng: ChaCha8Rng::seed_from_u64(seed),
            weather: Weather {
                delay_ms: 5,
                ..Weather::default()
            },
            planted: Vec::new(),
            scheduler: Scheduler::default(),
            network: network::Wires::default(),
            disks: disk::Disks::default(),
            nodes: std::collections::BTreeMap::new(),
            crashed: Vec::new(),
            to_bury: false,
            polled: String::new(),
            trace: Sha256::new(),
            events: 0,
        };
        Simulation {
            core: Arc::new(Core {
                state: Mutex::new(state),
                woken: Arc::default(),
            }),
        }
    }

    /// Starts a node (or its next incarnation) and gives its world. Nodes with one disk's name share folders.
    pub fn node(&self, name: &str, disk: &str) -> Env {
        let mut state = self.core.lock();
        let node = state.nodes.entry(name.to_owned()).or_default();
        node.incarnation += 1;
        node.alive = true;
        let incarnation = node.incarnation;
        state.to_bury = true;
        state.event(&format!("start {name} {incarnation}"));
        drop(state);
        Env::of(&Arc::new(NodeWorld::new(
            self.core.clone(),
            name,
            incarnation,
            disk,
        )))
    }

    /// The node dies now: at whatever await each of its tasks is.
    pub fn crash(&self, name: &str) {
        self.core.kill(name);
        self.core.bury();
    }

    /// Nodes that died since the last call, in the order of their deaths.
    pub fn take_crashed(&self) -> Vec<String> {
        std::mem::take(&mut self.core.lock().crashed)
    }

    /// The node whose task the last step polled: only its state can have changed in that step.
    pub fn polled(&self) -> String {
        self.core.lock().polled.clone()
    }

    /// Changes the weather from here on.
    pub fn set_weather(&self, weather: Weather) {
        self.core.lock().weather = weather;
    }

    /// Plants faults from here on.
    pub fn plant(&self, faults: &[PlantedFault]) {
        self.core.lock().planted = faults.to_vec();
    }

    /// Another program holds a file of a disk open, as virus scanners do: nobody moves or removes it.
    pub fn grip(&self, disk: &str, file: &Path) {
        self.core.lock().disks.grip(disk, file);
    }

    /// The other program lets the file go.
    pub fn let_go(&self, disk: &str, file: &Path) {
        self.core.lock().disks.let_go(disk, file);
    }

    /// Somebody sets a node's clock, which goes on from there, also in its next incarnation. What it waits for comes when
    /// it would have come.
    pub fn set_clock(&self, name: &str, now: Time) {
        let mut state = self.core.lock();
        let ahead = now.micros() - state.now.micros();
        state.nodes.entry(name.to_owned()).or_default().ahead = ahead;
        state.event(&format!("clock {name} {ahead}"));
    }

    /// This world's time.
    pub fn now(&self) -> Time {
        self.core.lock().now
    }

    /// A number below `bound` from the seed, for the choices of whoever drives the fleet.
    pub fn below(&self, bound: u64) -> u64 {
        self.core.lock().below(bound)
    }

    /// Puts something that the driver did into the hash.
    pub fn note(&self, what: &str) {
        self.core.lock().event(what);
    }

    /// How many events there were, and their hash, as 64 hexadecimal digits.
    pub fn trace(&self) -> (u64, String) {
        let state = self.core.lock();
        let digest = state.trace.clone().finalize();
        (
            state.events,
            digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        )
    }

    /// Polls one ready task, or moves the clock. `false`: nothing is left that could ever happen.
    pub fn step(&self) -> bool {
        let Some(task) = self.core.next_task() else {
            return false;
        };
        let TaskId(id) = task;
        let Some(mut future) = self.core.lock().scheduler.take(task) else {
            return true;
        };
        let waker = Waker::from(self.core.woken.waker(id));
        let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
        let mut state = self.core.lock();
        let back = match polled {
            Poll::Pending => state.scheduler.put_back(task, future),
            Poll::Ready(()) => {
                state.scheduler.finish(task);
                Some(future)
            }
        };
        drop(state);
        drop(back);
        self.core.bury();
        true
    }

    /// Steps until the future, run as a task of the driver, is ready; `None` when it is not after `steps`.
    pub fn run<T: Send + 'static>(
        &self,
        steps: u64,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let slot = Arc::new(Mutex::new(None));
        let result = slot.clone();
        let task = async move {
            let value = future.await;
            *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        };
        self.core.spawn("driver", 0, "driver", Box::pin(task));
        for _ in 0..steps {
            if let Some(value) = slot.lock().unwrap_or_else(PoisonError::into_inner).take() {
                return Some(value);
            }
            if !self.step() {
                break;
            }
        }
        slot.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Simulation {
    /// Tasks hold the fleet and the fleet holds the tasks: the ring is opened here.
    fn drop(&mut self) {
        let tasks = self.core.lock().scheduler.take_all();
        drop(tasks);
        self.core.lock().network.clear();
    }
}

impl Core {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next task to poll, moving the clock when nobody is ready.
    fn next_task(&self) -> Option<TaskId> {
        loop {
            let mut state = self.lock();
            state.scheduler.ready(self.woken.drain());
            let ready = state.scheduler.count_ready();
            if ready > 0 {
                let choice = state.below(ready);
                let (task, node, name) = state.scheduler.choose(choice)?;
                state.polled = node;
                state.event(&format!("poll {} {name}", task.0));
                return Some(task);
            }
            let (at, wakers) = state.scheduler.next_timers()?;
            state.now = state.now.max(at);
            drop(state);
            wakers.into_iter().for_each(Waker::wake);
        }
    }

    fn kill(&self, name: &str) {
        let mut state = self.lock();
        let Some(node) = state.nodes.get_mut(name) else {
            return;
        };
        if node.alive {
            node.alive = false;
            state.to_bury = true;
            state.crashed.push(name.to_owned());
            state.network.silence(name);
            state.event(&format!("crash {name}"));
        }
    }

    /// Drops the tasks of nodes that are dead, outside the lock, because their destructors use the world.
    fn bury(&self) {
        let mut state = self.lock();
        if !std::mem::take(&mut state.to_bury) {
            return;
        }
        let State { scheduler, nodes, .. } = &mut *state;
        let dead = scheduler.take_dead(|name, incarnation| {
            nodes
                .get(name)
                .is_some_and(|node| !node.alive || node.incarnation != incarnation)
        });
        drop(state);
        drop(dead);
    }

    fn is_alive(&self, name: &str, incarnation: u64) -> bool {
        self.lock()
            .nodes
            .get(name)
            .is_some_and(|node| node.alive && node.incarnation == incarnation)
    }
}

impl State {
    fn event(&mut self, what: &str) {
        self.events += 1;
        self.trace.update(self.now.micros().to_le_bytes());
        self.trace.update(what.as_bytes());
        self.trace.update([0]);
    }

    fn below(&mut self, bound: u64) -> u64 {
        u64::try_from((u128::from(self.rng.next_u64()) * u128::from(bound)) >> 64).unwrap_or(0)
    }

    fn chance(&mut self, thousandths: u64) -> bool {
        thousandths > 0 && self.below(1000) < thousandths
    }
}

#[cfg(test)]
mod tests;
