//! The line to verification: a nonce, and what is done with it.

use std::time::Duration;

use bytes::Bytes;
use domain::permit::Actor;
use env::{Env, NetError, Origin, Response};
use exchange::presence::{Brought, NONCE, Nonce};
use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{Method, Request, StatusCode};
use service::{Caller, Problem};

use super::fault::CardFault;

/// The longest that one of the two may take.
const WITHIN: Duration = Duration::from_secs(10);

/// Fetches a nonce, has it used, and brings that to `path`: both over the same connection, because the nonce is worth nothing on
/// another one.
pub(super) async fn bring(
    env: &Env,
    to: &Origin,
    path: &str,
    brought: impl FnOnce(Vec<u8>) -> Result<Brought, CardFault>,
) -> Result<Response, CardFault> {
    let caller = Caller::asking(env, to, Actor::Verification).within(WITHIN);
    let mut line = caller.connect().await.map_err(unreachable)?;
    let mut post = async |path: &str, body: Bytes| {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(HOST, format!("{}:{}", to.host(), to.port()))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/xml")
            .body(body)
            .map_err(|_| CardFault::Unreadable)?;
        let response = line.call(request, WITHIN).await.map_err(unreachable)?;
        match response.status() {
            StatusCode::OK => Ok(response),
            status => Err(no(status, response.body())),
        }
    };
    let given = post(NONCE, Bytes::new()).await?;
    let nonce: Nonce = serde_json::from_slice(given.body()).map_err(|_| CardFault::Unreadable)?;
    let body = serde_json::to_vec(&brought(nonce.nonce)?).map_err(|_| CardFault::Unreadable)?;
    post(path, body.into()).await
}

fn unreachable(error: NetError) -> CardFault {
    CardFault::Unreachable(error.to_string())
}

/// 4xx will not pass by itself, except for the two that say "later".
fn no(status: StatusCode, body: &[u8]) -> CardFault {
    let title =
        serde_json::from_slice::<Problem>(body).map_or_else(|_| String::new(), |problem| problem.title);
    let later = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&status);
    if status.is_client_error() && !later {
        CardFault::Refused {
            status: status.as_u16(),
            title,
        }
    } else {
        CardFault::Unreachable(format!("{status} {title}"))
    }
}
