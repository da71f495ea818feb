//! Results of bulk inquiries, computed again from what they named (promise `history`).

use domain::month::TreatmentMonth;
use domain::number::InstitutionCode;
use exchange::oqs::bulk::BulkConfirmUnit;
use exchange::oqs::{muquc01, mutic01};

use crate::reception::{PEOPLE_IN_PART, month_of};
use crate::{Basis, Verification, VerificationError};

impl Verification {
    /// The units of a month's vouchers as they were told. All of them are in memory; for audits and tests.
    ///
    /// # Errors
    /// As when they were computed first.
    pub async fn recompute_month(
        &self,
        institution: InstitutionCode,
        request: &mutic01::Request,
        basis: &Basis,
    ) -> Result<Vec<BulkConfirmUnit>, VerificationError> {
        let month: TreatmentMonth = month_of(request);
        let (mut units, mut after) = (Vec::new(), Some(Vec::new()));
        while let Some(behind) = after {
            let page = self.month_page(institution, month, behind, &basis.heads).await?;
            units.extend(page.people.into_iter().flat_map(|(told, _)| told));
            after = page.last;
        }
        Ok(units)
    }

    /// The units of an inquiry about many people as they were told; and, of those behind too many misses, for whom nobody was
    /// looked, as they would have been.
    ///
    /// # Errors
    /// As when they were computed first.
    pub async fn recompute_bulk(
        &self,
        institution: InstitutionCode,
        request: &muquc01::Request,
        basis: &Basis,
    ) -> Result<Vec<BulkConfirmUnit>, VerificationError> {
        let day = request.header.qualification_confirmation_date;
        let mut units = Vec::with_capacity(request.search.len());
        for people in request.search.chunks(PEOPLE_IN_PART) {
            let told = self
                .tell_all(
                    institution,
                    day,
                    people.to_vec(),
                    &basis.heads,
                    basis.at,
                    u32::MAX,
                )
                .await?;
            units.extend(told.into_iter().map(|told| told.unit));
        }
        Ok(units)
    }
}
