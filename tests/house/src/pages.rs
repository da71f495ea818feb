//! The handbook: links that lead somewhere, pages that can be found, types that exist.

use std::collections::BTreeSet;

use crate::tree::File;

/// Every link of a Markdown page to a file that is not there, and every file that it includes: `page: target`.
///
/// Addresses of the web and links within one page are not followed.
#[must_use]
pub fn dead_links(files: &[File]) -> Vec<String> {
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let is_there = |target: &str| {
        let folder = format!("{}/", target.trim_end_matches('/'));
        paths.contains(target) || paths.iter().any(|path| path.starts_with(&folder))
    };
    let mut dead = Vec::new();
    for page in files.iter().filter(|file| is_page(file)) {
        for target in links(&page.text()).into_iter().chain(includes(&page.text())) {
            if !is_there(&resolve(&page.path, &target)) {
                dead.push(format!("{}: {target}", page.path));
            }
        }
    }
    dead
}

/// Every page under `docs/src` that the table of contents does not name.
#[must_use]
pub fn lost_pages(files: &[File]) -> Vec<String> {
    let contents = files.iter().find(|file| file.path == "docs/src/SUMMARY.md");
    let named: Vec<String> = contents.map(|file| links(&file.text())).unwrap_or_default();
    let pages = files
        .iter()
        .filter(|file| is_page(file))
        .filter_map(|file| file.path.strip_prefix("docs/src/"));
    pages
        .filter(|page| *page != "SUMMARY.md" && !named.iter().any(|name| name == page))
        .map(str::to_owned)
        .collect()
}

/// Every type that the glossary names in the last column of a table and that no source declares.
#[must_use]
pub fn missing_types(files: &[File]) -> Vec<String> {
    let declared: BTreeSet<String> = files
        .iter()
        .filter(|file| file.is_rust())
        .flat_map(|file| declared_types(&file.text()))
        .collect();
    let glossary = files.iter().find(|file| file.path == "docs/src/glossary.md");
    let text = glossary.map(File::text).unwrap_or_default();
    let rows = text.lines().filter(|line| line.starts_with('|'));
    let named = rows
        .filter_map(|row| row.trim_end_matches('|').rsplit('|').next())
        .flat_map(in_backticks);
    named.filter(|name| !declared.contains(name)).collect()
}

/// Every function that the page of rules names in the last column of its table and that the crate `domain` does not declare
/// where the path says: in the module's file or folder.
#[must_use]
pub fn missing_rules(files: &[File]) -> Vec<String> {
    let page = files
        .iter()
        .find(|file| file.path == "docs/src/reference/rules.md");
    let text = page.map(File::text).unwrap_or_default();
    let rows = text.lines().filter(|line| line.starts_with('|'));
    let paths = rows
        .filter_map(|row| row.trim_end_matches('|').rsplit('|').next())
        .flat_map(in_backticks)
        .filter(|path| path.contains("::"));
    paths.filter(|path| !declares(files, path)).collect()
}

/// Every place in the sources that a page of the handbook names in backticks and that is not there: a path from the
/// root, `crates/office/src/decide.rs`, or in short a crate and a module of it, `office/decide`. A word in capitals stands
/// for some name.
#[must_use]
pub fn missing_places(files: &[File]) -> Vec<String> {
    let is_there = |path: &str| {
        let folder = format!("{path}/");
        files
            .iter()
            .any(|file| file.path == path || file.path.starts_with(&folder))
    };
    let missing = |place: &String| {
        let in_capitals = |part: &str| part.len() > 1 && part.chars().all(|c| c.is_ascii_uppercase());
        let named = place.chars().all(|c| is_name(c) || matches!(c, '/' | '.' | '-'))
            && !place.split(['/', '.', '-']).any(in_capitals);
        match place.trim_end_matches('/').split_once('/') {
            Some(("crates" | "tests" | "bench" | "docs" | "xtask" | "deploy", _)) if named => {
                !is_there(place.trim_end_matches('/'))
            }
            Some((name, module)) if named && is_there(&format!("crates/{name}/src")) => {
                let module = format!("crates/{name}/src/{module}");
                !is_there(&module) && !is_there(&format!("{module}.rs"))
            }
            _ => false,
        }
    };
    let mut found = Vec::new();
    for page in files
        .iter()
        .filter(|file| is_page(file) && file.path.starts_with("docs/src/"))
    {
        let places = page
            .text()
            .lines()
            .flat_map(in_backticks)
            .filter(missing)
            .collect::<Vec<_>>();
        found.extend(places.iter().map(|place| format!("{}: {place}", page.path)));
    }
    found
}

fn declares(files: &[File], path: &str) -> bool {
    let (Some((module, _)), Some((_, function))) = (path.split_once("::"), path.rsplit_once("::")) else {
        return false;
    };
    let (file, folder) = (
        format!("crates/domain/src/{module}.rs"),
        format!("crates/domain/src/{module}/"),
    );
    files
        .iter()
        .filter(|one| one.path == file || one.path.starts_with(&folder))
        .any(|one| {
            ["(", "<"]
                .iter()
                .any(|after| one.text().contains(&format!("fn {function}{after}")))
        })
}

fn is_page(file: &File) -> bool {
    std::path::Path::new(&file.path)
        .extension()
        .is_some_and(|extension| extension == "md")
}

/// Targets of `[text](target)`, without addresses and without the part after `#`.
fn links(text: &str) -> Vec<String> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let local = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    local
        .filter_map(|target| target.split('#').next())
        .map(str::to_owned)
        .collect()
}

/// Files of `{{#include file}}`, which mdBook puts into the page.
fn includes(text: &str) -> Vec<String> {
    let starts = text.split("{{#include ").skip(1);
    starts
        .filter_map(|rest| rest.split("}}").next())
        .map(|file| file.trim().to_owned())
        .collect()
}

/// `target` as seen from `page`, from the root.
fn resolve(page: &str, target: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

fn declared_types(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split(|c: char| !is_name(c)).collect();
    let kinds = ["struct", "enum", "trait", "type"];
    let by_keyword = words
        .windows(2)
        .filter(|pair| kinds.contains(&pair[0]))
        .map(|pair| pair[1]);
    // The project's macros (`token!`, `code_table!`) take the type's name first, then its label: `Validity, "…"`.
    let starts = text.lines().filter_map(|line| line.trim().split_once(", \""));
    let by_macro = starts
        .map(|(name, _)| name)
        .filter(|name| name.chars().all(is_name) && !name.is_empty());
    by_keyword.chain(by_macro).map(str::to_owned).collect()
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn in_backticks(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Vec<File> {
        files
            .iter()
            .map(|(path, text)| File {
                path: (*path).to_owned(),
                bytes: text.as_bytes().to_vec(),
            })
            .collect()
    }

    #[test]
    fn a_dead_link_and_a_lost_page_are_found() {
        let files = tree(&[
            ("docs/src/SUMMARY.md", "[a](a/one.md)"),
            (
                "docs/src/a/one.md",
                "[up](../SUMMARY.md#x) [web](https://example.invalid) [gone](gone.md) [dir](../a)\n\
                 {{#include one.md}} {{#include x/gone.xml}}",
            ),
            ("docs/src/lost.md", ""),
        ]);
        assert_eq!(
            dead_links(&files),
            ["docs/src/a/one.md: gone.md", "docs/src/a/one.md: x/gone.xml"]
        );
        assert_eq!(lost_pages(&files), ["lost.md"]);
    }

    #[test]
    fn a_type_that_exists_nowhere_is_found() {
        let files = tree(&[
            (
                "crates/x/src/lib.rs",
                "pub struct Payer(u8);\npub enum Lane { A }\ntoken! {\n    Sign, \"sign\", 4\n}",
            ),
            (
                "docs/src/glossary.md",
                "| 番号 | `Payer` |\n| 道 | `Lane`, `Road`, `Sign` |\nnot a row `Else`",
            ),
        ]);
        assert_eq!(missing_types(&files), ["Road"]);
    }

    #[test]
    fn a_place_that_is_not_there_is_found() {
        let files = tree(&[
            ("crates/office/src/lib.rs", ""),
            ("crates/office/src/decide/writing.rs", ""),
            (
                "docs/src/a.md",
                "`office/decide`, `office/decide/writing` and `office/lib.rs`; `office/gone`;\n\
                 `crates/office/src/lib.rs` `crates/office/src/gone.rs` `res/a.xml` `POST /office/x`",
            ),
        ]);
        let places = ["office/gone", "crates/office/src/gone.rs"];
        assert_eq!(
            missing_places(&files),
            places.map(|place| format!("docs/src/a.md: {place}"))
        );
    }

    #[test]
    fn a_rule_that_is_no_function_is_found() {
        let files = tree(&[
            ("crates/domain/src/aid.rs", "pub fn begins(day: Date) {}"),
            ("crates/domain/src/aid/end.rs", "impl X { pub fn ends(&self) {} }"),
            ("crates/domain/src/other.rs", "pub fn elsewhere() {}"),
            (
                "docs/src/reference/rules.md",
                "| `a` | `aid::begins` |\n| `b` | `aid::X::ends` |\n| `c` | `aid::elsewhere` |\n| `version` | `2026-1` |",
            ),
        ]);
        assert_eq!(missing_rules(&files), ["aid::elsewhere"]);
    }
}
