//! What only the inside can test.

use std::time::Duration;

use domain::identity::OfficeCode;
use domain::monthly::IssuingWindow;
use domain::permit::{Action, Actor, Permit, Purpose};
use domain::regime::NumberRegime;
use domain::text::AsReceived;
use env::Origin;
use seal::RootKey;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Setup;

mod numbers;
mod permits;
mod unheard;

fn code() -> OfficeCode {
    OfficeCode::parse("13104").unwrap()
}

/// What the office is told when it starts; there is no hub.
fn setup(root: &RootKey) -> Setup {
    Setup {
        office: code(),
        name: AsReceived::parse("name", "見本福祉事務所").unwrap(),
        hub: Origin::new("hub", 80),
        hub_key: root.hub_private_key().public_key(),
        registers: None,
        number_regime: NumberRegime::Fixed,
        column: root.column_key("13104"),
        said_numbers: root.index_key(crate::SAID_NUMBERS),
        mark_every: Duration::from_secs(1),
        issuing: IssuingWindow::default(),
        today: None,
    }
}

/// The permit to decide at this office.
fn deciding() -> Permit {
    let (actor, action) = (Actor::Office(code()), Action::DecideAtOffice);
    Permit::grant(actor, action, Purpose::Registration).unwrap()
}

fn new<T: DeserializeOwned>(body: Value) -> T {
    serde_json::from_value(body).unwrap()
}
