//! A body of JSON, read so that a no tells place and field and repeats nothing.

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use crate::Problem;

/// Reads a body.
///
/// # Errors
/// A [`Problem`] with line, column and the field's path. A parser's own message could repeat what was there, and so could
/// the name of a field that nobody knows: neither is told.
pub fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut json);
    let refused = |field: String, error: &serde_json::Error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        let problem = Problem::malformed(format!("not of the expected shape: {place}"))
            .next_step("compare with the reference of this endpoint");
        if field.is_empty() {
            problem
        } else {
            problem.field(field)
        }
    };
    let read = read.map_err(|error| {
        let mut path: Vec<&Segment> = error.path().iter().collect();
        if error.inner().to_string().starts_with("unknown field") {
            path.pop();
        }
        refused(written(&path), error.inner())
    })?;
    json.end().map_err(|error| refused(String::new(), &error))?;
    Ok(read)
}

/// `members[2].person`: fields by name, items by place.
fn written(path: &[&Segment]) -> String {
    let mut written = String::new();
    for segment in path {
        let name = segment.to_string();
        if !written.is_empty() && !matches!(segment, Segment::Seq { .. }) {
            written.push('.');
        }
        written.push_str(&name);
    }
    written
}
