//! What a person let the institution see, as the items of a result say it.

use std::time::Duration;

use domain::consent::LIFE;
use env::Time;
use exchange::oqs::codes::Consent;
use exchange::oqs::siquc01::{ConsentTold, ResultOfQualificationConfirmation};

use crate::basis::moment;
use crate::store::presence::LastSaid;

/// By how much a clock may have been ahead that wrote down a yes.
const AHEAD: Duration = Duration::from_mins(5);

/// Adds what was said last of each scope, as it stands at a moment. A yes counts for 24 hours from its second on, and not a
/// moment longer; one that seems to come from the future does not count before its time.
pub(crate) fn add_consents(items: &mut [ResultOfQualificationConfirmation], said: &[LastSaid], now: Time) {
    for item in items {
        for LastSaid { scope, at, given } in said {
            let from = Time::from_micros(at.micros().div_euclid(1_000_000) * 1_000_000);
            let consent = match given {
                false => Consent::NotGiven,
                true if from > now + AHEAD => Consent::NotGiven,
                true if now < from + LIFE => Consent::Given,
                true => Consent::Over,
            };
            let told = ConsentTold {
                consent,
                time: Some(moment(from.micros())),
                until: given.then(|| moment((from + LIFE).micros())),
            };
            item.set_consent(*scope, told);
        }
    }
}
