//! Request files to try by hand, `DATA/try`: whom each asks about, and what is answered and why. What is expected follows
//! from what the office has on file at the end of this start.

use domain::designation::InstitutionKind;
use domain::month::TreatmentMonth;
use env::Env;
use exchange::oqs::YearMonth;
use exchange::oqs::mutic01::{Request, RequestHeader, SearchInfo};
use exchange::text::Encoding;
use synthetic::Town;

use super::cards::Holder;
use super::fleet::{self, Fleet};
use super::single;
use crate::outcome::Failure;

mod people;
mod readme;

/// The desk where most is tried: the clinic.
const CLINIC: usize = 0;
/// The desk whose month is fetched.
const PHARMACY: usize = 3;

/// One request to try.
struct Try {
    /// The file's name in `DATA/try`.
    file: String,
    /// Which of the five institutions' `req` it goes into.
    desk: usize,
    /// Whom it asks about.
    whom: String,
    /// What is answered.
    expected: &'static str,
    /// Why it is answered so.
    why: &'static str,
    request: Vec<u8>,
}

/// Writes the requests, and `README.txt` about them.
pub(super) async fn write(env: &Env, fleet: &Fleet, town: &Town, holders: &[Holder]) -> Result<(), Failure> {
    let folder = fleet.data().join("try");
    env.files().ensure_dir(&folder).await?;
    let (office, desks) = (fleet.office()?, single::desks(env, fleet, town));
    let mut tries = people::tries(&office, &desks, town).await?;
    tries.push(month(town)?);
    for one in &tries {
        fleet::write(env, &folder.join(&one.file), &one.request).await?;
    }
    let readme = readme::text(fleet.data(), &tries, holders);
    fleet::write(env, &folder.join("README.txt"), readme.as_bytes()).await
}

/// The pharmacy's month.
fn month(town: &Town) -> Result<Try, Failure> {
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
                .ok_or_else(|| Failure::failed("診療年月を書けません。"))?,
        },
        unknown: Vec::new(),
    };
    Ok(Try {
        file: "OQSmutic01req_0001.xml".to_owned(),
        desk: PHARMACY,
        whom: "薬局に今月の調剤券があるすべての方（委託先資格情報の一括取得、1段階目）".to_owned(),
        expected: "処理結果区分 1（受付番号が返ります）",
        why: "受付番号を OQSmutic02req_….xml に書いて置くと、2段階目で一覧が返ります。",
        request: request.write(Encoding::Utf8)?,
    })
}
