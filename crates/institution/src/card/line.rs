//! The line to verification: a nonce, and what is done with it.

use std::time::Duration;

use bytes::Bytes;
use domain::permit::Actor;
use env::{Env, Origin, Response};
use exchange::presence::{Brought, NONCE, Nonce};
use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{Method, Request, StatusCode};
use service::Caller;

use super::fault::CardFault;
use crate::no::No;

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
    let mut line = caller.connect().await.map_err(No::of_network)?;
    let mut post = async |path: &str, body: Bytes| {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(HOST, format!("{}:{}", to.host(), to.port()))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/xml")
            .body(body)
            .map_err(|_| CardFault::Unreadable)?;
        let response = line.call(request, WITHIN).await.map_err(No::of_network)?;
        match response.status() {
            StatusCode::OK => Ok(response),
            _ => Err(CardFault::from(No::of_answer(&response))),
        }
    };
    let given = post(NONCE, Bytes::new()).await?;
    let nonce: Nonce = serde_json::from_slice(given.body()).map_err(|_| CardFault::Unreadable)?;
    let body = serde_json::to_vec(&brought(nonce.nonce)?).map_err(|_| CardFault::Unreadable)?;
    post(path, body.into()).await
}
