//! `madoguchi institution ask`: one request file to the running institution, its result on standard output.

use bytes::Bytes;
use domain::permit::Actor;
use env::real::RealWorld;
use http::{Method, StatusCode};
use service::{Caller, Problem};

use crate::cli::Ask;
use crate::outcome::{Failure, Outcome};
use crate::roles::RoleConfig;

/// The longest request, in bytes.
const LONGEST: u64 = 1 << 20;
/// 処理結果区分 of an answer that says what is wrong with the request.
const FAILED: &str = "9";

pub(super) async fn run(asked: &Ask) -> Outcome {
    let RoleConfig::Institution(config) = RoleConfig::load(&asked.config)? else {
        return Err(Failure::failed(format!(
            "{} describes no institution",
            asked.config.display()
        )));
    };
    let env = RealWorld::env();
    let request = env.files().read(&asked.request, LONGEST).await?;
    let caller = Caller::new(&env, &config.listen, &Actor::Institution(config.code));
    let sent = caller
        .send(Method::POST, "/ask", "application/xml", Bytes::from(request))
        .await;
    let answer = sent.map_err(|error| {
        Failure::not_running(format!("the institution's role is not running: {error}")).next_step(format!(
            "madoguchi serve institution --config {}",
            asked.config.display()
        ))
    })?;
    if answer.status() != StatusCode::OK {
        let problem: Result<Problem, _> = serde_json::from_slice(answer.body());
        let reason = problem.map_or_else(|_| answer.status().to_string(), |problem| problem.title);
        return Err(Failure::failed(reason));
    }
    use std::io::Write;
    std::io::stdout().write_all(answer.body())?;
    let segment = answer.headers().get(institution::SEGMENT_HEADER);
    if segment.is_some_and(|segment| *segment == *FAILED) {
        return Err(Failure::failed(
            "the answer is an error (SegmentOfResult 9); ErrorCode and ErrorMessage in it say why",
        ));
    }
    Ok(())
}
