//! Tasks and timers of a fleet.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Wake, Waker};

use crate::{BoxFuture, Time};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TaskId(pub(super) u64);

/// Ids of tasks that something woke, in the order of waking.
#[derive(Default)]
pub(super) struct WakeList(Mutex<Vec<u64>>);

struct TaskWaker(u64, Arc<WakeList>);

impl WakeList {
    pub(super) fn waker(self: &Arc<Self>, id: u64) -> Arc<impl Wake + Send + Sync + 'static> {
        Arc::new(TaskWaker(id, self.clone()))
    }

    pub(super) fn drain(&self) -> Vec<u64> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.1
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(self.0);
    }
}

struct Task {
    node: String,
    incarnation: u64,
    name: &'static str,
    /// Taken out while it is polled.
    future: Option<BoxFuture<'static, ()>>,
    /// Dropped with the task, which tells who waits for its end.
    _gone: tokio::sync::watch::Sender<()>,
}

#[derive(Default)]
pub(super) struct Scheduler {
    next: u64,
    tasks: BTreeMap<TaskId, Task>,
    ready: BTreeSet<TaskId>,
    timers: BTreeMap<(Time, u64), Waker>,
}

impl Scheduler {
    pub(super) fn add(
        &mut self,
        node: &str,
        incarnation: u64,
        name: &'static str,
        future: BoxFuture<'static, ()>,
    ) -> (TaskId, tokio::sync::watch::Receiver<()>) {
        self.next += 1;
        let id = TaskId(self.next);
        let (gone, waiting) = tokio::sync::watch::channel(());
        let task = Task {
            node: node.to_owned(),
            incarnation,
            name,
            future: Some(future),
            _gone: gone,
        };
        self.tasks.insert(id, task);
        self.ready.insert(id);
        (id, waiting)
    }

    pub(super) fn ready(&mut self, woken: Vec<u64>) {
        let known = woken
            .into_iter()
            .map(TaskId)
            .filter(|id| self.tasks.contains_key(id));
        self.ready.extend(known);
    }

    pub(super) fn count_ready(&self) -> u64 {
        self.ready.len() as u64
    }

    /// The n-th of the ready tasks, its node and its name.
    pub(super) fn choose(&mut self, nth: u64) -> Option<(TaskId, String, &'static str)> {
        let id = *self.ready.iter().nth(usize::try_from(nth).ok()?)?;
        self.ready.remove(&id);
        let task = self.tasks.get(&id)?;
        Some((id, task.node.clone(), task.name))
    }

    pub(super) fn take(&mut self, id: TaskId) -> Option<BoxFuture<'static, ()>> {
        self.tasks.get_mut(&id)?.future.take()
    }

    /// Puts a polled future back; hands it out again when its task is gone meanwhile.
    pub(super) fn put_back(
        &mut self,
        id: TaskId,
        future: BoxFuture<'static, ()>,
    ) -> Option<BoxFuture<'static, ()>> {
        match self.tasks.get_mut(&id) {
            Some(task) => {
                task.future = Some(future);
                None
            }
            None => Some(future),
        }
    }

    pub(super) fn finish(&mut self, id: TaskId) {
        self.tasks.remove(&id);
        self.ready.remove(&id);
    }

    /// Takes a task out wherever it is; what is returned must be dropped outside the lock.
    pub(super) fn remove(&mut self, id: TaskId) -> Option<BoxFuture<'static, ()>> {
        self.ready.remove(&id);
        self.tasks.remove(&id)?.future
    }

    pub(super) fn take_dead(&mut self, dead: impl Fn(&str, u64) -> bool) -> Vec<BoxFuture<'static, ()>> {
        let gone = self
            .tasks
            .iter()
            .filter(|(_, task)| dead(&task.node, task.incarnation));
        let ids: Vec<TaskId> = gone.map(|(id, _)| *id).collect();
        ids.into_iter().filter_map(|id| self.remove(id)).collect()
    }

    pub(super) fn take_all(&mut self) -> Vec<BoxFuture<'static, ()>> {
        self.timers.clear();
        self.ready.clear();
        std::mem::take(&mut self.tasks)
            .into_values()
            .filter_map(|task| task.future)
            .collect()
    }

    /// A fresh key for a timer.
    pub(super) fn timer_key(&mut self, at: Time) -> (Time, u64) {
        self.next += 1;
        (at, self.next)
    }

    pub(super) fn set_timer(&mut self, key: (Time, u64), waker: Waker) {
        self.timers.insert(key, waker);
    }

    pub(super) fn drop_timer(&mut self, key: (Time, u64)) -> Option<Waker> {
        self.timers.remove(&key)
    }

    /// The earliest moment that somebody waits for, and those who do.
    pub(super) fn next_timers(&mut self) -> Option<(Time, Vec<Waker>)> {
        let (&(at, _), _) = self.timers.first_key_value()?;
        let later = self.timers.split_off(&(at, u64::MAX));
        let due = std::mem::replace(&mut self.timers, later);
        Some((at, due.into_values().collect()))
    }
}
