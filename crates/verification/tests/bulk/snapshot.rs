//! Promise `history`: a result is computed from the positions of its reception, whatever is applied meanwhile, and can
//! be computed again from what it names.

use exchange::oqs::bulk::{Downloaded, Uploaded};
use exchange::oqs::{Limits, Syntax};
use exchange::text::Encoding;

use crate::people::{HERE, Paper, Someone, here};
use crate::verification::Basis;
use crate::world::{World, bulk_request, download, month_request};

#[test]
fn history_a_result_is_computed_from_one_snapshot_and_again() {
    let world = World::new("snapshot");
    let people: Vec<Someone> = (0..170).map(Someone).collect();
    for someone in &people {
        world.feed.tell(0, someone.ordinary());
    }
    world.settle();
    let month = month_request(HERE, (2026, 11), None);
    let many = bulk_request(HERE, 16, people.iter().map(|someone| someone.search(0)).collect());
    let received: [Uploaded; 2] = [
        world.ask(HERE, "/institution/month", Syntax::Xml, &month),
        world.ask(HERE, "/institution/bulk", Syntax::Xml, &many),
    ];
    // Everything is withdrawn while they are being processed.
    for someone in &people {
        world
            .feed
            .tell(0, vec![someone.withdrawn(&Paper::new("A", HERE), 2)]);
    }
    world.settle();
    let me = World::institution(HERE);
    let historian = world.historian();
    let mut bases = Vec::new();
    for (received, path) in received
        .into_iter()
        .zip(["/institution/month/result", "/institution/bulk/result"])
    {
        let number = received.body.reception_number.unwrap();
        let body = download(HERE, &number).write(Encoding::Utf8).unwrap();
        let first = world.send(&me, path, Syntax::Xml, None, body.clone());
        let basis: Basis = first.headers()["madoguchi-computed-from"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        let message = Downloaded::read(first.body(), &Limits::PART).unwrap();
        let tickets: usize = message
            .body
            .units
            .iter()
            .map(|unit| unit.results[0].public_expense_result_list.len())
            .sum();
        assert_eq!(tickets, 170, "as known when it was received");
        world.settle();
        assert_eq!(
            world.send(&me, path, Syntax::Xml, None, body).body(),
            first.body()
        );
        bases.push((basis, message));
    }
    let (basis, message) = bases.remove(0);
    let asking = historian.clone();
    let again = world.fleet.run(u64::MAX, async move {
        asking.recompute_month(here(), &month, &basis).await.unwrap()
    });
    assert_eq!(again.unwrap(), message.body.units);
    let (basis, message) = bases.remove(0);
    let again = world.fleet.run(u64::MAX, async move {
        historian.recompute_bulk(here(), &many, &basis).await.unwrap()
    });
    assert_eq!(again.unwrap(), message.body.units);
    // Who asks now is told what is so now.
    assert!(world.month(HERE).body.units.is_empty());
}
