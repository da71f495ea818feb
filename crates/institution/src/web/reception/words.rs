//! Codes of a message as words.

use exchange::oqs::codes::{MedicalTreatmentType, ReasonOfLoss, Sex, SingleOrCombinedUse};

use crate::card::Next;
use crate::today::How;
use crate::web::answer::Verdict;
use crate::web::text::Reception as T;
use domain::presence::Method;

pub(super) const fn how(how: How) -> T {
    match how {
        How::Card(Method::Pin) => T::ByPin,
        How::Card(Method::Face) => T::ByFace,
        How::Visual => T::ByVisual,
    }
}

/// A verdict, and what reception does about it.
pub(super) const fn verdict(verdict: Verdict) -> (T, T) {
    match verdict {
        Verdict::Valid => (T::Valid, T::ValidNext),
        Verdict::Waiting => (T::Waiting, T::WaitingNext),
        Verdict::Invalid => (T::Invalid, T::InvalidNext),
        Verdict::NotFound => (T::NotFound, T::NotFoundNext),
        Verdict::Unclear => (T::Unclear, T::UnclearNext),
    }
}

/// What reception does about a card of which nothing came.
pub(super) const fn next(next: Next) -> T {
    match next {
        Next::CardAgain | Next::UnlockAgain => T::AgainNext,
        Next::OtherWay => T::OtherWayNext,
        Next::Municipality => T::LockedNext,
        Next::Later => T::LaterNext,
        Next::Staff => T::StaffNext,
    }
}

pub(super) const fn sex(sex: Sex) -> T {
    match sex {
        Sex::Male => T::Male,
        Sex::Female => T::Female,
        Sex::Unset => T::Unset,
    }
}

pub(super) const fn reason(reason: ReasonOfLoss) -> T {
    match reason {
        ReasonOfLoss::Death => T::Death,
        ReasonOfLoss::PublicAssistanceBegan => T::AidBegan,
        ReasonOfLoss::InsuranceAcquired => T::Insured,
        ReasonOfLoss::Other => T::OtherReason,
    }
}

pub(super) const fn treatment(kind: MedicalTreatmentType) -> T {
    match kind {
        MedicalTreatmentType::Inpatient => T::Inpatient,
        MedicalTreatmentType::Outpatient => T::Outpatient,
        MedicalTreatmentType::Dental => T::Dental,
        MedicalTreatmentType::Dispensing => T::Pharmacy,
        MedicalTreatmentType::HomeNursing => T::Nursing,
    }
}

pub(super) const fn combined(using: SingleOrCombinedUse) -> T {
    match using {
        SingleOrCombinedUse::Single => T::Single,
        SingleOrCombinedUse::Combined => T::Combined,
    }
}
