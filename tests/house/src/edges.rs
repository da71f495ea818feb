//! How roles read what is asked of them: through `service::extract`, whose no repeats nothing.
//!
//! axum's own extractors answer in plain text and quote what they could not read, which may be somebody's number.

use crate::tree::File;

/// The roles, which strangers can ask.
const ROLES: [&str; 5] = ["office", "hub", "verification", "institution", "registers"];

/// Extractors of axum that say no by themselves.
const SPEAK: [&str; 6] = ["Path", "Query", "Json", "Form", "RawPathParams", "Multipart"];

/// Every place where a role takes one of them: `path:line: name`.
#[must_use]
pub fn faults(files: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.is_rust() && is_of_a_role(&file.path))
    {
        let text = file.text();
        let after = |needle: &'static str| text.match_indices(needle).map(move |(at, _)| at + needle.len());
        let named = after("axum::extract::").flat_map(|at| names(&text[at..]).map(move |name| (at, name)));
        // A `Json` that is answered with stands on the right side of an arrow; one that is taken has a name before it.
        let taken = ["): Json<", "): axum::Json<"]
            .into_iter()
            .flat_map(after)
            .map(|at| (at, "Json"));
        for (at, name) in named.filter(|(_, name)| SPEAK.contains(name)).chain(taken) {
            let line = text[..at].lines().count();
            faults.push(format!(
                "{}:{line}: axum's {name}: use `service::extract`",
                file.path
            ));
        }
    }
    faults
}

/// What may not stand in a template: filters that leave a text unescaped, scripts, styles of its own, and addresses elsewhere.
const UNSAFE_IN_TEMPLATES: [&str; 9] = [
    "|safe",
    "| safe",
    "autoescape",
    "<script",
    "<style",
    " style=",
    " onclick=",
    "javascript:",
    "https://",
];

/// Every place where a template has one of them: `path:line: what`.
#[must_use]
pub fn unsafe_templates(files: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    let templates = files
        .iter()
        .filter(|file| file.path.contains("/templates/") && file.path.ends_with(".html"));
    for file in templates {
        for (number, line) in (1..).zip(file.text().lines()) {
            let found = UNSAFE_IN_TEMPLATES.iter().filter(|what| line.contains(**what));
            faults.extend(found.map(|what| format!("{}:{number}: `{what}`", file.path)));
        }
    }
    faults
}

fn is_of_a_role(path: &str) -> bool {
    ROLES
        .iter()
        .any(|role| path.starts_with(&format!("crates/{role}/src/")))
}

/// The names at the end of a path, or those in its braces.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let end = if text.starts_with('{') {
        text.find('}')
    } else {
        text.find(|c: char| !c.is_alphanumeric())
    };
    text[..end.unwrap_or(text.len())].split(|c: char| !c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        faults(&[File {
            path: path.to_owned(),
            bytes: text.as_bytes().to_vec(),
        }])
    }

    #[test]
    fn a_planted_extractor_is_found() {
        let path = "crates/office/src/api/people_write.rs";
        for text in [
            "use axum::extract::Path;",
            "use axum::extract::{Query, State};",
            "use axum::extract::{\n    State,\n    Path,\n};",
            "fn f(axum::extract::Path(link): axum::extract::Path<Link>) {}",
            "fn f(Json(new): Json<New>) {}",
            "fn f(axum::Json(new): axum::Json<New>) {}",
        ] {
            assert!(!found(path, text).is_empty(), "{text}");
        }
        let told = found(path, "use a;\nuse axum::extract::{Path, State};");
        assert_eq!(told, [format!("{path}:2: axum's Path: use `service::extract`")]);
    }

    #[test]
    fn a_planted_filter_or_script_is_found() {
        let template = |text: &str| File {
            path: "crates/office/templates/a.html".to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        for what in UNSAFE_IN_TEMPLATES {
            assert_eq!(
                unsafe_templates(&[template(&format!("<p>\n{what}"))]).len(),
                1,
                "{what}"
            );
        }
        assert!(unsafe_templates(&[template("{{ name }}")]).is_empty());
    }

    #[test]
    fn ours_and_those_that_never_say_no_may_stand() {
        let text = "use axum::extract::State;\nuse service::extract::{Path, Query, json};\n\
                    async fn f(Path(link): Path<Link>) -> Result<Json<Kept>, Problem> { Ok(Json(kept)) }";
        assert_eq!(found("crates/hub/src/api/person.rs", text), Vec::<String>::new());
        let axums = "use axum::extract::Path;";
        assert_eq!(
            found("crates/service/src/extract.rs", axums),
            Vec::<String>::new()
        );
    }
}
