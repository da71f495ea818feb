//! Every target with its corpus and the damage of one seed. `MADOGUCHI_SOAK=1` takes many more inputs.

use madoguchi_fuzz::{Target, all, corpus, run};

#[track_caller]
fn target(name: &str) -> Target {
    all()
        .into_iter()
        .find(|target| target.name == name)
        .expect("a target of that name")
}

/// One test for each target, so that they run beside each other and fail by name.
macro_rules! fuzz {
    ($($test:ident = $name:literal,)*) => {
        const NAMES: &[&str] = &[$($name),*];
        $(
            #[test]
            fn $test() {
                let report = run(&target($name));
                assert!(report.verdicts.len() > 1, "{report:?}");
                if run::long() {
                    println!("soak: {}", report.line($name));
                }
            }
        )*
    };
}

fuzz! {
    oqs_requests_in_xml = "oqs-request-xml",
    oqs_results_in_xml = "oqs-result-xml",
    oqs_messages_in_json = "oqs-json",
    names_of_request_files = "oqs-file-name",
    registration_files = "registration-file",
    rows_of_registration_files = "registration-rows",
    bodies_of_registered_parts = "registration-body",
    messages_between_roles = "messages",
    numbers_codes_and_days = "identifier",
    sealed_numbers_and_keys = "sealed",
    configuration_files = "configuration",
    database_addresses = "database-address",
    encodings = "text",
    certificates_of_cards = "card-certificate",
    revocation_lists = "revocation-list",
    answers_of_responders = "ocsp-answer",
    answers_of_readers = "reader-answers",
    commands_to_cards = "card-commands",
    nonces = "nonce",
    proofs_of_presence = "brought",
}

#[test]
fn every_target_is_run_and_every_corpus_has_a_target() {
    let names: Vec<&str> = all().iter().map(|target| target.name).collect();
    assert_eq!(names, NAMES);
    let root = corpus::folder("");
    for folder in std::fs::read_dir(&root).unwrap() {
        let folder = folder.unwrap().file_name().into_string().unwrap();
        assert!(names.contains(&&*folder), "corpus/{folder} belongs to no target");
    }
}

/// The verdicts that the corpora of these targets name.
fn named(targets: &[&str]) -> std::collections::BTreeSet<String> {
    let entries = targets.iter().flat_map(|target| corpus::entries(target));
    entries.map(|entry| entry.verdict).collect()
}

#[test]
fn the_corpora_break_every_rule() {
    let codes = |family: &str, last: u32| {
        let family = family.to_owned();
        (1..=last).map(move |number| format!("MDG-{family}-{number:03}"))
    };
    let messages = codes("XML", 16).chain(codes("JSN", 2)).chain(codes("OQS", 10));
    let found = named(&["oqs-request-xml", "oqs-result-xml", "oqs-json"]);
    assert_eq!(found, messages.chain(["accepted".to_owned()]).collect());

    let files = [
        "accepted",
        "count",
        "encoding",
        "hash",
        "json",
        "layout",
        "line-end",
        "missing",
        "number",
        "required",
        "revision",
        "scattered-person",
        "schema",
        "too-long",
        "too-many-rows",
        "twice",
    ];
    let found = named(&["registration-file", "registration-rows"]);
    assert_eq!(found, files.map(str::to_owned).into());
}
