//! What is said of somebody after their card was here: the newest counts, however much was said before, and a visit tells no
//! more by number than the card itself would.

use domain::consent::{Said, Scope};
use domain::eligibility::EndReason;
use exchange::oqs::siquc01::ResultMessage;
use exchange::registration::feed::{Entry, Page};
use exchange::registration::{CARD_RECORD, Record};

use super::desk::{Card, Desk, inquiry, terminal};
use crate::tests::town::{BORN, Entrusted, Stands, Townsperson, entry};

fn validity(message: &ResultMessage) -> &str {
    message.body.qualification_validity.unwrap().code()
}

/// Somebody covered, whom no clinic here has a voucher of.
fn somebody(index: u32, card: &Card) -> Townsperson {
    let mut person = Townsperson::with_number(index, index, BORN);
    person.entrusted = Entrusted::Nobody;
    person.card = Some(card.id.clone());
    person
}

async fn hears(desk: &Desk, after: i64, entries: Vec<Entry>) {
    let marks = Vec::new();
    desk.hears(after, Page { entries, marks }).await;
}

/// An office whose system sends the same again each night: more than a thousand versions, and still the newest is what
/// is told. What was told in between can be computed again.
#[tokio::test(flavor = "multi_thread")]
async fn history_the_newest_counts_however_often_an_office_says_the_same() {
    harness::for_each_database("presence_often", async |database| {
        let card = Card::new(41);
        let mut person = somebody(1, &card);
        let desk = Desk::new(&database, &[person.clone()], &[]).await;
        let nights = 400;
        let again = |revision: u32| {
            entry(
                i64::from(revision),
                "13104",
                [(&person, person.records(revision))],
            )
        };
        hears(&desk, 1, (2..=nights).map(again).collect()).await;
        let (covered, basis) = desk.read(0, &card).await;
        assert_eq!(validity(&covered), "6");
        person.stands = Stands::Ended(EndReason::Termination);
        person.undisclosed = true;
        let ended = entry(
            i64::from(nights) + 1,
            "13104",
            [(&person, person.records(nights + 1))],
        );
        hears(&desk, i64::from(nights), vec![ended]).await;
        let (now, _) = desk.read(0, &card).await;
        assert_eq!(validity(&now), "2");
        // Shielded since: nothing without the card.
        let (by_number, _) = desk.by_number(0, &person.recipient()).await;
        assert_eq!(validity(&by_number), "4");
        let institution = terminal(0).institution;
        let inquiry = inquiry(Vec::new());
        let again = desk.role.recompute_card(institution, &card.id, &inquiry, &basis);
        assert_eq!(again.await.unwrap(), covered);
    })
    .await;
}

/// The register does not agree any more whose the card is: by number the desk is told nothing either, and no consent.
#[tokio::test(flavor = "multi_thread")]
async fn presence_a_visit_ends_with_the_card_that_made_it() {
    harness::for_each_database("presence_unlinked", async |database| {
        let card = Card::new(42);
        let person = somebody(1, &card);
        let desk = Desk::new(&database, std::slice::from_ref(&person), &[]).await;
        let said = vec![Said {
            scope: Scope::Drug,
            given: true,
        }];
        let here = terminal(0);
        let brought = desk.bring(&here, &card, &inquiry(said));
        assert_eq!(validity(&desk.ask(&here, &brought).await.unwrap().0), "6");
        let (before, basis) = desk.by_number(0, &person.recipient()).await;
        assert_eq!(validity(&before), "6");
        assert!(before.body.result_list[0].pharmacists_consent.is_some());

        let unlinked = entry(2, "13104", [(&person, cards_of(&person, 2, Vec::new()))]);
        hears(&desk, 1, vec![unlinked]).await;
        assert_eq!(validity(&desk.read(0, &card).await.0), "4");
        let (after, _) = desk.by_number(0, &person.recipient()).await;
        assert_eq!(validity(&after), "4");
        let recipient = person.recipient();
        let again = desk.recomputed(0, &recipient, &basis).await;
        assert_eq!(again, before);
    })
    .await;
}

/// What another office has of the same person under no card stays untold, by number as by card; with a voucher for here it
/// is told as to anybody who has one.
#[tokio::test(flavor = "multi_thread")]
async fn presence_a_visit_tells_nothing_of_an_entry_without_the_card() {
    let database = harness::sqlite_database("presence_other_entry");
    let card = Card::new(43);
    let person = somebody(1, &card);
    let mut elsewhere = person.clone();
    elsewhere.stands = Stands::Ended(EndReason::Termination);
    elsewhere.card = None;
    let desk = Desk::new(&database, &[elsewhere.clone()], &[]).await;
    let linked = entry(2, "13105", [(&person, person.records(1))]);
    hears(&desk, 1, vec![linked]).await;
    assert_eq!(validity(&desk.read(0, &card).await.0), "6");
    let by_number = async || desk.by_number(0, &person.recipient()).await.0;
    let told = by_number().await;
    assert_eq!((validity(&told), told.body.result_list.len()), ("6", 1));
    // The office with the card lets it go: what is left is not the card's.
    let unlinked = entry(3, "13105", [(&person, cards_of(&person, 2, Vec::new()))]);
    hears(&desk, 2, vec![unlinked]).await;
    assert_eq!(validity(&by_number().await), "4");
}

/// The person's card record alone, with other cards.
fn cards_of(person: &Townsperson, revision: u32, cards: Vec<domain::card::CardId>) -> Vec<Record> {
    let mut records = person.records(revision);
    records.retain(|record| record.record.as_str() == CARD_RECORD);
    for record in &mut records {
        record.content = crate::tests::cards::cards(cards.clone());
    }
    records
}
