//! A verification in a simulated fleet, or in the real world, under a hub of the test's own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::permit::Actor;
use env::network::Limits as NetworkLimits;
use env::sim::Simulation;
use env::{Callee, Env, Origin, Request, Time};
use exchange::oqs::bulk::{Download, DownloadHeader, Downloaded, Uploaded};
use exchange::oqs::siquc01::{self, SearchInfo};
use exchange::oqs::{Limits, Syntax, Wire, YearMonth, muquc01, mutic01};
use http::{Method, StatusCode};
use jiff::civil::date;
use seal::RootKey;
use service::Running;
use storage::{DatabaseConfig, InlineAnchor, Store};

use crate::feed::Feed;
use crate::people::{HERE, november};
use crate::verification::{self, GuessingRules, Trusted};

/// Steps that one call may take.
const PATIENCE: u64 = 2_000_000;
/// Bounds for a whole result.
const WIDE: Limits = Limits {
    max_bytes: 1 << 30,
    max_elements: usize::MAX,
    max_work: usize::MAX,
    ..Limits::SINGLE
};

/// Verification at an address.
pub(crate) fn verification_at(at: Origin) -> Callee {
    Callee {
        at,
        name: Actor::Verification.to_string().into(),
    }
}

/// A request to verification, ready to be sent.
pub(crate) fn request_to(
    origin: &Origin,
    path: &str,
    syntax: Syntax,
    part: Option<&str>,
    body: Vec<u8>,
) -> Request {
    let mut request = http::Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("host", format!("{}:{}", origin.host(), origin.port()))
        .header(
            "content-type",
            match syntax {
                Syntax::Xml => "application/xml; charset=utf-8",
                Syntax::Json => "application/json",
            },
        );
    if let Some(part) = part {
        request = request.header("madoguchi-part", part);
    }
    request.body(body.into()).unwrap()
}

pub(crate) fn month_request(me: &str, month: (i16, i8), identifier: Option<&str>) -> mutic01::Request {
    mutic01::Request {
        header: mutic01::RequestHeader {
            medical_institution_code: me.to_owned(),
            arbitrary_file_identifier: identifier.map(str::to_owned),
        },
        search: mutic01::SearchInfo {
            medical_treatment_month: YearMonth::new(month.0, month.1).unwrap(),
        },
        unknown: Vec::new(),
    }
}

pub(crate) fn bulk_request(me: &str, day: i8, search: Vec<SearchInfo>) -> muquc01::Request {
    muquc01::Request {
        header: siquc01::RequestHeader {
            qualification_confirmation_date: november(day),
            medical_institution_code: me.to_owned(),
            arbitrary_file_identifier: Some("MANY-1".into()),
        },
        search,
        unknown: Vec::new(),
    }
}

pub(crate) fn download(me: &str, number: &str) -> Download {
    Download {
        header: DownloadHeader {
            medical_institution_code: me.to_owned(),
        },
        reception_number: number.to_owned(),
        unknown: Vec::new(),
    }
}

/// The fleet.
pub(crate) struct World {
    pub(crate) fleet: Simulation,
    pub(crate) feed: Feed,
    name: String,
    guessing: GuessingRules,
    _disk: InlineAnchor,
}

impl World {
    /// A verification that runs, on the 16th of November 2026.
    pub(crate) fn new(name: &str) -> World {
        World::under(name, GuessingRules::none())
    }

    /// The same, where so many inquiries may find nobody.
    pub(crate) fn under(name: &str, guessing: GuessingRules) -> World {
        let fleet = Simulation::new(7, Time::from_jst(date(2026, 11, 16).at(9, 31, 5, 0)));
        let name = format!("bulk-{name}");
        let disk = storage::hold_inline(&name);
        let world = World {
            fleet,
            feed: Feed::default(),
            name,
            guessing,
            _disk: disk,
        };
        let (env, database) = (world.env(), world.database());
        let migrating = async move { Store::migrate(&env, &database, verification::MIGRATIONS).await };
        world.fleet.run(PATIENCE, migrating).unwrap().unwrap();
        let hub = world.fleet.node("hub", "hub").simulated_as(Actor::Hub);
        let handler = world.feed.handler(&hub);
        let listening = async move {
            hub.network()
                .listen(&Origin::new("hub", 80), handler, NetworkLimits::default())
                .await
        };
        drop(world.fleet.run(PATIENCE, listening).unwrap().unwrap());
        world.start();
        world
    }

    fn env(&self) -> Env {
        let node = self.fleet.node("verification", "verification");
        node.simulated_as(Actor::Verification)
    }

    pub(crate) fn database(&self) -> DatabaseConfig {
        DatabaseConfig::Inline {
            name: self.name.clone(),
        }
    }

    pub(crate) fn keys(&self) -> verification::Keys {
        // The same seed draws the same key at every start.
        let keys = Simulation::new(5, Time::from_micros(0)).node("keys", "keys");
        verification::Keys::new(RootKey::generate(&mut keys.rng()))
    }

    pub(crate) fn start(&self) {
        let (env, database, keys) = (self.env(), self.database(), self.keys());
        let guessing = self.guessing;
        let task_env = env.clone();
        env.spawn("start", async move {
            let at = Origin::new("verification", 80);
            let running: Running = verification::start_with(
                &task_env,
                &at,
                &database,
                &Origin::new("hub", 80),
                keys,
                Trusted::nobody(),
                guessing,
            )
            .await
            .unwrap();
            std::future::pending::<()>().await;
            drop(running);
        });
    }

    /// Lets the fleet live for a while.
    pub(crate) fn live(&self, span: Duration) {
        let until = self.fleet.now() + span;
        let env = self.fleet.node("caller", "caller");
        self.fleet
            .run(u64::MAX, async move { env.sleep(span).await })
            .unwrap();
        assert!(self.fleet.now() >= until);
    }

    pub(crate) fn settle(&self) {
        self.live(Duration::from_secs(1));
    }

    pub(crate) fn send(
        &self,
        me: &str,
        path: &str,
        syntax: Syntax,
        part: Option<&str>,
        body: Vec<u8>,
    ) -> env::Response {
        let env = self.fleet.node("caller", "caller").simulated_as(me);
        let verification = verification_at(Origin::new("verification", 80));
        let request = request_to(&verification.at, path, syntax, part, body);
        let call = async move {
            env.network()
                .call(&verification, request, Duration::from_secs(30))
                .await
        };
        self.fleet.run(PATIENCE, call).unwrap().unwrap()
    }

    /// Sends a message as an institution and reads the answer, which must be a message.
    #[track_caller]
    pub(crate) fn ask<A: Wire>(
        &self,
        institution: &str,
        path: &str,
        syntax: Syntax,
        message: &impl Wire,
    ) -> A {
        let body = message.write_as(syntax).unwrap();
        let answer = self.send(&format!("institution:{institution}"), path, syntax, None, body);
        assert_eq!(answer.status(), StatusCode::OK, "{answer:?}");
        A::read_as(syntax, answer.body(), &WIDE).unwrap()
    }

    /// Sends bodies as institutions, all before any is answered, and reads the answers, which must be messages.
    #[track_caller]
    pub(crate) fn ask_at_once<A: Wire>(&self, path: &str, bodies: Vec<(&str, Vec<u8>)>) -> Vec<A> {
        let verification = verification_at(Origin::new("verification", 80));
        let crowd = self.fleet.node("crowd", "crowd");
        let answers = Arc::new(Mutex::new(Vec::new()));
        for (institution, body) in bodies {
            let env = crowd.simulated_as(World::institution(institution));
            let request = request_to(&verification.at, path, Syntax::Xml, None, body);
            let (verification, answers) = (verification.clone(), answers.clone());
            env.clone().spawn("asking", async move {
                let network = env.network();
                let answer = network
                    .call(&verification, request, Duration::from_secs(30))
                    .await;
                answers.lock().unwrap().push(answer.unwrap());
            });
        }
        self.settle();
        let answers = answers.lock().unwrap();
        let read = |answer: &env::Response| A::read_as(Syntax::Xml, answer.body(), &WIDE).unwrap();
        answers.iter().map(read).collect()
    }

    /// Both steps, until the result is there.
    #[track_caller]
    pub(crate) fn both_steps(&self, institution: &str, path: &str, first: &impl Wire) -> Downloaded {
        let received: Uploaded = self.ask(institution, path, Syntax::Xml, first);
        let number = received.body.reception_number.unwrap();
        self.settle();
        let result = format!("{path}/result");
        self.ask(institution, &result, Syntax::Xml, &download(institution, &number))
    }

    #[track_caller]
    pub(crate) fn month(&self, institution: &str) -> Downloaded {
        let request = month_request(institution, (2026, 11), Some("MONTH-1"));
        self.both_steps(institution, "/institution/month", &request)
    }

    /// One person, as the single inquiry answers.
    #[track_caller]
    pub(crate) fn single(&self, day: i8, search: &SearchInfo) -> siquc01::ResultMessage {
        self.single_at(HERE, day, search)
    }

    /// The same, from one of the institution's terminals: `CODE:terminal:NAME`.
    #[track_caller]
    pub(crate) fn single_at(&self, desk: &str, day: i8, search: &SearchInfo) -> siquc01::ResultMessage {
        let request = siquc01::Request {
            header: bulk_request(HERE, day, Vec::new()).header,
            search: search.clone(),
            unknown: Vec::new(),
        };
        self.ask(desk, "/institution/inquiry", Syntax::Xml, &request)
    }

    /// Someone who looks at the same database.
    pub(crate) fn historian(&self) -> Arc<verification::Verification> {
        let (env, database, keys) = (
            self.fleet.node("historian", "historian"),
            self.database(),
            self.keys(),
        );
        let opening = async move {
            verification::Verification::on_database(&env, &database, keys)
                .await
                .unwrap()
        };
        self.fleet.run(PATIENCE, opening).unwrap()
    }

    pub(crate) fn institution(code: &str) -> String {
        format!("institution:{code}")
    }
}

/// The issue numbers of a result in the order of its units, a unit's in brackets.
pub(crate) fn listed(result: &Downloaded) -> Vec<Vec<String>> {
    let mut listed: Vec<Vec<String>> = result
        .body
        .units
        .iter()
        .map(|unit| {
            let aid = unit.results.last().unwrap();
            let tickets = aid.public_expense_result_list.iter();
            tickets
                .map(|ticket| ticket.issue_number.clone().unwrap())
                .collect()
        })
        .collect();
    listed.sort();
    listed
}
