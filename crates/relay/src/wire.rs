//! The doors of a hub, as senders and readers see them.

use std::time::Duration;

use domain::permit::Actor;
use env::{Env, Origin, Response};
use http::Method;
use service::Caller;

use crate::RelayError;

/// Where files are sent.
pub const FILES: &str = "/registration/files";
/// Where marks are sent.
pub const MARKS: &str = "/registration/marks";
/// Where an office asks how far its records have come.
pub const PROGRESS: &str = "/registration/progress";
/// Where the feed is pulled.
pub const FEED: &str = "/feed";

/// A file of a month may take the hub some seconds.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn send(
    env: &Env,
    hub: &Origin,
    method: Method,
    path: &str,
    body: Vec<u8>,
) -> Result<Response, RelayError> {
    let caller = Caller::asking(env, hub, Actor::Hub).within(PATIENCE);
    Ok(caller
        .send(method, path, "application/x-ndjson", body.into())
        .await?)
}
