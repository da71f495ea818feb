//! One voucher all the way: decided at the office, asked for in `req`, answered in `res`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::identity::OfficeCode;
use domain::permit::Actor;
use env::{Env, FileError, Time};
use exchange::oqs::Limits;
use exchange::oqs::codes::QualificationValidity;
use exchange::oqs::siquc01::ResultMessage;
use serde::Serialize;
use serde_json::Value;
use service::Caller;

use super::fleet::Fleet;
use super::story::{CLINIC, OFFICE, OTHER_CLINIC, Story};
use crate::outcome::{Failure, tell};

/// How it went.
#[derive(Serialize)]
pub(super) struct Summary {
    /// `OfficeDataAsOf` of the result.
    office_data_as_of: Option<String>,
    /// 資格有効性 of the result.
    pub(super) answer: String,
    /// 交付番号 of the voucher in the result.
    pub(super) issue_number: String,
    /// From the office's answer to the decision to the result file that holds the voucher, in ms.
    pub(super) decision_to_result_ms: f64,
    /// How often the request was dropped until then.
    requests: u32,
    /// The result file.
    pub(super) result_file: PathBuf,
    /// What a request under another institution's code was answered with.
    other_institution: OtherInstitution,
}

#[derive(Serialize)]
struct OtherInstitution {
    segment_of_result: String,
    error_code: Option<String>,
}

/// The pause before the desk asks again.
const ASK_AGAIN: Duration = Duration::from_millis(20);

/// How long the voucher may take before the demo gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Takes the voucher all the way.
pub(super) async fn travel(env: &Env, fleet: &Fleet, story: &Story) -> Result<Summary, Failure> {
    let tries = fleet.data().join("try");
    env.files().ensure_dir(&tries).await?;
    put_example(env, &tries.join("OQSsiquc01req_0001.xml"), &story.request(CLINIC)).await?;

    tell("deciding: a person, an eligibility, a voucher");
    let registers = Caller::new(env, fleet.at("registers")?, &Actor::Registers);
    let _loaded: usize = registers.post("/residents", &story.resident()).await?;
    let office = OfficeCode::parse(OFFICE)?;
    let office = Caller::new(env, fleet.at("office")?, &Actor::Office(office));
    let link = story.link();
    let _person: Value = office.post("/people", &story.person()).await?;
    let _eligibility: Value = office
        .post(&format!("/people/{link}/eligibilities"), &story.eligibility())
        .await?;
    let _voucher: Value = office
        .post(&format!("/people/{link}/vouchers"), &story.voucher())
        .await?;
    let decided = env.now();

    let desk = Desk {
        env,
        folders: fleet.data().join("clinic").join("OQS"),
        began: decided,
    };
    let mut requests = 0;
    loop {
        requests += 1;
        let (result_file, result) = desk.ask(&format!("a{requests}"), &story.request(CLINIC)).await?;
        if let Some(summary) = arrived(&desk, story, requests, &result_file, &result) {
            let (_, other) = desk.ask("other", &story.request(OTHER_CLINIC)).await?;
            let other_institution = OtherInstitution {
                segment_of_result: other.header.segment_of_result.code().to_owned(),
                error_code: other.header.error_code,
            };
            return Ok(Summary {
                other_institution,
                ..summary
            });
        }
        if env.now().since(decided) > PATIENCE {
            let code = result
                .body
                .qualification_validity
                .map_or("none", QualificationValidity::code);
            return Err(Failure::failed(format!(
                "the voucher has not reached the clinic after {} s; the last answer was {code}",
                PATIENCE.as_secs()
            )));
        }
        // Nothing tells the desk that a voucher has come: it asks again, as people at a desk do.
        env.sleep(ASK_AGAIN).await;
    }
}

/// The summary, when the result holds the voucher.
fn arrived(
    desk: &Desk<'_>,
    story: &Story,
    requests: u32,
    file: &Path,
    result: &ResultMessage,
) -> Option<Summary> {
    let expected = story.issue_number();
    let mut tickets = result
        .body
        .result_list
        .iter()
        .flat_map(|item| &item.public_expense_result_list);
    let ticket = tickets.find(|ticket| ticket.issue_number.as_deref() == Some(&expected))?;
    let took = desk.env.now().since(desk.began);
    Some(Summary {
        office_data_as_of: result.body.office_data_as_of.map(|at| Time::from_jst(at).stamp()),
        answer: result.body.qualification_validity?.code().to_owned(),
        issue_number: ticket.issue_number.clone()?,
        decision_to_result_ms: (took.as_secs_f64() * 1e6).round() / 1e3,
        requests,
        result_file: file.to_owned(),
        other_institution: OtherInstitution {
            segment_of_result: String::new(),
            error_code: None,
        },
    })
}

/// The receipt computer's side of the clinic's folders.
struct Desk<'a> {
    env: &'a Env,
    folders: PathBuf,
    began: Time,
}

impl Desk<'_> {
    /// Drops a request and waits for its result. The suffix is made unique by the moment the demo began.
    async fn ask(&self, mark: &str, request: &str) -> Result<(PathBuf, ResultMessage), Failure> {
        let suffix = format!("{}{mark}", self.began.micros());
        let (req, res) = (self.folders.join("req"), self.folders.join("res"));
        self.env
            .files()
            .create(
                &req.join(format!("OQSsiquc01req_{suffix}.xml")),
                request.as_bytes(),
            )
            .await?;
        let result = res.join(format!("OQSsiquc01res_{suffix}.xml"));
        let asked = self.env.now();
        loop {
            let changed = self.env.files().changed(&res);
            match self.env.files().read(&result, 1 << 20).await {
                Ok(bytes) => {
                    let message = ResultMessage::read(&bytes, &Limits::SINGLE)
                        .map_err(|rejection| Failure::failed(rejection.message()))?;
                    return Ok((result, message));
                }
                Err(FileError::Missing(_)) => {}
                Err(error) => return Err(error.into()),
            }
            if self.env.now().since(asked) > PATIENCE {
                return Err(Failure::failed(format!("no result {} came", result.display())));
            }
            // The folder tells of changes; where it does not, the look is repeated.
            let _look_again = self.env.timeout(Duration::from_millis(20), changed).await;
        }
    }
}

/// Puts the request that people may try; an older one is replaced.
async fn put_example(env: &Env, path: &Path, request: &str) -> Result<(), Failure> {
    match env.files().remove(path).await {
        Ok(()) | Err(FileError::Missing(_)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(env.files().create(path, request.as_bytes()).await?)
}
