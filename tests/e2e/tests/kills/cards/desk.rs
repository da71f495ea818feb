//! The clinic's terminals: they read cards all the time, and whatever was not answered is read again with a new nonce. They also
//! bring the same proof again, on its own connection and, after their verification has died, on the next.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use domain::consent::{Said, Scope};
use domain::permit::Purpose;
use exchange::oqs::Limits;
use exchange::oqs::siquc01::ResultMessage;
use exchange::presence::{CARD, ENROLMENT, Inquiry};
use madoguchi_e2e::api::{Api, Line, Reply};
use madoguchi_e2e::cards::{Card, nonce, remembered};
use madoguchi_e2e::dice::Dice;
use madoguchi_e2e::wait::{rest, wait_until};

use super::ledger::{For, Ledger, Told};
use crate::errands::lock;

/// Before a card is read again.
const AGAIN: Duration = Duration::from_millis(4);
/// The longest between two cards.
const NEXT: Duration = Duration::from_millis(30);
/// The scopes that people are asked about, with their codes in verification's database.
pub(crate) const SCOPES: [(Scope, i64); 2] = [(Scope::Drug, 1), (Scope::CheckUp, 4)];

/// A proof that was brought, and on which nobody knows an answer.
type Unheard = Vec<u8>;

/// The desk's terminals.
pub(crate) struct Desk {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    /// Each patient's card.
    cards: Vec<Card>,
    ledger: Arc<Mutex<Ledger>>,
    /// Terminals that are at work on a card.
    reading: AtomicUsize,
    pausing: AtomicBool,
    ending: AtomicBool,
}

impl Desk {
    /// Opens terminals, each spoken as by its own certificate, for patients with these cards.
    pub(crate) fn open(
        terminals: Vec<(String, Api)>,
        cards: Vec<Card>,
        ledger: &Arc<Mutex<Ledger>>,
        dice: &mut Dice,
    ) -> Desk {
        let shared = Arc::new(Shared {
            cards,
            ledger: ledger.clone(),
            reading: AtomicUsize::new(0),
            pausing: AtomicBool::new(false),
            ending: AtomicBool::new(false),
        });
        let threads = terminals.into_iter().map(|(name, api)| {
            let (shared, dice) = (shared.clone(), Dice::new(dice.roll()));
            let terminal = Terminal {
                name,
                api,
                dice,
                unheard: Vec::new(),
            };
            std::thread::spawn(move || terminal.work(&shared))
        });
        Desk {
            threads: threads.collect(),
            shared,
        }
    }

    /// Terminals that are at work on a card.
    pub(crate) fn reading(&self) -> usize {
        self.shared.reading.load(Ordering::SeqCst)
    }

    /// Nobody reads a card until further notice.
    pub(crate) fn pause(&self) {
        self.shared.pausing.store(true, Ordering::SeqCst);
        wait_until("the desk has finished", || (self.reading() == 0).then_some(()));
    }

    pub(crate) fn go_on(&self) {
        self.shared.pausing.store(false, Ordering::SeqCst);
    }

    /// Whether nobody has found anything so wrong that they went home.
    pub(crate) fn is_at_work(&self) -> bool {
        self.threads.iter().all(|thread| !thread.is_finished())
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.shared.ending.store(true, Ordering::SeqCst);
        for thread in self.threads.drain(..) {
            let _panicked = thread.join();
        }
    }
}

/// One of them.
struct Terminal {
    name: String,
    api: Api,
    dice: Dice,
    unheard: Vec<Unheard>,
}

impl Terminal {
    fn work(mut self, shared: &Shared) {
        while !shared.ending.load(Ordering::SeqCst) {
            shared.reading.fetch_add(1, Ordering::SeqCst);
            let read = if shared.pausing.load(Ordering::SeqCst) {
                Ok(())
            } else {
                self.read_some(shared)
            };
            shared.reading.fetch_sub(1, Ordering::SeqCst);
            rest(if read.is_ok() {
                self.dice.moment(NEXT)
            } else {
                AGAIN
            });
        }
    }

    /// Reads some cards over one connection.
    fn read_some(&mut self, shared: &Shared) -> io::Result<()> {
        let mut line = self.api.connect()?;
        if let Some(old) = self.unheard.pop() {
            self.is_refused(shared, line.post(CARD, &old)?, "MDG-CRD-001", "別の接続");
        }
        for _ in 0..1 + self.dice.below(3) {
            let person = self.dice.below(shared.cards.len());
            let mut said = Vec::new();
            for (scope, code) in SCOPES {
                if self.dice.below(2) == 0 {
                    said.push((
                        Said {
                            scope,
                            given: self.dice.below(2) == 0,
                        },
                        code,
                    ));
                }
            }
            let card = shared.cards.get(person).unwrap();
            let (nonce, body) = proof(&mut line, &self.name, card, person, &said, &shared.ledger)?;
            match line.post(CARD, &body) {
                Ok(reply) => {
                    if let Some((message, at)) = told(&reply) {
                        let validity = message
                            .body
                            .qualification_validity
                            .map(|validity| validity.code());
                        let mut ledger = lock(&shared.ledger);
                        if validity != Some("1") {
                            ledger.wrong.push(format!("patient {person}: {validity:?}"));
                        }
                        ledger.told.push(Told { nonce, at });
                    } else if reply.status != 503 {
                        lock(&shared.ledger)
                            .wrong
                            .push(format!("{}: {}", reply.status, reply.text()));
                    }
                }
                Err(unheard) => {
                    self.unheard.push(body);
                    return Err(unheard);
                }
            }
            if self.dice.below(3) == 0 {
                self.is_refused(shared, line.post(CARD, &body)?, "MDG-CRD-007", "2度送られました");
                // Whether it was used or not, it was signed for another purpose.
                let other = line.post(ENROLMENT, &body)?;
                self.is_refused(shared, other, "MDG-CRD-002", "利用目的が照会と一致しません");
            }
        }
        Ok(())
    }

    fn is_refused(&self, shared: &Shared, reply: Reply, code: &str, says: &str) {
        let (text, mut ledger) = (reply.text(), lock(&shared.ledger));
        ledger.refused += 1;
        // Who does not answer now does not tell anything either.
        if reply.status != 503 && !(text.contains(code) && text.contains(says)) {
            ledger
                .wrong
                .push(format!("{}: not refused with {code}: {text}", self.name));
        }
    }
}

/// A nonce and a signature over it, written down before anybody gets to see it.
fn proof(
    line: &mut Line,
    terminal: &str,
    card: &Card,
    person: usize,
    said: &[(Said, i64)],
    ledger: &Mutex<Ledger>,
) -> io::Result<(String, Vec<u8>)> {
    let nonce = nonce(line)?;
    let inquiry = Inquiry {
        day: domain::calendar::Date::constant(2026, 11, 25),
        identifier: None,
        consents: said.iter().map(|(said, _)| *said).collect(),
    };
    let body = card.sign(
        terminal,
        &nonce,
        Purpose::EligibilityCheck,
        serde_json::to_string(&inquiry)?,
    );
    let codes = said.iter().map(|(said, code)| (*code, said.given)).collect();
    let remembered = remembered(&nonce);
    lock(ledger)
        .signed
        .insert(remembered.clone(), For::Reading(person, codes));
    Ok((remembered, body))
}

/// An answer that tells something, and of which moment it is.
fn told(reply: &Reply) -> Option<(ResultMessage, i64)> {
    let computed_from = reply
        .head
        .lines()
        .find(|line| line.starts_with("madoguchi-computed-from"))?;
    let at = computed_from
        .split("at=")
        .last()?
        .split(';')
        .next()?
        .trim()
        .parse()
        .ok()?;
    let message = ResultMessage::read(&reply.body, &Limits::SINGLE).ok()?;
    Some((message, at))
}

/// Reads one card in peace; what is told, if anything.
pub(crate) fn read_now(
    terminal: (&str, &Api),
    card: &Card,
    person: usize,
    ledger: &Mutex<Ledger>,
) -> Option<ResultMessage> {
    let mut line = terminal.1.connect().ok()?;
    let (nonce, body) = proof(&mut line, terminal.0, card, person, &[], ledger).ok()?;
    let reply = line.post(CARD, &body).ok()?;
    let (message, at) = told(&reply)?;
    let found = message
        .body
        .qualification_validity
        .is_some_and(|validity| validity.code() != "4");
    let mut ledger = lock(ledger);
    if found {
        ledger.told.push(Told { nonce, at });
    } else if let Some(of) = ledger.signed.get_mut(&nonce) {
        // Whoever finds nobody visits nobody.
        *of = For::Nobody;
    }
    Some(message)
}
