//! Asking another role.

use std::time::Duration;

use bytes::Bytes;
use domain::permit::Actor;
use env::{Env, NetError, Origin, Response};
use http::{Method, Request, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{PEER_HEADER, Problem};

/// Why asking failed.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The message did not get through; the other side may have acted on it.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The other side said no.
    #[error("{path}: {} {}", problem.status, problem.title)]
    Refused {
        /// What was asked.
        path: String,
        /// What it said.
        problem: Problem,
    },
    /// The other side said something that is not of the agreed shape.
    #[error("{path}: the answer is not of the agreed shape")]
    Shape {
        /// What was asked.
        path: String,
    },
}

/// Asks one other role, always as the same actor.
#[derive(Clone, Debug)]
pub struct Caller {
    env: Env,
    to: Origin,
    peer: String,
    within: Duration,
}

impl Caller {
    /// Asks the role at `to` as `me`; an answer may take 30 s.
    pub fn new(env: &Env, to: &Origin, me: &Actor) -> Caller {
        Caller {
            env: env.clone(),
            to: to.clone(),
            peer: me.to_string(),
            within: Duration::from_secs(30),
        }
    }

    /// Waits at most so long for an answer.
    #[must_use]
    pub fn within(mut self, within: Duration) -> Caller {
        self.within = within;
        self
    }

    /// Who is asked.
    pub fn to(&self) -> &Origin {
        &self.to
    }

    /// Sends bytes; gives whatever comes back.
    ///
    /// # Errors
    /// [`NetError`] when nothing comes back.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        kind: &str,
        body: Bytes,
    ) -> Result<Response, NetError> {
        self.send_with(method, path, kind, &[], body).await
    }

    /// Sends bytes with more headers; gives whatever comes back.
    ///
    /// # Errors
    /// [`NetError`] when nothing comes back.
    pub async fn send_with(
        &self,
        method: Method,
        path: &str,
        kind: &str,
        more: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Response, NetError> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(
                http::header::HOST,
                format!("{}:{}", self.to.host(), self.to.port()),
            )
            .header(http::header::CONTENT_TYPE, kind)
            .header(PEER_HEADER, &self.peer);
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let request = request
            .body(body)
            .map_err(|error| NetError::Address(format!("{path}: {error}")))?;
        self.env.network().call(&self.to, request, self.within).await
    }

    /// Asks for JSON.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, CallError> {
        let response = self
            .send(Method::GET, path, "application/json", Bytes::new())
            .await?;
        read(path, &response)
    }

    /// Sends JSON and takes JSON.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn post<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<T, CallError> {
        let body = serde_json::to_vec(body).map_err(|_| CallError::Shape {
            path: path.to_owned(),
        })?;
        let response = self
            .send(Method::POST, path, "application/json", body.into())
            .await?;
        read(path, &response)
    }
}

fn read<T: DeserializeOwned>(path: &str, response: &Response) -> Result<T, CallError> {
    let path = path.to_owned();
    if response.status() == StatusCode::OK {
        serde_json::from_slice(response.body()).map_err(|_| CallError::Shape { path })
    } else {
        match serde_json::from_slice(response.body()) {
            Ok(problem) => Err(CallError::Refused { path, problem }),
            Err(_) => Err(CallError::Shape { path }),
        }
    }
}
