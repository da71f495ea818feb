//! `--json` of `pki`: what was done and which files it is in, and nothing beside it on either output.

use madoguchi_e2e::folder;
use madoguchi_e2e::program::{Ran, run};
use serde_json::{Value, json};

use super::Sandbox;

/// What a run that did what was asked says as JSON; people are told nothing then.
fn said(ran: Ran) -> Value {
    let ran = ran.ended(0);
    assert_eq!(ran.err, "");
    ran.json()
}

/// The issuing keys of a folder, each with files that are what they are called.
fn assert_keys(keys: &Value, dir: &str) {
    let file = |issuer: &str, ending: &str| format!("{dir}/{issuer}.{ending}");
    let expected = ["card-1", "card-2", "organisations"]
        .map(|name| json!({ "issuer": name, "certificate": file(name, "crt"), "list": file(name, "crl") }));
    assert_eq!(*keys, json!({ "issuers": expected }));
    for key in expected {
        for (which, what) in [("certificate", "certificate"), ("list", "revocation_list")] {
            let shown = said(run(["pki", "show", key[which].as_str().unwrap(), "--json"]));
            assert_eq!(shown["what"], what);
        }
    }
}

#[test]
fn authorities_and_their_lists_are_told_by_their_files() {
    let dir = folder("pki-json-init").join("pki").display().to_string();
    assert_keys(&said(run(["pki", "init", "--dir", &dir, "--json"])), &dir);
    assert_keys(&said(run(["pki", "crl", "--dir", &dir, "--json"])), &dir);
    // A no is for people, on standard error.
    let again = run(["pki", "init", "--dir", &dir, "--json"]).ended(1);
    assert!(
        again.out.is_empty() && again.err.contains("変更していません"),
        "{again:?}"
    );
}

#[test]
fn how_a_card_stands_is_told_before_and_after_it_is_revoked() {
    let sandbox = Sandbox::new("pki-json-card");
    let card = said(sandbox.issue("card", "card", &[]));
    let serial = card["serial"].as_str().unwrap();
    let ocsp = |serial: &str, out: &str| {
        let out = sandbox.path(out);
        let asked = ["pki", "ocsp", "--dir", &sandbox.dir, "--issuer", "card-2", serial];
        let said = said(run(asked.iter().chain(&["--out", out.as_str(), "--json"])));
        assert!(std::path::Path::new(&out).is_file());
        let stands = said["stands"].clone();
        let expected = json!({ "issuer": "card-2", "serial": serial, "stands": stands, "answer": out });
        assert_eq!(said, expected);
        stands
    };
    assert_eq!(ocsp(serial, "good.ocsp"), "good");
    assert_eq!(ocsp("0600ffff", "unknown.ocsp"), "unknown");
    let revoke = |serial: &str| {
        let asked = ["pki", "revoke", "--dir", &sandbox.dir, "--issuer", "card-2"];
        run(asked.iter().chain(&[serial, "--json"]))
    };
    let list = sandbox.path("pki/card-2.crl");
    for _ in 0..2 {
        let twice_is_once = said(revoke(serial));
        assert_eq!(
            twice_is_once,
            json!({ "issuer": "card-2", "serial": serial, "list": list })
        );
    }
    assert_eq!(sandbox.show("pki/card-2.crl")["revoked"], json!([serial]));
    assert_eq!(ocsp(serial, "revoked.ocsp"), "revoked");
    let nobody = revoke("0a").ended(1);
    assert!(
        nobody.out.is_empty() && nobody.err.contains("発行していません"),
        "{nobody:?}"
    );
}
