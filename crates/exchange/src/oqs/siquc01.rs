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

pub(super) const QUALIFICATION_CONFIRMATION_DATE: &str = "QualificationConfirmationDate";
pub(super) const MEDICAL_INSTITUTION_CODE: &str = "MedicalInstitutionCode";
pub(super) const ARBITRARY_FILE_IDENTIFIER: &str = "ArbitraryFileIdentifier";
