//! What an answer saw of visits and consents it names: whatever was under way then, with a moment of before, changes nothing when it
//! is computed again (promise `history`). What is not told it does not name.

use domain::consent::{Said, Scope};
use env::Time;
use exchange::oqs::siquc01::ResultMessage;
use identity::presence::{NONCE_ID_LEN, NonceId};
use storage::Tx;

use super::desk::{Card, Desk, inquiry, terminal, visit};
use crate::VerificationError;
use crate::store::presence::{Use, keep, use_nonce};
use crate::tests::town::{BORN, Entrusted, Stands, Townsperson};

/// Somebody whom no clinic here has a voucher of: a visit makes the difference.
fn somebody(card: &Card) -> Townsperson {
    let mut person = Townsperson::with_number(1, 1, BORN);
    person.entrusted = Entrusted::Nobody;
    person.card = Some(card.id.clone());
    person
}

/// Somebody's card is read at the first clinic a little before `at`, and it is committed only now.
async fn read_before(desk: &Desk, person: &Townsperson, at: Time, said: &[Said]) {
    let (id, institution, said) = (person.id(), terminal(0).institution, said.to_vec());
    let came = Time::from_micros(at.micros() - 5_000);
    let late = async move |tx: &mut Tx| {
        Ok::<_, VerificationError>(keep(tx, &visit(id, institution, came), &said).await?)
    };
    desk.role.store.unit("test.late", late).await.unwrap();
}

fn about(scope: Scope, given: bool) -> Said {
    Said { scope, given }
}

fn validity(message: &ResultMessage) -> &str {
    message.body.qualification_validity.unwrap().code()
}

#[tokio::test(flavor = "multi_thread")]
async fn history_a_visit_under_way_is_not_seen_afterwards() {
    harness::for_each_database("presence_seen", async |database| {
        let card = Card::new(51);
        let person = somebody(&card);
        let recipient = person.recipient();
        let desk = Desk::new(&database, std::slice::from_ref(&person), &[]).await;
        let (before, basis) = desk.by_number(0, &recipient).await;
        assert_eq!((validity(&before), basis.visited), ("4", None));
        read_before(&desk, &person, basis.at, &[]).await;
        assert_eq!(desk.recomputed(0, &recipient, &basis).await, before);

        let (after, basis) = desk.by_number(0, &recipient).await;
        assert_eq!(validity(&after), "6");
        assert!(basis.visited < Some(basis.at));
        assert_eq!(desk.recomputed(0, &recipient, &basis).await, after);
        // To another clinic nothing of it is told, nor named.
        let (elsewhere, basis) = desk.by_number(1, &recipient).await;
        assert_eq!((validity(&elsewhere), basis.visited), ("4", None));
    })
    .await;
}

/// By card and by number, and as often as somebody says something in between.
#[tokio::test(flavor = "multi_thread")]
async fn history_a_consent_under_way_is_not_seen_afterwards() {
    harness::for_each_database("presence_said_then", async |database| {
        let card = Card::new(52);
        let person = somebody(&card);
        let (recipient, institution) = (person.recipient(), terminal(0).institution);
        let desk = Desk::new(&database, std::slice::from_ref(&person), &[]).await;
        let asked = inquiry(vec![about(Scope::Drug, true)]);
        let brought = desk.bring(&terminal(0), &card, &asked);
        let (by_card, card_basis) = desk.ask(&terminal(0), &brought).await.unwrap();
        let (by_number, number_basis) = desk.by_number(0, &recipient).await;
        for (scope, given) in [(Scope::CheckUp, true), (Scope::Drug, false)] {
            for basis in [&card_basis, &number_basis] {
                read_before(&desk, &person, basis.at, &[about(scope, given)]).await;
            }
        }
        // They count for whoever asks now.
        let (now, _) = desk.by_number(0, &recipient).await;
        assert!(now.body.result_list[0].specific_health_checkups_consent.is_some());
        let again = desk
            .role
            .recompute_card(institution, &card.id, &asked, &card_basis);
        assert_eq!(again.await.unwrap(), by_card);
        assert_eq!(desk.recomputed(0, &recipient, &number_basis).await, by_number);
    })
    .await;
}

/// Of a card that is told nothing of its holder, the header names no more than of one that nobody has.
#[tokio::test(flavor = "multi_thread")]
async fn addressed_what_is_not_told_is_not_named() {
    let database = harness::sqlite_database("presence_unnamed");
    let (known, nobodys) = (Card::new(53), Card::new(54));
    let mut person = somebody(&known);
    person.stands = Stands::Without;
    let desk = Desk::new(&database, std::slice::from_ref(&person), &[]).await;
    let here = terminal(0);
    let mut headers = Vec::new();
    for card in [&known, &known, &nobodys] {
        let brought = desk.bring(&here, card, &inquiry(vec![about(Scope::Drug, true)]));
        let (message, basis) = desk.ask(&here, &brought).await.unwrap();
        assert_eq!((validity(&message), message.body.result_list.len()), ("4", 0));
        let header = basis.to_string();
        let at = basis.at.micros().to_string();
        headers.push(header.replace(&at, "AT"));
    }
    assert!(headers.windows(2).all(|pair| pair[0] == pair[1]), "{headers:?}");
}

/// Who does not know whether their commit stands uses the nonce again, and nobody else does.
#[tokio::test]
async fn presence_a_nonce_is_used_again_by_its_own_inquiry_alone() {
    harness::for_each_database("presence_again", async |database| {
        let desk = Desk::new(&database, &[], &[]).await;
        let (nonce, at) = (NonceId([7; NONCE_ID_LEN]), Time::from_micros(1));
        for (token, becomes) in [(1, Use::First), (1, Use::Again), (2, Use::Other), (1, Use::Again)] {
            let write = async move |tx: &mut Tx| {
                Ok::<_, VerificationError>(use_nonce(tx, &nonce, &[token; 16], at).await?)
            };
            assert_eq!(desk.role.store.unit("test.use", write).await.unwrap(), becomes);
        }
    })
    .await;
}
