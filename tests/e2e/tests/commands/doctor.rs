//! What `madoguchi doctor` finds, each with the next step.

use exchange::registration::{Lane, Mode};
use madoguchi_e2e::files;
use madoguchi_e2e::people::{MONTH, OFFICE, Person};
use madoguchi_e2e::platform;
use madoguchi_e2e::program::{Ran, run, run_env};
use madoguchi_e2e::town::{Kind, Role, Town};
use madoguchi_e2e::wait::wait_until;
use serde_json::Value;

/// The one finding that says this, which is bad, and its next step.
fn finding(ran: Ran, found: &str) -> (String, String) {
    let findings = ran.ended(1).json();
    let says = |finding: &&Value| {
        let said = finding["found"].as_str().unwrap_or_default();
        said.contains(found) && finding["well"] == false
    };
    let all: Vec<&Value> = findings.as_array().unwrap().iter().filter(says).collect();
    assert_eq!(all.len(), 1, "{found}: {findings}");
    let text = |name: &str| all[0][name].as_str().unwrap().to_owned();
    (text("what"), text("next"))
}

fn doctor(config: &str) -> Ran {
    run(["doctor", "--config", config, "--json"])
}

fn doctor_at(config: &str, listen: &str) -> Ran {
    run_env(
        &[("MADOGUCHI_LISTEN", listen)],
        ["doctor", "--config", config, "--json"],
    )
}

#[test]
fn a_key_that_others_may_read_is_found() {
    let town = Town::found("doctor-key", Kind::Sqlite);
    for (file, named) in [("hub/root.key", "鍵ファイル"), ("hub/tls.key", "証明書")] {
        let key = town.path(file);
        platform::set_mode(key.as_ref(), 0o640).unwrap();
        let (what, next) = finding(doctor(&town.config(Role::Hub)), "所有者以外も使えます");
        assert!(what.starts_with(named), "{what}");
        assert_eq!(next, format!("chmod 600 {key}"));
        platform::set_mode(key.as_ref(), 0o600).unwrap();
    }
}

#[test]
fn an_address_in_the_clear_or_somebody_elses_is_found() {
    let mut town = Town::found("doctor-ours", Kind::Sqlite);
    let other = Town::found_under("doctor-other", Kind::Sqlite, &town);
    let config = other.config(Role::Hub);
    let (_, next) = finding(doctor_at(&config, "http://127.0.0.1:18082"), "待ち受けられません");
    assert!(next.contains("https://127.0.0.1:"), "{next}");

    for role in [Role::Registers, Role::Hub] {
        town.start(role, None);
    }
    let at = |role| format!("https://127.0.0.1:{}", town.port(role));
    let elsewhere = doctor_at(&config, &at(Role::Registers));
    let (what, next) = finding(elsewhere, "it names registers and not hub");
    assert!(what.contains(&at(Role::Registers)), "{what}");
    assert!(next.contains("証明書・失効リスト"), "{next}");
    // A hub, but on other data. The one whose data they are is well there.
    let not_ours = "この設定のデータベースで動いている役割ではありません";
    for (role, told) in [(&town, false), (&other, true)] {
        let ran = doctor_at(&role.config(Role::Hub), &at(Role::Hub));
        assert_eq!(ran.out.contains(not_ours), told, "{}", ran.out);
    }
    let (_, next) = finding(doctor_at(&config, &at(Role::Hub)), not_ours);
    assert!(next.contains("listen"), "{next}");
}

/// Somebody else has used up the office's next number, with other content.
#[test]
fn a_lane_that_stands_still_is_found() {
    let mut town = Town::found("doctor-lane", Kind::Sqlite);
    town.start_all();
    let api = town.api(Role::Office);
    let single = |what: &str| {
        let lanes = api.get("/status").unwrap().json();
        let lanes = lanes.as_array().unwrap();
        let lane = lanes.iter().find(|lane| lane["lane"] == "single").unwrap();
        lane[what].as_i64().unwrap()
    };
    let config = town.config(Role::Office);
    let _well = run(["doctor", "--config", &config]).ended(0);

    let stray = files::voucher(&Person { index: 2 }, "stray", "20261100000002", MONTH, 0);
    let stray = files::file(OFFICE, Lane::Single, 1, Mode::EachPerson, &[stray]);
    let hub = town.api(Role::Hub);
    let reply = hub.send("POST", files::PATH, files::KIND, &stray).unwrap();
    assert_eq!(reply.status, 200, "{}", reply.text());
    let reply = api.post("/people", &Person { index: 1 }.written_down(1)).unwrap();
    assert_eq!(reply.status, 200, "{}", reply.text());
    wait_until("the office's file is refused", || {
        (single("refused") > 0).then_some(())
    });
    let found = "拒否されたファイルがあり、次の系統が止まっています: single";
    let (what, next) = finding(doctor(&config), found);
    assert_eq!(what, "中間サーバーへの登録");
    assert!(next.contains("GET /files/"), "{next}");
}
