//! People and their cards: they get one, a newer one, lose it, and let it be used (利用申込). Whoever asks goes on asking until
//! there is an answer, as terminals and municipalities do.

use std::collections::BTreeMap;
use std::num::NonZeroU128;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::card::{CardId, KeyId, Serial};
use domain::permit::Actor;
use env::{Env, Stop};
use exchange::presence::{Enrolled, PASSED_ON, PassedOn};
use exchange::registers::cards::Ended;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use service::Caller;

use crate::names::Node;
use crate::people::{Resident, at, below};

/// What is known of an enrolment from outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Enrolment {
    /// Never asked for.
    #[default]
    No,
    /// Asked for, and answered with no. The wire doubles messages, so one may have come when the answer would be yes.
    Perhaps,
    /// Answered with yes.
    Yes,
}

/// Somebody's cards.
#[derive(Clone, Default)]
pub(crate) struct Wallet {
    /// Every card that they ever had, the newest last.
    pub(crate) cards: Vec<CardId>,
    /// Whether the newest one is in force.
    pub(crate) in_force: bool,
    /// The person died; nothing happens to their cards any more.
    died: bool,
    pub(crate) enrolment: Enrolment,
}

/// The wallets of a fleet's people, by their place in the list; clones are the same ones.
#[derive(Clone)]
pub(crate) struct Wallets(Arc<Mutex<BTreeMap<usize, Wallet>>>);

impl Wallets {
    /// Empty ones, for whoever the register knows.
    pub(crate) fn of(people: &[Resident]) -> Wallets {
        let known = people
            .iter()
            .enumerate()
            .filter(|(_, resident)| resident.registered);
        let empty = known.map(|(who, _)| (who, Wallet::default()));
        Wallets(Arc::new(Mutex::new(empty.collect())))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, BTreeMap<usize, Wallet>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What somebody does with their card.
enum Step {
    Issued,
    Ended(Ended),
    Enrols,
}

/// The program of everybody with a card.
pub(crate) struct Cardholders {
    pub(crate) env: Env,
    pub(crate) people: Arc<Vec<Resident>>,
    pub(crate) wallets: Wallets,
    /// The longest pause between two steps.
    pub(crate) pause: Duration,
}

impl Cardholders {
    /// One step after the other until told to stop; what was begun is brought to its end.
    pub(crate) async fn live(self, stop: Stop) {
        let longest = u64::try_from(self.pause.as_micros()).unwrap_or(0);
        while !stop.is_asked() {
            let pause = Duration::from_micros(self.env.rng().below(longest));
            self.env.sleep(pause).await;
            let mut rng = self.env.rng();
            let (who, wallet) = {
                let wallets = self.wallets.lock();
                let choice = at(&mut rng, wallets.len());
                let Some((who, wallet)) = wallets.iter().nth(choice) else {
                    return;
                };
                (*who, wallet.clone())
            };
            let step = match below(&mut rng, 100) {
                _ if wallet.cards.is_empty() => Step::Issued,
                _ if wallet.died => Step::Enrols,
                0..25 => Step::Issued,
                25..33 => Step::Ended(Ended::Revoked),
                33..36 => Step::Ended(Ended::Died),
                _ => Step::Enrols,
            };
            self.go(who, wallet, step).await;
        }
    }

    async fn go(&self, who: usize, wallet: Wallet, step: Step) {
        let (Some(resident), newest) = (self.people.get(who), wallet.cards.last().cloned()) else {
            return;
        };
        let changed = match (step, newest) {
            (Step::Enrols, Some(card)) => {
                let enrolment = self.enrol(card, wallet.enrolment).await;
                Wallet { enrolment, ..wallet }
            }
            (Step::Ended(why), Some(card)) => {
                self.tell(json!({ "card": card, "ended": why })).await;
                Wallet {
                    in_force: false,
                    died: why == Ended::Died,
                    ..wallet
                }
            }
            (_, _) => {
                let mut cards = wallet.cards;
                let card = card_of(who, cards.len());
                self.tell(json!({ "number": resident.number, "card": card }))
                    .await;
                cards.push(card);
                Wallet {
                    cards,
                    in_force: true,
                    ..wallet
                }
            }
        };
        self.wallets.lock().insert(who, changed);
    }

    async fn enrol(&self, card: CardId, before: Enrolment) -> Enrolment {
        let hub = caller(&self.env.simulated_as(Actor::Verification), Node::Hub);
        match (
            self.until_answered(&hub, PASSED_ON, &PassedOn { card }).await,
            before,
        ) {
            (Enrolled::Linked, _) | (_, Enrolment::Yes) => Enrolment::Yes,
            _ => Enrolment::Perhaps,
        }
    }

    async fn tell(&self, event: Value) {
        let registers = caller(&self.env.simulated_as(Actor::Registers), Node::Registers);
        let events = [event];
        let _loaded: usize = self.until_answered(&registers, "/residents/cards", &events).await;
    }

    async fn until_answered<B: Serialize, T: DeserializeOwned>(
        &self,
        caller: &Caller,
        path: &str,
        body: &B,
    ) -> T {
        loop {
            match caller.post(path, body).await {
                Ok(answer) => return answer,
                Err(_unknown) => self.env.sleep(Duration::from_millis(300)).await,
            }
        }
    }
}

fn caller(env: &Env, node: Node) -> Caller {
    Caller::asking(env, &node.origin(), node.tenant())
}

/// Somebody's n-th card. Two issuing keys take turns and both count from the same number, so that serial numbers alone
/// are other people's too.
fn card_of(who: usize, n: usize) -> CardId {
    let serial = u128::try_from(who / 2 * 64 + n).unwrap_or(0) + 1;
    CardId {
        issuer: KeyId([if who.is_multiple_of(2) { 1 } else { 2 }; 32]),
        serial: Serial::from(NonZeroU128::new(serial).unwrap_or(NonZeroU128::MIN)),
    }
}
