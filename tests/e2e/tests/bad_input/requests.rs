//! Requests that are broken, in `req`.

use std::fs;

use madoguchi_e2e::people::{CLINIC, OTHER_CLINIC};
use madoguchi_e2e::reception::Reception;
use madoguchi_e2e::wait::wait_until;

use crate::stage::{ISSUE_NUMBER, Stage};

/// Every tag without which a request is none.
const REQUIRED: [&str; 6] = [
    "QualificationConfirmationDate",
    "MedicalInstitutionCode",
    "InsurerNumber",
    "InsuredIdentificationNumber",
    "Birthdate",
    "LimitApplicationCertificateRelatedConsFlg",
];

/// Broken requests by name, each made from a good one.
fn broken(good: &str) -> Vec<(String, Vec<u8>)> {
    let (declaration, message) = good.split_once('\n').unwrap();
    let inside = |text: &str| {
        good.replace(
            "<ArbitraryFileIdentifier>",
            &format!("<ArbitraryFileIdentifier>{text}"),
        )
    };
    let bomb: String = (1..9)
        .map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10)))
        .collect();
    let deep = |times: usize| format!("{}{}", "<a>".repeat(times), "</a>".repeat(times));
    let mut kinds: Vec<(String, Vec<u8>)> = [
        (
            "bomb",
            format!(
                "{declaration}<!DOCTYPE b [<!ENTITY e0 \"x\">{bomb}]>{}",
                message.replace("CLINICID", "&e8;")
            ),
        ),
        (
            "dtd",
            format!("{declaration}<!DOCTYPE XmlMsg SYSTEM \"http://x.invalid/x.dtd\">{message}"),
        ),
        (
            "external-entity",
            format!("{declaration}<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/hostname\">]>{message}"),
        ),
        ("unknown-entity", inside("&nobody;")),
        ("depth-200000", inside(&deep(200_000))),
        ("depth-100", inside(&deep(100))),
        ("nul", inside("\u{0}")),
        ("control", inside("\u{b}")),
        ("unknown-label", good.replace("UTF-8", "EUC-JP")),
        (
            "impossible-day",
            replaced(good, "QualificationConfirmationDate", "20260230"),
        ),
        ("impossible-birthdate", replaced(good, "Birthdate", "19411301")),
        (
            "letters-for-digits",
            replaced(good, "MedicalInstitutionCode", "ABCDEFGHIJ"),
        ),
        ("long-text", inside(&"x".repeat(20_000))),
        ("many-elements", inside(&"<a/>".repeat(20_000))),
        (
            "twice",
            good.replace("</MessageBody>", "</MessageBody><MessageBody></MessageBody>"),
        ),
        ("unclosed", good.replace("</Birthdate>", "")),
        ("another-message", good.replace("XmlMsg", "Other")),
        ("empty", String::new()),
        ("not-xml", "受付番号,氏名\r\n1,見本\r\n".to_owned()),
        ("half", good.chars().take(good.chars().count() / 2).collect()),
    ]
    .map(|(name, text)| (name.to_owned(), text.into_bytes()))
    .into();
    for tag in REQUIRED {
        kinds.push((format!("without-{tag}"), without(good, tag).into_bytes()));
    }
    // Japanese in Shift_JIS under a declaration that says UTF-8, and the other way round; and UTF-16.
    let shift_jis = b"<!--\x8e\x8e\x8c\xb1-->";
    kinds.push((
        "wrong-label".to_owned(),
        [declaration.as_bytes(), shift_jis, message.as_bytes()].concat(),
    ));
    let wide = good.encode_utf16().flat_map(u16::to_le_bytes);
    kinds.push((
        "utf-16".to_owned(),
        [0xff, 0xfe].into_iter().chain(wide).collect(),
    ));
    kinds.push((
        "random".to_owned(),
        (0..4096_u32).map(|n| (n * n / 7 % 251) as u8).collect(),
    ));
    let filler = format!("<!--{}-->", "x".repeat(100 << 20));
    kinds.push((
        "100-megabytes".to_owned(),
        [declaration.as_bytes(), filler.as_bytes(), message.as_bytes()].concat(),
    ));
    kinds
}

fn replaced(good: &str, tag: &str, value: &str) -> String {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let (before, rest) = good.split_once(&open).unwrap();
    let (_, after) = rest.split_once(&close).unwrap();
    format!("{before}{open}{value}{close}{after}")
}

fn without(good: &str, tag: &str) -> String {
    replaced(good, tag, "").replace(&format!("<{tag}></{tag}>"), "")
}

#[test]
fn each_is_answered_with_an_error_and_kept_with_a_reason_and_the_next_is_answered() {
    let stage = Stage::set("bad-requests");
    let mut reception = stage.reception();
    let good = stage.good_request();
    let kinds = broken(&good);
    for (name, bytes) in &kinds {
        reception.put(name, bytes);
        // The next good one is answered, whatever lies beside it.
        let vouchers = stage.vouchers(&mut reception, &format!("after-{name}"));
        assert_eq!(vouchers, [(ISSUE_NUMBER.to_owned(), "0".to_owned())], "{name}");
    }
    for (name, bytes) in &kinds {
        let result = wait_until(&format!("{name} is answered"), || reception.take(name));
        assert_eq!(result.segment(), "9", "{name}");
        let header = &result.message.header;
        assert_eq!(header.medical_institution_code, CLINIC, "{name}");
        let code = header.error_code.clone().unwrap_or_default();
        let text = header.error_message.clone().unwrap_or_default();
        assert!(
            !code.is_empty() && text.chars().count() > 5,
            "{name}: {code} {text}"
        );
        let reason = reason(&reception, &format!("OQSsiquc01req_{name}.xml"));
        assert!(reason.contains(&code), "{name}: {code}: {reason}");
        let kept = reception
            .folder("quarantine")
            .join(format!("OQSsiquc01req_{name}.xml"));
        assert_eq!(
            fs::read(&kept).ok().as_ref(),
            Some(bytes),
            "{name} is kept as it came"
        );
    }
    assert_eq!(reception.names("req"), Vec::<String>::new());
    assert_eq!(reception.names("work"), Vec::<String>::new());
    assert_eq!(reception.names("quarantine").len(), 2 * kinds.len());
    let other_codes = another_institution(&mut reception, &good);
    let names = wrong_names(&mut reception, &good);
    slowly_written(&mut reception, &good);
    assert_eq!(reception.names("quarantine").len(), 2 * (kinds.len() + names));
    assert_eq!(other_codes, ["MDG-INS-001"; 2]);
    // Every byte that is left will be looked at; these are known.
    fs::remove_file(
        reception
            .folder("quarantine")
            .join("OQSsiquc01req_100-megabytes.xml"),
    )
    .unwrap();
    stage.strike(&[]);
}

/// The reason beside a file in quarantine: readable, and it says what to do.
fn reason(reception: &Reception, name: &str) -> String {
    let path = reception.folder("quarantine").join(format!("{name}.reason.txt"));
    let text = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        text.contains(name) && text.contains("ください"),
        "{}: {text}",
        path.display()
    );
    text
}

/// Another institution's code is no broken message: an error answer that names nobody, and no quarantine.
fn another_institution(reception: &mut Reception, good: &str) -> [String; 2] {
    let unknown = "1319999999";
    [OTHER_CLINIC, unknown].map(|code| {
        let suffix = format!("code-{code}");
        reception.put(&suffix, replaced(good, "MedicalInstitutionCode", code).as_bytes());
        let result = wait_until("another's code is answered", || reception.take(&suffix));
        assert_eq!((result.segment(), result.validity()), ("9", None));
        assert!(result.message.body.result_list.is_empty());
        result.message.header.error_code.clone().unwrap_or_default()
    })
}

/// Names that cannot be answered are quarantined with a reason; what is nobody's business stays. How many.
fn wrong_names(reception: &mut Reception, good: &str) -> usize {
    let wrong = [
        "OQSmuimm01req_202611010001.xml",
        "OQSsiquc01req_1.zip",
        "OQSsiquc01req_.xml",
        "YZKsiquc01req_1.xml",
    ];
    let others = ["desktop.ini", "OQSsiquc01req_x.xml.tmp"];
    for name in wrong.iter().chain(&others) {
        fs::write(reception.folder("req").join(name), good).unwrap();
    }
    for name in wrong {
        let kept = reception.folder("quarantine").join(name);
        wait_until(name, || kept.exists().then_some(()));
        reason(reception, name);
    }
    let mut left = others.map(str::to_owned);
    left.sort();
    assert_eq!(reception.names("req"), left);
    for name in others {
        fs::remove_file(reception.folder("req").join(name)).unwrap();
    }
    wrong.len()
}

/// A writer that does not rename and takes its time: nothing is taken before the end of the file is there.
fn slowly_written(reception: &mut Reception, good: &str) {
    use std::io::Write;
    let (first, rest) = good.split_at(good.find("<Birthdate>").unwrap());
    let path = reception.folder("req").join("OQSsiquc01req_slowly.xml");
    let mut file = fs::File::create(&path).unwrap();
    file.write_all(first.as_bytes()).unwrap();
    // Another request, dropped later and answered first: the agent has looked, and left the half alone.
    reception.put("meanwhile", good.as_bytes());
    wait_until("the other is answered", || {
        // However long that takes, something always happens to the half, and it never counts as written.
        file.write_all(b" ").unwrap();
        reception.take("meanwhile")
    });
    assert!(path.exists());
    file.write_all(rest.as_bytes()).unwrap();
    drop(file);
    let result = reception.folder("res").join("OQSsiquc01res_slowly.xml");
    let text = wait_until("the slow one is answered", || fs::read_to_string(&result).ok());
    assert!(
        text.contains("<QualificationValidity>1</QualificationValidity>"),
        "{text}"
    );
}
