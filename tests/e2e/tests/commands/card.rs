//! `institution card`: the answer on standard output, as XML or as JSON, an error answer too; 3 when verification is not running.
//! A card in a reader (`--reader`) is read by a program that has the feature `pcsc`; these tests have none.

use std::fs;
use std::path::Path;

use exchange::oqs::Limits;
use exchange::oqs::siquc01::ResultMessage;
use madoguchi_e2e::program::{Ran, run};
use madoguchi_e2e::town::{Kind, Role, Town};
use serde_json::Value;

/// Issues a virtual card by the authorities of a folder; what `institution card` takes.
fn trial_card(pki: &str, card: &str) -> String {
    let _issued = run(["pki", "issue", "--dir", pki, "card", "--out", card]).ended(0);
    fs::write(
        format!("{card}.json"),
        r#"{"pin": "1234", "holder": "見本　花子"}"#,
    )
    .unwrap();
    card.to_owned()
}

/// The desk of a town.
struct Desk {
    config: String,
}

impl Desk {
    fn read(&self, arguments: &[&str]) -> Ran {
        let card = ["institution", "card", "--config", &self.config];
        run(card.iter().chain(arguments))
    }

    /// The same reading as XML and as JSON; what both say, which is one message but for the moment and the reading's own mark.
    fn both(&self, card: &str, code: i32) -> (ResultMessage, Ran) {
        let bare = |mut message: ResultMessage| {
            assert!(message.header.process_execution_time.take().is_some());
            let marked = message.header.arbitrary_file_identifier.take();
            // Whoever is not believed is not repeated either.
            assert_eq!(marked.is_some(), code == 0);
            message
        };
        let plain = self.read(&[card]).ended(code);
        let xml = bare(ResultMessage::read(plain.out.as_bytes(), &Limits::SINGLE).unwrap());
        let ran = self.read(&[card, "--json"]).ended(code);
        let shown: Value = ran.json();
        assert!(shown["XmlMsg"]["MessageHeader"].is_object(), "{shown}");
        let json = bare(ResultMessage::read_json(ran.out.as_bytes(), &Limits::SINGLE).unwrap());
        assert_eq!(json, xml);
        (json, ran)
    }
}

#[test]
fn a_reading_is_printed_as_xml_or_as_json_also_when_it_is_an_error_answer() {
    let mut town = Town::found("card", Kind::Sqlite);
    let desk = Desk {
        config: town.config(Role::Institution),
    };
    let card = trial_card(&town.path("pki"), &town.path("hanako"));
    let ran = desk.read(&[&card, "--json"]).ended(3);
    assert!(
        ran.out.is_empty() && ran.err.contains("次にすること: "),
        "{ran:?}"
    );
    town.start_all();

    // Nobody enrolled it: an answer like any other, and the same in `face`.
    let (message, ran) = desk.both(&card, 0);
    let validity = message
        .body
        .qualification_validity
        .map(|validity| validity.code());
    assert_eq!(validity, Some("4"));
    let face = ran
        .err
        .lines()
        .find_map(|line| line.split_once("face フォルダに置きました: "));
    assert!(Path::new(face.unwrap().1).is_file(), "{}", ran.err);

    // No authority that is believed issued it: an error answer, with its reason for people beside it.
    let other = town.path("other-pki");
    let _made = run(["pki", "init", "--dir", &other]).ended(0);
    let stranger = trial_card(&other, &town.path("stranger"));
    let (message, ran) = desk.both(&stranger, 1);
    assert_eq!(message.header.segment_of_result.code(), "9");
    assert_eq!(message.header.error_code.as_deref(), Some("MDG-CRD-004"));
    assert!(
        ran.err.contains("MDG-CRD-004") && ran.err.contains("次にすること: "),
        "{}",
        ran.err
    );

    // 利用申込 of a card that the register of residents does not know.
    let ran = desk.read(&[&card, "--enrol", "--json"]).ended(1);
    assert_eq!(ran.json(), "not_this_card");
    assert!(ran.err.contains("次にすること: "), "{}", ran.err);
    let ran = desk.read(&[&card, "--enrol"]).ended(1);
    assert_eq!(ran.out, "");

    // What never reached verification has no answer to print.
    let nothing_asked: [(&[&str], i32, &str); 4] = [
        (&[&card, "--json", "--pin", "0000"], 1, "あと2回"),
        (&[&card, "--json", "--pin", "12345"], 1, "数字4桁"),
        (&["nobody", "--json"], 1, "試験用カードとして読めません"),
        (
            &[&card, "--json", "--consent", "drug=yes", "--consent", "drug=no"],
            2,
            "2つあります",
        ),
    ];
    for (arguments, code, said) in nothing_asked {
        let ran = desk.read(arguments).ended(code);
        assert!(ran.out.is_empty() && ran.err.contains(said), "{ran:?}");
    }
    assert_eq!(town.stop_all(), Vec::<String>::new());
}

/// The program of these tests has no reader (`pcsc` is off): it says so, and how to have one.
#[test]
fn a_card_in_a_reader_needs_a_program_with_the_feature() {
    let town = Town::planned("card-reader", Kind::Sqlite);
    let desk = Desk {
        config: town.config(Role::Institution),
    };
    for arguments in [
        &["--reader"][..],
        &["--reader", "Desk 00 00", "--enrol", "--json"],
    ] {
        let ran = desk.read(arguments).ended(1);
        assert_eq!(ran.out, "");
        for part in [
            "カードリーダー（PC/SC）",
            "次にすること: ",
            "cargo build --release --features pcsc",
        ] {
            assert!(ran.err.contains(part), "{part}: {}", ran.err);
        }
    }
    // A real card's PIN stands on no command line, its face is compared by nobody here, and one card is read at a time.
    for (arguments, said) in [
        (&["--reader", "--pin", "1234"][..], "試験用カードだけ"),
        (&["--reader", "--face"], "試験用カードだけ"),
        (&["--reader=Desk", "hanako"], "--reader"),
        (&[], "CARD"),
    ] {
        let ran = desk.read(arguments).ended(2);
        assert!(
            ran.out.is_empty() && ran.err.contains(said),
            "{arguments:?}: {ran:?}"
        );
    }
}
