//! A terminal that reads cards, and brings what it read in every way that it should and should not.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::consent::{Said, Scope};
use domain::number::InstitutionCode;
use domain::permit::{Actor, Purpose};
use env::{Env, Line, Request, Stop, Time};
use exchange::presence::{Enrolment, NONCE, Nonce};
use service::{Caller, Terminal};

use super::fleet::{Around, Fleet, PEOPLE, verification};
use super::journal::{Attempt, Door, Heard, Journal, Proof};
use super::reckoning::stands;
use crate::tests::presence::desk::{inquiry, signed};
use crate::tests::town::CLINICS;

/// Every terminal: two of a clinic, and one of another.
const TERMINALS: [(usize, &str); 3] = [(0, "desk-1"), (0, "desk-2"), (1, "desk-1")];
/// How long a terminal waits for an answer.
const WITHIN: Duration = Duration::from_secs(4);

/// A connection.
struct Wire {
    n: u64,
    line: Box<dyn Line>,
}

/// How a terminal brings a proof.
enum Manner {
    Once,
    Twice,
    UntilHeard,
    OverAnotherWireFirst,
    ForAnotherPurposeFirst,
    AtEveryOtherDeskFirst,
    AboutTooLate,
    TooLate,
}

const MANNERS: [Manner; 8] = [
    Manner::Once,
    Manner::Twice,
    Manner::UntilHeard,
    Manner::OverAnotherWireFirst,
    Manner::ForAnotherPurposeFirst,
    Manner::AtEveryOtherDeskFirst,
    Manner::AboutTooLate,
    Manner::TooLate,
];

/// Who a terminal is, and whom it can pretend to be: other terminals that are as dishonest.
struct Place {
    us: Terminal,
    env: Env,
    others: Vec<(Terminal, Env)>,
    around: Arc<Around>,
    journal: Journal,
}

/// A terminal's program.
pub(super) struct AtDesk {
    place: Arc<Place>,
    wires: Vec<Wire>,
    kept: Vec<Arc<Proof>>,
}

impl AtDesk {
    /// All terminals of a fleet.
    pub(super) fn all(fleet: &Fleet, journal: &Journal) -> Vec<AtDesk> {
        let all: Vec<(Terminal, Env)> = TERMINALS
            .into_iter()
            .map(|(clinic, name)| {
                let us = Terminal {
                    institution: InstitutionCode::parse(CLINICS[clinic]).unwrap(),
                    name: name.to_owned(),
                    exporter: [0; 32],
                };
                let tenant = format!("institution:{}:terminal:{name}", us.institution.as_str());
                let node = format!("{name} at {clinic}");
                (us, fleet.sim.node(&node, &node).simulated_as(tenant))
            })
            .collect();
        let desk = |n: usize| {
            let mut others = all.clone();
            let (us, env) = others.remove(n);
            let place = Place {
                us,
                env,
                others,
                around: fleet.around.clone(),
                journal: journal.clone(),
            };
            AtDesk {
                place: Arc::new(place),
                wires: Vec::new(),
                kept: Vec::new(),
            }
        };
        (0..all.len()).map(desk).collect()
    }

    /// Its world.
    pub(super) fn world(&self) -> &Env {
        &self.place.env
    }

    /// Whether there is another terminal at its institution.
    pub(super) fn has_colleague(&self) -> bool {
        let ours = self.place.us.institution;
        self.place
            .others
            .iter()
            .any(|(other, _)| other.institution == ours)
    }

    fn below(&self, bound: usize) -> usize {
        self.place.below(bound)
    }

    /// Reads cards until told to stop.
    pub(super) async fn work(mut self, stop: Stop) -> AtDesk {
        while !stop.is_asked() {
            let pause = Duration::from_millis(self.place.env.rng().below(3000));
            self.place.env.sleep(pause).await;
            if !self.kept.is_empty() && self.below(5) == 0 {
                let old = self.kept[self.below(self.kept.len())].clone();
                self.bring(&old, old.door).await;
            } else if let Some(proof) = self.read().await {
                let manner = &MANNERS[self.below(MANNERS.len())];
                self.bring_so(&proof, manner).await;
            }
        }
        self
    }

    /// Brings all that it ever read, once more.
    pub(super) async fn bring_all_again(mut self) {
        for proof in self.kept.clone() {
            self.bring(&proof, proof.door).await;
        }
    }

    /// Everybody's card is read once.
    pub(super) async fn read_everybody(&mut self) {
        let place = self.place.clone();
        let wire = place.connect(&place.env).await;
        self.wires.insert(0, wire);
        for card in 0..PEOPLE as usize {
            let nonce = self.nonce(0).await.unwrap();
            let proof = self.sign(0, &nonce, card, Door::Inquiry, Vec::new());
            self.bring(&proof, Door::Inquiry).await;
        }
    }

    /// A good card is read and brought in every manner, and a revoked one is read.
    pub(super) async fn read_in_every_manner(&mut self) {
        let revoked = self.place.around.cards.len() - 1;
        for (card, manner) in MANNERS
            .iter()
            .map(|manner| (0, manner))
            .chain([(revoked, &Manner::Once)])
        {
            let nonce = self.nonce(0).await.unwrap();
            let proof = self.sign(0, &nonce, card, Door::Inquiry, Vec::new());
            self.bring_so(&proof, manner).await;
        }
    }

    /// A card is read: a nonce over a new or an old connection, and a signature. Nothing when nobody answers.
    async fn read(&mut self) -> Option<Arc<Proof>> {
        let place = self.place.clone();
        if self.wires.is_empty() || self.below(3) == 0 {
            let wire = place.connect(&place.env).await;
            self.wires.push(wire);
        }
        let wire = self.below(self.wires.len());
        let nonce = self.nonce(wire).await?;
        let card = self.below(self.place.around.cards.len());
        if self.below(5) == 0 {
            return Some(self.sign(wire, &nonce, card, Door::Enrolment, Vec::new()));
        }
        let said = Scope::ALL.iter().filter_map(|scope| {
            let (scope, given) = (*scope, self.below(2) == 0);
            (self.below(3) == 0).then_some(Said { scope, given })
        });
        Some(self.sign(wire, &nonce, card, Door::Inquiry, said.collect()))
    }

    async fn nonce(&mut self, wire: usize) -> Option<Vec<u8>> {
        let line = &mut self.wires[wire].line;
        let answer = line.call(post(NONCE, Bytes::new()), WITHIN).await.ok()?;
        let nonce: Nonce = serde_json::from_slice(answer.body()).ok()?;
        Some(nonce.nonce)
    }

    fn sign(&mut self, wire: usize, nonce: &[u8], card: usize, door: Door, said: Vec<Said>) -> Arc<Proof> {
        let (signer, _) = &self.place.around.cards[card];
        let brought = match door {
            Door::Inquiry => {
                let asked = inquiry(said.clone());
                signed(&self.place.us, signer, nonce, &asked, Purpose::EligibilityCheck)
            }
            Door::Enrolment => signed(&self.place.us, signer, nonce, &Enrolment {}, Purpose::Enrolment),
        };
        let micros = i64::from_be_bytes(nonce[1..9].try_into().unwrap());
        let mut pages = self.place.journal.pages();
        let proof = Arc::new(Proof {
            n: pages.proofs.len(),
            nonce: nonce[1..25].try_into().unwrap(),
            made: Time::from_micros(micros),
            terminal: self.place.us.clone(),
            wire: self.wires[wire].n,
            door,
            card,
            said,
            body: serde_json::to_vec(&brought).unwrap().into(),
        });
        pages.proofs.push(proof.clone());
        drop(pages);
        self.kept.push(proof.clone());
        proof
    }

    async fn bring_so(&mut self, proof: &Proof, manner: &Manner) {
        let place = self.place.clone();
        match manner {
            Manner::Once => {}
            Manner::Twice => drop(self.bring(proof, proof.door).await),
            Manner::UntilHeard => {
                for _ in 0..5 {
                    if self.bring(proof, proof.door).await != Heard::Nothing {
                        return;
                    }
                }
            }
            Manner::OverAnotherWireFirst => {
                let mut wire = place.connect(&place.env).await;
                place.bring_over(&mut wire, &place.us, proof, proof.door).await;
            }
            Manner::ForAnotherPurposeFirst => drop(self.bring(proof, proof.door.other()).await),
            Manner::AtEveryOtherDeskFirst => {
                for (whose, env) in &place.others {
                    let mut wire = place.connect(env).await;
                    place.bring_over(&mut wire, whose, proof, proof.door).await;
                }
            }
            Manner::AboutTooLate => {
                let late = Duration::from_millis(59_000 + place.env.rng().below(3000));
                place.env.sleep(late).await;
            }
            Manner::TooLate => place.env.sleep(Duration::from_millis(60_001)).await,
        }
        self.bring(proof, proof.door).await;
    }

    /// Brings a proof over the very connection of its nonce, whoever is at the other end by now.
    async fn bring(&mut self, proof: &Proof, door: Door) -> Heard {
        let place = self.place.clone();
        let at = self.wires.iter().position(|wire| wire.n == proof.wire).unwrap();
        let mut wire = self.wires.swap_remove(at);
        let heard = place.bring_over(&mut wire, &place.us, proof, door).await;
        self.wires.push(wire);
        heard
    }
}

impl Place {
    fn below(&self, bound: usize) -> usize {
        usize::try_from(self.env.rng().below(u64::try_from(bound).unwrap())).unwrap()
    }

    async fn connect(&self, env: &Env) -> Wire {
        let caller = Caller::asking(env, &verification(), Actor::Verification);
        Wire {
            n: self.journal.wire(),
            line: caller.connect().await.unwrap(),
        }
    }

    async fn bring_over(&self, wire: &mut Wire, terminal: &Terminal, proof: &Proof, door: Door) -> Heard {
        let sent = self.env.now();
        let answer = wire
            .line
            .call(post(door.path(), proof.body.clone()), WITHIN)
            .await;
        let heard = answer.map_or(Heard::Nothing, |answer| Heard::of(door, &answer));
        let attempt = Attempt {
            proof,
            terminal,
            wire: wire.n,
            door,
            sent,
            heard: self.env.now(),
            is_revoked: self.around.is_revoked(proof.card),
        };
        self.journal.note(&attempt, &heard);
        if let Err(wrong) = stands(&self.around, proof, &heard).await {
            self.journal.pages().wrong.push(wrong);
        }
        heard
    }
}

fn post(path: &str, body: Bytes) -> Request {
    let request = http::Request::post(path).header("host", "verification");
    request.body(body).unwrap()
}
