//! What comes from verification, or from the network in its place, instead of an answer.

use env::{Doubt, NetError, Response};
use http::StatusCode;
use service::Problem;

/// Why there is no answer. What it says is for the log; the desk is told in words of our own.
pub(crate) enum No {
    /// One of the two does not take the other's certificate.
    Doubted(Doubt),
    /// Verification said no, and asking again changes nothing.
    Refused(Problem),
    /// It cannot be reached, or says that it cannot answer now.
    Unreachable(String),
}

impl No {
    /// The network did not bring the question there, or the answer back.
    pub(crate) fn of_network(error: NetError) -> No {
        match error {
            NetError::Certificate { doubt, .. } => {
                tracing::error!(%error, "nothing is answered until the certificates are in order");
                No::Doubted(doubt)
            }
            other => No::Unreachable(other.to_string()),
        }
    }

    /// The answer is none: its status is not 200. 4xx will not pass by itself, except for the two that say "later".
    pub(crate) fn of_answer(response: &Response) -> No {
        let status = response.status();
        let problem = serde_json::from_slice(response.body()).unwrap_or_else(|_| Problem {
            status: status.as_u16(),
            title: String::new(),
            field: None,
            next: None,
        });
        let later = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&status);
        if status.is_client_error() && !later {
            No::Refused(Problem {
                status: status.as_u16(),
                ..problem
            })
        } else {
            No::Unreachable(format!("{status} {}", problem.title))
        }
    }
}
