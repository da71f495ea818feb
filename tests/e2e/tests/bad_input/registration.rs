//! Registration files that are broken, sent to the hub.

use exchange::registration::{Content, Lane, Mode, Part, Record, RecordId, Salt, Shielding};
use madoguchi_e2e::api::{Api, Reply};
use madoguchi_e2e::files::{self, rehashed};
use madoguchi_e2e::people::{CLINIC, MONTH, OFFICE, PAYER};
use madoguchi_e2e::town::Role;
use madoguchi_e2e::wait::wait_until;
use serde_json::{Value, json};

use crate::stage::{ISSUE_NUMBER, PERSON, Stage};

/// Stands in values that are wrong: whatever is answered must not repeat it.
const SECRET: &str = "HIMITSU";

/// A voucher of the person who is there, with this 受給者番号.
fn voucher(record: &str, issue_number: &str, recipient: &str) -> Record {
    let body = json!({
        "ticket_type": "01", "valid_from": "2026-11-01", "valid_through": "2026-11-30",
        "issue_number": issue_number, "treatment_month": MONTH, "institution_code": CLINIC,
        "institution_name": "見本内科クリニック", "treatment_type": "02", "self_pay_yen": 0,
        "single_or_combined": "01", "social_insurance": "02", "infection_37_2": "02", "elderly_care": "02",
        "prefectural_expenses": "02", "printed_payer": PAYER, "printed_recipient": recipient,
    });
    let body = Box::new(serde_json::from_value(body).unwrap());
    let content = Content::Voucher {
        served: Part::new(Salt([7; 16]), body),
    };
    record_of(record, content)
}

fn record_of(record: &str, content: Content) -> Record {
    let link = serde_json::from_value(json!(PERSON.link())).unwrap();
    Record {
        link,
        record: RecordId::parse(record).unwrap(),
        revision: 1,
        content,
    }
}

/// A file of the bulk lane, which the office does not use here.
fn file(number: i64, office: &str, records: &[Record]) -> String {
    String::from_utf8(files::file(office, Lane::Bulk, number, Mode::EachPerson, records)).unwrap()
}

/// Broken files by name: the bytes, the expected status, and a word of the refusal.
fn broken(good: &str, other: &Record, shielding: &Record) -> Vec<(&'static str, Vec<u8>, u16, &'static str)> {
    let (envelope, rows) = good.split_once('\n').unwrap();
    let edited = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        rehashed(&good.replacen(from, to, 1)).into_bytes()
    };
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let text = |text: String| text.into_bytes();
    vec![
        ("empty", Vec::new(), 422, "envelope"),
        ("not JSON", text("紐付番号,氏名\n1,見本\n".into()), 422, "schema"),
        ("NUL", vec![0; 4096], 422, "envelope"),
        (
            "not UTF-8",
            [good.as_bytes(), b"\x8e\x8e"].concat(),
            422,
            "encoding",
        ),
        (
            "UTF-16",
            good.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            422,
            "encoding",
        ),
        ("cut", good.as_bytes()[..good.len() - 40].to_vec(), 422, "hash"),
        ("envelope alone", text(format!("{envelope}\n")), 422, "hash"),
        (
            "changed",
            text(good.replacen("\"self_pay_yen\":0", "\"self_pay_yen\":1", 1)),
            422,
            "hash",
        ),
        (
            "changed, hash of the file too",
            edited("\"self_pay_yen\":0", "\"self_pay_yen\":1"),
            422,
            "hash",
        ),
        ("count", edited("\"rows\":2", "\"rows\":3"), 422, "count"),
        (
            "layout",
            edited("\"registration\":1", "\"registration\":2"),
            422,
            "layout",
        ),
        (
            "number 0",
            edited("\"number\":1,", "\"number\":0,"),
            422,
            "number",
        ),
        (
            "skipped number",
            text(file(5, OFFICE, std::slice::from_ref(other))),
            409,
            "expected",
        ),
        (
            "revision 0",
            edited("\"revision\":1", "\"revision\":0"),
            422,
            "revision",
        ),
        (
            "missing field",
            edited("\"self_pay_yen\":0,", ""),
            422,
            "self_pay_yen",
        ),
        (
            "unknown field",
            edited(
                "\"self_pay_yen\":0",
                &format!("\"{SECRET}\":0,\"self_pay_yen\":0"),
            ),
            422,
            "schema",
        ),
        ("impossible day", edited("2026-11-30", "2026-11-31"), 422, "day"),
        (
            "a word for a number",
            edited("\"self_pay_yen\":0", &format!("\"self_pay_yen\":\"{SECRET}\"")),
            422,
            "self_pay_yen",
        ),
        (
            "wrong check digit",
            edited(CLINIC, "131999901X"),
            422,
            "institution_code",
        ),
        (
            "a row that is no JSON",
            rehashed(&format!("{envelope}\n{}{SECRET}\n", &rows[..rows.len() / 2])).into(),
            422,
            "schema",
        ),
        (
            "depth 200,000",
            rehashed(&format!("{envelope}\n{deep}\n{deep}\n")).into(),
            422,
            "rule",
        ),
        (
            "long line",
            edited("見本内科クリニック", &"長".repeat(40_000)),
            422,
            "too-long",
        ),
        (
            "twice the same row",
            rehashed(&format!(
                "{}\n{r}{r}",
                envelope,
                r = rows.split_inclusive('\n').next().unwrap()
            ))
            .into(),
            422,
            "twice",
        ),
        (
            "another office's file",
            text(file(1, "13104", std::slice::from_ref(other))),
            422,
            "other_office",
        ),
        (
            "a flag in the wrong lane",
            text(file(1, OFFICE, std::slice::from_ref(shielding))),
            422,
            "lane",
        ),
    ]
}

fn refused(name: &str, reply: &Reply, status: u16, word: &str) {
    let text = reply.text();
    assert_eq!(reply.status, status, "{name}: {text}");
    assert!(reply.json()["refusal"]["reason"].is_string(), "{name}: {text}");
    assert!(text.contains(word), "{name}: {word}: {text}");
    assert!(!text.contains(SECRET) && text.len() < 20_000, "{name}: {text}");
}

fn send(hub: &Api, bytes: &[u8]) -> Reply {
    let sent = hub.send("POST", files::PATH, files::KIND, bytes);
    match sent {
        Ok(reply) => reply,
        Err(error) => panic!("the hub gave no answer: {error}"),
    }
}

#[test]
fn each_is_refused_whole_and_the_next_good_one_is_taken() {
    let stage = Stage::set("bad-registration");
    let mut reception = stage.reception();
    let hub = stage.api(Role::Hub);
    let recipient = &PERSON.recipient();
    let (one, two) = ("20261100000091", "20261100000092");
    let records = [
        voucher("bulk-1", one, recipient),
        voucher("bulk-2", two, recipient),
    ];
    let flags = Shielding {
        undisclosed: true,
        unusable: true,
    };
    let shielding = record_of(
        "shielding",
        Content::Shielding {
            served: Part::new(Salt([8; 16]), flags),
        },
    );
    let good = file(1, OFFICE, &records);
    let before = [(ISSUE_NUMBER.to_owned(), "0".to_owned())];
    for (n, (name, bytes, status, word)) in broken(&good, &records[0], &shielding).into_iter().enumerate() {
        refused(name, &send(&hub, &bytes), status, word);
        // Nothing of it can be seen.
        assert_eq!(
            stage.vouchers(&mut reception, &format!("bad-{n}")),
            before,
            "{name}"
        );
    }
    let huge = send(&hub, &vec![b'{'; 100 << 20]);
    let huge = (huge.status, huge.json()["title"].clone());
    assert_eq!(huge, (413, "the body is longer than 67108864 bytes".into()));
    let no_office = stage
        .api_as(Role::Hub, "registers")
        .get("/registration/people/x")
        .unwrap();
    assert_eq!(no_office.status, 403, "{}", no_office.text());
    let clinic = send(
        &stage.api_as(Role::Hub, &format!("institution:{CLINIC}")),
        good.as_bytes(),
    );
    assert_eq!(clinic.status, 403, "{}", clinic.text());

    // All that time number 1 stayed free. The same file again gets the same receipt; another under its number, none.
    let receipt = send(&hub, good.as_bytes());
    assert_eq!(receipt.status, 200, "{}", receipt.text());
    assert_eq!(
        receipt.json()["receipt"]["counts"]["applied"],
        2,
        "{}",
        receipt.text()
    );
    assert_eq!(send(&hub, good.as_bytes()).body, receipt.body);
    let other = send(&hub, file(1, OFFICE, &records[..1]).as_bytes());
    refused("other content", &other, 409, "other_content");
    let mut suffixes = (0..).map(|n| format!("good-{n}"));
    wait_until("both new vouchers are seen", || {
        let vouchers = stage.vouchers(&mut reception, &suffixes.next()?);
        let seen: Vec<&str> = vouchers
            .iter()
            .map(|(issue_number, _)| issue_number.as_str())
            .collect();
        assert!(
            [&[ISSUE_NUMBER][..], &[ISSUE_NUMBER, one, two]].contains(&&*seen),
            "half a file: {seen:?}"
        );
        (seen.len() == 3).then_some(())
    });
    bad_words(&stage);
    stage.strike(&[]);
}

/// The other doors of the roles: what is no JSON, or of another shape, is refused with the place and the next step.
fn bad_words(stage: &Stage) {
    let (office, hub, registers) = (
        stage.api(Role::Office),
        stage.api(Role::Hub),
        stage.api(Role::Registers),
    );
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let voucher = format!("/people/{}/vouchers", PERSON.link());
    for (api, path) in [
        (&office, "/people"),
        (&office, &*voucher),
        (&hub, "/registration/marks"),
        (&registers, "/residents"),
        (&registers, "/insurers"),
        (&registers, "/institutions"),
    ] {
        for body in ["", "{", "[]", "{\"x\":1}", "\u{0}", &deep, "[1,2,3]"] {
            // Nobody is loaded, which is no fault.
            if std::ptr::eq(api, &registers) && body == "[]" {
                continue;
            }
            let reply = api
                .send("POST", path, "application/json", body.as_bytes())
                .unwrap();
            let start: String = body.chars().take(10).collect();
            assert_eq!(reply.status, 400, "{path} {start}: {}", reply.text());
            assert!(
                reply.json()["title"].is_string(),
                "{path} {start}: {}",
                reply.text()
            );
        }
    }
    let wrong: Value = json!({ "revision": 9, "undisclosed": false, "unusable": false });
    let reply = office
        .post(&format!("/people/{}/shielding", PERSON.link()), &wrong)
        .unwrap();
    assert_eq!(reply.status, 409, "{}", reply.text());
    let reply = office
        .post(
            "/people/nobody/shielding",
            &json!({ "undisclosed": true, "unusable": false }),
        )
        .unwrap();
    assert_eq!(reply.status, 404, "{}", reply.text());
}
