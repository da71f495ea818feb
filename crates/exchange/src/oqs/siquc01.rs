//! 資格確認 (OQS-IF-001/002), one person, answered at once: `OQSsiquc01req` and `OQSsiquc01res`.
//!
//! The file that a card reader pushes (`OQSsiquc01res_face_…`) is a result of the same shape.

mod consent;
mod qualification;
mod request;
mod result;
mod ticket;

pub use consent::ConsentTold;
pub use qualification::ResultOfQualificationConfirmation;
pub use request::{Request, RequestHeader, SearchInfo};
pub use result::{ResultBody, ResultHeader, ResultMessage};
pub use ticket::MedicalTicketInfo;

use super::bulk::Download;
use super::record::{Field, Record};

/// The tag as the layout has it, with its Japanese name (項目名). Only such tags are shown in faults: an unknown one may
/// hold anything.
pub(super) fn field(tag: &str) -> Option<&'static Field> {
    let lists = [
        RequestHeader::FIELDS,
        SearchInfo::FIELDS,
        ResultHeader::FIELDS,
        ResultBody::FIELDS,
        ResultOfQualificationConfirmation::FIELDS,
        MedicalTicketInfo::FIELDS,
        Download::FIELDS,
    ];
    lists.into_iter().flatten().find(|field| field.tag == tag)
}

pub(super) const QUALIFICATION_CONFIRMATION_DATE: &str = "QualificationConfirmationDate";
pub(super) const MEDICAL_INSTITUTION_CODE: &str = "MedicalInstitutionCode";
pub(super) const ARBITRARY_FILE_IDENTIFIER: &str = "ArbitraryFileIdentifier";
