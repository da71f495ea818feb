//! A role's life on the command line: `init`, `migrate`, `doctor`, `serve`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use madoguchi_e2e::folder;
use madoguchi_e2e::people::{CLINIC, DAY, Person};
use madoguchi_e2e::process::Process;
use madoguchi_e2e::program::{run, run_env};
use madoguchi_e2e::reception::Reception;
use madoguchi_e2e::town::{FAULT, Kind, Role, Town};
use madoguchi_e2e::wait::wait_until;

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.display().to_string(), fs::read(&path).unwrap());
        }
    }
    found
}

#[test]
fn init_writes_each_role_and_never_overwrites() {
    let folder = folder("init");
    let data = folder.display().to_string();
    for role in Role::ALL {
        let name = role.name();
        let ran = run(["init", name, "--data", &data]).ended(0);
        assert_eq!(ran.out, "");
        let config = format!("{data}/{name}.toml");
        assert!(
            ran.err.contains(&format!("作成しました: {config}")),
            "{}",
            ran.err
        );
        assert!(
            ran.err.contains(&format!("madoguchi migrate --config {config}"))
                && ran
                    .err
                    .contains(&format!("madoguchi serve {name} --config {config}")),
            "{}",
            ran.err
        );
        let text = fs::read_to_string(&config).unwrap();
        assert!(text.contains(&format!("role = \"{name}\"")), "{text}");
    }
    let before = files(&folder);
    for role in Role::ALL {
        let ran = run(["init", role.name(), "--data", &data]).ended(1);
        assert!(ran.err.contains("変更していません"), "{}", ran.err);
    }
    assert_eq!(before, files(&folder));
    // A configuration that was removed is written again; the keys, without which data is lost, and the certificates stay.
    // Only the authorities' lists are newer, and who held their folder last.
    fs::remove_file(folder.join("hub.toml")).unwrap();
    let _again = run(["init", "hub", "--data", &data]).ended(0);
    let mut after = files(&folder);
    for (path, bytes) in &before {
        let changed = after.remove(path).as_ref() != Some(bytes);
        let may = path.ends_with(".crl") || path.ends_with(".lock.txt");
        assert!(!changed || may, "{}", path);
    }
    assert!(after.is_empty(), "{:?}", after.keys());
}

#[test]
fn init_of_an_office_names_the_hub_it_needs() {
    let data = folder("init-office").display().to_string();
    let ran = run(["init", "office", "--data", &data]).ended(1);
    assert!(
        ran.err
            .contains(&format!("次にすること: madoguchi init hub --data {data}")),
        "{}",
        ran.err
    );
    assert!(!Path::new(&data).join("office.toml").exists());
}

#[test]
fn a_configuration_that_is_missing_or_wrong_is_explained() {
    let folder = folder("config");
    let missing = folder.join("hub.toml").display().to_string();
    let _made = run(["init", "registers", "--data", &folder.display().to_string()]).ended(0);
    let wrong = folder.join("registers.toml");
    let text = fs::read_to_string(&wrong)
        .unwrap()
        .replace("root_key =", "root_kye =");
    let line = 1 + text
        .lines()
        .position(|line| line.starts_with("root_kye"))
        .unwrap();
    fs::write(&wrong, text).unwrap();
    let wrong = wrong.display().to_string();
    for command in [&["migrate"][..], &["doctor"], &["serve", "registers"]] {
        let ran = run(command.iter().copied().chain(["--config", &*missing])).ended(1);
        assert!(
            ran.err.contains(&format!("設定ファイル {missing} がありません"))
                && ran.err.contains("madoguchi init"),
            "{}",
            ran.err
        );
        let ran = run(command.iter().copied().chain(["--config", &*wrong])).ended(1);
        // The line and what may stand there; a name that is not known is not repeated.
        let explained = ran.err.contains(&format!("{line}行目に知らないキーがあります"));
        assert!(explained && ran.err.contains("root_key"), "{}", ran.err);
    }
}

#[test]
fn a_role_lives_from_migrate_to_sigterm_on_sqlite() {
    live(Kind::Sqlite);
}

#[test]
fn a_role_lives_from_migrate_to_sigterm_on_postgres() {
    live(Kind::Postgres);
}

fn live(kind: Kind) {
    let mut town = Town::planned("life", kind);
    for role in Role::ALL {
        not_migrated(&town, role);
    }
    for role in Role::ALL {
        migrated(&town, role);
    }
    town.start_all();
    for role in Role::ALL {
        well(&town, role);
        taken(&town, role, kind);
    }
    assert_eq!(town.stop_all(), Vec::<String>::new());
    for role in Role::ALL {
        let said = town.process(role).said();
        assert!(
            said.contains(&format!("{} が https://127.0.0.1:", role.name())),
            "{said}"
        );
        assert!(said.contains("終了しています。"), "{said}");
    }
    town.leave();
}

fn not_migrated(town: &Town, role: Role) {
    let (name, config) = (role.name(), town.config(role));
    let ran = run(["doctor", "--config", &config]).ended(1);
    assert!(
        ran.out.contains("異常 ") && ran.out.contains("次にすること: "),
        "{ran:?}"
    );
    let ran = run(["doctor", "--config", &config, "--json"]).ended(1);
    let findings = ran.json();
    let findings = findings.as_array().unwrap();
    for finding in findings {
        assert!(
            finding["what"].is_string() && finding["found"].is_string(),
            "{finding}"
        );
        assert!(
            finding["well"] == true || finding["next"].is_string(),
            "{finding}"
        );
    }
    let bad = |text: &str| {
        let mut bad = findings.iter().filter(|finding| finding["well"] == false);
        bad.any(|finding| finding["next"].as_str().unwrap_or_default().contains(text))
    };
    assert!(
        bad(&format!("madoguchi serve {name} --config {config}")),
        "{findings:?}"
    );
    if role == Role::Institution {
        return;
    }
    assert!(
        bad(&format!("madoguchi migrate --config {config}")),
        "{findings:?}"
    );
    let ran = run(["serve", name, "--config", &config]).ended(1);
    assert!(
        ran.err.contains(&format!("madoguchi migrate --config {config}")),
        "{}",
        ran.err
    );
}

fn migrated(town: &Town, role: Role) {
    let config = town.config(role);
    let ran = run(["migrate", "--config", &config]).ended(0);
    assert_eq!(
        ran.err.contains("適用しました: "),
        role != Role::Institution,
        "{}",
        ran.err
    );
    let ran = run(["migrate", "--config", &config]).ended(0);
    assert_eq!((&*ran.out, &*ran.err), ("", "変更はありません。\n"));
}

/// With everything running, a doctor finds nothing.
fn well(town: &Town, role: Role) {
    let config = town.config(role);
    let ran = run(["doctor", "--config", &config]).ended(0);
    assert!(!ran.out.contains("異常"), "{}", ran.out);
    let ran = run(["doctor", "--config", &config, "--json"]).ended(0);
    let findings = ran.json();
    assert!(
        findings
            .as_array()
            .unwrap()
            .iter()
            .all(|finding| finding["well"] == true),
        "{findings}"
    );
}

/// Its folder, database file or address is taken by the one that runs; its configuration is not another role's.
fn taken(town: &Town, role: Role, kind: Kind) {
    let config = town.config(role);
    let ran = run(["serve", role.name(), "--config", &config]).ended(1);
    assert!(ran.err.contains(&town.port(role).to_string()), "{}", ran.err);
    let held = role == Role::Institution || kind == Kind::Sqlite;
    let (why, next) = if held {
        (
            "ほかの madoguchi が使っています（プロセス番号 ",
            "次にすること: そのプロセスを",
        )
    } else {
        (
            "ほかのプログラムが待ち受けています",
            "次にすること: madoguchi doctor",
        )
    };
    assert!(ran.err.contains(why) && ran.err.contains(next), "{}", ran.err);
    if held {
        // Not because of the address: on another one it would fight over the same folder or file.
        let ran = run_env(
            &[("MADOGUCHI_LISTEN", "https://127.0.0.1:0")],
            ["serve", role.name(), "--config", &config],
        );
        assert!(ran.ended(1).err.contains(why));
    }
    let other = if role == Role::Hub { "office" } else { "hub" };
    let ran = run(["serve", other, "--config", &config]).ended(1);
    let right = format!("次にすること: madoguchi serve {} --config {config}", role.name());
    assert!(ran.err.contains(&right), "{}", ran.err);
}

#[test]
fn a_missing_key_is_found_and_nothing_starts() {
    let town = Town::found("key", Kind::Sqlite);
    let key = town.path("hub/root.key");
    fs::remove_file(&key).unwrap();
    let config = town.config(Role::Hub);
    let ran = run(["doctor", "--config", &config, "--json"]).ended(1);
    let findings = ran.json();
    let about = |finding: &&serde_json::Value| finding["what"].as_str().unwrap_or_default().contains(&key);
    let finding = findings.as_array().unwrap().iter().find(about).unwrap();
    assert_eq!(finding["well"], false, "{finding}");
    let ran = run(["serve", "hub", "--config", &config]).ended(1);
    assert!(ran.err.contains(&key), "{}", ran.err);
    assert!(!Path::new(&key).exists());
}

#[test]
fn a_role_that_is_told_to_stop_before_its_neighbours_run_ends_with_0() {
    let town = Town::found("alone", Kind::Sqlite);
    for role in Role::ALL {
        let log = town.folder().join("alone.log");
        let arguments = ["serve", role.name(), "--config", &town.config(role)];
        let mut process = Process::start(role.name(), &arguments, &[], &log);
        wait_until("it listens", || {
            let ended = process.ended();
            assert_eq!(ended, None, "{}", process.last_words());
            let said = format!("{} が https://", role.name());
            process.said().contains(&said).then_some(())
        });
        assert_eq!(process.stop().code(), Some(0), "{}", process.last_words());
    }
}

/// A request's handler finds a fault of ours: that is told by its place only, the request is taken up again, and
/// nothing else notices.
#[test]
fn a_fault_of_ours_is_told_by_its_place_and_stops_nothing_else() {
    let mut town = Town::found("fault", Kind::Sqlite);
    town.start(Role::Verification, None);
    let log = town.log(Role::Institution);
    let (point, config) = ("institution.answered", town.config(Role::Institution));
    let arguments = ["serve", "institution", "--config", &config];
    let at = format!("{point}:1");
    let mut process = Process::start("institution", &arguments, &[("MADOGUCHI_PANIC_AT", &at)], &log);
    let mut reception = Reception::at(&town.site());
    wait_until("it listens", || {
        let ended = process.ended();
        assert_eq!(ended, None, "{}", process.last_words());
        process.said().contains("institution が https://").then_some(())
    });
    reception.put("fault", Person { index: 1 }.request(DAY, CLINIC).as_bytes());
    let result = wait_until("the request is answered", || reception.take("fault"));
    assert_eq!(result.segment(), "1");
    let said = process.said();
    let faults: Vec<&str> = said.lines().filter(|line| line.contains(FAULT)).collect();
    assert_eq!(faults.len(), 1, "{said}");
    assert!(faults[0].contains("hazards.rs:"), "{said}");
    // The panic's own words may repeat what somebody sent.
    assert!(
        !said.contains(point) && !said.contains("asked to panic"),
        "{said}"
    );
    assert_eq!(process.stop().code(), Some(0), "{}", process.last_words());
}
