//! What one incarnation of one node sees of the fleet.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use super::Core;
use super::scheduler::TaskId;
use crate::{BoxFuture, Clock, Crashed, Hazards, PlantedFault, Random, TaskHandle, Tasks, Time};

#[derive(Clone)]
pub(super) struct NodeWorld {
    pub(super) core: Arc<Core>,
    pub(super) name: String,
    pub(super) incarnation: u64,
    pub(super) disk: String,
    /// Who it is to others; nobody when empty.
    pub(super) known_as: Arc<str>,
    pub(super) rng: Arc<Mutex<ChaCha8Rng>>,
}

impl NodeWorld {
    pub(super) fn new(core: Arc<Core>, name: &str, incarnation: u64, disk: &str) -> NodeWorld {
        let seed = core.lock().rng.next_u64();
        NodeWorld {
            core,
            name: name.to_owned(),
            incarnation,
            disk: disk.to_owned(),
            known_as: Arc::from(""),
            rng: Arc::new(Mutex::new(ChaCha8Rng::seed_from_u64(seed))),
        }
    }

    pub(super) fn is_alive(&self) -> bool {
        self.core.is_alive(&self.name, self.incarnation)
    }
}

impl Core {
    pub(super) fn spawn(
        self: &Arc<Self>,
        node: &str,
        incarnation: u64,
        name: &'static str,
        task: BoxFuture<'static, ()>,
    ) -> TaskHandle {
        let mut state = self.lock();
        // Whoever is dead starts nothing.
        let known = state.nodes.get(node);
        state.to_bury |= known.is_some_and(|known| !known.alive || known.incarnation != incarnation);
        let (id, mut gone) = state.scheduler.add(node, incarnation, name, task);
        drop(state);
        let core = Arc::downgrade(self);
        let abort = move || {
            if let Some(core) = core.upgrade() {
                core.remove_task(id);
            }
        };
        let done = async move {
            // The channel closes when the task is dropped.
            while gone.changed().await.is_ok() {}
        };
        TaskHandle::new(abort, Box::pin(done))
    }

    fn remove_task(&self, id: TaskId) {
        let future = self.lock().scheduler.remove(id);
        drop(future);
    }

    pub(super) fn sleep(self: &Arc<Self>, span: Duration) -> Sleep {
        let mut state = self.lock();
        let at = state.now + span;
        let key = state.scheduler.timer_key(at);
        drop(state);
        Sleep {
            core: self.clone(),
            key,
        }
    }
}

/// Waits for a moment of the fleet's time.
pub(super) struct Sleep {
    core: Arc<Core>,
    key: (Time, u64),
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.core.lock();
        if state.now >= self.key.0 {
            return Poll::Ready(());
        }
        state.scheduler.set_timer(self.key, cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let waker = self.core.lock().scheduler.drop_timer(self.key);
        drop(waker);
    }
}

impl Clock for NodeWorld {
    fn now(&self) -> Time {
        let state = self.core.lock();
        let ahead = state.nodes.get(&self.name).map_or(0, |node| node.ahead);
        Time::from_micros(state.now.micros().saturating_add(ahead))
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        Box::pin(self.core.sleep(span))
    }
}

impl Random for NodeWorld {
    fn fill(&self, bytes: &mut [u8]) {
        self.rng
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(bytes);
    }
}

impl Tasks for NodeWorld {
    fn spawn(&self, name: &'static str, task: BoxFuture<'static, ()>) -> TaskHandle {
        self.core.spawn(&self.name, self.incarnation, name, task)
    }
}

impl Hazards for NodeWorld {
    fn crash_point(&self, name: &str) -> Result<(), Crashed> {
        if !self.is_alive() {
            return Err(Crashed);
        }
        let mut state = self.core.lock();
        let thousandths = state.weather.crash_point;
        if !state.chance(thousandths) {
            return Ok(());
        }
        state.event(&format!("crash point {name}"));
        drop(state);
        self.core.kill(&self.name);
        Err(Crashed)
    }

    fn planted(&self, fault: PlantedFault) -> bool {
        self.core.lock().planted.contains(&fault)
    }
}
