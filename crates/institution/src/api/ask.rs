//! How an inquiry without folders is answered, of whichever family, for `madoguchi institution ask`.
//!
//! The body is a request file's bytes, in the encoding that it declares. The answer is what the agent would have put
//! into `res`, in the site's encoding: also a request that cannot be read, or a verification that cannot be reached,
//! is answered with a message (処理結果区分 9). A large result is a package (`application/zip`). Other answers than 200 are
//! [`Problem`]s.

use axum::response::{IntoResponse, Response};
use domain::permit::{Actor, Denied};
use exchange::oqs::names::Family;
use exchange::text::Encoding;
use http::header::CONTENT_TYPE;
use service::{Peer, Problem};

use crate::asked::Asked;
use crate::desk::{Answer, Desk, DeskError, Permits};

/// 処理結果区分 of the answer, so that a script need not read the XML: `1`, `2` or `9`.
pub const SEGMENT_HEADER: &str = "madoguchi-segment-of-result";
/// How many characters were replaced because the site's encoding lacks them; the answer says so too.
pub const REPLACED_HEADER: &str = "madoguchi-replaced";

/// Why there is no message at all.
#[derive(Debug, thiserror::Error)]
pub(super) enum AskError {
    /// Somebody asks who is not this institution.
    #[error("only this institution itself may ask here")]
    NotUs,
    /// There is no such inquiry.
    #[error("there is no such inquiry")]
    UnknownFamily,
    /// The permission table says no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The desk gave nothing.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl IntoResponse for AskError {
    fn into_response(self) -> Response {
        let problem = match &self {
            AskError::NotUs => Problem::forbidden(self.to_string()).next_step(
                "この医療機関の証明書で接続してください (connect with a certificate of institution:CODE, of the configured code)",
            ),
            AskError::UnknownFamily => Problem::missing(self.to_string())
                .next_step("ask for OQSsiquc01, OQSmutic01, OQSmutic02, OQSmuquc01 or OQSmuquc02"),
            AskError::Denied(denied) => Problem::from(denied.clone()),
            AskError::Desk(error) => Problem::unavailable(error),
        };
        problem.into_response()
    }
}

/// Answers the institution itself, and nobody else.
pub(super) async fn answer(
    desk: &Desk,
    peer: Peer,
    family: Family,
    body: &[u8],
) -> Result<Response, AskError> {
    if peer.0 != Actor::Institution(*desk.code()) {
        return Err(AskError::NotUs);
    }
    let permits = Permits::of(&peer.0)?;
    // The name of what is in a package; there is no file that it could be named after.
    let name = format!("{}res_ask.xml", family.prefix());
    let answer = match Asked::read(family, body) {
        Ok(asked) => desk.answer(&permits, &asked, &name, desk.now()).await?,
        Err(rejection) => desk.refuse(family, &rejection, &name)?,
    };
    Ok(message(answer, desk.encoding()))
}

fn message(answer: Answer, encoding: Encoding) -> Response {
    let kind = match encoding {
        _ if answer.packed => "application/zip",
        Encoding::Utf8 => "application/xml; charset=utf-8",
        Encoding::ShiftJis => "application/xml; charset=shift_jis",
    };
    let head = [
        (CONTENT_TYPE.as_str(), kind.to_owned()),
        (SEGMENT_HEADER, answer.segment.code().to_owned()),
        (REPLACED_HEADER, answer.replaced.len().to_string()),
    ];
    (head, answer.bytes).into_response()
}
