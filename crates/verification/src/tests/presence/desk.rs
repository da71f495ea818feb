//! A desk with cards of a sandbox's authority, and verification behind it.

use std::num::NonZeroU128;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::card::{CardId, Serial};
use domain::consent::Said;
use domain::identity::PersonId;
use domain::number::InstitutionCode;
use domain::permit::{Action, Actor, Permit, Purpose};
use domain::presence::{Method, Presence};
use env::network::Limits as NetworkLimits;
use env::sim::Simulation;
use env::{Line, Origin, Response, Time};
use exchange::oqs::Limits;
use exchange::oqs::siquc01::{Request, ResultMessage};
use exchange::presence::{Brought, Inquiry, NONCE, Nonce};
use exchange::registration::feed::Page;
use identity::authority::IssuingKey;
use identity::authority::issuing::{Authority, rsa_key};
use identity::card::revocation::Lists;
use identity::card::{Anchor, Anchors, RevocationList};
use identity::presence::{NONCE_ID_LEN, NonceId, Statement};
use identity::profile::World as CardWorld;
use identity::reader::{Pin, Session, VirtualCard};
use seal::RootKey;
use service::Terminal;
use storage::{DatabaseConfig, Store};

use crate::inquiry::CardRefusal;
use crate::store::presence::Visit;
use crate::tests::town::{self, CLINICS, DAY, Townsperson};
use crate::{Basis, GuessingRules, Keys, MIGRATIONS, Rules, Trusted, Verification};

/// One key for all cards of a test: what tells them apart are their certificates.
pub(super) struct Shop {
    issuer: IssuingKey,
    anchor: Vec<u8>,
    key: Vec<u8>,
    /// Another key.
    other: Vec<u8>,
    now: Time,
}

impl Shop {
    /// Draws the keys; everything is in force around `now`.
    pub(super) fn opened(now: Time) -> Shop {
        let issuer = IssuingKey::draw(Authority::Cards).unwrap();
        Shop {
            anchor: issuer
                .certificate(&serial(1), days(now, -400), days(now, 400))
                .unwrap(),
            issuer,
            key: rsa_key().unwrap().serialize_der(),
            other: rsa_key().unwrap().serialize_der(),
            now,
        }
    }

    /// Its n-th card, in force for so many days around now.
    pub(super) fn card(&self, n: u32, (from, through): (i64, i64)) -> Card {
        let key = rcgen::KeyPair::try_from(self.key.as_slice()).unwrap();
        let period = (days(self.now, from), days(self.now, through));
        let certificate = self
            .issuer
            .card(&key, &serial(n), "ABCDEFGHJKLMNPQRSTUVWX1", period);
        Card {
            certificate: certificate.unwrap(),
            id: CardId {
                issuer: Anchor::pin(CardWorld::Sandbox, &self.anchor).unwrap().id(),
                serial: serial(n),
            },
            key: self.key.clone(),
        }
    }

    /// Whom verification believes: the shop's key, with a list of now.
    pub(super) fn trusted(&self, revoked: &[u32]) -> Trusted {
        let anchors = Anchors::new(
            CardWorld::Sandbox,
            [Anchor::pin(CardWorld::Sandbox, &self.anchor).unwrap()],
        );
        let mut lists = Lists::new(Duration::ZERO);
        let revoked: Vec<_> = revoked.iter().map(|n| (serial(*n), self.now)).collect();
        let list = self
            .issuer
            .list(1, (self.now, self.now + Duration::from_hours(24)), &revoked)
            .unwrap();
        assert!(lists.take(RevocationList::parse(&anchors, &list).unwrap()));
        Trusted::new(anchors, lists)
    }
}

fn days(now: Time, days: i64) -> Time {
    Time::from_micros(now.micros() + days * 86_400_000_000)
}

/// The shop of tests in the real world.
fn shop() -> &'static Shop {
    static SHOP: OnceLock<Shop> = OnceLock::new();
    SHOP.get_or_init(|| Shop::opened(harness::real_env().now()))
}

fn serial(n: u32) -> Serial {
    Serial::from(NonZeroU128::from(std::num::NonZeroU32::new(n).unwrap()))
}

/// A card: its certificate and what it is found by.
#[derive(Clone)]
pub(super) struct Card {
    certificate: Vec<u8>,
    pub(super) id: CardId,
    key: Vec<u8>,
}

impl Card {
    /// The n-th, in force for some days around now.
    pub(super) fn new(n: u32) -> Card {
        Card::in_force(n, (-10, 10))
    }

    pub(super) fn in_force(n: u32, period: (i64, i64)) -> Card {
        shop().card(n, period)
    }

    /// The same certificate in the hands of somebody who has another key.
    pub(super) fn stolen(&self) -> Card {
        Card {
            key: shop().other.clone(),
            ..self.clone()
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut card = VirtualCard::new(self.certificate.clone(), &self.key, *b"1234").unwrap();
        let mut session = Session::open(&mut card).unwrap();
        session.verify(&Pin::parse("1234").unwrap()).unwrap();
        session.sign(message).unwrap()
    }
}

/// Where a card is read.
pub(super) fn terminal(clinic: usize) -> Terminal {
    Terminal {
        institution: InstitutionCode::parse(CLINICS[clinic]).unwrap(),
        name: "desk-1".into(),
        exporter: [u8::try_from(clinic).unwrap(); 32],
    }
}

pub(super) fn inquiry(consents: Vec<Said>) -> Inquiry {
    Inquiry {
        day: DAY,
        identifier: Some("DESK".into()),
        consents,
    }
}

/// Verification, with its people known.
pub(super) struct Desk {
    pub(super) role: Arc<Verification>,
    database: DatabaseConfig,
}

impl Desk {
    /// On a database, with people; the cards with these numbers are revoked.
    pub(super) async fn new(database: &DatabaseConfig, people: &[Townsperson], revoked: &[u32]) -> Desk {
        let env = harness::known_as(Actor::Verification);
        Store::migrate(&env, database, MIGRATIONS).await.unwrap();
        let desk = Desk {
            role: process(database, revoked).await,
            database: database.clone(),
        };
        desk.hears(0, town::page(people)).await;
        desk
    }

    /// The hub tells what stands behind a position.
    pub(super) async fn hears(&self, after: i64, page: Page) {
        let env = harness::known_as(Actor::Verification);
        let (hub, holds) = town::telling(after, page).await;
        let anywhere = Origin::new("127.0.0.1", 0);
        let reading = crate::serve(&env, &anywhere, hub.at(), self.role.clone(), None);
        let reading = reading.await.unwrap();
        holds.notified().await;
        reading.stop().await;
    }

    /// What a terminal of a clinic is told by number.
    pub(super) async fn by_number(&self, clinic: usize, recipient: &str) -> (ResultMessage, Basis) {
        let text = town::request(clinic, recipient, town::BORN);
        let request = Request::read(text.as_bytes(), &Limits::SINGLE).unwrap();
        let terminal = terminal(clinic);
        let actor = Actor::Institution(terminal.institution);
        let permit = Permit::grant(actor, Action::InquireByNumber, Purpose::EligibilityCheck).unwrap();
        let from = (terminal.institution, &terminal.name.into());
        self.role
            .inquire(&permit, from, Presence::NumberOnly, &request)
            .await
            .unwrap()
    }

    /// Another process on the same database.
    pub(super) async fn another_process(&self) -> Arc<Verification> {
        process(&self.database, &[]).await
    }

    /// A nonce, signed over with a question by a card.
    pub(super) fn bring(&self, terminal: &Terminal, card: &Card, inquiry: &Inquiry) -> Brought {
        let nonce = self.role.presence.nonce(&self.role.env, terminal);
        signed(terminal, card, &nonce, inquiry, Purpose::EligibilityCheck)
    }

    pub(super) async fn ask(
        &self,
        terminal: &Terminal,
        brought: &Brought,
    ) -> Result<(ResultMessage, Basis), CardRefusal> {
        ask(&self.role, terminal, brought).await
    }

    /// What they were told, computed again.
    pub(super) async fn recomputed(&self, clinic: usize, recipient: &str, basis: &Basis) -> ResultMessage {
        let text = town::request(clinic, recipient, town::BORN);
        let request = Request::read(text.as_bytes(), &Limits::SINGLE).unwrap();
        let institution = terminal(clinic).institution;
        self.role.recompute(institution, &request, basis).await.unwrap()
    }

    /// All of it at once.
    pub(super) async fn read(&self, clinic: usize, card: &Card) -> (ResultMessage, Basis) {
        let terminal = terminal(clinic);
        let brought = self.bring(&terminal, card, &inquiry(Vec::new()));
        self.ask(&terminal, &brought).await.unwrap()
    }

    /// The role's endpoints, listening.
    pub(super) async fn listen(&self) -> env::Listening {
        let router = crate::api::router(self.role.clone());
        let at = Origin::new("127.0.0.1", 0);
        let env = harness::known_as(Actor::Verification);
        service::serve(&env, &at, router, NetworkLimits::default())
            .await
            .unwrap()
    }
}

/// All processes have the same root key.
pub(in crate::tests) fn keys() -> Keys {
    let drawn = Simulation::new(5, Time::from_micros(0)).node("keys", "keys");
    Keys::new(RootKey::generate(&mut drawn.rng()))
}

async fn process(database: &DatabaseConfig, revoked: &[u32]) -> Arc<Verification> {
    let env = harness::known_as(Actor::Verification);
    let rules = Rules {
        guessing: GuessingRules::none(),
        ..Rules::default()
    };
    let role = Verification::on(&env, database, keys(), shop().trusted(revoked), rules, None);
    role.await.unwrap()
}

pub(super) async fn ask(
    role: &Arc<Verification>,
    terminal: &Terminal,
    brought: &Brought,
) -> Result<(ResultMessage, Basis), CardRefusal> {
    let actor = Actor::Institution(terminal.institution);
    let permit = Permit::grant(actor, Action::InquireByCard, Purpose::EligibilityCheck).unwrap();
    role.inquire_by_card(&permit, terminal, brought).await
}

/// When every terminal's clock says that the card was read; nobody judges by it.
const READ_AT: Time = Time::from_micros(1_795_000_000_000_000);

/// What a terminal brings, as it should or as a terminal that lies does.
pub(super) fn signed(
    terminal: &Terminal,
    card: &Card,
    nonce: &[u8],
    asked: &impl serde::Serialize,
    purpose: Purpose,
) -> Brought {
    let asked = serde_json::to_string(asked).unwrap();
    let statement = Statement {
        nonce,
        institution: terminal.institution.as_str(),
        terminal: &terminal.name,
        purpose,
        method: Method::Pin,
        at: READ_AT,
        asked: Brought::hash(&asked),
    };
    Brought {
        nonce: nonce.to_vec(),
        institution: terminal.institution.as_str().to_owned(),
        terminal: terminal.name.clone(),
        purpose,
        method: Method::Pin,
        at: READ_AT.micros(),
        certificate: card.certificate.clone(),
        signature: card.sign(&statement.encode()),
        asked,
    }
}

/// A visit that was kept before.
pub(super) fn visit(person: PersonId, institution: InstitutionCode, at: Time) -> Visit {
    Visit {
        person,
        institution,
        at,
        nonce: NonceId([0; NONCE_ID_LEN]),
        method: Method::Pin,
        request_key: None,
    }
}

/// A card at the first clinic's desk over HTTP: a nonce and the proof, both over one connection, with headers beside the proof.
pub(super) async fn over_http(
    at: &Origin,
    card: &Card,
    (path, purpose): (&str, Purpose),
    asked: &impl serde::Serialize,
    headers: &[(&str, &str)],
) -> Response {
    let here = terminal(0);
    let desk = harness::known_as(format!("institution:{}:terminal:{}", here.institution, here.name));
    let caller = service::Caller::asking(&desk, at, Actor::Verification);
    let mut line = caller.connect().await.unwrap();
    let given = post(&mut *line, NONCE, Vec::new(), &[]).await;
    let nonce: Nonce = serde_json::from_slice(given.body()).unwrap();
    let brought = signed(&here, card, &nonce.nonce, asked, purpose);
    post(&mut *line, path, serde_json::to_vec(&brought).unwrap(), headers).await
}

async fn post(line: &mut dyn Line, path: &str, body: Vec<u8>, headers: &[(&str, &str)]) -> Response {
    let host = http::Request::post(path).header(http::header::HOST, "127.0.0.1");
    let request = headers
        .iter()
        .fold(host, |request, (name, value)| request.header(*name, *value));
    let within = Duration::from_secs(20);
    line.call(request.body(body.into()).unwrap(), within)
        .await
        .unwrap()
}
