//! Two verifications on one database: on a server they share it, and a nonce is good at one of them and once; on a file the second
//! is refused.

use std::fs;

use domain::permit::Purpose;
use exchange::presence::CARD;
use madoguchi_e2e::api::Api;
use madoguchi_e2e::books;
use madoguchi_e2e::cards::{Card, nonce, remembered};
use madoguchi_e2e::people::CLINIC;
use madoguchi_e2e::ports::free_ports;
use madoguchi_e2e::process::Process;
use madoguchi_e2e::town::{Kind, Role, Town};
use madoguchi_e2e::wait::wait_until;

/// A second verification on the same database and with the same keys, at another port.
fn second(town: &Town) -> (Process, u16) {
    let port = free_ports();
    let text = fs::read_to_string(town.config(Role::Verification)).unwrap();
    let (ours, other) = (
        format!("127.0.0.1:{}", town.port(Role::Verification)),
        format!("127.0.0.1:{port}"),
    );
    let config = town.path("verification-2.toml");
    fs::write(&config, text.replacen(&ours, &other, 1)).unwrap();
    let arguments = ["serve", "verification", "--config", &config];
    let log = town.folder().join("verification-2.log");
    (Process::start("verification-2", &arguments, &[], &log), port)
}

#[test]
fn on_a_server_a_nonce_is_good_at_one_of_them_and_once() {
    let mut town = Town::found("two-verifications", Kind::Postgres);
    town.start(Role::Verification, None);
    let (mut process, port) = second(&town);
    let pki = town.folder().join("pki");
    let operator = Api::new(&pki, port, "operator");
    wait_until("the second answers", || {
        assert!(process.ended().is_none(), "{}", process.last_words());
        operator.get("/health").ok()
    });
    let terminal = format!("institution:{CLINIC}:terminal:desk-1");
    let mut lines = [
        town.api_as(Role::Verification, &terminal).connect().unwrap(),
        Api::new(&pki, port, &terminal).connect().unwrap(),
    ];
    let card = Card::issue(town.folder(), 1);
    let asked = r#"{"day":"2026-11-25"}"#.to_owned();
    let nonce = nonce(&mut lines[0]).unwrap();
    let body = card.sign("desk-1", &nonce, Purpose::EligibilityCheck, asked);
    // Nobody has enrolled this card; the answer says so, and only once.
    for (line, says) in [
        (1, "別の接続"),
        (0, "<QualificationValidity>4</QualificationValidity>"),
        (0, "2度送られました"),
        (1, "別の接続"),
    ] {
        let text = lines[line].post(CARD, &body).unwrap().text();
        assert!(text.contains(says), "{says}: {text}");
    }
    let refused = operator.get("/refusals").unwrap().json();
    assert_eq!(refused["cards"], serde_json::json!({ "other_connection": 2 }));
    let refused = town.api(Role::Verification).get("/refusals").unwrap().json();
    assert_eq!(refused["cards"], serde_json::json!({ "used": 1 }));
    let used = books::rows(town.database(Role::Verification), "SELECT nonce FROM nonce_used");
    assert_eq!(used, [[format!("\\x{}", remembered(&nonce))]]);
    for process in [&mut process, town.process(Role::Verification)] {
        assert_eq!(process.stop().code(), Some(0));
    }
    town.leave();
}

#[test]
fn on_a_file_the_second_is_refused() {
    let mut town = Town::found("two-on-a-file", Kind::Sqlite);
    town.start(Role::Verification, None);
    let (mut process, _) = second(&town);
    let ended = wait_until("the second ends", || process.ended());
    assert_eq!(ended.code(), Some(1), "{}", process.last_words());
    assert!(process.said().contains("次にすること"), "{}", process.said());
    assert_eq!(town.process(Role::Verification).stop().code(), Some(0));
}
