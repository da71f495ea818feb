//! `--help` of every command shows an example; what cannot be understood ends with 2.

use std::process::Stdio;

use madoguchi_e2e::program::{Ran, command, run};

/// Every command at every level, found in the help itself: a new one cannot be left out.
fn commands() -> Vec<(Vec<String>, Ran)> {
    let mut open = vec![Vec::new()];
    let mut all = Vec::new();
    while let Some(path) = open.pop() {
        let help = run(path.iter().map(String::as_str).chain(["--help"])).ended(0);
        let below = below(&help.out);
        open.extend(below.into_iter().map(|name| [&path[..], &[name]].concat()));
        all.push((path, help));
    }
    all
}

/// The names under a help's `Commands:`, which stand at its margin; what is said of them stands further in.
fn below(help: &str) -> Vec<String> {
    let list = help.split("\nCommands:\n").nth(1).unwrap_or_default();
    let list = list.split("\n\n").next().unwrap_or_default();
    let lines = list.lines().filter_map(|line| line.strip_prefix("  "));
    let names = lines
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_command_at_every_level_shows_an_example_of_itself() {
    let all = commands();
    for (path, help) in &all {
        let name = path.join(" ");
        assert_eq!(help.err, "", "{name}");
        let (_, examples) = help
            .out
            .split_once("\nExample")
            .unwrap_or_else(|| panic!("{name} has no example: {}", help.out));
        let own = format!("madoguchi {name}");
        assert!(
            examples.contains(own.trim_end()),
            "{name}: an example of something else: {examples}"
        );
    }
    // The walk goes down: some of the second level, and of the first.
    for deep in [
        &["institution", "card"][..],
        &["pki", "ocsp"],
        &["number", "check"],
        &["demo"],
    ] {
        assert!(all.iter().any(|(path, _)| path == deep), "{deep:?} was not found");
    }
}

#[test]
fn what_cannot_be_understood_is_a_usage_error() {
    let wrong: [&[&str]; 13] = [
        &[],
        &["nothing"],
        &["demo", "--nothing"],
        &["demo", "--json"],
        &["demo", "--date", "2026-02-30"],
        &["demo", "--port", "70000"],
        &["init", "nobody", "--data", "x"],
        &["init", "hub"],
        &["serve", "hub"],
        &["number", "check", "shoe-size", "38"],
        &["number", "check", "payer"],
        &["institution", "ask", "request.xml"],
        &["simulate", "--seeds", "5..5"],
    ];
    for arguments in wrong {
        let ran = run(arguments).ended(2);
        assert_eq!(ran.out, "", "{arguments:?}");
        assert_ne!(ran.err, "", "{arguments:?}");
    }
}

#[test]
fn the_version_is_told() {
    let ran = run(["--version"]).ended(0);
    assert!(ran.out.starts_with("madoguchi "), "{}", ran.out);
}

#[test]
fn whoever_has_read_enough_may_close_the_output() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = command(["number", "check", "payer", "12131049", "--json"]);
    let mut started = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = String::new();
    std::io::Read::read_to_string(&mut started.stderr.take().unwrap(), &mut told).unwrap();
    started.wait().unwrap();
    assert!(!told.contains("プログラムの誤り"), "{told}");
}
