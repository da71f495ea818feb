//! Every use case against every permit that there is: only the one to decide at this office opens any of them.

use std::sync::Arc;

use domain::identity::{HouseholdId, Link};
use domain::month::TreatmentMonth;
use domain::number::InstitutionCode;
use domain::permit::{Action, Actor, Permit, Purpose};
use env::Time;
use env::sim::Simulation;
use exchange::registration::{Lane, RecordId};
use seal::RootKey;
use serde_json::json;
use storage::{DatabaseConfig, Store};

use super::{code, new, setup};
use crate::{MIGRATIONS, Office, OfficeError};

fn link() -> Link {
    Link::parse("p-1").unwrap()
}

fn month() -> TreatmentMonth {
    TreatmentMonth::parse("202612").unwrap()
}

/// Whether a use case was denied; everything else that may go wrong comes after the permit.
fn denied<T>(done: Result<T, OfficeError>) -> bool {
    matches!(done, Err(OfficeError::Denied(_)))
}

/// Every use case by its name, with whether it was denied.
async fn all(office: &Arc<Office>, permit: &Permit) -> Vec<(&'static str, bool)> {
    let record = || RecordId::parse("v-1").unwrap();
    let entrustment = json!({
        "id": "a", "institution": "1319999015", "treatment": "02", "from": "2026-04-10", "opinion": "first_visit",
        "infection_37_2": "02",
    });
    let person = json!({ "name": { "name": "架空", "kana": "ｶｸｳ" }, "birth_date": "1970-01-02", "sex": "1" });
    let eligibility = json!({ "payer": "12139994", "recipient": "1234566", "start": "2026-04-01" });
    let event = |preview: bool| json!({ "what": { "event": "resumption", "date": "2026-12-01" }, "preview": preview });
    let household = || HouseholdId::parse("H-1").unwrap();
    let circumstances = json!({ "circumstances": { "household": "H-1" } });
    let settled = json!({ "month": "202612", "self_payment": "unsettled" });
    let flags = json!({ "undisclosed": true, "unusable": false });
    macro_rules! cases {
        ($($name:ident($($argument:expr),*);)+) => {
            vec![$((stringify!($name), denied(office.$name(permit $(, $argument)*).await))),+]
        };
    }
    cases! {
        write_down(new(person));
        decide_eligibility(link(), new(eligibility));
        shield(link(), new(flags));
        withdraw(link(), record(), new(json!({})));
        note_circumstances(link(), new(circumstances));
        entrust(link(), new(json!({ "entrustment": entrustment })));
        settle_self_payment(link(), new(settled));
        enter_event(link(), new(event(false)));
        enter_event(link(), new(event(true)));
        issue_now(link(), month());
        write_household(new(json!({ "id": "H-1" })));
        household(household());
        load(Vec::new(), Lane::Bulk);
        load_institutions(Vec::new());
        start_run(month());
        dry_run(month());
        run_report("202612-1".to_owned());
        newest_run(month());
        left_out("202612-1".to_owned(), Default::default());
        record_states(link());
        month_states(month());
        person_file(link());
        figures("2026-12-01".parse().unwrap());
    }
}

/// Every permit that anybody can have.
fn permits() -> Vec<Permit> {
    let actors = [
        Actor::Office(code()),
        Actor::Hub,
        Actor::Verification,
        Actor::Institution(InstitutionCode::parse("1319999015").unwrap()),
        Actor::Registers,
        Actor::Operator,
    ];
    let mut permits = Vec::new();
    for actor in &actors {
        for action in Action::ALL {
            for purpose in Purpose::ALL {
                permits.extend(Permit::grant(actor.clone(), *action, *purpose).ok());
            }
        }
    }
    permits
}

#[test]
fn only_who_may_decide_opens_a_use_case() {
    let fleet = Simulation::new(1, Time::from_micros(1_795_305_600_000_000));
    let name = "office-permits";
    let _disk = storage::hold_inline(name);
    let env = fleet.node("office", "office");
    let root = RootKey::generate(&mut env.rng());
    let work = async move {
        let database = DatabaseConfig::Inline { name: name.into() };
        Store::migrate(&env, &database, MIGRATIONS).await.unwrap();
        let office = Arc::new(Office::on_database(&env, &database, setup(&root)).await.unwrap());
        let mut told = Vec::new();
        for permit in permits() {
            for (case, denied) in all(&office, &permit).await {
                told.push((case, permit.action(), denied));
            }
        }
        told
    };
    let told = fleet.run(100_000, work).unwrap();
    assert!(told.len() > 100);
    for (case, action, denied) in told {
        assert_eq!(denied, action != Action::DecideAtOffice, "{case} with {action:?}");
    }
}
