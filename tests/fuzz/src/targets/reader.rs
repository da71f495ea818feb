//! What a reader answers us, and what a card is told.

use std::sync::{LazyLock, Mutex, PoisonError};

use identity::authority::issuing::rsa_key;
use identity::reader::{CardError, Face, Pin, Session, VirtualCard, Wire};

use super::{Target, variant};
use crate::secrets::assert_discreet;

/// Whatever a reader answers: a conversation comes to its end, with an error that has a name.
pub(super) const ANSWERS: Target = Target {
    name: "reader-answers",
    check: answers,
    weight: 1,
    words: &[
        b"\x02\x90\x00",
        b"\x02\x69\x83",
        b"\x02\x63\xc2",
        b"\x02\x63\xc0",
        b"\x02\x6a\x82",
        b"\x02\x6d\x00",
        b"\x06\x30\x82\x01\x00\x90\x00",
        b"\x06\x30\x82\xff\xff\x90\x00",
        b"\x00",
        b"\x01\x90",
        b"\x03\x00\x90\x00",
    ],
};

/// Whatever a card is told: it answers with two bytes at least, and signs nothing that is locked.
pub(super) const COMMANDS: Target = Target {
    name: "card-commands",
    check: commands,
    weight: 1,
    words: &[
        b"\x0f\x00\xa4\x04\x0c\x0a\xd3\x92\xf0\x00\x26\x01\x00\x00\x00\x01",
        b"\x07\x00\xa4\x02\x0c\x02\x00\x0a",
        b"\x07\x00\xa4\x02\x0c\x02\x00\x17",
        b"\x07\x00\xa4\x02\x0c\x02\x00\x18",
        b"\x05\x00\xb0\x00\x00\x00",
        b"\x05\x00\xb0\xff\xff\xff",
        b"\x04\x00\x20\x00\x80",
        b"\x09\x00\x20\x00\x80\x041234",
        b"\x09\x00\x20\x00\x80\x040000",
        b"\x06\x80\x20\x00\x80\x01\x01",
        b"\x06\x80\x20\x00\x80\x01\x00",
        b"\x80\x2a\x00\x80",
    ],
};

/// A wire whose answers are the input's: each has its length in a byte before it.
struct Answers<'a> {
    rest: &'a [u8],
    told: usize,
}

/// How many commands a conversation may take: a certificate of 4096 bytes that comes in single ones, and all the rest.
const MOST: usize = 4096 + 64;

impl Wire for Answers<'_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, CardError> {
        self.told += 1;
        assert!(self.told <= MOST, "a conversation without end");
        assert!(command.len() <= 5 + 255 + 1, "a command is short");
        let (length, rest) = self.rest.split_first().ok_or(CardError::Gone)?;
        let (answer, rest) = rest.split_at(rest.len().min(usize::from(*length)));
        self.rest = rest;
        Ok(answer.to_vec())
    }
}

fn answers(bytes: &[u8]) -> String {
    let mut wire = Answers { rest: bytes, told: 0 };
    let verdict = match Session::open(&mut wire).and_then(|mut session| session.certificate()) {
        Ok(certificate) => {
            assert!(certificate.len() <= 4096 && certificate.starts_with(&[0x30, 0x82]));
            "certificate".to_owned()
        }
        Err(error) => refused(error),
    };
    // What is left is answered to everything else.
    if let Ok(mut session) = Session::open(&mut wire) {
        let pin = Pin::parse("1234").expect("four digits");
        let told = [
            session.tries_left().map(drop),
            session.compare(Face::Same),
            session.verify(&pin),
            session.sign(b"something").map(drop),
        ];
        for error in told.into_iter().filter_map(Result::err) {
            let _verdict = refused(error);
        }
    }
    verdict
}

fn refused(error: CardError) -> String {
    assert_discreet(&error.to_string());
    variant(&error)
}

/// The card that is told something. It is one for all inputs: to take its key in costs more than all that it is told.
static CARD: LazyLock<Mutex<VirtualCard>> = LazyLock::new(|| {
    let key = rsa_key().expect("a key");
    let card = VirtualCard::new(vec![7; 1300], key.serialized_der(), *b"1234");
    Mutex::new(card.expect("a card"))
});

fn commands(mut bytes: &[u8]) -> String {
    let mut card = CARD.lock().unwrap_or_else(PoisonError::into_inner);
    // As it came from the municipality.
    card.reset(*b"1234");
    let (mut last, mut could) = (String::from("nothing"), false);
    while let Some((length, rest)) = bytes.split_first() {
        let (command, rest) = rest.split_at(rest.len().min(usize::from(*length)));
        bytes = rest;
        could |= matches!(
            command,
            [0x00, 0x20, .., b'1', b'2', b'3', b'4'] | [0x80, 0x20, .., 1]
        );
        let answer = card.transmit(command).expect("a virtual card is never gone");
        let (data, word) = answer
            .split_last_chunk::<2>()
            .expect("an answer has its two bytes");
        assert!(data.len() <= 256 && (word == &[0x90, 0x00] || data.is_empty()));
        let signed = command.starts_with(&[0x80, 0x2a]) && word == &[0x90, 0x00];
        assert!(could || !signed, "signed, and nobody unlocked it");
        last = match word {
            // The count is no verdict.
            [0x63, _] => "63cx".to_owned(),
            [high, low] => format!("{high:02x}{low:02x}"),
        };
    }
    last
}
