//! `POST /institution/bulk`: OQSmuquc01, the first step of an inquiry about many people ([`receive`](super::receive)), and
//! `POST /institution/bulk/result`: OQSmuquc02, the second ([`fetch`](super::fetch)), as XML or JSON.

use std::sync::Arc;

use domain::number::InstitutionCode;
use domain::permit::Permit;
use exchange::oqs::{Limits, muquc01};

use super::receive::FirstStep;
use crate::reception::{Family, Received};
use crate::{Verification, VerificationError};

impl FirstStep for muquc01::Request {
    const FAMILY: Family = Family::Bulk;
    const LIMITS: Limits = Limits::MANY;

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
        role.receive_bulk(permit, institution, self).await
    }
}
