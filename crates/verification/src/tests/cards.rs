//! Whom a card finds, at every position of the feed.

use std::num::NonZeroU128;

use domain::card::{CardId, KeyId, Serial};
use domain::identity::{Link, OfficeCode, PersonId};
use domain::number::InstitutionCode;
use domain::person::{PersonName, Sex};
use exchange::registration::feed::{Entry, Fed, Heads};
use exchange::registration::{
    CARD_RECORD, CardsServed, Content, Lane, Part, PersonServed, Record, RecordId, Salt, Shielding,
};
use relay::RelayError;
use seal::RootKey;
use storage::{Statement, Store, Tx, params};

use super::town::{BORN, DAY};
use crate::{Keys, MIGRATIONS, Verification, apply, store};

/// The offices at which each person has an entry.
const OFFICES: [&str; 2] = ["13104", "13105"];

/// An issuing key's card: the last two have the number of the first two.
fn card(n: usize) -> CardId {
    let key = if n < 4 { 1 } else { 2 };
    CardId {
        issuer: KeyId([key; 32]),
        serial: Serial::from(NonZeroU128::new(0x5e71_a100 + u128::try_from(n % 4).unwrap()).unwrap()),
    }
}

fn name_of(person: usize) -> String {
    format!("見本　{person}")
}

/// An entry of the feed with one record of somebody's at an office.
fn entry(n: i64, office: usize, person: usize, record: &str, revision: u32, content: Content) -> Entry {
    let record = Record {
        link: Link::parse(&format!("p-{person}")).unwrap(),
        record: RecordId::parse(record).unwrap(),
        revision,
        content,
    };
    Entry {
        lane: Lane::Single,
        n,
        after_row: 0,
        through_row: 1,
        last: true,
        office: OfficeCode::parse(OFFICES[office]).unwrap(),
        file: None,
        records: vec![Fed {
            person: PersonId::from_bytes([u8::try_from(person).unwrap(); 16]).to_string(),
            record,
        }],
    }
}

fn person(n: usize) -> Content {
    let served = PersonServed {
        name: PersonName::new(&name_of(n), "ﾐﾎﾝ").unwrap(),
        birth_date: BORN,
        sex: Sex::Female,
        address: None,
    };
    let served = Part::new(Salt([1; 16]), served);
    Content::Person {
        identity: None,
        served,
    }
}

pub(super) fn cards(cards: Vec<CardId>) -> Content {
    let served = Part::new(Salt([2; 16]), CardsServed { cards });
    Content::Card { served }
}

fn flags() -> Content {
    let flags = Shielding {
        undisclosed: true,
        unusable: false,
    };
    let served = Part::new(Salt([3; 16]), flags);
    Content::Shielding { served }
}

/// Whom a card finds at a position, at how many offices, and whether they are shielded.
async fn found(role: &Verification, card: &CardId, n: i64) -> Option<(String, usize, bool)> {
    let month = apply::month_number(domain::month::TreatmentMonth::of(DAY));
    let index = role.card_index(card);
    let looking = store::Looking::from(InstitutionCode::parse("1319999015").unwrap(), role.env.now());
    let snapshot = store::found_by(&role.store, index.as_bytes(), month, &looking)
        .await
        .unwrap();
    let heads = Heads {
        single: n,
        ..Heads::default()
    };
    let known = role.find_card(&snapshot.versions, card, &heads).unwrap()?;
    let found = known.found(DAY);
    let name = known.served().unwrap().name.name.as_str().to_owned();
    Some((name, found.offices.len(), found.shielded))
}

async fn apply_all(role: &std::sync::Arc<Verification>, entries: Vec<Entry>) {
    let applying = role.clone();
    let unit = async move |tx: &mut Tx| {
        let entries: Vec<&Entry> = entries.iter().collect();
        applying.apply(tx, &entries).await?;
        Ok::<_, RelayError>(())
    };
    role.store.unit("test.apply", unit).await.unwrap();
}

/// Three people at two offices get, change and lose six cards in an order that a seed draws. At every position each card
/// finds the one person at whose entries the newest record lists it, and nobody when two people have it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_finds_whom_the_newest_record_says_at_every_position() {
    static STORED: Statement =
        Statement::new("SELECT content AS bytes FROM version UNION ALL SELECT found_by FROM person_by_index");
    harness::for_each_database("cards", async |database| {
        let env = harness::real_env();
        Store::migrate(&env, &database, MIGRATIONS).await.unwrap();
        let keys = Keys::new(RootKey::generate(&mut env.rng()));
        let role = Verification::on_database(&env, &database, keys).await.unwrap();
        let mut dice = 0x2026_u64;
        let mut below = move |bound: u64| {
            dice = dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from((dice >> 33) % bound).unwrap()
        };
        let (mut entries, mut n) = (Vec::new(), 0);
        for who in 0..3 {
            for office in 0..2 {
                n += 1;
                entries.push(entry(n, office, who, "person", 1, person(who)));
            }
        }
        // What each entry's newest record lists, after each position.
        let mut listed: [[Vec<usize>; 2]; 3] = Default::default();
        let mut revisions = [[0; 2]; 3];
        let mut history = Vec::new();
        for _ in 0..60 {
            let (who, office) = (below(3), below(2));
            let lists: Vec<usize> = (0..6).filter(|_| below(4) == 0).collect();
            n += 1;
            revisions[who][office] += 1;
            let content = cards(lists.iter().map(|n| card(*n)).collect());
            entries.push(entry(
                n,
                office,
                who,
                CARD_RECORD,
                revisions[who][office],
                content,
            ));
            listed[who][office] = lists;
            history.push((n, listed.clone()));
        }
        // The order of arrival within the database is another.
        entries.reverse();
        apply_all(&role, entries).await;
        let (mut somebody, mut two) = (0, 0);
        for (n, listed) in history {
            for number in 0..6 {
                let at: Vec<(usize, usize)> = (0..3)
                    .map(|who| {
                        (
                            who,
                            listed[who].iter().filter(|lists| lists.contains(&number)).count(),
                        )
                    })
                    .filter(|(_, offices)| *offices > 0)
                    .collect();
                let expected = match at.as_slice() {
                    [(who, offices)] => Some((name_of(*who), *offices, false)),
                    _ => None,
                };
                somebody += u32::from(expected.is_some());
                two += u32::from(at.len() > 1);
                assert_eq!(
                    found(&role, &card(number), n).await,
                    expected,
                    "card {number} at {n}"
                );
            }
        }
        assert!(somebody > 50 && two > 10, "{somebody} {two}");
        // Neither key nor number stands in the clear.
        let read = async move |tx: &mut Tx| tx.all(&STORED, &params! {}).await;
        let stored = role.store.read("test.stored", read).await.unwrap();
        assert!(stored.len() > 60);
        for row in stored {
            let bytes = row.bytes("bytes").unwrap();
            for clear in [
                &[1; 32][..],
                &[2; 32],
                &[0x5e, 0x71, 0xa1],
                b"5e71a1",
                &[b'0'; 10],
            ] {
                assert!(!bytes.windows(clear.len()).any(|window| window == clear));
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_without_the_card_tells_nothing_but_its_flags() {
    let database = harness::sqlite_database("card_entries");
    let env = harness::real_env();
    Store::migrate(&env, &database, MIGRATIONS).await.unwrap();
    let keys = Keys::new(RootKey::generate(&mut env.rng()));
    let role = Verification::on_database(&env, &database, keys).await.unwrap();
    let entries = vec![
        // A card record alone finds nobody: there is no person's record.
        entry(1, 0, 1, CARD_RECORD, 1, cards(vec![card(0)])),
        entry(2, 0, 1, "person", 1, person(1)),
        entry(3, 1, 1, "person", 1, person(2)),
        entry(4, 1, 1, "flags", 1, flags()),
        entry(5, 1, 1, CARD_RECORD, 1, cards(vec![card(0)])),
        entry(6, 0, 1, CARD_RECORD, 2, cards(Vec::new())),
        entry(7, 1, 1, CARD_RECORD, 2, cards(Vec::new())),
    ];
    apply_all(&role, entries).await;
    let expected = [
        None,
        Some((name_of(1), 1, false)),
        // Who they are at the other office stays there; that they are shielded there counts everywhere.
        Some((name_of(1), 1, false)),
        Some((name_of(1), 1, true)),
        Some((name_of(2), 2, true)),
        Some((name_of(2), 1, true)),
        None,
    ];
    for (n, expected) in (1..).zip(expected) {
        assert_eq!(found(&role, &card(0), n).await, expected, "at {n}");
        // The same number of another key.
        assert_eq!(found(&role, &card(4), n).await, None);
    }
}
