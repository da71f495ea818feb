//! What leaves the hub and what stays in it: no number in the clear (promise `no-number`), no identity part on the
//! way to verification.

use std::path::Path;

use exchange::registration::Lane;
use exchange::registration::feed::Entry;
use storage::DatabaseConfig;

use crate::people::{NUMBERS, REGISTERED, Someone, eligibility, flags, voucher};
use crate::real::Real;

/// The bytes that a number could stand as.
fn encodings(number: &str) -> Vec<(&'static str, Vec<u8>)> {
    let digits = number.as_bytes();
    let as_integer: u64 = number.parse().unwrap();
    let wide = |unit: fn(u16) -> [u8; 2]| digits.iter().flat_map(|digit| unit(u16::from(*digit))).collect();
    let packed = digits
        .chunks(2)
        .map(|two| ((two[0] - b'0') << 4) | (two[1] - b'0'));
    let hex: String = digits.iter().map(|digit| format!("{digit:02x}")).collect();
    vec![
        ("ASCII", digits.to_vec()),
        (
            "in groups",
            format!("{} {} {}", &number[..4], &number[4..8], &number[8..]).into(),
        ),
        (
            "with hyphens",
            format!("{}-{}-{}", &number[..4], &number[4..8], &number[8..]).into(),
        ),
        ("UTF-16, little end first", wide(u16::to_le_bytes)),
        ("UTF-16, big end first", wide(u16::to_be_bytes)),
        ("hexadecimal", hex.into_bytes()),
        ("packed", packed.collect()),
        (
            "an integer, big end first",
            as_integer.to_be_bytes()[3..].to_vec(),
        ),
        (
            "an integer, little end first",
            as_integer.to_le_bytes()[..5].to_vec(),
        ),
        ("the first eleven digits", digits[..11].to_vec()),
    ]
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|there| there == what)
}

/// Every file beside the database.
fn files(database: &DatabaseConfig) -> Vec<(String, Vec<u8>)> {
    let DatabaseConfig::Sqlite { path } = database else {
        panic!("a file is expected");
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let read = |entry: std::fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, std::fs::read(entry.path()).unwrap())
    };
    entries.map(read).collect()
}

fn people() -> Vec<Someone> {
    let names = ["架空　花子", "架空　次郎", "架空　三郎"];
    (1..)
        .zip(NUMBERS.iter().zip(names))
        .map(|(n, (number, name))| Someone::new(&format!("p-{n}"), number, name))
        .collect()
}

/// Of three people one is matched, one is a mismatch, one is unknown to the register; one has flags and vouchers.
async fn send_everything(real: &Real) {
    let [one, two, three] = &people()[..] else {
        panic!("three people")
    };
    let other_name = Someone {
        name: "別人　次郎",
        ..two.clone()
    };
    real.load(&[one.clone(), two.clone()]).await;
    real.send(Lane::Shield, 1, &[flags("p-1", 1)]).await;
    real.send(
        Lane::Single,
        1,
        &[
            real.person(one, 1),
            eligibility("p-1", 1),
            voucher("p-1", "v-1", 1),
        ],
    )
    .await;
    real.send(
        Lane::Single,
        2,
        &[real.person(&other_name, 1), real.person(three, 1)],
    )
    .await;
    real.send(Lane::Single, 3, &[voucher("p-1", "v-2", 1)]).await;
    real.until_released(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_number_is_in_the_clear_anywhere() {
    let (hub, registers) = (
        harness::sqlite_database("numbers_hub"),
        harness::sqlite_database("numbers_registers"),
    );
    let real = Real::start(&hub, &registers).await;
    send_everything(&real).await;
    // While it runs, what was written may stand in the log beside the database.
    let running = [files(&hub), files(&registers)].concat();
    let (entries, feed) = real.feed().await;
    real.stop().await;
    let stopped = [files(&hub), files(&registers)].concat();
    let kept = [running, stopped].concat();
    has_no_number(&[kept.clone(), vec![("the feed".to_owned(), feed.clone())]].concat());
    has_no_name(&kept);
    is_what_may_be_served(&feed, &entries);
}

fn has_no_number(all: &[(String, Vec<u8>)]) {
    assert!(all.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > 100_000);
    for (name, bytes) in all {
        for number in &NUMBERS[..3] {
            for (encoding, digits) in encodings(number) {
                assert!(
                    !contains(bytes, &digits),
                    "a number stands in {name} as {encoding}"
                );
            }
        }
    }
}

/// Nor do names stand anywhere, but in what verification may read. That links are found shows that this looks at all.
fn has_no_name(kept: &[(String, Vec<u8>)]) {
    for (name, bytes) in kept {
        for person in ["架空", "花子", "次郎", REGISTERED, "ｶｸｳ"] {
            assert!(!contains(bytes, person.as_bytes()), "a name stands in {name}");
        }
    }
    assert!(kept.iter().any(|(_, bytes)| contains(bytes, b"p-1")));
}

/// The feed has what is served, of whom the register knows, and no identity part.
fn is_what_may_be_served(feed: &[u8], entries: &[Entry]) {
    assert!(contains(feed, "架空　花子".as_bytes()) && contains(feed, "居住区".as_bytes()));
    for hidden in [
        "identity",
        "sealed",
        "registered_address",
        REGISTERED,
        "次郎",
        "三郎",
    ] {
        assert!(
            !contains(feed, hidden.as_bytes()),
            "{hidden} is on its way to verification"
        );
    }
    for fed in entries.iter().flat_map(|entry| &entry.records) {
        assert_eq!(fed.record.link.as_str(), "p-1");
        // Parts are what the office hashed, so that copies can be compared.
        assert!(fed.record.content.holds());
    }
}
