//! What a result says of a person's consents (閲覧同意): three fields for each scope.

use domain::consent::Scope;
use jiff::civil::DateTime;

use super::ResultOfQualificationConfirmation;
use crate::oqs::codes::Consent;

/// What a result says of one scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsentTold {
    /// How it stands (閲覧同意フラグ).
    pub consent: Consent,
    /// When it was said (閲覧同意日時), in Japan's time.
    pub time: Option<DateTime>,
    /// Until when a yes counts (閲覧有効期限), in Japan's time.
    pub until: Option<DateTime>,
}

impl ResultOfQualificationConfirmation {
    /// What is said of a scope; nothing when nobody was asked.
    #[must_use]
    pub fn consent(&self, scope: Scope) -> Option<ConsentTold> {
        let (consent, time, until) = match scope {
            Scope::Drug => (
                self.pharmacists_consent,
                self.pharmacists_consent_time,
                self.pharmacists_available_until,
            ),
            Scope::Diagnosis => (
                self.diagnosis_consent,
                self.diagnosis_consent_time,
                self.diagnosis_available_until,
            ),
            Scope::Operation => (
                self.operation_consent,
                self.operation_consent_time,
                self.operation_available_until,
            ),
            Scope::CheckUp => (
                self.specific_health_checkups_consent,
                self.specific_health_checkups_consent_time,
                self.specific_health_checkups_available_until,
            ),
        };
        Some(ConsentTold {
            consent: consent?,
            time,
            until,
        })
    }

    /// Says it of a scope.
    pub fn set_consent(&mut self, scope: Scope, told: ConsentTold) {
        let (consent, time, until) = match scope {
            Scope::Drug => (
                &mut self.pharmacists_consent,
                &mut self.pharmacists_consent_time,
                &mut self.pharmacists_available_until,
            ),
            Scope::Diagnosis => (
                &mut self.diagnosis_consent,
                &mut self.diagnosis_consent_time,
                &mut self.diagnosis_available_until,
            ),
            Scope::Operation => (
                &mut self.operation_consent,
                &mut self.operation_consent_time,
                &mut self.operation_available_until,
            ),
            Scope::CheckUp => (
                &mut self.specific_health_checkups_consent,
                &mut self.specific_health_checkups_consent_time,
                &mut self.specific_health_checkups_available_until,
            ),
        };
        (*consent, *time, *until) = (Some(told.consent), told.time, told.until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scope_has_fields_of_its_own() {
        let mut item = ResultOfQualificationConfirmation::default();
        let told = |hour| ConsentTold {
            consent: Consent::Given,
            time: Some(jiff::civil::date(2026, 11, 26).at(hour, 0, 0, 0)),
            until: Some(jiff::civil::date(2026, 11, 27).at(hour, 0, 0, 0)),
        };
        for (scope, hour) in Scope::ALL.iter().zip(1..) {
            assert_eq!(item.consent(*scope), None);
            item.set_consent(*scope, told(hour));
        }
        for (scope, hour) in Scope::ALL.iter().zip(1..) {
            assert_eq!(item.consent(*scope), Some(told(hour)));
        }
        assert_eq!(item.operation_consent_time, told(3).time);
        assert_eq!(item.specific_health_checkups_available_until, told(4).until);
    }
}
