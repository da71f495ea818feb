//! Cards on real databases, and on a fleet whose hub and register die.

use domain::card::CardId;
use domain::permit::Actor;
use env::sim::Weather;
use exchange::presence::{Enrolled, PASSED_ON, PassedOn};
use exchange::registration::Lane;
use exchange::registration::feed::Entry;
use serde_json::Value;
use storage::{Statement, Tx, params};

use super::{card, ended, issued, one, told_in};
use crate::crashing::{Crashing, dies_often, once_in_order};
use crate::people::{NUMBERS, eligibility};
use crate::real::Real;

/// On real databases too: an enrolment, a change at the register, and nothing in the clear or left to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cards_come_on_every_database() {
    static CONTENTS: Statement = Statement::new("SELECT content FROM record WHERE kind = 'card'");
    harness::for_each_database("cards", async |database| {
        let real = Real::start(&database, &harness::sqlite_database("cards_registers")).await;
        let (mine, next) = (card(7, 0x5e71_a177), card(7, 0x5e71_a178));
        real.happened(&[issued(NUMBERS[0], &mine)]).await;
        assert_eq!(real.enrol(&mine).await, Enrolled::NobodyHere);
        real.load(&[one()]).await;
        real.send(Lane::Single, 1, &[real.person(&one(), 1), eligibility("p-1", 1)])
            .await;
        real.until_released(1).await;
        assert_eq!(real.enrol(&mine).await, Enrolled::Linked);
        let told = told_in(real.feed().await.0);
        assert_eq!(told, [("p-1".to_owned(), 1, vec![mine])]);
        real.happened(&[issued(NUMBERS[0], &next)]).await;
        let both = |entries: &[Entry]| told_in(entries.to_vec()).len() >= 2;
        let told = told_in(real.read_until("the next card is told", both).await);
        assert_eq!(told[1], ("p-1".to_owned(), 2, vec![next]));
        real.until_nobody_is_left_to_ask(&database).await;
        let store = real.hub_store(&database).await;
        let contents = async move |tx: &mut Tx| tx.all(&CONTENTS, &params! {}).await;
        let contents = store.read("test.contents", contents).await.unwrap();
        assert_eq!(contents.len(), 2);
        for row in contents {
            let sealed = row.bytes("content").unwrap();
            assert!(!sealed.windows(3).any(|window| window == [0x5e, 0x71, 0xa1]));
        }
        real.stop().await;
    })
    .await;
}

/// Hub and register die around their commits while cards change and people enrol; how often the hub died.
fn run(seed: u64) -> usize {
    let mut crashing = Crashing::begin("cards-crashes", seed);
    let people = crashing.people.clone();
    let of = |n: usize, round: u128| card(u8::try_from(n).unwrap(), round);
    // The third never enrols; the second loses the last card.
    for round in 1..=12 {
        for (n, someone) in people.iter().enumerate() {
            crashing.happened(&issued(someone.number.unwrap(), &of(n, round)));
        }
        let n = usize::try_from(crashing.world.fleet.below(2)).unwrap();
        assert_eq!(crashing.enrol(of(n, round)), br#""linked""#, "seed {seed}");
        if crashing.world.fleet.below(2) == 0 {
            crashing.world.fleet.crash("hub");
        }
        for _ in 0..4 {
            crashing.world.live(1);
        }
    }
    let lost = ended(&of(1, 12), "revoked");
    crashing.happened(&lost);
    crashing.world.fleet.set_weather(Weather::default());
    crashing.happened(&lost);
    crashing.enrol(of(0, 12));
    crashing.world.live(60);
    let told = crashing.world.cards();
    for (link, last) in [("p-1", vec![of(0, 12)]), ("p-2", Vec::new())] {
        // The last is what the register has.
        assert_eq!(*once_in_order(&told, link, seed), last, "seed {seed}");
    }
    assert_eq!(crashing.world.cards_now("p-3"), None);
    crashing.deaths
}

impl Crashing {
    /// Tells the register what happened to a card.
    fn happened(&mut self, event: &Value) {
        let body = serde_json::to_vec(&[event]).unwrap();
        self.until_heard(&Actor::Registers, "registers", "/residents/cards", &body);
    }

    /// Verification passes an enrolment on; what the hub says to it.
    fn enrol(&mut self, card: CardId) -> Vec<u8> {
        let body = serde_json::to_vec(&PassedOn { card }).unwrap();
        self.until_heard(&Actor::Verification, "hub", PASSED_ON, &body)
    }
}

#[test]
fn cards_arrive_once_whatever_dies() {
    dies_often(run);
}
