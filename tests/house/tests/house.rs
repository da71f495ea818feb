//! The rules of the house, applied to this checkout.

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use madoguchi_house::floors::{self, Arrow, Use};
use madoguchi_house::tree::{self, File};
use madoguchi_house::{edges, individual, messages, pages, words};

/// No file of the program is longer than this, counted with everything in it.
const MOST_LINES: usize = 400;

/// A crate tells its story in at least this many lines before its first item.
const LEAST_STORY: usize = 3;

fn workspace() -> Metadata {
    MetadataCommand::new()
        .manifest_path(tree::root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata reads the root manifest")
}

fn files() -> Vec<File> {
    tree::files(&tree::root()).expect("the checkout can be read")
}

fn is_in_crates(package: &&Package) -> bool {
    package
        .manifest_path
        .components()
        .rev()
        .nth(2)
        .is_some_and(|folder| folder.as_str() == "crates")
}

#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn floors_hold() {
    let workspace = workspace();
    let floors: BTreeMap<String, u64> =
        serde_json::from_value(workspace.workspace_metadata["floors"].clone()).unwrap();
    let crates: Vec<&Package> = workspace.packages.iter().filter(is_in_crates).collect();
    let names: Vec<String> = crates.iter().map(|package| package.name.to_string()).collect();
    let mut arrows = Vec::new();
    for package in &crates {
        for dependency in package
            .dependencies
            .iter()
            .filter(|dependency| dependency.path.is_some())
        {
            let for_use = match dependency.kind {
                DependencyKind::Development => Use::Tests,
                _ => Use::Program,
            };
            arrows.push(Arrow {
                from: package.name.to_string(),
                to: dependency.name.clone(),
                for_use,
            });
        }
    }
    assert!(!arrows.is_empty(), "no arrow seen: this test would be blind");
    none(&floors::faults(&floors, &names, &arrows));
    let page = std::fs::read_to_string(tree::root().join("docs/src/architecture.md")).unwrap();
    assert_eq!(floors::shown(&page), floors, "docs/src/architecture.md");
}

#[test]
fn crates_tell_their_story() {
    let workspace = workspace();
    let mut silent = Vec::new();
    for package in workspace.packages.iter().filter(is_in_crates) {
        let roots = package
            .targets
            .iter()
            .filter(|target| target.is_lib() || target.is_bin());
        for source in roots.map(|target| &target.src_path) {
            let text = std::fs::read_to_string(source).unwrap();
            if text.lines().take_while(|line| line.starts_with("//!")).count() < LEAST_STORY {
                silent.push(format!(
                    "{source}: opens with fewer than {LEAST_STORY} lines of `//!`"
                ));
            }
        }
    }
    none(&silent);
}

#[test]
fn files_are_short() {
    let files = files();
    let lengths = files
        .iter()
        .filter(|file| file.is_rust())
        .map(|file| (&file.path, file.text().lines().count()));
    let long: Vec<String> = lengths
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(path, lines)| format!("{path}: {lines} lines, at most {MOST_LINES}"))
        .collect();
    none(&long);
}

#[test]
fn no_forbidden_words() {
    none(&words::faults(&files()));
}

#[test]
fn roles_read_requests_through_our_own_extractors() {
    none(&edges::faults(&files()));
}

#[test]
fn templates_escape_everything_and_run_nothing() {
    none(&edges::unsafe_templates(&files()));
}

#[test]
fn no_number_that_could_be_somebodys() {
    let mut found = Vec::new();
    for file in files() {
        for (line, number) in individual::faults(&file.bytes) {
            found.push(format!(
                "{}:{line}: {number} has an agreeing check digit and is no published example",
                file.path
            ));
        }
    }
    none(&found);
}

#[test]
fn the_ambient_world_stays_forbidden() {
    let clippy = std::fs::read_to_string(tree::root().join("clippy.toml")).unwrap();
    let rules = [
        "disallowed-methods",
        "SystemTime::now",
        "Instant::now",
        "tokio::spawn",
        "getrandom",
    ];
    for rule in rules {
        assert!(clippy.contains(rule), "clippy.toml does not name {rule}");
    }
}

#[test]
fn both_readmes_show_the_two_commands() {
    for readme in ["README.md", "README.ja.md"] {
        let text = std::fs::read_to_string(tree::root().join(readme)).unwrap();
        for command in ["cargo xtask demo", "cargo xtask test"] {
            assert!(text.contains(command), "{readme} does not show `{command}`");
        }
    }
}

#[test]
fn the_handbook_holds_together() {
    let files = files();
    none(&pages::dead_links(&files));
    none(&pages::lost_pages(&files));
    none(&pages::missing_types(&files));
    none(&pages::missing_rules(&files));
    none(&pages::missing_places(&files));
}

#[test]
fn the_page_of_messages_says_what_the_sources_say() {
    let files = files();
    none(&messages::code_faults(&files));
    none(&messages::voucher_faults(&files));
    none(&messages::value_faults(&files));
    none(&messages::missing_tags(&files));
}
