//! Two vouchers of one 交付番号: a system that makes its own may count anew each month. An event knows them by their records.

use domain::permit::Actor;
use env::Origin;
use seal::RootKey;
use serde_json::{Value, json};
use service::Caller;
use storage::{DatabaseConfig, Store};

use crate::people::{self, CLINIC, PAYER, PHARMACY};
use crate::{office, world};

/// A voucher 0001 of these days of a month of 2026, at an institution.
fn voucher(n: u32, month: u8, days: (u8, u8), institution: &str) -> Value {
    let mut voucher = json!({
        "ticket_type": "01", "issue_number": "0001", "treatment_month": format!("2026{month:02}"),
        "valid_from": format!("2026-{month:02}-{:02}", days.0),
        "valid_through": format!("2026-{month:02}-{:02}", days.1),
        "institution_code": institution, "institution_name": "見本診療所", "treatment_type": "02", "self_pay_yen": 0,
        "single_or_combined": "01", "social_insurance": "02", "infection_37_2": "02", "elderly_care": "02",
        "prefectural_expenses": "02", "printed_payer": PAYER, "printed_recipient": people::recipient(n),
    });
    if institution == PHARMACY {
        voucher["ticket_type"] = json!("02");
        voucher["treatment_type"] = json!("04");
        voucher["prescription_issuer_code"] = json!(CLINIC);
        voucher["prescription_issuer_name"] = json!("見本診療所");
    }
    voucher
}

/// Loads the n-th person and gives them vouchers under records of their own.
async fn give(caller: &Caller, n: u32, vouchers: [(&str, Value); 2]) {
    let _loaded: Value = caller.post("/load", &[people::household(n, &[])]).await.unwrap();
    let path = format!("/people/{}/vouchers", people::link(n));
    for (record, voucher) in vouchers {
        let body = json!({ "record": record, "voucher": voucher });
        let _given: Value = caller.post(&path, &body).await.unwrap();
    }
}

/// Ends the n-th person's aid: the records that it changes.
async fn end(caller: &Caller, n: u32, date: &str, reason: &str) -> Vec<String> {
    let what = json!({ "event": "end", "date": date, "reason": reason });
    let path = format!("/people/{}/events", people::link(n));
    let told: Value = caller
        .post(&path, &json!({ "id": "ev-1", "what": what }))
        .await
        .unwrap();
    let changed = told["vouchers"].as_array().unwrap().iter();
    changed
        .map(|one| one["record"].as_str().unwrap().to_owned())
        .collect()
}

/// What stands of the n-th person: each record with its days.
async fn standing(caller: &Caller, n: u32) -> Vec<(String, String, String)> {
    let file: Value = caller.get(&format!("/people/{}", people::link(n))).await.unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let vouchers = file["vouchers"].as_array().unwrap().iter();
    let mut standing: Vec<_> = vouchers
        .map(|one| {
            let (from, through) = (&one["body"]["valid_from"], &one["body"]["valid_through"]);
            (text(&one["record"]), text(from), text(through))
        })
        .collect();
    standing.sort();
    standing
}

fn stands(record: &str, from: &str, through: &str) -> (String, String, String) {
    (record.to_owned(), from.to_owned(), through.to_owned())
}

async fn events_know_them_apart(database: DatabaseConfig) {
    let env = harness::known_as(Actor::Office(world::code()));
    let (root, hub) = (
        RootKey::generate(&mut env.rng()),
        RootKey::generate(&mut env.rng()),
    );
    Store::migrate(&env, &database, office::MIGRATIONS).await.unwrap();
    // Nobody listens there.
    let setup = world::setup(Origin::new("127.0.0.1", 9), &root, &hub);
    let running = office::start_with(&env, &Origin::new("127.0.0.1", 0), &database, setup)
        .await
        .unwrap();
    let caller = Caller::oneself(&env, running.at());

    // Of November's and December's only December's has a day after the end.
    let november = ("v-11", voucher(1, 11, (1, 30), CLINIC));
    give(&caller, 1, [november, ("v-12", voucher(1, 12, (1, 31), CLINIC))]).await;
    assert_eq!(end(&caller, 1, "2026-12-11", "termination").await, ["v-12"]);
    assert_eq!(
        standing(&caller, 1).await,
        [
            stands("v-11", "2026-11-01", "2026-11-30"),
            stands("v-12", "2026-12-01", "2026-12-10")
        ]
    );

    // Both change: one is shortened and the other withdrawn.
    let november = ("v-11", voucher(2, 11, (1, 30), CLINIC));
    give(&caller, 2, [november, ("v-12", voucher(2, 12, (1, 31), CLINIC))]).await;
    assert_eq!(end(&caller, 2, "2026-11-20", "death").await, ["v-11", "v-12"]);
    assert_eq!(
        standing(&caller, 2).await,
        [stands("v-11", "2026-11-01", "2026-11-20")]
    );

    // Nor does it matter when both are of one month.
    let clinic = ("v-a", voucher(3, 12, (1, 31), CLINIC));
    give(&caller, 3, [clinic, ("v-b", voucher(3, 12, (1, 9), PHARMACY))]).await;
    assert_eq!(end(&caller, 3, "2026-12-10", "suspension").await, ["v-a"]);
    assert_eq!(
        standing(&caller, 3).await,
        [
            stands("v-a", "2026-12-01", "2026-12-09"),
            stands("v-b", "2026-12-01", "2026-12-09")
        ]
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_know_vouchers_of_one_number_apart() {
    harness::for_each_database("office_alike", events_know_them_apart).await;
}
