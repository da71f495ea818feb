//! Promise `whole-files`, over the real path and on both databases: of a file of thousands of records with one bad among
//! them nothing is seen, or exactly the lawful part, at once; and whatever else can happen to a file has its answer in
//! `docs/src/reference/registration.md`.

use exchange::registration::{Mode, Record};
use madoguchi_e2e::dice::Dice;
use madoguchi_e2e::files::{outside_of_its_month, rehashed};
use madoguchi_e2e::town::Kind;
use serde_json::{Value, json};

mod page;
mod view;

use page::Page;
use view::{Seen, View};

/// People in a long file, and vouchers of each: 3,000 records.
const PEOPLE: u32 = 30;
const VOUCHERS: u32 = 100;
const RECORDS: u32 = PEOPLE * VOUCHERS;
/// The person in the middle, of whom a record is bad.
const BAD: u32 = PEOPLE / 2;
/// Places at which a long file is cut.
const CUTS: usize = 24;

#[test]
fn whole_files_one_bad_among_thousands_on_sqlite() {
    one_bad_among_thousands(Kind::Sqlite);
}

#[test]
fn whole_files_one_bad_among_thousands_on_postgres() {
    one_bad_among_thousands(Kind::Postgres);
}

#[test]
fn whole_files_cut_repeated_skipped_and_wrongly_encoded_on_sqlite() {
    what_happens_to_files(Kind::Sqlite);
}

#[test]
fn whole_files_cut_repeated_skipped_and_wrongly_encoded_on_postgres() {
    what_happens_to_files(Kind::Postgres);
}

/// The records of a long file: `edition` tells one file's vouchers from another's.
fn long(edition: u32) -> Vec<Record> {
    let of_person = |person| (0..VOUCHERS).map(move |voucher| view::voucher(person, edition, voucher));
    (0..PEOPLE).flat_map(of_person).collect()
}

/// A long file with a rule broken in the middle.
fn long_with_a_broken_rule(edition: u32) -> Vec<Record> {
    let mut records = long(edition);
    let row = (BAD * VOUCHERS + 7) as usize;
    records[row] = outside_of_its_month(records[row].clone());
    records
}

/// A whole file in which one row is not of its shape.
fn with_a_bad_row(file: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(file).unwrap();
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let row = lines.get_mut(BAD as usize * VOUCHERS as usize).unwrap();
    *row = row.replacen("\"self_pay_yen\":1", "\"self_pay_yen\":\"1\"", 1);
    rehashed(&lines.concat()).into_bytes()
}

fn one_bad_among_thousands(kind: Kind) {
    let page = Page::read();
    let mut view = View::open("whole-long", kind, PEOPLE);
    let nothing = view.seen();
    for mode in [Mode::EachPerson, Mode::AllOrNothing] {
        let bad = with_a_bad_row(&view::file(1, mode, &long(1)));
        let reply = view.while_watched(&bad, &[nothing]);
        let said = page.holds("a row of thousands is not of its shape", &reply);
        let faults = &said["refusal"]["faults"];
        assert_eq!(faults.as_array().map(Vec::len), Some(1), "{said}");
        assert_eq!(faults[0]["row"], BAD * VOUCHERS, "{said}");
        assert_eq!(
            faults[0]["field"], "content.voucher.served.body.self_pay_yen",
            "{said}"
        );
    }

    // Rules are judged for each person: theirs are refused together, everybody else's are there at once.
    let lawful = Seen {
        vouchers: nothing.vouchers + i64::from(RECORDS - VOUCHERS),
        first: VOUCHERS as usize,
        bad: 0,
        last: VOUCHERS as usize,
    };
    let file = view::file(1, Mode::EachPerson, &long_with_a_broken_rule(1));
    let reply = view.while_watched(&file, &[nothing, lawful]);
    let said = page.holds("a record of thousands breaks a rule", &reply);
    assert_eq!(counts(&said), [RECORDS - VOUCHERS, 0, VOUCHERS, 0], "{said}");
    let not_applied = said["receipt"]["not_applied"].as_array().unwrap();
    let first = BAD * VOUCHERS + 1;
    let rows: Vec<u64> = not_applied.iter().filter_map(|row| row["row"].as_u64()).collect();
    assert!(
        rows.iter()
            .copied()
            .eq(u64::from(first)..u64::from(first + VOUCHERS)),
        "{rows:?}"
    );

    let file = view::file(2, Mode::AllOrNothing, &long_with_a_broken_rule(2));
    let reply = view.while_watched(&file, &[lawful]);
    let said = page.holds("a record of thousands breaks a rule, all or nothing", &reply);
    assert_eq!(counts(&said), [0, 0, RECORDS, 0], "{said}");

    // Nothing of it stands in the way of the same records when they are right.
    let everything = Seen {
        vouchers: lawful.vouchers + i64::from(RECORDS),
        first: 2 * VOUCHERS as usize,
        bad: VOUCHERS as usize,
        last: 2 * VOUCHERS as usize,
    };
    let file = view::file(3, Mode::AllOrNothing, &long(2));
    let reply = view.while_watched(&file, &[lawful, everything]);
    let said = page.holds("a whole file", &reply);
    assert_eq!(counts(&said), [RECORDS, 0, 0, 0], "{said}");
    // A file of thousands takes longer than a look.
    assert!(view.looks() > 0, "nobody looked");
    view.close();
}

fn counts(said: &Value) -> [u32; 4] {
    let of = |outcome: &str| said["receipt"]["counts"][outcome].as_u64();
    ["applied", "held", "refused", "superseded"].map(|outcome| u32::try_from(of(outcome).unwrap()).unwrap())
}

fn what_happens_to_files(kind: Kind) {
    let page = Page::read();
    let mut view = View::open("whole-short", kind, 4);
    let nothing = view.seen();
    let short = |edition: u32| -> Vec<Record> {
        let of_person = |person| (0..5).map(move |voucher| view::voucher(person, edition, voucher));
        (0..4).flat_map(of_person).collect()
    };
    let file = view::file(1, Mode::EachPerson, &short(1));
    let text = String::from_utf8(file.clone()).unwrap();
    let mut refused = |what: &str, bytes: &[u8]| {
        let reply = view.while_watched(bytes, &[nothing]);
        page.holds(what, &reply)
    };

    // Cut at the end of each line, and anywhere.
    let ends = text
        .bytes()
        .zip(1..)
        .filter(|(byte, _)| *byte == b'\n')
        .map(|(_, end)| end);
    let ends: Vec<usize> = ends.collect();
    assert_eq!(ends.len(), 21);
    for end in &ends[..20] {
        refused("cut at the end of a line", &file[..*end]);
    }
    refused("nothing of a file", b"");
    let thousands = view::file(1, Mode::EachPerson, &long(1));
    let mut dice = Dice::new(0x5eed_0005);
    for _ in 0..CUTS {
        let envelope = thousands.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let end = envelope + dice.below(thousands.len() - envelope);
        // A cut within a character is a fault of the encoding, and named as one.
        let whole = std::str::from_utf8(&thousands[..end]).is_ok();
        let what = if whole {
            "cut anywhere"
        } else {
            "cut within a character"
        };
        refused(what, &thousands[..end]);
    }
    let wide = file.iter().position(|byte| !byte.is_ascii()).unwrap();
    refused("cut within a character", &file[..=wide]);
    refused("cut within the envelope", &file[..ends[0] / 2]);

    // Wrongly encoded.
    let (cp932, _, lossy) = encoding_rs::SHIFT_JIS.encode(&text);
    assert!(!lossy && cp932 != file);
    refused("written in CP932", &cp932);
    refused(
        "a byte order mark before it",
        &[b"\xef\xbb\xbf", &file[..]].concat(),
    );
    for wide in [u16::to_le_bytes, u16::to_be_bytes] {
        let mark = wide(0xfeff).to_vec();
        let wide: Vec<u8> = text.encode_utf16().flat_map(wide).collect();
        refused("written in UTF-16", &[mark, wide].concat());
    }
    refused("one row twice", &twice_the_last_row(&text));
    refused(
        "one row missing, its hash made anew",
        &without_the_last_row(&text),
    );
    refused("a number skipped", &view::file(3, Mode::EachPerson, &short(1)));

    // After all that the number is free.
    let all = Seen {
        vouchers: 20,
        first: 5,
        bad: 5,
        last: 5,
    };
    let reply = view.while_watched(&file, &[nothing, all]);
    page.holds("a whole file", &reply);
    let again = view.while_watched(&file, &[all]);
    page.holds("the same file again", &again);
    assert_eq!(again.body, reply.body);
    let other = view.while_watched(&view::file(1, Mode::EachPerson, &short(2)), &[all]);
    page.holds("the same number with another content", &other);
    // What is there already is there; the file is taken all the same.
    let said = page.holds(
        "the same records under the next number",
        &view.while_watched(&view::file(2, Mode::EachPerson, &short(1)), &[all]),
    );
    assert_eq!(counts(&said), [0, 0, 0, 20], "{said}");
    let older = page.holds("an older file again", &view.while_watched(&file, &[all]));
    assert_eq!(older["receipt"]["number"], json!(1));
    let older = view.while_watched(&view::file(1, Mode::EachPerson, &short(2)), &[all]);
    page.holds("an older number with another content", &older);
    page.holds(
        "a number skipped",
        &view.while_watched(&view::file(9, Mode::EachPerson, &short(2)), &[all]),
    );
    page.is_whole();
    view.close();
}

fn twice_the_last_row(text: &str) -> Vec<u8> {
    let last = text.split_inclusive('\n').next_back().unwrap();
    let counted = text.replacen("\"rows\":20", "\"rows\":21", 1);
    rehashed(&(counted + last)).into_bytes()
}

fn without_the_last_row(text: &str) -> Vec<u8> {
    let last = text.split_inclusive('\n').next_back().unwrap();
    rehashed(&text[..text.len() - last.len()]).into_bytes()
}
