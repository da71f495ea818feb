//! The register's endpoints.

use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use serde::de::DeserializeOwned;
use service::Problem;

use crate::residents::Residents;

mod compare;
mod load;

pub(crate) fn router(role: Arc<Residents>) -> Router {
    Router::new()
        .route("/residents", post(load::handler))
        .route("/residents/compare", post(compare::handler))
        .with_state(role)
        .merge(service::health("registers"))
}

/// Reads a body. A parser's message could repeat what was there, so only the place is told.
fn read<T: DeserializeOwned>(body: &[u8], what: &str) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Problem::malformed(format!("not {what}: line {line}, column {column}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::residents::{Question, Resident};

    #[test]
    fn what_cannot_be_read_is_not_repeated() {
        let attributes = r#"{"name":{"name":"架空","kana":"ｶｸｳ"},"birth_date":"1980-02-29","sex":"金糸雀"}"#;
        let body = format!(r#"[{{"number":987654321093,"index":"金糸雀","attributes":{attributes}}}]"#);
        for problem in [
            read::<Vec<Question>>(body.as_bytes(), "a list of questions").err(),
            read::<Vec<Resident>>(body.as_bytes(), "a list of residents").err(),
        ] {
            let title = problem.unwrap().title;
            assert!(title.contains("line 1, column "), "{title}");
            assert!(
                !title.contains("金糸雀") && !title.contains("987654321093"),
                "{title}"
            );
        }
    }
}
