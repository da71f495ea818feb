//! Who is who, from outside: whose certificate a role starts with, whom it lets in, and until when.

use std::fs;

use identity::Tls;
use identity::profile::World;
use madoguchi_e2e::api::Api;
use madoguchi_e2e::program::{Ran, run};
use madoguchi_e2e::town::{Kind, Role, Town};
use madoguchi_e2e::wait::wait_until;

/// Changes a line of a role's configuration.
fn set(town: &Town, role: Role, key: &str, value: &str) {
    let path = town.config(role);
    let text = fs::read_to_string(&path).unwrap();
    let line = |line: &str| match line.split_once(" = ") {
        Some((name, _)) if name == key => format!("{key} = \"{value}\"\n"),
        _ => format!("{line}\n"),
    };
    fs::write(&path, text.lines().map(line).collect::<String>()).unwrap();
}

fn serve(town: &Town, role: Role) -> Ran {
    run(["serve", role.name(), "--config", &town.config(role)]).ended(1)
}

#[test]
fn a_role_starts_with_its_own_certificate_of_its_own_world_and_with_no_other() {
    let town = Town::found("certificates-own", Kind::Sqlite);
    let own = town.path("hub/tls.crt");
    set(
        &town,
        Role::Hub,
        "certificate",
        &town.path("verification/tls.crt"),
    );
    set(&town, Role::Hub, "key", &town.path("verification/tls.key"));
    let said = serve(&town, Role::Hub).err;
    assert!(
        said.contains("verification の証明書です。hub の証明書が要ります。"),
        "{said}"
    );
    // Somebody else's key.
    set(&town, Role::Hub, "certificate", &own);
    let said = serve(&town, Role::Hub).err;
    assert!(said.contains("verification/tls.key"), "{said}");
    // A sandbox's certificate counts in a sandbox only, and nothing is taken for production by mistake.
    set(&town, Role::Hub, "key", &town.path("hub/tls.key"));
    set(&town, Role::Hub, "world", "production");
    let said = serve(&town, Role::Hub).err;
    assert!(
        said.contains("は別の環境（本番用・試験用）の認証局です"),
        "{said}"
    );
    let findings = run(["doctor", "--config", &town.config(Role::Hub), "--json"])
        .ended(1)
        .json();
    let certificate = &findings.as_array().unwrap()[2];
    assert!(
        certificate["found"]
            .as_str()
            .unwrap()
            .contains("は別の環境（本番用・試験用）の認証局です"),
        "{findings}"
    );
    // No list: nobody could be told from somebody who was revoked.
    set(&town, Role::Hub, "world", "sandbox");
    fs::remove_file(town.path("pki/organisations.crl")).unwrap();
    let said = serve(&town, Role::Hub).err;
    assert!(said.contains("organisations.crl"), "{said}");
    town.leave();
}

/// Whoever is revoked is refused within seconds, by roles that run; renewed certificates take their place in the same way.
#[test]
fn revocation_and_renewal_need_no_restart() {
    let mut town = Town::found("certificates-live", Kind::Sqlite);
    for role in [Role::Registers, Role::Hub] {
        town.start(role, None);
    }
    let pki = town.path("pki");
    let out = town.path("pki/visitor");
    let issue = [
        "pki",
        "issue",
        "--dir",
        &pki,
        "office:13104",
        "--name",
        "127.0.0.1",
        "--out",
        &out,
        "--json",
    ];
    let issued = run(issue).ended(0).json();
    let visitor = Api::with(
        town.port(Role::Hub),
        &Tls {
            certificate: format!("{out}.crt").into(),
            key: format!("{out}.key").into(),
            authority: format!("{pki}/organisations.crt").into(),
            revoked: format!("{pki}/organisations.crl").into(),
            world: World::Sandbox,
            revoked_grace_hours: 72,
        },
    );
    assert_eq!(visitor.get("/health").unwrap().status, 200);
    let serial = issued["serial"].as_str().unwrap();
    let _revoked = run([
        "pki",
        "revoke",
        "--dir",
        &pki,
        "--issuer",
        "organisations",
        serial,
    ])
    .ended(0);
    wait_until("the visitor is not let in", || {
        visitor.get("/health").is_err().then_some(())
    });
    // Everybody else is.
    assert_eq!(town.api(Role::Hub).get("/health").unwrap().status, 200);

    // The hub's own certificate is renewed and the old one revoked: registers and hub go on knowing each other.
    let old = run(["pki", "show", &town.path("hub/tls.crt"), "--json"])
        .ended(0)
        .json();
    let old = old["serial"].as_str().unwrap().to_owned();
    let new = town.path("hub/new");
    let issue = [
        "pki",
        "issue",
        "--dir",
        &pki,
        "hub",
        "--name",
        "127.0.0.1",
        "--out",
        &new,
    ];
    let _issued = run(issue).ended(0);
    for ending in ["key", "crt"] {
        fs::rename(format!("{new}.{ending}"), town.path(&format!("hub/tls.{ending}"))).unwrap();
    }
    let _revoked = run(["pki", "revoke", "--dir", &pki, "--issuer", "organisations", &old]).ended(0);
    let shown = town.path("hub/tls.crt");
    let now = run(["pki", "show", &shown, "--json"]).ended(0).json();
    assert_ne!(now["serial"].as_str(), Some(old.as_str()));
    wait_until("the hub's neighbours believe it", || {
        let doctor = run(["doctor", "--config", &town.config(Role::Hub), "--json"]);
        (doctor.code == 0).then_some(())
    });
    town.leave();
}
