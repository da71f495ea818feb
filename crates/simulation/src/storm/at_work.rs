//! Who works in a run: clerks of offices, another maker's program, receipt computers, and people with cards.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use env::{Env, Stop};
use exchange::registration::Lane;

use super::Run;
use crate::cardholders::Cardholders;
use crate::clerk::Clerk;
use crate::names::{Clinic, Office};
use crate::people::{PEOPLE, chance};
use crate::reception::{Reception, SharedDesk};
use crate::script::Script;
use crate::world::MARK_EVERY;

/// Desks of each office that work side by side.
const DESKS: u32 = 2;

impl Run {
    /// Deals out the people and puts everybody to work. Some are known to two offices.
    pub(super) fn open_offices(&mut self, world: &Env, stop: &Stop) {
        let mut rng = world.rng();
        let mut hands: Vec<Vec<usize>> = vec![Vec::new(); 5];
        for who in 0..PEOPLE {
            let hand = who % hands.len();
            hands[hand].push(who);
            if chance(&mut rng, 35) {
                let moved_to = (hand + 2) % hands.len();
                hands[moved_to].push(who);
            }
        }
        let mut hands = hands.into_iter();
        for office in [Office::A, Office::B] {
            for desk in 0..DESKS {
                let name = format!("{}-clerk-{desk}", office.code());
                let env = self.fleet.sim.node(&name, &name);
                let coming = hands.next().unwrap_or_default();
                let clerk = Clerk {
                    env: env.clone(),
                    script: Script::new(office, desk, &self.people, coming, env.rng()),
                    people: self.people.clone(),
                    truth: self.truth.clone(),
                    journal: self.journal.clone(),
                    pause: Duration::from_secs(8),
                };
                let (stop, at_work) = (stop.clone(), self.at_work.clone());
                let Some(node) = office.node() else { continue };
                at_work.fetch_add(1, Ordering::Relaxed);
                self.clerks.push(env.spawn("clerk", async move {
                    clerk.work(node, stop).await;
                    at_work.fetch_sub(1, Ordering::Relaxed);
                }));
            }
        }
        let (maker, at_work) = (self.maker.clone(), self.at_work.clone());
        let coming = hands.next().unwrap_or_default();
        let script = Script::new(Office::C, 0, &self.people, coming, maker.env.rng());
        at_work.fetch_add(1, Ordering::Relaxed);
        let (working, asked) = (maker.clone(), stop.clone());
        maker.env.spawn("maker", async move {
            working.work(script, asked).await;
            at_work.fetch_sub(1, Ordering::Relaxed);
        });
        for lane in Lane::ALL {
            maker
                .env
                .spawn("maker-lane", maker.clone().send(lane, stop.clone()));
        }
        maker.env.spawn("maker-marks", maker.clone().mark(MARK_EVERY));
    }

    pub(super) fn open_receptions(&mut self, stop: &Stop) {
        for clinic in Clinic::ALL {
            let name = format!("{}-receipt", clinic.node().name());
            let desk = SharedDesk::default();
            let reception = Arc::new(Reception {
                env: self.fleet.sim.node(&name, clinic.node().name()),
                clinic,
                people: self.people.clone(),
                truth: self.truth.clone(),
                journal: self.journal.clone(),
                desk: desk.clone(),
                pause: Duration::from_secs(6),
            });
            let env = reception.env.clone();
            env.spawn("receipt-asks", reception.clone().ask(stop.clone()));
            env.spawn("receipt-reads", reception.read());
            self.desks.push((clinic, desk));
        }
    }

    /// People get cards, lose them, and enrol.
    pub(super) fn give_cards(&mut self, stop: &Stop) {
        let cardholders = Cardholders {
            env: self.fleet.sim.node("cardholders", "cardholders"),
            people: self.people.clone(),
            wallets: self.wallets.clone(),
            pause: Duration::from_secs(4),
        };
        let (stop, at_work) = (stop.clone(), self.at_work.clone());
        at_work.fetch_add(1, Ordering::Relaxed);
        let env = cardholders.env.clone();
        self.clerks.push(env.spawn("cardholders", async move {
            cardholders.live(stop).await;
            at_work.fetch_sub(1, Ordering::Relaxed);
        }));
    }
}
