//! Cards: whose each is, which one somebody has, and what changed.

use std::num::NonZeroU128;

use domain::card::{CardId, KeyId, Serial};
use domain::permit::Actor;
use exchange::registers::cards::{self, Found, InForce};
use exchange::registers::changes::Changes;
use serde_json::{Value, json};

use crate::{Real, people};

/// A card of an issuing key.
fn card(key: u8, serial: u128) -> CardId {
    CardId {
        issuer: KeyId([key; 32]),
        serial: Serial::from(NonZeroU128::new(serial).unwrap()),
    }
}

fn issued(number: &str, card: &CardId) -> Value {
    json!({ "number": number, "card": card })
}

fn ended(card: &CardId, why: &str) -> Value {
    json!({ "card": card, "ended": why })
}

impl Real {
    async fn whose(&self, card: &CardId) -> Option<String> {
        let found: Found = self.as_actor(&Actor::Hub).post(cards::FIND, card).await.unwrap();
        let holder = found.holder?;
        assert!(holder.cards.contains(card));
        Some(holder.index)
    }

    async fn cards_of(&self, index: &str) -> Vec<CardId> {
        let asked = [index, "nobody", &"00".repeat(32)];
        let hub = self.as_actor(&Actor::Hub);
        let told: Vec<InForce> = hub.post(cards::OF, &asked).await.unwrap();
        let [theirs, nobodys, others] = told.try_into().unwrap();
        assert!(nobodys.cards.is_empty() && others.cards.is_empty());
        theirs.cards
    }

    async fn card_changes(&self, after: i64) -> Vec<(i64, String)> {
        let path = format!("{}?after={after}", cards::CHANGES);
        let told: Changes = self.as_actor(&Actor::Hub).get(&path).await.unwrap();
        let changes = told.changes.into_iter();
        changes.map(|change| (change.n, change.index)).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_has_one_card_in_force_and_what_ended_stays_ended() {
    harness::for_each_database("cards", async |database| {
        let real = Real::start(&database).await;
        let people = people();
        let numbers: Vec<&str> = people[..2]
            .iter()
            .map(|one| one.entry.as_ref().unwrap().number.as_str())
            .collect();
        let indexes: Vec<String> = people[..2].iter().map(|one| real.index_of(one)).collect();
        // The same number under two issuing keys: two cards of two people.
        let (one, other) = (card(1, 77), card(2, 77));
        let lines = [issued(numbers[0], &one), issued(numbers[1], &other)];
        real.load("/residents/cards", &lines).await;
        assert_eq!(real.whose(&one).await.as_ref(), Some(&indexes[0]));
        assert_eq!(real.whose(&other).await.as_ref(), Some(&indexes[1]));
        assert_eq!(real.whose(&card(3, 77)).await, None);
        assert_eq!(real.cards_of(&indexes[0]).await, std::slice::from_ref(&one));
        assert_eq!(real.card_changes(0).await.len(), 2);
        // Renewed: the next one ends it.
        let renewed = card(1, 78);
        real.load("/residents/cards", &[issued(numbers[0], &renewed)])
            .await;
        assert_eq!(real.whose(&one).await, None);
        assert_eq!(real.cards_of(&indexes[0]).await, std::slice::from_ref(&renewed));
        assert_eq!(real.card_changes(2).await, [(3, indexes[0].clone())]);
        // All of it once more is no change, and what was replaced does not come back.
        let again = [&lines[..], &[issued(numbers[0], &renewed)]].concat();
        real.load("/residents/cards", &again).await;
        assert_eq!(real.cards_of(&indexes[0]).await, std::slice::from_ref(&renewed));
        assert_eq!(real.card_changes(3).await, []);
        // Lost; and a new one, all in one request.
        let anew = card(1, 79);
        let lines = [ended(&renewed, "revoked"), issued(numbers[0], &anew)];
        real.load("/residents/cards", &lines).await;
        assert_eq!(real.whose(&renewed).await, None);
        assert_eq!(real.whose(&anew).await.as_ref(), Some(&indexes[0]));
        assert_eq!(real.card_changes(3).await, [(4, indexes[0].clone())]);
        // Death, told by any card that the person had.
        real.load("/residents/cards", &[ended(&one, "died")]).await;
        assert_eq!(real.whose(&anew).await, None);
        assert_eq!(real.cards_of(&indexes[0]).await, []);
        assert_eq!(real.cards_of(&indexes[1]).await, [other]);
        assert_eq!(real.card_changes(4).await, [(5, indexes[0].clone())]);
        real.role.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_event_loads_nothing_and_is_not_repeated() {
    let real = Real::start(&harness::sqlite_database("wrong_cards")).await;
    let people = people();
    let number = people[0].entry.as_ref().unwrap().number.as_str();
    let others = people[1].entry.as_ref().unwrap().number.as_str();
    let (held, new) = (card(1, 0x5eed), card(1, 0xbead));
    real.load("/residents/cards", &[issued(number, &held)]).await;
    let both = json!({ "number": number, "card": new, "ended": "revoked" });
    for (wrong, told) in [
        (both, "object 2: number, ended: exactly one"),
        (json!({ "card": new }), "object 2: number, ended: exactly one"),
        (
            ended(&card(2, 0x5eed), "died"),
            "object 2: card: it was not issued",
        ),
        (
            issued(others, &held),
            "object 2: card: it was issued under another number",
        ),
    ] {
        let body = format!("{}\n{wrong}\n", issued(number, &new));
        let (status, said) = real.send(&Actor::Registers, "/residents/cards", body).await;
        assert_eq!(status.as_u16(), 422, "{said}");
        assert!(said.contains(told), "{told}: {said}");
        assert!(!said.contains("5eed") && !said.contains(number), "{said}");
    }
    assert_eq!(real.whose(&new).await, None);
    assert!(real.whose(&held).await.is_some());
    real.role.stop().await;
}
