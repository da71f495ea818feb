//! A long file: written in chunks, visible at once, read in parts.

use exchange::registration::feed::Entry;
use exchange::registration::{Lane, Mode, Record};

use crate::people::{NUMBERS, Someone, voucher};
use crate::real::Real;
use crate::world::World;

/// Three people with 1,700 vouchers.
pub(crate) fn long_file(rows: [usize; 3]) -> Vec<Record> {
    let of =
        |(n, rows): (usize, usize)| (0..rows).map(move |v| voucher(&format!("p-{n}"), &format!("v-{v}"), 1));
    (1..).zip(rows).flat_map(of).collect()
}

pub(crate) fn three() -> [Someone; 3] {
    [
        Someone::new("p-1", NUMBERS[0], "架空　花子"),
        Someone::new("p-2", NUMBERS[1], "架空　次郎"),
        Someone::new("p-3", NUMBERS[2], "架空　三郎"),
    ]
}

fn bulk(entries: &[Entry]) -> Vec<&Entry> {
    entries.iter().filter(|entry| entry.lane == Lane::Bulk).collect()
}

#[test]
fn it_comes_in_parts() {
    let mut world = World::new("parts", 1);
    for someone in &three()[..2] {
        world.settled(someone);
    }
    let records = long_file([600, 600, 500]);
    let receipt = world.send_in(Lane::Bulk, Mode::EachPerson, &records);
    // The third person's record has not come.
    assert_eq!((receipt.counts.applied, receipt.counts.held), (1200, 500));
    assert_eq!(receipt.not_applied.len(), 500);
    assert!(
        (1201..)
            .zip(&receipt.not_applied)
            .all(|(row, result)| result.row == row)
    );
    let entries = world.feed();
    let parts = bulk(&entries);
    let ends: Vec<(u32, u32, bool)> = parts
        .iter()
        .map(|part| (part.after_row, part.through_row, part.last))
        .collect();
    assert_eq!(parts.iter().map(|part| part.records.len()).sum::<usize>(), 1200);
    assert!(
        ends.len() >= 3 && parts.iter().all(|part| part.records.len() <= 500),
        "{ends:?}"
    );
    assert!(
        ends.windows(2).all(|two| two[0].1 == two[1].0 && !two[0].2),
        "{ends:?}"
    );
    assert!(ends.last().is_some_and(|last| last.2));
    let fed = parts.iter().flat_map(|part| &part.records).map(|fed| &fed.record);
    assert!(fed.eq(records[..1200].iter()), "in the order of rows");
    // They come when the person is matched.
    world.settled(&three()[2]);
    let visible = world.visible();
    assert_eq!(
        visible.iter().filter(|line| line.starts_with("p-3 v-")).count(),
        500
    );
}

#[test]
fn a_long_file_may_be_refused_whole() {
    let mut world = World::new("long-refused", 1);
    for someone in three() {
        world.settled(&someone);
    }
    let before = world.visible();
    let mut records = long_file([500, 20, 20]);
    records.push(crate::people::bad_voucher("p-3", "v-20"));
    let receipt = world.send_in(Lane::Bulk, Mode::AllOrNothing, &records);
    assert_eq!((receipt.counts.refused, receipt.not_applied.len()), (541, 541));
    assert_eq!(world.visible(), before);
    // Nothing of it stands in anybody's way.
    let receipt = world.send(&[voucher("p-1", "v-0", 1)]);
    assert_eq!(receipt.counts.applied, 1);
}

/// While it is written, nothing of it is seen; after the one commit, all of it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_seen_at_once() {
    harness::for_each_database("bulk", async |database| {
        let real = Real::start(&database, &harness::sqlite_database("bulk_registers")).await;
        real.load(&three()).await;
        let people: Vec<Record> = three().iter().map(|someone| real.person(someone, 1)).collect();
        real.send(Lane::Single, 1, &people).await;
        real.until_released(3).await;
        let records = long_file([600, 600, 500]);
        let sending = real.send(Lane::Bulk, 1, &records);
        let looking = async {
            let mut looks = 0;
            loop {
                let (entries, _) = real.feed().await;
                let seen: usize = bulk(&entries).iter().map(|part| part.records.len()).sum();
                let is_whole = bulk(&entries).last().is_some_and(|part| part.last);
                if seen > 0 {
                    assert_eq!((seen, is_whole), (1700, true), "after {looks} looks");
                    return looks;
                }
                assert!(bulk(&entries).is_empty());
                looks += 1;
            }
        };
        let (receipt, looks) = futures_util::future::join(sending, looking).await;
        assert_eq!(receipt.counts.applied, 1700);
        assert!(looks > 0, "nobody looked before it was there");
        real.stop().await;
    })
    .await;
}
