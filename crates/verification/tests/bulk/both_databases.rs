//! The same statements on SQLite and on PostgreSQL.

use domain::permit::Actor;
use std::time::Duration;

use env::Origin;
use env::network::Limits as NetworkLimits;
use exchange::oqs::bulk::{Downloaded, Uploaded};
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::{Limits, Syntax, Wire};
use harness::for_each_database;
use seal::RootKey;
use storage::Store;

use crate::feed::Feed;
use crate::people::{HERE, Someone};
use crate::verification::{self, Trusted};
use crate::world::{bulk_request, download, listed, month_request, request_to, verification_at};

#[tokio::test(flavor = "multi_thread")]
async fn both_inquiries_on_both_databases() {
    for_each_database("bulk", async |database| {
        let env = harness::known_as(Actor::Verification);
        let clinic = harness::known_as(format!("institution:{HERE}"));
        Store::migrate(&env, &database, verification::MIGRATIONS)
            .await
            .unwrap();
        let feed = Feed::default();
        for n in 0..60 {
            feed.tell(0, Someone(n).ordinary());
        }
        let anywhere = Origin::new("127.0.0.1", 0);
        let hub = harness::known_as(Actor::Hub)
            .network()
            .listen(&anywhere, feed.handler(&env), NetworkLimits::default())
            .await
            .unwrap();
        let keys = verification::Keys::new(RootKey::generate(&mut env.rng()));
        let running = verification::start_with(
            &env,
            &anywhere,
            &database,
            hub.at(),
            keys,
            Trusted::nobody(),
            verification::GuessingRules::none(),
        )
        .await
        .unwrap();
        let at = verification_at(running.at().clone());
        let post = async |path: &str, body: Vec<u8>| {
            let request = request_to(&at.at, path, Syntax::Xml, None, body);
            clinic
                .network()
                .call(&at, request, Duration::from_secs(20))
                .await
                .unwrap()
        };
        let first = async |path: &str, body: Vec<u8>| {
            let answer = post(path, body).await;
            let received = Uploaded::read(answer.body(), &Limits::SINGLE).unwrap();
            received.body.reception_number.unwrap()
        };
        let second = async |path: &str, number: &str| loop {
            let body = download(HERE, number).write_as(Syntax::Xml).unwrap();
            let answer = post(path, body).await;
            let result = Downloaded::read(answer.body(), &Limits::PART).unwrap();
            match result.header.segment_of_result {
                SegmentOfResult::Processing => env.sleep(Duration::from_millis(10)).await,
                _ => return result,
            }
        };
        // Until the feed has come, each reception sees what had come by then.
        let (mut count, mut attempt) = (0, 0);
        while count < 60 {
            attempt += 1;
            let request = month_request(HERE, (2026, 11), Some(&format!("MONTH-{attempt}")));
            let number = first("/institution/month", request.write_as(Syntax::Xml).unwrap()).await;
            count = listed(&second("/institution/month/result", &number).await).len();
            env.sleep(Duration::from_millis(20)).await;
        }
        let people = (0..70).map(|n| Someone(n).search(0)).collect();
        let request = bulk_request(HERE, 16, people);
        let number = first("/institution/bulk", request.write_as(Syntax::Xml).unwrap()).await;
        let again = first("/institution/bulk", request.write_as(Syntax::Xml).unwrap()).await;
        assert_eq!(again, number);
        let result = second("/institution/bulk/result", &number).await;
        assert_eq!(result.header.number_of_processing_result, Some(70));
        let told = result.body.units.iter().filter(|unit| !unit.results.is_empty());
        assert_eq!(told.count(), 60);
        running.stop().await;
        hub.close().await;
    })
    .await;
}
