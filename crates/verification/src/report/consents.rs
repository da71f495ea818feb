//! What a person let the institution see, as the items of a result say it.

use domain::consent::{LIFE, Scope};
use env::Time;
use exchange::oqs::codes::Consent;
use exchange::oqs::siquc01::ResultOfQualificationConfirmation;

use crate::basis::moment;
use crate::store::presence::LastSaid;

/// Adds what was said last of each scope, as it stands at a moment. A yes counts for 24 hours from its second on, and not a
/// moment longer.
pub(crate) fn add_consents(items: &mut [ResultOfQualificationConfirmation], said: &[LastSaid], now: Time) {
    for item in items {
        for (scope, at, given) in said {
            let from = Time::from_micros(at.micros().div_euclid(1_000_000) * 1_000_000);
            let standing = match given {
                false => Consent::NotGiven,
                true if now < from + LIFE => Consent::Given,
                true => Consent::Over,
            };
            let (consent, time, until) = match scope {
                Scope::Drug => (
                    &mut item.pharmacists_consent,
                    &mut item.pharmacists_consent_time,
                    &mut item.pharmacists_available_until,
                ),
                Scope::Diagnosis => (
                    &mut item.diagnosis_consent,
                    &mut item.diagnosis_consent_time,
                    &mut item.diagnosis_available_until,
                ),
                Scope::Operation => (
                    &mut item.operation_consent,
                    &mut item.operation_consent_time,
                    &mut item.operation_available_until,
                ),
                Scope::CheckUp => (
                    &mut item.specific_health_checkups_consent,
                    &mut item.specific_health_checkups_consent_time,
                    &mut item.specific_health_checkups_available_until,
                ),
            };
            *consent = Some(standing);
            *time = Some(moment(from.micros()));
            *until = given.then(|| moment((from + LIFE).micros()));
        }
    }
}
