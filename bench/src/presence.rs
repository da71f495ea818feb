//! What it costs to judge that a card was here: processor time of this process, with nothing around it.
//!
//! The reference is one bare RSA-2048 verification of a message as long as a statement, first and last of each round. A new
//! certificate takes two of them, one for its issuer's signature and one for the card's; a known one takes the second only.

use std::fmt::Write as _;
use std::num::NonZeroU128;
use std::time::Duration;

use domain::number::InstitutionCode;
use domain::permit::Purpose;
use env::real::RealWorld;
use env::{Env, Time};
use identity::authority::IssuingKey;
use identity::authority::issuing::{Authority, rsa_key};
use identity::card::path::Tied;
use identity::card::revocation::Lists;
use identity::card::{Anchor, Anchors, CardCertificate, Known, RevocationList, Serial};
use identity::presence::proof::Judge;
use identity::presence::{Method, NonceKey, Place, Proof, Statement};
use identity::profile::World;
use identity::reader::{Pin, Session, VirtualCard};

use crate::alone::Alone;
use crate::options::Options;
use crate::run::{command, put};
use crate::{Fault, machine, say};

/// Cards, each with a proof of its own.
const CARDS: usize = 256;

/// What one card brings.
struct Brought {
    certificate: Vec<u8>,
    card: Tied,
    nonce: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
}

/// A desk, and verification behind it.
pub(crate) struct Desk {
    nonces: NonceKey,
    anchors: Anchors,
    lists: Lists,
    place: Place,
    now: Time,
    brought: Vec<Brought>,
}

/// Measures, prints, and writes where the options say.
pub(crate) fn run(options: &Options) -> Result<(), Fault> {
    let options = options.settled();
    say(&format!("signing {CARDS} proofs"));
    let desk = Desk::set_up(&RealWorld::env())?;
    let (new, known) = (
        Known::new(desk.anchors.clone(), 0),
        Known::new(desk.anchors.clone(), CARDS),
    );
    let bare = |n| desk.verify(n);
    let (with_new, with_known) = (|n| desk.judge(&new, n), |n| desk.judge(&known, n));
    let mut lines = [
        Alone::new("bare RSA-2048 verification (first)", &bare),
        Alone::new("proof with a new certificate", &with_new),
        Alone::new("proof with a known certificate", &with_known),
        Alone::new("bare RSA-2048 verification (last)", &bare),
    ];
    let each = usize::try_from(options.requests / options.rounds)?;
    for round in 1..=options.rounds {
        say(&format!("round {round} of {}", options.rounds));
        for line in &mut lines {
            line.measure(each)?;
        }
    }
    put(&page(&options, each, &lines), options.report())
}

impl Desk {
    /// With cards that have signed.
    pub(crate) fn set_up(env: &Env) -> Result<Desk, Fault> {
        let (now, mut rng) = (env.now(), env.rng());
        let day = Duration::from_hours(24);
        let issuer = IssuingKey::draw(Authority::Cards)?;
        let anchor = issuer.certificate(&serial(0), now, now + day)?;
        let anchors = Anchors::new(World::Sandbox, [Anchor::pin(World::Sandbox, &anchor)?]);
        let mut lists = Lists::new(Duration::ZERO);
        let list = issuer.list(1, (now, now + day), &[])?;
        lists.take(RevocationList::parse(&anchors, &list)?);
        let mut desk = Desk {
            nonces: NonceKey::new(&[7; 32]),
            anchors,
            lists,
            place: Place {
                institution: InstitutionCode::parse("1319999015")?,
                terminal: "desk-1".to_owned(),
                exporter: [7; 32],
            },
            now,
            brought: Vec::new(),
        };
        // One key in all cards: drawing one takes longer than all the rest.
        let key = rsa_key()?;
        for n in 0..CARDS {
            let certificate = issuer.card(&key, &serial(n), "0123456789ABCDEFGHJKLMN", (now, now + day))?;
            let mut card = VirtualCard::new(certificate.clone(), key.serialized_der(), *b"1234")?;
            let mut session = Session::open(&mut card)?;
            session.verify(&Pin::parse("1234").ok_or("four digits")?)?;
            let nonce = desk.nonces.make(&desk.place, now, &mut rng).to_vec();
            let message = desk.statement(&nonce).encode();
            desk.brought.push(Brought {
                card: desk.anchors.tie(CardCertificate::parse(&certificate)?)?,
                signature: session.sign(&message)?,
                certificate,
                nonce,
                message,
            });
        }
        Ok(desk)
    }

    fn statement<'a>(&'a self, nonce: &'a [u8]) -> Statement<'a> {
        Statement {
            nonce,
            institution: self.place.institution.as_str(),
            terminal: &self.place.terminal,
            purpose: Purpose::EligibilityCheck,
            method: Method::Pin,
            at: self.now,
            asked: [7; 32],
        }
    }

    /// One bare RSA-2048 verification, of what the n-th card signed.
    pub(crate) fn verify(&self, n: usize) -> bool {
        let one = &self.brought[n % CARDS];
        one.card.has_signed(&one.message, &one.signature)
    }

    fn judge(&self, cards: &Known, n: usize) -> bool {
        let one = &self.brought[n % CARDS];
        let proof = Proof {
            statement: self.statement(&one.nonce),
            certificate: &one.certificate,
            signature: &one.signature,
        };
        let judge = Judge {
            nonces: &self.nonces,
            cards,
            lists: &self.lists,
        };
        let judged = judge.judge(&proof, &self.place, Purpose::EligibilityCheck, self.now);
        judged.is_ok()
    }
}

fn serial(n: usize) -> Serial {
    Serial::from(NonZeroU128::MIN.saturating_add(n as u128))
}

fn page(options: &Options, each: usize, lines: &[Alone<'_>]) -> String {
    let mut page = format!(
        "# Judging a card's proof\n\n| | |\n|---|---|\n| command | `{}` |\n",
        command()
    );
    for (name, value) in machine::rows(&std::env::temp_dir()) {
        let _ = writeln!(page, "| {name} | {value} |");
    }
    let _ = writeln!(
        page,
        "| measured | {CARDS} cards, {} rounds of {each} of each line, one after the other |\n\n\
         Processor time of one process, user and system; nothing of a server, a database or a log is in it.\n\n\
         | what | CPU µs | of the reference |\n|---|---|---|",
        options.rounds
    );
    let reference = lines.first().map_or(f64::NAN, Alone::each);
    for line in lines {
        let _ = writeln!(
            page,
            "| {} | {:.1} | {:.2} |",
            line.name,
            line.each(),
            line.each() / reference
        );
    }
    page
}
