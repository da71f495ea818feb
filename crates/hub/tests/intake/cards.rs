//! Enrolment: a card finds the person whom the register agrees with, for as long as it does, and nobody else.

use std::num::NonZeroU128;

use domain::card::{CardId, KeyId, Serial};
use domain::identity::OfficeCode;
use domain::number::InstitutionCode;
use domain::permit::Actor;
use exchange::presence::{Enrolled, PASSED_ON, PassedOn};
use exchange::registration::envelope::{FileHash, LAYOUT};
use exchange::registration::feed::Entry;
use exchange::registration::{CARD_RECORD, Content, Envelope, File, Kind, Lane, Mode, Record};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::people::{self, NUMBERS, Someone, eligibility};
use crate::world::{World, file};

mod dying;
mod parting;

/// A card of an issuing key.
pub(crate) fn card(key: u8, serial: u128) -> CardId {
    CardId {
        issuer: KeyId([key; 32]),
        serial: Serial::from(NonZeroU128::new(serial).unwrap()),
    }
}

pub(crate) fn issued(number: &str, card: &CardId) -> Value {
    json!({ "number": number, "card": card })
}

fn ended(card: &CardId, why: &str) -> Value {
    json!({ "card": card, "ended": why })
}

fn one() -> Someone {
    Someone::new("p-1", NUMBERS[0], "架空　花子")
}

/// Each version of a card record: its link, its revision, and the cards.
type Told = Vec<(String, u32, Vec<CardId>)>;

fn told_in(entries: impl IntoIterator<Item = Entry>) -> Told {
    let mut told = Vec::new();
    for fed in entries.into_iter().flat_map(|entry| entry.records) {
        if let Content::Card { served } = fed.record.content {
            assert!(served.holds());
            assert_eq!(fed.record.record.as_str(), CARD_RECORD);
            let link = fed.record.link.as_str().to_owned();
            told.push((link, fed.record.revision, served.body.cards));
        }
    }
    told
}

impl World {
    /// Tells the register what happened to cards.
    fn happened(&self, events: &[Value]) {
        let body = serde_json::to_vec(events).unwrap();
        let me = Actor::Registers;
        let (status, said) = self.call("registers", &me, Method::POST, "/residents/cards", body);
        assert_eq!(status, StatusCode::OK, "{said:?}");
    }

    fn try_enrol(&self, card: &CardId) -> Option<(StatusCode, Option<Enrolled>)> {
        let body = serde_json::to_vec(&PassedOn { card: card.clone() }).unwrap();
        let (status, said) = self.try_call("hub", &Actor::Verification, Method::POST, PASSED_ON, body)?;
        Some((status, serde_json::from_slice(&said).ok()))
    }

    #[track_caller]
    fn enrol(&self, card: &CardId) -> Enrolled {
        self.try_enrol(card).unwrap().1.unwrap()
    }

    /// Which cards verification may read of, in the order of the feed.
    fn cards(&self) -> Told {
        told_in(self.feed_pages().0)
    }

    /// The cards that the newest record of a link lists; nothing when there is no record.
    fn cards_now(&self, link: &str) -> Option<Vec<CardId>> {
        let told = self.cards().into_iter().rev();
        let mut of_link = told.filter(|(of, ..)| of == link);
        of_link.next().map(|(.., cards)| cards)
    }

    /// The number of a person whom an office has changed, in the person's next record.
    fn renumbered(&self, revision: u32, number: &'static str) -> Record {
        let other = Someone {
            number: Some(number),
            ..one()
        };
        self.person(&other, revision)
    }
}

#[test]
fn an_enrolled_card_is_told_with_the_answer_and_once() {
    let mut world = World::new("cards-once", 1);
    let mine = card(1, 77);
    world.happened(&[issued(NUMBERS[0], &mine)]);
    world.settled(&one());
    world.live(10);
    assert_eq!(world.cards(), [], "nobody has enrolled");
    assert_eq!(world.enrol(&mine), Enrolled::Linked);
    // No time passes between the answer and this.
    let told = [("p-1".to_owned(), 1, vec![mine.clone()])];
    assert_eq!(world.cards(), told);
    assert_eq!(world.enrol(&mine), Enrolled::Linked);
    world.send(&[eligibility("p-1", 2)]);
    world.live(20);
    assert_eq!(world.cards(), told);
}

#[test]
fn who_is_not_on_aid_is_nobody_here_and_nothing_is_kept() {
    let mut world = World::new("cards-nobody", 2);
    let mine = card(1, 77);
    world.happened(&[issued(NUMBERS[0], &mine)]);
    assert_eq!(world.enrol(&mine), Enrolled::NobodyHere);
    // Whom the register does not agree with is not there either.
    world.load(&[&Someone::new("p-1", NUMBERS[0], "架空　別人")]);
    world.send(&[world.person(&one(), 1), eligibility("p-1", 1)]);
    world.live(2);
    assert_eq!(world.standing("p-1"), "mismatch");
    assert_eq!(world.enrol(&mine), Enrolled::NobodyHere);
    world.settled(&Someone::new("p-2", NUMBERS[0], "架空　別人"));
    world.live(20);
    assert_eq!(world.cards(), []);
    assert_eq!(world.enrol(&mine), Enrolled::Linked);
    assert_eq!(world.cards(), [("p-2".to_owned(), 1, vec![mine])]);
}

#[test]
fn a_card_that_is_not_in_force_finds_nobody() {
    let mut world = World::new("cards-force", 3);
    let (old, lost) = (card(1, 1), card(1, 2));
    world.settled(&one());
    assert_eq!(world.enrol(&old), Enrolled::NotThisCard);
    let events = [issued(NUMBERS[0], &old), issued(NUMBERS[0], &lost)];
    world.happened(&events);
    assert_eq!(world.enrol(&old), Enrolled::NotThisCard, "replaced");
    world.happened(&[ended(&lost, "revoked")]);
    assert_eq!(world.enrol(&lost), Enrolled::NotThisCard, "revoked");
    world.live(20);
    assert_eq!(world.cards(), []);
}

#[test]
fn one_serial_number_of_two_keys_is_two_people() {
    let mut world = World::new("cards-keys", 4);
    let (one_card, other_card) = (card(1, 77), card(2, 77));
    let other = Someone::new("p-2", NUMBERS[1], "架空　太郎");
    world.settled(&one());
    world.settled(&other);
    world.happened(&[issued(NUMBERS[0], &one_card), issued(NUMBERS[1], &other_card)]);
    assert_eq!(world.enrol(&card(3, 77)), Enrolled::NotThisCard);
    assert_eq!(world.enrol(&other_card), Enrolled::Linked);
    world.live(10);
    assert_eq!(world.cards(), [("p-2".to_owned(), 1, vec![other_card])]);
    assert_eq!(world.enrol(&one_card), Enrolled::Linked);
    assert_eq!(world.cards_now("p-1"), Some(vec![one_card]));
}

#[test]
fn renewal_loss_a_new_card_and_death_follow_by_themselves() {
    let mut world = World::new("cards-life", 5);
    let cards: Vec<CardId> = (1..=4).map(|serial| card(1, serial)).collect();
    let other = Someone::new("p-2", NUMBERS[1], "架空　太郎");
    world.settled(&one());
    world.settled(&other);
    world.happened(&[issued(NUMBERS[0], &cards[0]), issued(NUMBERS[1], &card(2, 1))]);
    assert_eq!(world.enrol(&cards[0]), Enrolled::Linked);
    let mut revision = 1;
    let mut then = |events: &[Value], cards: &[CardId]| {
        world.happened(events);
        world.live(12);
        revision += 1;
        let newest = world.cards().pop();
        assert_eq!(newest, Some(("p-1".to_owned(), revision, cards.to_vec())));
    };
    // 更新; then lost; then issued again; then the person dies.
    then(&[issued(NUMBERS[0], &cards[1])], &cards[1..2]);
    then(&[ended(&cards[1], "revoked")], &[]);
    then(&[issued(NUMBERS[0], &cards[2])], &cards[2..3]);
    then(&[ended(&cards[0], "died")], &[]);
    // What happens to who has not enrolled is no news.
    world.happened(&[issued(NUMBERS[1], &card(2, 2))]);
    world.live(12);
    assert_eq!(world.cards().len(), 5);
}

#[test]
fn an_entry_at_another_office_is_told_when_it_comes() {
    let mut world = World::new("cards-offices", 6);
    let mine = card(1, 77);
    world.happened(&[issued(NUMBERS[0], &mine)]);
    world.settled(&one());
    assert_eq!(world.enrol(&mine), Enrolled::Linked);
    let there = Someone {
        office: "13105",
        link: "q-9".into(),
        ..one()
    };
    let envelope = Envelope {
        registration: LAYOUT,
        office: OfficeCode::parse("13105").unwrap(),
        lane: Lane::Single,
        number: 1,
        mode: Mode::EachPerson,
        rows: 0,
        sha256: FileHash([0; 32]),
        made_at: 1,
    };
    let records = [world.person(&there, 1), eligibility("q-9", 1)];
    let bytes = File::write(envelope.clone(), &records);
    let me = Actor::Office(envelope.office);
    let (status, _) = world.call("hub", &me, Method::POST, "/registration/files", bytes);
    assert_eq!(status, StatusCode::OK);
    world.live(10);
    assert_eq!(world.cards_now("q-9"), Some(vec![mine.clone()]));
    // Both entries follow the next card.
    let next = card(1, 78);
    world.happened(&[issued(NUMBERS[0], &next)]);
    world.live(12);
    for link in ["p-1", "q-9"] {
        assert_eq!(world.cards_now(link), Some(vec![next.clone()]));
    }
    assert_eq!(world.cards().len(), 4);
}

#[test]
fn without_the_register_nobody_is_enrolled_and_cards_come_later() {
    let mut world = World::new("cards-down", 10);
    let (mine, next) = (card(1, 77), card(1, 78));
    world.happened(&[issued(NUMBERS[0], &mine)]);
    world.settled(&one());
    world.fleet.crash("registers");
    let (status, said) = world.try_enrol(&mine).unwrap();
    assert_eq!((status, said), (StatusCode::SERVICE_UNAVAILABLE, None));
    world.start_registers();
    world.live(10);
    assert_eq!(world.cards(), []);
    assert_eq!(world.enrol(&mine), Enrolled::Linked);
    world.happened(&[issued(NUMBERS[0], &next)]);
    world.fleet.crash("registers");
    world.live(20);
    world.start_registers();
    world.live(20);
    assert_eq!(world.cards_now("p-1"), Some(vec![next]));
}

#[test]
fn only_verification_passes_enrolments_on_and_no_office_sends_cards() {
    let world = World::new("cards-who", 11);
    let body = serde_json::to_vec(&PassedOn { card: card(1, 77) }).unwrap();
    let clinic = InstitutionCode::parse("1319999015").unwrap();
    for me in [
        Actor::Institution(clinic),
        Actor::Office(people::office()),
        Actor::Hub,
        Actor::Registers,
        Actor::Operator,
    ] {
        let (status, _) = world.call("hub", &me, Method::POST, PASSED_ON, body.clone());
        assert_eq!(status, StatusCode::FORBIDDEN, "{me}");
    }
    let (status, _) = world.call(
        "hub",
        &Actor::Verification,
        Method::POST,
        PASSED_ON,
        b"{}".to_vec(),
    );
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let record = people::record("p-1", CARD_RECORD, 1, Content::Withdrawn(Kind::Card));
    let (status, _) = world.refusal(file(Lane::Single, 1, Mode::EachPerson, &[record]));
    assert_eq!(status, 422);
}
