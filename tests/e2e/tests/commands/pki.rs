//! `pki`: authorities are made once, keys are secret, a number is revoked with its issuer, and wrong words are explained.

mod json;

use std::path::Path;

use madoguchi_e2e::folder;
use madoguchi_e2e::program::{Ran, run};
use serde_json::json;

/// A folder with authorities.
struct Sandbox {
    folder: std::path::PathBuf,
    dir: String,
}

impl Sandbox {
    fn new(name: &str) -> Sandbox {
        let folder = folder(name);
        let dir = folder.join("pki").display().to_string();
        let ran = run(["pki", "init", "--dir", &dir]).ended(0);
        assert_eq!(ran.out, "");
        assert!(
            ran.err.contains(&format!("madoguchi pki issue --dir {dir}")),
            "{}",
            ran.err
        );
        Sandbox { folder, dir }
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn issue(&self, whose: &str, out: &str, more: &[&str]) -> Ran {
        let out = self.path(out);
        let arguments = ["pki", "issue", "--dir", &self.dir, whose, "--out", &out, "--json"];
        run(arguments.iter().chain(more))
    }

    fn revoke(&self, serial: &str) -> Ran {
        run(["pki", "revoke", "--dir", &self.dir, "--issuer", "card-2", serial])
    }

    fn show(&self, name: &str) -> serde_json::Value {
        run(["pki", "show", &self.path(name), "--json"]).ended(0).json()
    }
}

#[test]
fn a_card_is_issued_shown_and_revoked_with_its_issuer() {
    let sandbox = Sandbox::new("pki-card");
    let older = sandbox
        .issue("card", "older", &["--issuer", "card-1"])
        .ended(0)
        .json();
    let newer = sandbox.issue("card", "newer", &[]).ended(0).json();
    // The trap of the real authority: two keys, one number.
    assert_eq!(older["serial"], newer["serial"]);
    assert_eq!(
        (&older["issuer"], &newer["issuer"]),
        (&json!("card-1"), &json!("card-2"))
    );
    let said = sandbox.show("newer.crt");
    assert_eq!(
        (&said["what"], &said["world"]),
        (&json!("certificate"), &json!("sandbox"))
    );
    assert!(
        said["through"].as_str().unwrap().ends_with("T23:59:59+09:00"),
        "{said}"
    );
    let plain = run(["pki", "show", &sandbox.path("newer.crt")]).ended(0);
    assert!(plain.out.contains("環境: 試験用"), "{}", plain.out);

    let serial = newer["serial"].as_str().unwrap();
    for _ in 0..2 {
        let _twice_is_once = sandbox.revoke(serial).ended(0);
        assert_eq!(sandbox.show("pki/card-2.crl")["revoked"], json!([serial]));
        assert_eq!(sandbox.show("pki/card-1.crl")["revoked"], json!([]));
    }
    let _renewed = run(["pki", "crl", "--dir", &sandbox.dir, "--hours", "1"]).ended(0);
    assert_eq!(sandbox.show("pki/card-2.crl")["revoked"], json!([serial]));
}

/// What OpenSSL says of an answer about a number of `card-2`.
fn openssl(sandbox: &Sandbox, answer: &str, serial: &str) -> String {
    let authority = sandbox.path("pki/card-2.crt");
    let ran = std::process::Command::new("openssl")
        .args(["ocsp", "-no-CApath", "-no-CAstore", "-CAfile", &authority])
        .args(["-issuer", &authority, "-serial", &format!("0x{serial}")])
        .args(["-no_nonce", "-respin", &sandbox.path(answer)])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    assert!(said.contains("Response verify OK"), "{said}");
    let word = said
        .lines()
        .find_map(|line| line.strip_prefix(&format!("0x{serial}: ")));
    word.unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[test]
fn a_responder_says_how_a_card_stands() {
    let sandbox = Sandbox::new("pki-ocsp");
    let card = sandbox.issue("card", "card", &[]).ended(0).json();
    let serial = card["serial"].as_str().unwrap();
    let ocsp = |serial: &str, issuer: &str, out: &str, more: &[&str]| {
        let out = sandbox.path(out);
        let arguments = [
            "pki",
            "ocsp",
            "--dir",
            &sandbox.dir,
            "--issuer",
            issuer,
            serial,
            "--out",
            &out,
        ];
        run(arguments.iter().chain(more))
    };
    let _good = ocsp(serial, "card-2", "good.ocsp", &[]).ended(0);
    assert_eq!(openssl(&sandbox, "good.ocsp", serial), "good");
    let _unknown = ocsp("0600ffff", "card-2", "unknown.ocsp", &[]).ended(0);
    assert_eq!(openssl(&sandbox, "unknown.ocsp", "0600ffff"), "unknown");
    let _revoked = sandbox.revoke(serial).ended(0);
    let _delegated = ocsp(serial, "card-2", "revoked.ocsp", &["--delegated", "--hours", "8"]).ended(0);
    assert_eq!(openssl(&sandbox, "revoked.ocsp", serial), "revoked");

    let twice = ocsp(serial, "card-2", "good.ocsp", &[]).ended(1);
    assert!(twice.err.contains("good.ocsp"), "{}", twice.err);
    assert_eq!(openssl(&sandbox, "good.ocsp", serial), "good");
    let number = ocsp("xyz", "card-2", "x.ocsp", &[]).ended(1);
    assert!(number.err.contains("16進数"), "{}", number.err);
    let mixed = ocsp(serial, "organisations", "x.ocsp", &[]).ended(1);
    assert!(mixed.err.contains("card-1"), "{}", mixed.err);
}

#[test]
fn an_organisations_certificate_names_its_tenant() {
    let sandbox = Sandbox::new("pki-tenant");
    for whose in [
        "office:13104",
        "hub",
        "institution:1319999015",
        "institution:1319999015:terminal:desk-1",
    ] {
        let out = whose.replace(':', "-");
        let _issued = sandbox
            .issue(whose, &out, &["--name", "localhost", "--name", "127.0.0.1"])
            .ended(0);
        let said = sandbox.show(&format!("{out}.crt"));
        let names = json!(["localhost", "127.0.0.1", format!("urn:madoguchi:sandbox:{whose}")]);
        assert_eq!((&said["names"], &said["key"]), (&names, &json!("EC")), "{said}");
    }
}

#[test]
fn nothing_is_overwritten_and_wrong_words_are_explained() {
    let sandbox = Sandbox::new("pki-wrong");
    let again = run(["pki", "init", "--dir", &sandbox.dir]).ended(1);
    assert!(again.err.contains("変更していません"), "{}", again.err);
    let _card = sandbox.issue("card", "card", &[]).ended(0);
    let key = std::fs::read(sandbox.path("card.key")).unwrap();
    let twice = sandbox.issue("card", "card", &[]).ended(1);
    assert!(twice.err.contains("既にあります"), "{}", twice.err);
    assert_eq!(std::fs::read(sandbox.path("card.key")).unwrap(), key);
    let whose = sandbox.issue("clinic", "clinic", &[]).ended(1);
    assert!(whose.err.contains("institution:コード"), "{}", whose.err);
    let issuer = sandbox.issue("card", "other", &["--issuer", "card-9"]).ended(1);
    assert!(
        issuer.err.contains("card-1、card-2、organisations"),
        "{}",
        issuer.err
    );
    assert!(!Path::new(&sandbox.path("other.key")).exists());
    let unknown = sandbox.revoke("0a").ended(1);
    assert!(unknown.err.contains("発行していません"), "{}", unknown.err);
    let number = sandbox.revoke("xyz").ended(1);
    assert!(number.err.contains("16進数"), "{}", number.err);
    let nothing = run(["pki", "crl", "--dir", &sandbox.path("nowhere")]).ended(1);
    assert!(
        nothing.err.contains("madoguchi pki init --dir"),
        "{}",
        nothing.err
    );
    let no_certificate = run(["pki", "show", &sandbox.path("card.key")]).ended(1);
    assert!(
        no_certificate.err.contains("証明書としても失効リストとしても"),
        "{}",
        no_certificate.err
    );
    // An organisation's key issues no cards.
    let mixed = sandbox
        .issue("card", "mixed", &["--issuer", "organisations"])
        .ended(1);
    assert!(mixed.err.contains("card-1"), "{}", mixed.err);
}

/// Whoever writes certificates of a folder waits for nobody and disturbs nobody: two at once would give one number twice.
#[test]
fn one_at_a_time_whichever_command() {
    let folder = folder("pki-held");
    let data = folder.display().to_string();
    let _made = run(["init", "hub", "--data", &data]).ended(0);
    let dir = folder.join("pki");
    let issued = std::fs::read(dir.join("issued.jsonl")).unwrap();
    let lock = std::fs::File::options()
        .append(true)
        .open(dir.join("authorities.lock"))
        .unwrap();
    lock.lock().unwrap();
    let (dir_text, out) = (
        dir.display().to_string(),
        folder.join("card").display().to_string(),
    );
    let card = ["pki", "issue", "--dir", &dir_text, "card", "--out", &out];
    for arguments in [
        &card[..],
        &["pki", "crl", "--dir", &dir_text],
        &["init", "registers", "--data", &data],
    ] {
        let held = run(arguments).ended(1);
        assert!(
            held.err.contains("ほかの madoguchi が使っています"),
            "{}",
            held.err
        );
    }
    assert_eq!(std::fs::read(dir.join("issued.jsonl")).unwrap(), issued);
    drop(lock);
    let _issued = run(card).ended(0);
    let _made = run(["init", "registers", "--data", &data]).ended(0);
}
