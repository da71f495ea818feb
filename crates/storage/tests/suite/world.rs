//! A world in which only crash points, planted faults and a still clock are real.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use env::network::Limits;
use env::{
    BoxFuture, Callee, Clock, Crashed, Env, FileError, Files, Handler, Hazards, Held, Listening, Listing,
    NetError, Network, Origin, PlantedFault, Random, Request, Response, TaskHandle, Tasks, Time,
};

#[derive(Default)]
pub(crate) struct World {
    crash_at: Mutex<Option<&'static str>>,
    passed: Mutex<Vec<String>>,
    planted: Mutex<bool>,
}

impl World {
    pub(crate) fn env() -> (Env, Arc<World>) {
        let world = Arc::new(World::default());
        (Env::of(&world), world)
    }

    pub(crate) fn crash_at(&self, point: &'static str) {
        *self.crash_at.lock().unwrap() = Some(point);
    }

    pub(crate) fn crash_nowhere(&self) {
        *self.crash_at.lock().unwrap() = None;
    }

    pub(crate) fn plant(&self) {
        *self.planted.lock().unwrap() = true;
    }

    /// The crash points that were reached.
    pub(crate) fn passed(&self) -> Vec<String> {
        self.passed.lock().unwrap().clone()
    }
}

impl Hazards for World {
    fn crash_point(&self, name: &str) -> Result<(), Crashed> {
        self.passed.lock().unwrap().push(name.to_owned());
        if *self.crash_at.lock().unwrap() == Some(name) {
            Err(Crashed)
        } else {
            Ok(())
        }
    }

    fn planted(&self, fault: PlantedFault) -> bool {
        fault == PlantedFault::AcknowledgeBeforeCommit && *self.planted.lock().unwrap()
    }
}

impl Clock for World {
    fn now(&self) -> Time {
        Time::from_micros(0)
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

impl Random for World {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

impl Tasks for World {
    fn spawn(&self, name: &'static str, _: BoxFuture<'static, ()>) -> TaskHandle {
        panic!("a store started the task {name}")
    }
}

fn missing<'a, T>(path: &Path) -> BoxFuture<'a, Result<T, FileError>> {
    let path = path.to_owned();
    Box::pin(async { Err(FileError::Missing(path)) })
}

impl Files for World {
    fn ensure_dir<'a>(&'a self, dir: &'a Path) -> BoxFuture<'a, Result<(), FileError>> {
        missing(dir)
    }
    fn survey<'a>(&'a self, dir: &'a Path) -> BoxFuture<'a, Result<Listing, FileError>> {
        missing(dir)
    }
    fn hold<'a>(&'a self, lock: &'a Path) -> BoxFuture<'a, Result<Held, FileError>> {
        missing(lock)
    }
    fn read<'a>(&'a self, file: &'a Path, _: u64) -> BoxFuture<'a, Result<Vec<u8>, FileError>> {
        missing(file)
    }
    fn create<'a>(&'a self, file: &'a Path, _: &'a [u8]) -> BoxFuture<'a, Result<(), FileError>> {
        missing(file)
    }
    fn move_to<'a>(&'a self, from: &'a Path, _: &'a Path) -> BoxFuture<'a, Result<(), FileError>> {
        missing(from)
    }
    fn remove<'a>(&'a self, file: &'a Path) -> BoxFuture<'a, Result<(), FileError>> {
        missing(file)
    }
    fn changed<'a>(&'a self, _: &'a Path) -> BoxFuture<'a, ()> {
        Box::pin(async {})
    }
}

impl Network for World {
    fn call<'a>(
        &'a self,
        to: &'a Callee,
        _: Request,
        _: Duration,
    ) -> BoxFuture<'a, Result<Response, NetError>> {
        Box::pin(async { Err(NetError::Address(to.at.to_string())) })
    }
    fn listen<'a>(
        &'a self,
        at: &'a Origin,
        _: Handler,
        _: Limits,
    ) -> BoxFuture<'a, Result<Listening, NetError>> {
        Box::pin(async { Err(NetError::Address(at.to_string())) })
    }
}
