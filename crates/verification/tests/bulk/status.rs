//! How verification runs is told to itself and to the operator, and to no institution and no office.

use domain::identity::OfficeCode;
use domain::number::InstitutionCode;
use domain::permit::Actor;
use env::Origin;
use service::{CallError, Caller};

use crate::people::HERE;
use crate::world::World;

fn asked(world: &World, me: &Actor, path: &'static str) -> Result<serde_json::Value, CallError> {
    let env = world.fleet.node("caller", "caller").simulated_as(me);
    let caller = Caller::asking(&env, &Origin::new("verification", 80), Actor::Verification);
    let asking = async move { caller.get(path).await };
    world.fleet.run(100_000, asking).unwrap()
}

#[test]
fn status_and_counts_are_for_verification_and_the_operator() {
    let world = World::new("status");
    let others = [
        Actor::Institution(InstitutionCode::parse(HERE).unwrap()),
        Actor::Office(OfficeCode::parse("13104").unwrap()),
        Actor::Hub,
        Actor::Registers,
    ];
    for path in ["/status", "/counts?month=202611"] {
        for other in &others {
            match asked(&world, other, path) {
                Err(CallError::Refused { problem, .. }) => assert_eq!(problem.status, 403, "{other} {path}"),
                told => panic!("{other} {path}: {told:?}"),
            }
        }
        for who in [Actor::Operator, Actor::Verification] {
            assert!(asked(&world, &who, path).is_ok(), "{who} {path}");
        }
    }
}
