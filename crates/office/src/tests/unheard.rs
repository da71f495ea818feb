//! A month's run of which the role was not told: it was written, and whoever began it was gone before the bell.

use std::sync::Arc;

use domain::month::TreatmentMonth;
use env::sim::Simulation;
use env::{Origin, Time};
use seal::RootKey;
use storage::{DatabaseConfig, Store};

use super::{deciding, setup};
use crate::run::OWN_LOOK;
use crate::{MIGRATIONS, Office};

#[test]
fn a_run_is_worked_on_also_when_nobody_rang() {
    let fleet = Simulation::new(4, Time::from_micros(1_795_305_600_000_000));
    let name = "office-unheard";
    let _disk = storage::hold_inline(name);
    let env = fleet.node("office", "office");
    let root = RootKey::generate(&mut env.rng());
    let work = async move {
        let database = DatabaseConfig::Inline { name: name.into() };
        Store::migrate(&env, &database, MIGRATIONS).await.unwrap();
        let at = Origin::new("office", 80);
        let running = crate::start_with(&env, &at, &database, setup(&root)).await;
        let running = running.unwrap();
        env.sleep(OWN_LOOK / 2).await;
        // The same database and another bell.
        let office = Office::on_database(&env, &database, setup(&root)).await;
        let office = Arc::new(office.unwrap());
        let month = TreatmentMonth::parse("202612").unwrap();
        let begun = office.start_run(&deciding(), month).await.unwrap();
        assert!(!begun.finished);
        env.sleep(OWN_LOOK + OWN_LOOK / 10).await;
        let run = office.newest_run(&deciding(), month).await.unwrap();
        running.stop().await;
        (run.id == begun.id, run.finished)
    };
    assert_eq!(fleet.run(100_000, work), Some((true, true)));
}
