//! A link has one person's record. What the register agreed with is what verification may read (promise `right-person`).

use exchange::registration::feed::Entry;
use exchange::registration::{Content, Kind, Lane, Outcome, Receipt, Record, RecordId};
use storage::{Statement, Tx, params};

use crate::people::{self, NUMBERS, Someone, voucher};
use crate::real::Real;

/// A person's record from before: with whatever name.
static TWO_OF_BEFORE: Statement = Statement::new(
    "INSERT INTO record (office, link, kind, record, revision, content, month, held, file_lane, file_number, row_in_file)
     SELECT office, link, kind, 'second', revision, content, month, held, file_lane, file_number, row_in_file + 1
     FROM record WHERE kind = 'person'",
);

fn named(name: &str, mut record: Record) -> Record {
    record.record = RecordId::parse(name).unwrap();
    record
}

/// Who somebody is, as verification may read it.
fn shown(entries: &[Entry], link: &str) -> Vec<String> {
    let records = entries.iter().flat_map(|entry| &entry.records);
    let of_link = records.filter(|fed| fed.record.link.as_str() == link);
    let served = of_link.filter_map(|fed| match &fed.record.content {
        Content::Person { served, .. } => Some(served),
        _ => None,
    });
    served
        .map(|served| serde_json::to_string(&served.body.name).unwrap())
        .collect()
}

#[track_caller]
fn is_refused(receipt: &Receipt) {
    let mut refused = receipt.not_applied.iter();
    assert_eq!(receipt.counts.refused, receipt.counts.total());
    assert!(
        refused.all(|row| row.outcome == Outcome::Refused && row.why.starts_with("person-record: ")),
        "{receipt:?}"
    );
}

/// Real hub, and a register that has two people and does not answer yet.
async fn begin(database: &storage::DatabaseConfig) -> (Real, Someone, Someone) {
    let mut real = Real::start(database, &harness::sqlite_database("naming_registers")).await;
    let one = Someone::new("p-1", NUMBERS[0], "架空　花子");
    let other = Someone::new("p-2", NUMBERS[1], "架空　次郎");
    real.load(&[one.clone(), other.clone()]).await;
    real.registers_down().await;
    (real, one, other)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_record_of_the_same_person_is_refused() {
    harness::for_each_database("naming", async |database| {
        let (mut real, one, other) = begin(&database).await;
        let wrong = Someone {
            name: "架空　一子",
            ..one.clone()
        };
        // Both in one file, before anything is there; then one after the other.
        let both = [
            named("a", real.person(&one, 1)),
            named("b", real.person(&wrong, 1)),
        ];
        is_refused(&real.send(Lane::Single, 1, &both).await);
        let held = real.send(Lane::Single, 2, &both[..1]).await;
        assert_eq!(held.counts.held, 1);
        let with_others = [both[1].clone(), voucher("p-1", "v-1", 1)];
        is_refused(&real.send(Lane::Single, 3, &with_others).await);
        is_refused(&real.send(Lane::Bulk, 1, &both[1..]).await);
        let withdrawn = people::record("p-1", "b", 2, Content::Withdrawn(Kind::Person));
        is_refused(&real.send(Lane::Single, 4, &[withdrawn]).await);
        // Any name is lawful, and its next revision.
        let theirs = [named("b", real.person(&other, 1))];
        assert_eq!(real.send(Lane::Single, 5, &theirs).await.counts.held, 1);
        real.registers_up().await;
        real.until_released(2).await;
        let next = [named("a", real.person(&one, 2))];
        assert_eq!(real.send(Lane::Single, 6, &next).await.counts.applied, 1);
        let (entries, _) = real.feed().await;
        let shown = shown(&entries, "p-1");
        assert!(
            !shown.is_empty() && shown.iter().all(|name| name.contains("花子")),
            "{shown:?}"
        );
        real.stop().await;
    })
    .await;
}

/// A database of before may have two: which of them the register is asked about cannot be said, so it is not asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_records_of_before_neither_is_passed_on() {
    harness::for_each_database("naming_before", async |database| {
        let (mut real, one, other) = begin(&database).await;
        real.send(Lane::Single, 1, &[real.person(&one, 1)]).await;
        let store = real.hub_store(&database).await;
        let before = async |tx: &mut Tx| tx.execute(&TWO_OF_BEFORE, &params! {}).await;
        assert_eq!(store.unit("test.before", before).await.unwrap(), 1);
        for name in ["person", "second"] {
            let number = if name == "person" { 2 } else { 3 };
            is_refused(
                &real
                    .send(Lane::Single, number, &[named(name, real.person(&one, 2))])
                    .await,
            );
        }
        real.send(Lane::Single, 4, &[real.person(&other, 1)]).await;
        real.registers_up().await;
        // They wait in the order of their links.
        real.until_released(1).await;
        let (entries, _) = real.feed().await;
        assert!(shown(&entries, "p-1").is_empty());
        assert_eq!(shown(&entries, "p-2").len(), 1);
        real.stop().await;
    })
    .await;
}
