//! For how long a card that was read at a desk lets it ask by number: 31 days, to the microsecond. And that visits do not run into
//! each other.

use std::time::Duration;

use domain::month::TreatmentMonth;
use domain::number::InstitutionCode;
use env::Time;
use identity::presence::{NONCE_ID_LEN, NonceId};
use storage::{Statement, Tx, params};

use super::desk::{Desk, visit};
use crate::store::presence::{Visit, keep};
use crate::store::{Looking, found_by};
use crate::tests::town::{BORN, CLINICS, DAY, PAYER, Townsperson};
use crate::{VerificationError, apply};

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_counts_for_31_days_at_its_own_desk() {
    harness::for_each_database("presence_visits", async |database| {
        let person = Townsperson::with_number(1, 1, BORN);
        let desk = Desk::new(&database, std::slice::from_ref(&person), &[]).await;
        let [here, elsewhere] = [0, 1].map(|clinic| InstitutionCode::parse(CLINICS[clinic]).unwrap());
        let (id, read_at) = (person.id(), Time::from_micros(1_795_000_000_000_000));
        let write = async move |tx: &mut Tx| {
            Ok::<_, VerificationError>(keep(tx, &visit(id, here, read_at), &[]).await?)
        };
        desk.role.store.unit("test.visit", write).await.unwrap();

        let number = desk.role.number_index(PAYER, &person.recipient());
        let month = apply::month_number(TreatmentMonth::of(DAY));
        let visited = async |institution, at| {
            let looking = Looking::from(institution, at);
            let found = found_by(&desk.role.store, number.as_bytes(), month, &looking).await;
            let versions = found.unwrap().versions;
            assert!(!versions.is_empty(), "the person is found");
            versions.iter().any(|version| version.visited.is_some())
        };
        let micro = Duration::from_micros(1);
        let days = |days| read_at + Duration::from_hours(24) * days;
        for (at, counts) in [
            (Time::from_micros(read_at.micros() - 1), false),
            (read_at, true),
            (days(30), true),
            (Time::from_micros(days(31).micros() - 1), true),
            (days(31), false),
            (days(31) + micro, false),
            (days(32), false),
        ] {
            assert_eq!(visited(here, at).await, counts, "{at:?}");
            assert!(!visited(elsewhere, at).await, "another desk read no card");
        }
    })
    .await;
}

static KEYS: Statement = Statement::new("SELECT request_key FROM visit ORDER BY request_key");

/// The cards of one person at two terminals of a clinic, both answered in the same µs: whoever was told a key may ask with it.
#[tokio::test(flavor = "multi_thread")]
async fn presence_two_visits_of_one_moment_are_two() {
    harness::for_each_database("presence_one_moment", async |database| {
        let person = Townsperson::with_number(1, 1, BORN);
        let desk = Desk::new(&database, std::slice::from_ref(&person), &[]).await;
        let here = InstitutionCode::parse(CLINICS[0]).unwrap();
        let at = Time::from_micros(1_795_000_000_000_000);
        let id = person.id();
        let write = async move |tx: &mut Tx| {
            // The second one twice, as by whoever does not know whether their commit stands.
            for n in [1, 2, 2] {
                let visit = Visit {
                    nonce: NonceId([n; NONCE_ID_LEN]),
                    request_key: Some([n; 16]),
                    ..visit(id, here, at)
                };
                keep(tx, &visit, &[]).await?;
            }
            Ok::<_, VerificationError>(())
        };
        desk.role.store.unit("test.visits", write).await.unwrap();
        let kept = desk.role.store.look(&KEYS, &params! {}).await.unwrap();
        let keys: Vec<&[u8]> = kept.iter().map(|row| row.bytes("request_key").unwrap()).collect();
        assert_eq!(keys, [[1; 16], [2; 16]]);
    })
    .await;
}
