//! Doors in the wires, where the world listens and makes mischief.
//!
//! - Clinics reach verification through a door that keeps every question and answer, with what the answer says it was
//!   computed from.
//! - Verification reaches the hub's feed through a door that in bad weather holds an entry back that lies before
//!   others, as happens where positions are handed out before they are committed. The house's hub never does that,
//!   and its reader must bear it all the same.
//! - The offices reach the hub through a door each, which is shut for a while now and then: what is known of one
//!   office is old then, and of the other it is not.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use domain::permit::{Actor, Tenant};
use env::network::Limits;
use env::{Callee, Connection, Env, Handler, Listening, Origin, Request, Response, Time};
use exchange::registration::feed::Page;
use http::StatusCode;

use crate::journal::{Heard, Journal};
use crate::names::{Clinic, Node, Office};

/// Where clinics find verification.
pub(crate) fn inquiries() -> Origin {
    Origin::new("door-of-verification", 80)
}

/// Where verification finds the hub's feed.
pub(crate) fn feed() -> Origin {
    Origin::new("door-of-hub", 80)
}

/// The header in which verification names what it computed from.
const BASIS: &str = exchange::oqs::http::BASIS;

/// Opens the door to verification.
pub(crate) async fn open_inquiries(env: Env, journal: Journal) -> Option<Listening> {
    let (asker, env) = (env.clone(), env.simulated_as(Actor::Verification));
    let handler: Handler = Arc::new(move |request| {
        let (env, journal) = (asker.clone(), journal.clone());
        Box::pin(async move {
            let clinic = clinic_of(&request);
            let question = request.body().clone();
            let answer = pass_on(&env, Node::Verification, request, Duration::from_secs(5)).await;
            if let (Some(clinic), StatusCode::OK) = (clinic, answer.status()) {
                let basis = answer.headers().get(BASIS).and_then(|text| text.to_str().ok());
                journal.heard(Heard {
                    clinic,
                    request: question,
                    answer: answer.body().clone(),
                    basis: basis.map(str::to_owned),
                    at: env.now(),
                });
            }
            answer
        })
    });
    env.network()
        .listen(&inquiries(), handler, Limits::default())
        .await
        .ok()
}

/// Where an office finds the hub.
pub(crate) fn registration(office: Office) -> Origin {
    Origin::new(format!("door-of-hub-for-{}", office.code()), 80)
}

/// Doors that are shut, and until when.
#[derive(Clone, Default)]
pub(crate) struct Shut(Arc<Mutex<BTreeMap<Office, Time>>>);

impl Shut {
    /// Shuts an office's door until then.
    pub(crate) fn until(&self, office: Office, until: Time) {
        let mut shut = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shut.insert(office, until);
    }

    fn is(&self, office: Office, now: Time) -> bool {
        let shut = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shut.get(&office).is_some_and(|until| now < *until)
    }
}

/// Opens an office's door to the hub.
pub(crate) async fn open_registration(env: Env, office: Office, shut: Shut) -> Option<Listening> {
    let (asker, env) = (env.clone(), env.simulated_as(Actor::Hub));
    let handler: Handler = Arc::new(move |request| {
        let (env, shut) = (asker.clone(), shut.clone());
        Box::pin(async move {
            if shut.is(office, env.now()) {
                env.sleep(Duration::from_secs(1)).await;
                return nobody();
            }
            pass_on(&env, Node::Hub, request, Duration::from_secs(20)).await
        })
    });
    env.network()
        .listen(&registration(office), handler, Limits::default())
        .await
        .ok()
}

/// How often, in thousandths, the feed holds an entry back.
pub(crate) type Mischief = Arc<AtomicU64>;

/// Opens the door to the feed.
pub(crate) async fn open_feed(env: Env, mischief: Mischief) -> Option<Listening> {
    let (asker, env) = (env.clone(), env.simulated_as(Actor::Hub));
    let handler: Handler = Arc::new(move |request| {
        let (env, mischief) = (asker.clone(), mischief.clone());
        Box::pin(async move {
            let answer = pass_on(&env, Node::Hub, request, Duration::from_secs(60)).await;
            let chance = mischief.load(Ordering::Relaxed);
            if answer.status() == StatusCode::OK && env.rng().below(1000) < chance {
                hold_one_back(&env, answer)
            } else {
                answer
            }
        })
    });
    env.network()
        .listen(&feed(), handler, Limits::default())
        .await
        .ok()
}

/// Takes an entry out of a page that has later ones of its lane.
fn hold_one_back(env: &Env, answer: Response) -> Response {
    let Ok(mut page) = serde_json::from_slice::<Page>(answer.body()) else {
        return answer;
    };
    let early = |at: &usize| {
        let entry = page.entries.get(*at);
        let later = page.entries.get(at + 1);
        matches!((entry, later), (Some(entry), Some(later)) if entry.lane == later.lane && entry.n < later.n)
    };
    let candidates: Vec<usize> = (0..page.entries.len()).filter(early).collect();
    let choice = usize::try_from(env.rng().below(candidates.len() as u64)).unwrap_or(0);
    if let Some(at) = candidates.get(choice) {
        page.entries.remove(*at);
    }
    let body = serde_json::to_vec(&page).unwrap_or_default();
    answer.map(|_| Bytes::from(body))
}

/// Passes a request on as it came: whose it is stands with its connection, and the door has no name of its own.
async fn pass_on(env: &Env, to: Node, request: Request, within: Duration) -> Response {
    let to = Callee {
        at: to.origin(),
        name: to.tenant().to_string().into(),
    };
    match env.network().call(&to, request, within).await {
        Ok(answer) => answer,
        Err(_unknown) => nobody(),
    }
}

fn nobody() -> Response {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    answer
}

fn clinic_of(request: &Request) -> Option<Clinic> {
    let connection = request.extensions().get::<Connection>()?;
    match connection.peer.parse::<Tenant>().ok()?.actor() {
        Actor::Institution(code) => Clinic::of_code(code.as_str()),
        _ => None,
    }
}
