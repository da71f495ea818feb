//! 資格確認 (OQS-IF-001/002), one person, answered at once: `OQSsiquc01req` and `OQSsiquc01res`.
//!
//! The file that a card reader pushes (`OQSsiquc01res_face_…`) is a result of the same shape.

mod qualification;
mod request;
mod result;
mod ticket;

pub use qualification::ResultOfQualificationConfirmation;
pub use request::{Request, RequestHeader, SearchInfo};
pub use result::{ResultBody, ResultHeader, ResultMessage};
pub use ticket::MedicalTicketInfo;

use super::record::Record;

/// Whether the layout has this tag. Only such tags are shown in faults: an unknown one may hold anything.
pub(super) fn has_tag(tag: &str) -> bool {
    let lists = [
        RequestHeader::TAGS,
        SearchInfo::TAGS,
        ResultHeader::TAGS,
        ResultBody::TAGS,
        ResultOfQualificationConfirmation::TAGS,
        MedicalTicketInfo::TAGS,
    ];
    lists.iter().any(|tags| tags.contains(&tag))
}

pub(super) const QUALIFICATION_CONFIRMATION_DATE: &str = "QualificationConfirmationDate";
pub(super) const MEDICAL_INSTITUTION_CODE: &str = "MedicalInstitutionCode";
pub(super) const ARBITRARY_FILE_IDENTIFIER: &str = "ArbitraryFileIdentifier";
