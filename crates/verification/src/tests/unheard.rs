//! A reception of which the worker was not told: it was written, and whoever sent it was gone before the bell.

use std::time::Duration;

use domain::number::InstitutionCode;
use domain::permit::{Action, Actor, Permit, Purpose};
use env::sim::Simulation;
use env::{Origin, Time};
use exchange::oqs::YearMonth;
use exchange::oqs::mutic01::{Request, RequestHeader, SearchInfo};
use storage::{DatabaseConfig, Statement, Store, params};

use super::presence::desk::keys;
use super::town::CLINICS;
use crate::worker::OWN_LOOK;
use crate::{GuessingRules, MIGRATIONS, Trusted, Verification};

static DONE: Statement = Statement::new("SELECT COUNT(*) AS n FROM reception WHERE state = 'done'");

#[test]
fn a_reception_is_worked_on_also_when_nobody_rang() {
    let fleet = Simulation::new(4, Time::from_micros(1_795_305_600_000_000));
    let name = "verification-unheard";
    let _disk = storage::hold_inline(name);
    let env = fleet.node("verification", "verification");
    let env = env.simulated_as(Actor::Verification);
    let work = async move {
        let database = DatabaseConfig::Inline { name: name.into() };
        Store::migrate(&env, &database, MIGRATIONS).await.unwrap();
        let (at, hub) = (Origin::new("verification", 80), Origin::new("hub", 80));
        let (trusted, guessing) = (Trusted::nobody(), GuessingRules::none());
        let running = crate::start_with(&env, &at, &database, &hub, keys(), trusted, guessing).await;
        let running = running.unwrap();
        env.sleep(OWN_LOOK / 2).await;
        // The same database and another bell.
        let other = Verification::on_database(&env, &database, keys()).await.unwrap();
        let institution = InstitutionCode::parse(CLINICS[0]).unwrap();
        let actor = Actor::Institution(institution);
        let permit = Permit::grant(actor, Action::FetchOwnVouchers, Purpose::EligibilityCheck).unwrap();
        let request = Request {
            header: RequestHeader {
                medical_institution_code: CLINICS[0].into(),
                arbitrary_file_identifier: None,
            },
            search: SearchInfo {
                medical_treatment_month: YearMonth::new(2026, 11).unwrap(),
            },
            unknown: Vec::new(),
        };
        other.receive_month(&permit, institution, &request).await.unwrap();
        let done = async || {
            let rows = other.store.look(&DONE, &params! {}).await.unwrap();
            rows[0].int("n").unwrap()
        };
        env.sleep(Duration::from_secs(1)).await;
        let before = done().await;
        env.sleep(OWN_LOOK).await;
        let after = done().await;
        running.stop().await;
        (before, after)
    };
    assert_eq!(fleet.run(1_000_000, work), Some((0, 1)));
}
