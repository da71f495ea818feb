//! A demo that goes on running: its addresses, its examples, its folder that nobody else gets, its end.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use exchange::oqs::Limits;
use exchange::oqs::bulk::{Downloaded, Uploaded};
use exchange::oqs::siquc01::ResultMessage;
use madoguchi_e2e::folder;
use madoguchi_e2e::ports::free_ports;
use madoguchi_e2e::process::Process;
use madoguchi_e2e::program::{run, run_env};
use madoguchi_e2e::wait::{wait_until, wait_while_it_goes_on_within};

use super::{MINUTES, PEOPLE};

/// What runs, and how far its port is from the first.
const ROLES: [(&str, u16); 9] = [
    ("office", 0),
    ("hub", 1),
    ("verification", 2),
    ("clinic", 3),
    ("registers", 4),
    ("hospital", 5),
    ("dental", 6),
    ("pharmacy", 7),
    ("nursing", 8),
];

#[test]
fn a_running_demo_listens_where_it_was_asked_to_answers_its_examples_and_ends_with_sigterm() {
    let (folder, base) = (folder("demo-runs"), free_ports());
    let data = folder.display().to_string();
    let log = folder.join("demo.log");
    let port = base.to_string();
    let arguments = ["demo", "--data", &data, "--port", &port, "--people", PEOPLE];
    let mut demo = Process::start("demo", &arguments, &[], &log);
    wait_while_it_goes_on_within(MINUTES, "the demo runs", || {
        let ended = demo.ended();
        assert_eq!(ended, None, "{}", demo.last_words());
        match demo.said().contains("Ctrl-C") {
            true => Ok(()),
            false => Err(Some(demo.last_words())),
        }
    });
    let said = demo.said();
    for (role, place) in ROLES {
        let at = format!("https://127.0.0.1:{}", base + place);
        assert!(
            said.lines()
                .any(|line| line.trim_start().starts_with(role) && line.contains(&at)),
            "{role}: {said}"
        );
        let config = format!("{data}/{role}.toml");
        let text = fs::read_to_string(&config).unwrap();
        assert!(text.contains(&format!("listen = \"{at}\"")), "{text}");
        let _well = run(["doctor", "--config", &config, "--json"]).ended(0);
    }
    // Its ports are taken, and whoever wants them too is told so.
    let beside = folder.join("beside").display().to_string();
    let arguments = ["demo", "--people", PEOPLE, "--data", &beside, "--port", &port];
    let ran = run(arguments).ended(1);
    assert!(
        ran.err.contains("ほかのプログラムが待ち受けています"),
        "{}",
        ran.err
    );
    a_second_one_is_refused(&folder, base);
    single(&folder, &said);
    month(&folder, &said);
    as_readme_says(&folder);
    strangers_are_named(&folder);

    assert_eq!(demo.stop().code(), Some(0), "{}", demo.last_words());
    let clinic = format!("{data}/clinic.toml");
    let request = format!("{data}/try/OQSsiquc01req_0001.xml");
    let _not_running = run(["institution", "ask", "--config", &clinic, &request]).ended(3);
    // The data stay and are taken up again; without --json there is nothing on standard output.
    let ran = run(["demo", "--once", "--data", &data]).ended(0);
    assert_eq!(ran.out, "");
    assert!(ran.err.contains("108世帯 120人"), "{}", ran.err);
    assert!(ran.err.contains("決定との食い違い 0件"), "{}", ran.err);
}

/// A second demo on the folder, or a role of it by itself, is told who is there; nothing is overwritten.
fn a_second_one_is_refused(data: &Path, base: u16) {
    let folder = data.display().to_string();
    let before = fs::read(data.join("office.toml")).unwrap();
    let (office, clinic) = (format!("{folder}/office.toml"), format!("{folder}/clinic.toml"));
    let (anywhere, address) = (
        [("MADOGUCHI_LISTEN", "https://127.0.0.1:0")],
        format!("https://127.0.0.1:{base}"),
    );
    let clinics = format!("https://127.0.0.1:{}", base + 3);
    for (arguments, what, address) in [
        (
            &["demo", "--once", "--data", &folder][..],
            folder.clone(),
            &address,
        ),
        (
            &["serve", "office", "--config", &office],
            format!("{folder}/office/office.db"),
            &address,
        ),
        (
            &["serve", "institution", "--config", &clinic],
            format!("{folder}/clinic/OQS"),
            &clinics,
        ),
    ] {
        let ran = run_env(&anywhere, arguments).ended(1);
        for part in [&what, "（プロセス番号 ", address, "次にすること: "] {
            assert!(ran.err.contains(part), "{arguments:?}: {part}: {}", ran.err);
        }
    }
    assert_eq!(before, fs::read(data.join("office.toml")).unwrap());
}

/// What `try/README.txt` says of each request is what comes when it is dropped as it says.
fn as_readme_says(data: &Path) {
    let readme = fs::read_to_string(data.join("try/README.txt")).unwrap();
    let mut tried = BTreeSet::new();
    for part in readme
        .split("\n\n")
        .filter(|part| part.starts_with("OQSsiquc01req_"))
    {
        let (file, lines) = part.split_once('\n').unwrap();
        let line = |label: &str| {
            let mut lines = lines.lines().map(|line| line.trim_start_matches('\u{3000}'));
            lines
                .find_map(|line| line.strip_prefix(label))
                .unwrap()
                .to_owned()
        };
        let (place, expected) = (line("置く場所: "), line("期待する回答: "));
        let (role, _) = place.split_once("/OQS/req").unwrap();
        let request = fs::read(data.join("try").join(file)).unwrap();
        let again = file.replace("req_", "req_readme");
        let message = result(&drop_into(&data.join(role), &again, &request));
        let validity = message
            .body
            .qualification_validity
            .map(|validity| validity.code());
        let vouchers: usize = message
            .body
            .result_list
            .iter()
            .map(|item| item.public_expense_result_list.len())
            .sum();
        if expected.starts_with("処理結果区分 9") {
            assert_eq!(message.header.segment_of_result.code(), "9", "{part}");
            let code = message.header.error_code.unwrap_or_default();
            assert!(expected.contains(&code) && !code.is_empty(), "{part}");
            assert!(message.body.result_list.is_empty(), "{part}");
        } else if expected.starts_with("資格有効性 1") {
            assert_eq!(validity, Some("1"), "{part}");
            assert!(vouchers > 0, "{part}");
            let qualifications = if expected.contains("二つの資格") {
                2
            } else {
                1
            };
            assert_eq!(message.body.result_list.len(), qualifications, "{part}");
        } else {
            assert!(expected.starts_with("資格有効性 4"), "{part}");
            assert_eq!((validity, vouchers), (Some("4"), 0), "{part}");
        }
        assert!(
            !line("だれについて: ").is_empty() && line("理由: ").ends_with('。'),
            "{part}"
        );
        tried.insert(file.to_owned());
    }
    let all: BTreeSet<String> = (1..=8).map(|n| format!("OQSsiquc01req_{n:04}.xml")).collect();
    assert_eq!(tried, all, "a ward of this size has somebody for each");
    assert!(readme.contains("OQSmutic01req_0001.xml"));
}

/// What nobody will answer is found by the doctor, by name, and a folder without it is well.
fn strangers_are_named(data: &Path) {
    let (config, req) = (
        data.join("dental.toml").display().to_string(),
        data.join("dental/OQS/req"),
    );
    fs::create_dir(req.join("古い照会")).unwrap();
    fs::write(req.join("request.xml"), b"<XmlMsg/>").unwrap();
    let ran = run(["doctor", "--config", &config]).ended(1);
    for part in [
        "異常 照会ではないもの",
        "2件",
        "request.xml",
        "古い照会（フォルダ）",
        "次にすること: ",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    fs::remove_dir(req.join("古い照会")).unwrap();
    fs::remove_file(req.join("request.xml")).unwrap();
    let _well = run(["doctor", "--config", &config]).ended(0);
}

/// The clinic's example, as it tells people to try it: in its folder, and by the command.
fn single(data: &Path, said: &str) {
    let request = data.join("try/OQSsiquc01req_0001.xml");
    let (config, example) = (data.join("clinic.toml"), request.display().to_string());
    let config = config.display().to_string();
    let try_this = format!(" institution ask --config {config} {example}\n");
    assert!(said.contains(&try_this), "{said}");
    let ran = run(["institution", "ask", "--config", &config, &example]).ended(0);
    holds_a_voucher(ran.out.as_bytes());
    let bytes = drop_into(
        &data.join("clinic"),
        "OQSsiquc01req_0001.xml",
        &fs::read(&request).unwrap(),
    );
    holds_a_voucher(&bytes);
}

fn holds_a_voucher(bytes: &[u8]) {
    let message = result(bytes);
    let validity = message.body.qualification_validity;
    assert_eq!(validity.map(|validity| validity.code()), Some("1"));
    let mut tickets = message
        .body
        .result_list
        .iter()
        .flat_map(|item| &item.public_expense_result_list);
    assert!(tickets.any(|ticket| ticket.issue_number.is_some()));
}

fn result(bytes: &[u8]) -> ResultMessage {
    match ResultMessage::read(bytes, &Limits::SINGLE) {
        Ok(message) => message,
        Err(rejection) => panic!("{}", rejection.message()),
    }
}

/// Puts a request into an institution's `req` and takes its result out of `res`.
fn drop_into(institution: &Path, name: &str, request: &[u8]) -> Vec<u8> {
    let folders = institution.join("OQS");
    let req = folders.join("req").join(name);
    fs::write(req.with_extension("tmp"), request)
        .and_then(|()| fs::rename(req.with_extension("tmp"), &req))
        .unwrap();
    let res = folders.join("res").join(name.replace("req_", "res_"));
    let bytes = wait_until("a result", || fs::read(&res).ok());
    assert!(!req.exists());
    bytes
}

/// The pharmacy's month, in its two steps; every voucher in it once.
fn month(data: &Path, said: &str) {
    let config = data.join("pharmacy.toml").display().to_string();
    let example = data.join("try/OQSmutic01req_0001.xml");
    let try_this = format!(" institution ask --config {config} {}\n", example.display());
    assert!(said.contains(&try_this), "{said}");
    let request = fs::read_to_string(&example).unwrap();
    let ran = run([
        "institution",
        "ask",
        "--config",
        &config,
        &example.display().to_string(),
    ])
    .ended(0);
    let received = Uploaded::read(ran.out.as_bytes(), &Limits::SINGLE).unwrap();
    let number = received.body.reception_number.unwrap();
    let (head, _) = request.split_once("<MessageBody>").unwrap();
    let download = data.join("download.xml");
    let text =
        format!("{head}<MessageBody><ReceptionNumber>{number}</ReceptionNumber></MessageBody>\n</XmlMsg>\n");
    fs::write(&download, text).unwrap();
    let download = download.display().to_string();
    let message = wait_until("the month is there", || {
        let arguments = ["institution", "ask", "--config", &config, "--kind", "OQSmutic02"];
        let ran = run(arguments.iter().chain(&[download.as_str()])).ended(0);
        let message = Downloaded::read(ran.out.as_bytes(), &Limits::PART).unwrap();
        (message.header.segment_of_result.code() == "1").then_some(message)
    });
    let told: Vec<String> = message
        .body
        .units
        .iter()
        .flat_map(|unit| &unit.results)
        .flat_map(|item| &item.public_expense_result_list)
        .filter_map(|ticket| ticket.issue_number.clone())
        .collect();
    let each: BTreeSet<&String> = told.iter().collect();
    assert!(!told.is_empty());
    assert_eq!(each.len(), told.len(), "a voucher twice");
}
