//! A receipt computer's side of an institution's folders: a request goes into `req`, its result comes in `res`.

use std::path::PathBuf;
use std::time::Duration;

use domain::calendar::Date;
use domain::number::InstitutionCode;
use env::{Env, FileError, Time};
use exchange::oqs::Limits;
use exchange::oqs::codes::LimitConsent;
use exchange::oqs::siquc01::{Request, RequestHeader, ResultMessage, SearchInfo};
use exchange::text::Encoding;

use crate::outcome::Failure;

/// How long a result may take before the demo gives up.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long is waited for news of the folder before it is looked at again.
const LOOK: Duration = Duration::from_millis(5);
/// The longest result that is read.
const MOST: u64 = 1 << 20;

/// One institution's desk.
pub(super) struct Desk {
    pub(super) env: Env,
    pub(super) code: InstitutionCode,
    /// The folder with `req` and `res`.
    pub(super) folders: PathBuf,
    /// When the demo began: it makes the names of files unique.
    pub(super) began: Time,
}

/// Whom a request is about.
#[derive(Clone)]
pub(super) struct About {
    pub(super) payer: String,
    pub(super) recipient: String,
    pub(super) birth_date: Date,
    pub(super) day: Date,
}

impl Desk {
    /// A request as the receipt computer writes it.
    pub(super) fn request(&self, about: &About) -> Result<Vec<u8>, Failure> {
        let request = Request {
            header: RequestHeader {
                qualification_confirmation_date: about.day,
                medical_institution_code: self.code.as_str().to_owned(),
                arbitrary_file_identifier: None,
            },
            search: SearchInfo {
                insurer_number: about.payer.clone(),
                insured_card_symbol: None,
                insured_identification_number: about.recipient.clone(),
                insured_branch_number: None,
                birthdate: about.birth_date,
                limit_consent_flag: LimitConsent::Given,
                arbitrary_identifier: None,
            },
            unknown: Vec::new(),
        };
        Ok(request.write(Encoding::Utf8)?)
    }

    /// Drops a request and waits for its result.
    pub(super) async fn ask(&self, mark: &str, about: &About) -> Result<ResultMessage, Failure> {
        let suffix = format!("{}{mark}", self.began.micros());
        let (req, res) = (self.folders.join("req"), self.folders.join("res"));
        let request = req.join(format!("OQSsiquc01req_{suffix}.xml"));
        self.env.files().create(&request, &self.request(about)?).await?;
        let result = res.join(format!("OQSsiquc01res_{suffix}.xml"));
        let asked = self.env.now();
        loop {
            let changed = self.env.files().changed(&res);
            match self.env.files().read(&result, MOST).await {
                Ok(bytes) => {
                    // A desk takes what it has read, as receipt computers do.
                    self.env.files().remove(&result).await?;
                    return ResultMessage::read(&bytes, &Limits::SINGLE)
                        .map_err(|rejection| Failure::failed(rejection.message()));
                }
                Err(FileError::Missing(_)) => {}
                Err(error) => return Err(error.into()),
            }
            if self.env.now().since(asked) > PATIENCE {
                return Err(Failure::failed(format!(
                    "結果 {} が {} 秒たっても出ません。",
                    result.display(),
                    PATIENCE.as_secs()
                )));
            }
            // The folder tells of changes; where it does not, the look is repeated.
            let _looked_again_anyway = self.env.timeout(LOOK, changed).await;
        }
    }
}
