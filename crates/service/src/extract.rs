//! What stands in a path, a query or a body, read so that a no never repeats it.
//!
//! axum's own extractors answer in plain text and quote what they could not read, which may be somebody's number. These
//! answer with a [`Problem`] that names the parameter and the rule. A test of the house keeps axum's out of the roles.

use axum::RequestPartsExt;
use axum::extract::FromRequestParts;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::Problem;
use pieces::{Pieces, Refused};

mod body;
mod pieces;

pub use body::json;

/// What to do about a parameter that could not be read.
const CORRECT: &str = "項目を直して、もう一度送ってください (correct the parameter and ask again)";

/// The variable pieces of a path, in their order.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

/// The parameters of a query, by name.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Path<T>, Problem> {
        let pieces = parts
            .extract::<axum::extract::Path<Vec<(String, String)>>>()
            .await;
        let axum::extract::Path(pieces) = pieces.map_err(|rejection| not_text(&rejection))?;
        T::deserialize(Pieces(&pieces))
            .map_err(|refused| match pieces.as_slice() {
                // A path's names are ours.
                [(name, _)] => refused.at(name),
                _ => refused,
            })
            .map(Path)
            .map_err(Problem::from)
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Query<T>, Problem> {
        let pieces = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let axum::extract::Query(pieces) =
            pieces.map_err(|_| Problem::malformed("the query cannot be read").next_step(CORRECT))?;
        T::deserialize(Pieces(&pieces)).map(Query).map_err(Problem::from)
    }
}

impl From<Refused> for Problem {
    fn from(Refused { field, rule }: Refused) -> Problem {
        let problem = Problem::malformed(rule).next_step(CORRECT);
        match field {
            Some(field) => problem.field(field),
            None => problem,
        }
    }
}

/// A piece of a path whose bytes are no text.
fn not_text(rejection: &PathRejection) -> Problem {
    let problem = Problem::malformed("not text in UTF-8").next_step(CORRECT);
    match rejection {
        PathRejection::FailedToDeserializePathParams(failed) => match failed.kind() {
            ErrorKind::InvalidUtf8InPathParam { key } => problem.field(key.clone()),
            _ => problem,
        },
        _ => problem,
    }
}

#[cfg(test)]
mod tests;
