//! `POST /institution/month`: OQSmutic01, the first step of fetching a month's own vouchers ([`receive`](super::receive)), and
//! `POST /institution/month/result`: OQSmutic02, the second ([`fetch`](super::fetch)), as XML or JSON.

use std::sync::Arc;

use domain::number::InstitutionCode;
use domain::permit::Permit;
use exchange::oqs::{Limits, mutic01};

use super::receive::FirstStep;
use crate::reception::{Family, Received};
use crate::{Verification, VerificationError};

impl FirstStep for mutic01::Request {
    const FAMILY: Family = Family::Month;
    const LIMITS: Limits = Limits::SINGLE;

    fn header(&self) -> (&str, Option<&str>) {
        let header = &self.header;
        (
            &header.medical_institution_code,
            header.arbitrary_file_identifier.as_deref(),
        )
    }

    async fn receive(
        &self,
        role: &Arc<Verification>,
        permit: &Permit,
        institution: InstitutionCode,
    ) -> Result<Received, VerificationError> {
        role.receive_month(permit, institution, self).await
    }
}
