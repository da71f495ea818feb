//! What the tests of this crate share: a world with nothing in it but seeded bytes, and the test numbers.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::number::IndividualNumber;
use env::network::Limits;
use env::{
    BoxFuture, Callee, Clock, Crashed, Env, EnvRng, FileError, Files, Handler, Hazards, Held, Listening,
    Listing, NetError, Network, Origin, PlantedFault, Random, Request, Response, TaskHandle, Tasks, Time,
};
use proptest::test_runner::{Config, RngAlgorithm, RngSeed};
use sha2::{Digest, Sha256};

/// Valid by arithmetic and nobody's (reference `welfare-domain.md` §2.4).
pub(crate) const NUMBERS: [&str; 4] = ["123456789018", "983205673214", "987654321093", "111111111118"];

pub(crate) fn number(digits: &str) -> IndividualNumber {
    IndividualNumber::parse(digits).unwrap()
}

/// The same few cases in every run.
pub(crate) fn cases(cases: u32) -> Config {
    Config {
        cases,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(20_261_122),
        failure_persistence: None,
        ..Config::default()
    }
}

/// The generator of a world whose n-th 32 bytes are SHA-256(seed | n), numbers of 8 bytes, big endian.
pub(crate) fn rng(seed: u64) -> EnvRng {
    Env::of(&Arc::new(World {
        seed,
        state: Mutex::default(),
    }))
    .rng()
}

struct World {
    seed: u64,
    state: Mutex<(u64, Vec<u8>)>,
}

impl Random for World {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for byte in bytes {
            if state.1.is_empty() {
                let n = state.0;
                state.0 += 1;
                let block = Sha256::new()
                    .chain_update(self.seed.to_be_bytes())
                    .chain_update(n.to_be_bytes());
                state.1 = block.finalize().to_vec();
                state.1.reverse();
            }
            *byte = state.1.pop().unwrap_or_default();
        }
    }
}

// The rest of this world is empty: no time passes, nobody answers, no file is there.

impl Clock for World {
    fn now(&self) -> Time {
        Time::from_micros(0)
    }
    fn sleep(&self, _span: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

impl Network for World {
    fn call<'a>(
        &'a self,
        to: &'a Callee,
        _request: Request,
        _within: Duration,
    ) -> BoxFuture<'a, Result<Response, NetError>> {
        Box::pin(async move { Err(nobody(&to.at)) })
    }
    fn listen<'a>(
        &'a self,
        at: &'a Origin,
        _handler: Handler,
        _limits: Limits,
    ) -> BoxFuture<'a, Result<Listening, NetError>> {
        Box::pin(async move { Err(nobody(at)) })
    }
}

fn nobody(origin: &Origin) -> NetError {
    NetError::Unreachable {
        to: origin.to_string(),
        reason: "an empty world".into(),
    }
}

fn missing<'a, T>(path: &'a Path) -> BoxFuture<'a, Result<T, FileError>> {
    Box::pin(async move { Err(FileError::Missing(path.to_owned())) })
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
    fn read<'a>(&'a self, file: &'a Path, _most: u64) -> BoxFuture<'a, Result<Vec<u8>, FileError>> {
        missing(file)
    }
    fn create<'a>(&'a self, file: &'a Path, _bytes: &'a [u8]) -> BoxFuture<'a, Result<(), FileError>> {
        missing(file)
    }
    fn move_to<'a>(&'a self, from: &'a Path, _to: &'a Path) -> BoxFuture<'a, Result<(), FileError>> {
        missing(from)
    }
    fn remove<'a>(&'a self, file: &'a Path) -> BoxFuture<'a, Result<(), FileError>> {
        missing(file)
    }
    fn changed<'a>(&'a self, _dir: &'a Path) -> BoxFuture<'a, ()> {
        Box::pin(std::future::pending())
    }
}

impl Tasks for World {
    fn spawn(&self, _name: &'static str, _task: BoxFuture<'static, ()>) -> TaskHandle {
        TaskHandle::new(|| {}, Box::pin(std::future::ready(())))
    }
}

impl Hazards for World {
    fn crash_point(&self, _name: &str) -> Result<(), Crashed> {
        Ok(())
    }
    fn planted(&self, _fault: PlantedFault) -> bool {
        false
    }
}
