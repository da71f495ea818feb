//! The only door to the world: clock, randomness, network, files and tasks.
//!
//! Every role of Madoguchi is written against [`Env`] and nothing else. There are two worlds behind it:
//!
//! - [`real`]: the operating system. Wall clock, the kernel's randomness, HTTP on sockets, folders, tokio.
//! - [`sim`]: a whole fleet of roles on one thread under a seeded clock. Messages are lost, doubled, delayed
//!   and reordered, nodes crash at any await and come back with what they had made durable. The same seed
//!   gives the same run, byte for byte.
//!
//! The parts, each one file:
//!
//! | part | what it gives |
//! |---|---|
//! | [`clock`] | [`Time`] in µs, `now`, `sleep`, `timeout` |
//! | [`random`] | bytes, and [`EnvRng`] for libraries that want a generator |
//! | [`network`] | whole HTTP messages between roles that know each other: `call`, `connect` and `listen` |
//! | [`tls`] | the files that make a role known to others |
//! | [`files`] | folders that several programs share: whole reads, whole writes, never an overwrite; locks |
//! | [`tasks`] | `spawn`, and [`Stop`] to end well |
//! | [`hazards`] | crash points and planted faults: nothing in the real world unless a test asks |
//! | [`config`] | a TOML file, with environment variables over it |
//!
//! `clippy.toml` forbids the ambient clock, randomness and tasks everywhere else.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};

pub mod clock;
pub mod config;
pub mod files;
pub mod hazards;
pub mod network;
mod platform;
pub mod random;
pub mod real;
pub mod sim;
pub mod tasks;
pub mod tls;

pub use clock::{Clock, Elapsed, Time};
pub use files::{Entry, FileError, Files, Held, Listing, Other, OtherKind};
pub use hazards::{Crashed, Hazards, PlantedFault};
pub use network::{
    Callee, Connection, Doubt, Handler, Identity, Line, Listening, NetError, Network, Origin, Request,
    Response,
};
pub use platform::{create_private, open_to_others, sync_folder_of};
pub use random::{EnvRng, Random};
pub use tasks::{Stop, StopHandle, TaskHandle, Tasks};

/// A future that owns what it needs, as every part of the world hands out.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One role's view of the world. Cheap to clone; clones see the same world.
#[derive(Clone)]
pub struct Env {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    network: Arc<dyn Network>,
    files: Arc<dyn Files>,
    tasks: Arc<dyn Tasks>,
    hazards: Arc<dyn Hazards>,
}

impl Env {
    /// Puts a world together from something that is all of its parts.
    pub fn of<W>(world: &Arc<W>) -> Env
    where
        W: Clock + Random + Network + Files + Tasks + Hazards + 'static,
    {
        Env {
            clock: world.clone(),
            random: world.clone(),
            network: world.clone(),
            files: world.clone(),
            tasks: world.clone(),
            hazards: world.clone(),
        }
    }

    /// The time now, in µs since 1970-01-01T00:00:00Z.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Waits for a span of this world's time.
    pub async fn sleep(&self, span: Duration) {
        self.clock.sleep(span).await;
    }

    /// The future's result, or [`Elapsed`] when the span is over first.
    pub async fn timeout<F: Future>(&self, span: Duration, future: F) -> Result<F::Output, Elapsed> {
        match select(pin!(future), pin!(self.clock.sleep(span))).await {
            Either::Left((output, _)) => Ok(output),
            Either::Right(_) => Err(Elapsed),
        }
    }

    /// `N` random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// A generator over this world's randomness, for libraries that want one.
    pub fn rng(&self) -> EnvRng {
        EnvRng::new(self.random.clone())
    }

    /// HTTP between roles.
    pub fn network(&self) -> &dyn Network {
        &*self.network
    }

    /// The same world, in which one is somebody to others.
    ///
    /// # Errors
    /// [`TlsFault`](tls::TlsFault) when nobody would believe it.
    pub fn known_as(&self, identity: &Identity) -> Result<Env, tls::TlsFault> {
        Ok(Env {
            network: self.network.known_as(identity)?,
            ..self.clone()
        })
    }

    /// The same world of a simulation, in which one is somebody to others. Any other world stays as it is: a name is proven there.
    #[must_use]
    pub fn simulated_as(&self, name: impl std::fmt::Display) -> Env {
        let identity = Identity::Simulated(name.to_string().into());
        self.known_as(&identity).unwrap_or_else(|_| self.clone())
    }

    /// Who one is to others; nobody without an identity.
    pub fn name(&self) -> Option<Arc<str>> {
        self.network.name()
    }

    /// Folders shared with other programs.
    pub fn files(&self) -> &dyn Files {
        &*self.files
    }

    /// Starts a task. It lives until it ends or its handle is told to abort it.
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) -> TaskHandle {
        self.tasks.spawn(name, Box::pin(task))
    }

    /// Does something to its end, also when whoever waits for it does so no longer: a request ends with its client's connection, and
    /// what it has begun must not be left half done.
    pub async fn to_the_end(&self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        self.spawn(name, work).join().await;
    }

    /// A place where a crash is worth trying. See [`hazards`].
    ///
    /// # Errors
    /// [`Crashed`] when this world decided that the role dies here; the caller unwinds and nothing it does
    /// afterwards reaches anybody.
    pub fn crash_point(&self, name: &str) -> Result<(), Crashed> {
        self.hazards.crash_point(name)
    }

    /// Whether a test planted this fault. Always `false` in the real world.
    pub fn planted(&self, fault: PlantedFault) -> bool {
        self.hazards.planted(fault)
    }
}

impl std::fmt::Debug for Env {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Env")
    }
}
