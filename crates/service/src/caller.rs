//! Asking another role.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use env::{Callee, Env, Line, NetError, Origin, Response};
use http::{Method, Request, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Problem;

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

/// Asks one other role, and nobody who only listens at its address.
#[derive(Clone, Debug)]
pub struct Caller {
    env: Env,
    to: Callee,
    within: Duration,
}

impl Caller {
    /// Asks whoever listens at an address, if it is `whom`: an actor, or another name that certificates have. An answer may take
    /// 30 s.
    pub fn asking(env: &Env, at: &Origin, whom: impl fmt::Display) -> Caller {
        Caller {
            env: env.clone(),
            to: Callee {
                at: at.clone(),
                name: whom.to_string().into(),
            },
            within: Duration::from_secs(30),
        }
    }

    /// Asks the very role that one is: as a command asks the role whose configuration it has.
    pub fn oneself(env: &Env, at: &Origin) -> Caller {
        Caller::asking(env, at, env.name().unwrap_or_default())
    }

    /// Waits at most so long for an answer.
    #[must_use]
    pub fn within(mut self, within: Duration) -> Caller {
        self.within = within;
        self
    }

    /// Who is asked.
    pub fn to(&self) -> &Origin {
        &self.to.at
    }

    /// A connection of its own to the same role.
    ///
    /// # Errors
    /// [`NetError`] when nobody is there, or somebody else.
    pub async fn connect(&self) -> Result<Box<dyn Line>, NetError> {
        self.env.network().connect(&self.to, self.within).await
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
                format!("{}:{}", self.to.at.host(), self.to.at.port()),
            )
            .header(http::header::CONTENT_TYPE, kind);
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
