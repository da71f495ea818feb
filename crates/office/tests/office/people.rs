//! People who do not exist, as an office loads them.

use domain::number::check_digit;
use serde_json::{Value, json};

pub(crate) const PAYER: &str = "12139994";
pub(crate) const CLINIC: &str = "1319999015";
pub(crate) const DENTIST: &str = "1339999013";
pub(crate) const PHARMACY: &str = "1349999012";
/// Not designated since the spring.
pub(crate) const GIVEN_UP: &str = "1319999023";
/// In no register.
pub(crate) const UNKNOWN: &str = "1319999031";

/// 受給者番号 of the n-th person.
pub(crate) fn recipient(n: u32) -> String {
    let body: [u8; 6] = digits(u64::from(n));
    with_check(&body, check_digit::folded(&body))
}

/// 個人番号 of the n-th person: made up, with the arithmetic of a real one.
pub(crate) fn number(n: u32) -> String {
    let body: [u8; 11] = digits(90_000_000_000 + u64::from(n));
    with_check(&body, check_digit::individual(&body))
}

/// ASCII digits.
fn digits<const N: usize>(mut number: u64) -> [u8; N] {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap();
        number /= 10;
    }
    digits
}

fn with_check(body: &[u8], check: u8) -> String {
    format!("{}{check}", std::str::from_utf8(body).unwrap())
}

/// The n-th person as the register has them.
pub(crate) fn resident(n: u32) -> Value {
    json!({ "number": number(n), "attributes": attributes(n) })
}

fn attributes(n: u32) -> Value {
    json!({
        "name": { "name": format!("架空　{n}"), "kana": format!("ｶｸｳ {n}") },
        "birth_date": "1970-01-02", "sex": "1", "address": { "text": "見本県見本区１丁目" },
    })
}

/// The n-th person as the office writes them down.
pub(crate) fn person(n: u32) -> Value {
    let mut person = attributes(n);
    person["link"] = json!(link(n));
    person["number"] = json!(number(n));
    person
}

pub(crate) fn link(n: u32) -> String {
    format!("p-{n:05}")
}

/// Aid since 2020, not ended.
pub(crate) fn eligibility(n: u32) -> Value {
    json!({ "payer": PAYER, "recipient": recipient(n), "start": "2020-04-01" })
}

/// Continuing treatment with an opinion that carries.
pub(crate) fn entrustment(id: &str, institution: &str, treatment: &str) -> Value {
    json!({
        "id": id, "institution": institution, "treatment": treatment, "from": "2026-04-10",
        "opinion": { "returned": { "from": "202610" } }, "injury_names": ["見本病"], "infection_37_2": "02",
    })
}

/// The n-th person's household of one, with these entrustments.
pub(crate) fn household(n: u32, entrustments: &[Value]) -> Value {
    json!({
        "id": format!("H-{n:05}"),
        "household": { "district_contact": "見本　地区", "handling_contact": "見本　扱い" },
        "members": [{
            "person": person(n), "eligibilities": [eligibility(n)], "entrustments": entrustments,
        }],
    })
}

/// The institutions that there are.
pub(crate) fn institutions() -> Value {
    let one = |code: &str, name: &str, kind: &str, through: Option<&str>| {
        let mut period = json!({ "from": "2010-04-01" });
        if let Some(through) = through {
            period["through"] = json!(through);
        }
        json!({ "code": code, "name": name, "kinds": [kind], "designated": [period] })
    };
    json!([
        one(CLINIC, "見本診療所", "clinic", None),
        one(DENTIST, "見本歯科", "dental", None),
        one(PHARMACY, "見本薬局", "pharmacy", None),
        one(GIVEN_UP, "旧見本診療所", "clinic", Some("2026-03-31")),
    ])
}
