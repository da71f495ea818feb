//! Request files to try by hand: `DATA/try`.

use domain::designation::InstitutionKind;
use domain::month::TreatmentMonth;
use env::Env;
use exchange::oqs::YearMonth;
use exchange::oqs::mutic01::{Request, RequestHeader, SearchInfo};
use exchange::text::Encoding;
use synthetic::Town;

use super::fleet::{self, Fleet};
use crate::outcome::Failure;

/// The pharmacy's month, as `OQSmutic01req_0001.xml`.
pub(super) async fn write(env: &Env, fleet: &Fleet, town: &Town) -> Result<(), Failure> {
    let month = TreatmentMonth::of(town.day());
    let request = Request {
        header: RequestHeader {
            medical_institution_code: town
                .institution_of_the_demo(InstitutionKind::Pharmacy)
                .as_str()
                .to_owned(),
            arbitrary_file_identifier: None,
        },
        search: SearchInfo {
            medical_treatment_month: YearMonth::new(month.year(), month.month())
                .ok_or_else(|| Failure::failed("the month cannot be written"))?,
        },
        unknown: Vec::new(),
    };
    put(
        env,
        fleet,
        "OQSmutic01req_0001.xml",
        &request.write(Encoding::Utf8)?,
    )
    .await
}

/// A person with a voucher at the clinic, as `OQSsiquc01req_0001.xml`.
pub(super) async fn write_single(env: &Env, fleet: &Fleet, request: &[u8]) -> Result<(), Failure> {
    put(env, fleet, "OQSsiquc01req_0001.xml", request).await
}

async fn put(env: &Env, fleet: &Fleet, name: &str, text: &[u8]) -> Result<(), Failure> {
    let folder = fleet.data().join("try");
    env.files().ensure_dir(&folder).await?;
    fleet::write(env, &folder.join(name), text).await
}
