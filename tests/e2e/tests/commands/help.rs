//! `--help` of every command shows an example; what cannot be understood ends with 2.

use std::process::Stdio;

use madoguchi_e2e::program::{command, run};

const COMMANDS: [&[&str]; 20] = [
    &[],
    &["demo"],
    &["init"],
    &["serve"],
    &["migrate"],
    &["doctor"],
    &["number"],
    &["number", "check"],
    &["office"],
    &["office", "issue"],
    &["institution"],
    &["institution", "ask"],
    &["simulate"],
    &["synth"],
    &["pki"],
    &["pki", "init"],
    &["pki", "issue"],
    &["pki", "revoke"],
    &["pki", "crl"],
    &["pki", "show"],
];

#[test]
fn every_command_shows_an_example() {
    for command in COMMANDS {
        let help = run(command.iter().chain(&["--help"])).ended(0);
        assert!(help.out.contains("Example"), "{command:?}: {}", help.out);
        let shown = format!("madoguchi {}", command.join(" "));
        assert!(help.out.contains(shown.trim_end()), "{command:?}: {}", help.out);
        assert_eq!(help.err, "", "{command:?}");
    }
}

#[test]
fn every_command_of_the_help_is_tested_here() {
    let help = run(["--help"]).ended(0);
    let list = help.out.split("Commands:").nth(1).unwrap_or_default();
    let list = list.split("\n\n").next().unwrap_or_default();
    let named: Vec<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(named.len() >= 8, "{named:?}");
    for name in named {
        assert!(COMMANDS.contains(&&[name][..]), "{name} is not in COMMANDS");
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
