//! Many inquiries by number at the same time are counted like one after the other.

use domain::permit::Actor;
use env::Origin;
use env::network::Limits;
use futures_util::future::join_all;
use http::Method;
use seal::RootKey;
use service::Caller;
use storage::Store;

use super::town::{self, BORN, CLINICS};
use crate::{GuessingRules, Keys, MIGRATIONS, Rules, Trusted, Verification};

/// Inquiries at the same time.
const AT_ONCE: u32 = 200;

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_is_answered_no_more_often_than_misses_are_left() {
    harness::for_each_database("burst", async |database| {
        let env = harness::known_as(Actor::Verification);
        Store::migrate(&env, &database, MIGRATIONS).await.unwrap();
        let keys = Keys::new(RootKey::generate(&mut env.rng()));
        let role = Verification::on(&env, &database, keys, Trusted::nobody(), Rules::default(), None);
        let router = crate::api::router(role.await.unwrap());
        let anywhere = Origin::new("127.0.0.1", 0);
        let listening = service::serve(&env, &anywhere, router, Limits::default());
        let listening = listening.await.unwrap();
        let desk = harness::known_as(format!("institution:{}:terminal:desk-1", CLINICS[0]));
        let caller = Caller::asking(&desk, listening.at(), Actor::Verification);
        let asks = (0..AT_ONCE).map(async |n| {
            let body = town::request(0, &town::recipient(5000 + n), BORN).into_bytes();
            let sent = caller.send(
                Method::POST,
                "/institution/inquiry",
                "application/xml",
                body.into(),
            );
            String::from_utf8(sent.await.unwrap().body().to_vec()).unwrap()
        });
        let answers = join_all(asks).await;
        let refused = answers.iter().filter(|text| text.contains("MDG-NUM-003")).count();
        let answered = answers.len() - refused;
        let most = usize::try_from(GuessingRules::default().misses_per_hour).unwrap();
        assert!(
            (1..=most).contains(&answered),
            "{answered} of {AT_ONCE} were answered"
        );
        listening.close().await;
    })
    .await;
}
