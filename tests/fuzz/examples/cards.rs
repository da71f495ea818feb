//! Makes the corpora about cards anew, with an authority whose key is thrown away: `cargo run -p madoguchi-fuzz --example cards`.
//!
//! What was changed by hand or found by damage stays as it is: bytes that are wrong are wrong under any key, but for those that
//! only a signature tells apart. The test says which of them have another verdict now.

use std::error::Error;
use std::fs;
use std::num::NonZeroU128;
use std::path::Path;
use std::time::Duration;

use domain::permit::Purpose;
use env::Time;
use env::sim::Simulation;
use exchange::presence::Brought;
use identity::authority::IssuingKey;
use identity::authority::answering::Answer;
use identity::authority::issuing::{Authority, rsa_key};
use identity::card::Serial;
use identity::card::ocsp::{NamedBy, Word};
use identity::presence::{Method, NONCE_LEN, Place, Statement};
use identity::reader::{CardError, Face, Pin, Session, VirtualCard, Wire};
use madoguchi_fuzz::cards::{AUTHORITY, LIST, nonces, now, place};
use madoguchi_fuzz::corpus::folder;

type Done = Result<(), Box<dyn Error>>;

const HOUR: Duration = Duration::from_hours(1);

fn main() -> Done {
    let day = 24 * HOUR;
    let key = IssuingKey::draw(Authority::Cards)?;
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (from, through) = (earlier(365 * day), now() + 365 * day);
    fs::write(own.join(AUTHORITY), key.certificate(&serial(1), from, through)?)?;
    fs::write(own.join(LIST), key.list(1, (now(), through), &[])?)?;
    certificates(&key, (earlier(HOUR), through))?;
    lists(&key)?;
    answers(&key)?;
    let card_key = rsa_key()?;
    let certificate = key.card(
        &card_key,
        &serial(0x0600_0001),
        "0123456789ABCDEFGHJKLMN",
        (from, through),
    )?;
    let card = || VirtualCard::new(certificate.clone(), card_key.serialized_der(), *b"1234");
    conversation(card()?)?;
    brought(&mut card()?, &certificate)
}

fn serial(number: u128) -> Serial {
    Serial::from(NonZeroU128::new(number).unwrap_or(NonZeroU128::MIN))
}

fn earlier(span: Duration) -> Time {
    Time::from_micros(now().micros() - i64::try_from(span.as_micros()).unwrap_or(0))
}

fn put(target: &str, name: &str, bytes: &[u8]) -> Done {
    fs::create_dir_all(folder(target))?;
    Ok(fs::write(folder(target).join(name), bytes)?)
}

fn certificates(key: &IssuingKey, period: (Time, Time)) -> Done {
    let (card, stranger) = (rsa_key()?, IssuingKey::draw(Authority::Cards)?);
    let issue = |by: &IssuingKey, name: &str| by.card(&card, &serial(0x0600_0001), name, period);
    let opaque = "0123456789ABCDEFGHJKLMN";
    put("card-certificate", "accepted--card.der", &issue(key, opaque)?)?;
    put(
        "card-certificate",
        "UnknownIssuer--strangers.der",
        &issue(&stranger, opaque)?,
    )?;
    put(
        "card-certificate",
        "Subject--somebodys-name.der",
        &issue(key, "KANARIA HANAKO")?,
    )?;
    let mut touched = issue(key, opaque)?;
    if let Some(last) = touched.last_mut() {
        *last ^= 1;
    }
    put("card-certificate", "Signature--touched.der", &touched)
}

fn lists(key: &IssuingKey) -> Done {
    let period = (now(), now() + HOUR);
    let revoked: Vec<_> = (1..4).map(|number| (serial(number), now())).collect();
    put(
        "revocation-list",
        "accepted--nobody.der",
        &key.list(1, period, &[])?,
    )?;
    put(
        "revocation-list",
        "accepted--three.der",
        &key.list(2, period, &revoked)?,
    )
}

fn answers(key: &IssuingKey) -> Done {
    let (card, period) = (serial(0x0600_0001), (now(), now() + HOUR));
    let delegate = key.delegate(&serial(7), period)?;
    let late = key.delegate(&serial(8), (earlier(2 * HOUR), earlier(HOUR)))?;
    let revoked = Word::Revoked { since: earlier(HOUR) };
    let past = (earlier(2 * HOUR), earlier(HOUR));
    let future = (now() + HOUR, now() + 2 * HOUR);
    for (name, word, period, by, delegate) in [
        ("good--key.der", Word::Good, period, NamedBy::Sha1, None),
        (
            "good--delegate.der",
            Word::Good,
            period,
            NamedBy::Sha256,
            Some(&delegate),
        ),
        (
            "revoked--delegate.der",
            revoked,
            period,
            NamedBy::Sha1,
            Some(&delegate),
        ),
        ("revoked--old.der", revoked, past, NamedBy::Sha256, None),
        ("NotKnown--key.der", Word::Unknown, period, NamedBy::Sha1, None),
        ("Stale--key.der", Word::Good, past, NamedBy::Sha1, None),
        ("Future--key.der", Word::Good, future, NamedBy::Sha1, None),
        (
            "ResponderNotInForce--delegate.der",
            Word::Good,
            period,
            NamedBy::Sha1,
            Some(&late),
        ),
    ] {
        let answer = Answer {
            said: &[(card.clone(), word)],
            period,
            by,
            nonce: Some(&[9; 32]),
        };
        put("ocsp-answer", name, &key.answer(&answer, delegate)?)?;
    }
    Ok(())
}

/// A conversation, written down from both ends.
struct Recorder {
    card: VirtualCard,
    commands: Vec<u8>,
    answers: Vec<u8>,
}

impl Wire for Recorder {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, CardError> {
        let answer = self.card.transmit(command)?;
        for (side, bytes) in [(&mut self.commands, command), (&mut self.answers, &answer)] {
            side.push(u8::try_from(bytes.len()).unwrap_or(u8::MAX));
            side.extend(bytes);
        }
        Ok(answer)
    }
}

fn conversation(card: VirtualCard) -> Done {
    let mut wire = Recorder {
        card,
        commands: Vec::new(),
        answers: Vec::new(),
    };
    let mut session = Session::open(&mut wire)?;
    let _tries = session.tries_left()?;
    let pin = |text| Pin::parse(text).ok_or("a PIN");
    let _wrong = session.verify(&pin("0000")?);
    session.verify(&pin("1234")?)?;
    let _signature = session.sign(b"something")?;
    let _other = session.compare(Face::Other);
    session.compare(Face::Same)?;
    let _signature = session.sign(b"something")?;
    put("card-commands", "9000--signed-twice.bin", &wire.commands)?;
    put(
        "reader-answers",
        "NotThisCard--of-other-commands.bin",
        &wire.answers,
    )
}

fn brought(card: &mut VirtualCard, certificate: &[u8]) -> Done {
    let mut rng = Simulation::new(1, now()).node("desk", "desk").rng();
    let here = place();
    let elsewhere = [
        (
            "OtherTerminal",
            Place {
                terminal: "desk-2".to_owned(),
                ..place()
            },
        ),
        (
            "OtherConnection",
            Place {
                exporter: [8; 32],
                ..place()
            },
        ),
    ];
    let mut nonces: Vec<(&str, [u8; NONCE_LEN])> = vec![
        ("ours", nonces().make(&here, now(), &mut rng)),
        ("Stale", nonces().make(&here, earlier(HOUR), &mut rng)),
        ("Future", nonces().make(&here, now() + HOUR, &mut rng)),
    ];
    for (name, place) in &elsewhere {
        nonces.push((name, madoguchi_fuzz::cards::nonces().make(place, now(), &mut rng)));
    }
    for (name, nonce) in &nonces {
        put("nonce", &format!("{name}--made-here.bin"), nonce)?;
    }
    put("nonce", "NotOurs--zeros.bin", &[0; NONCE_LEN])?;
    put("nonce", "NotOurs--short.bin", &[1; 40])?;
    let nonce = nonces[0].1;
    let mut session = Session::open(card)?;
    session.verify(&Pin::parse("1234").ok_or("a PIN")?)?;
    for (name, asked) in [
        (
            "inquiry--signed.json",
            r#"{"day":"2026-11-26","identifier":"KANARIA"}"#,
        ),
        ("enrolment--signed.json", "{}"),
        ("nothing-known--signed.json", r#"{"hunter2":1}"#),
    ] {
        let statement = Statement {
            nonce: &nonce,
            institution: here.institution.as_str(),
            terminal: &here.terminal,
            purpose: Purpose::EligibilityCheck,
            method: Method::Pin,
            at: now(),
            asked: Brought::hash(asked),
        };
        let message = Brought {
            nonce: nonce.to_vec(),
            institution: here.institution.as_str().to_owned(),
            terminal: here.terminal.clone(),
            purpose: Purpose::EligibilityCheck,
            method: Method::Pin,
            at: now().micros(),
            certificate: certificate.to_vec(),
            signature: session.sign(&statement.encode())?,
            asked: asked.to_owned(),
        };
        put("brought", name, &serde_json::to_vec(&message)?)?;
        let other = Brought {
            method: Method::Face,
            ..message.clone()
        };
        put(
            "brought",
            "Signature--another-method.json",
            &serde_json::to_vec(&other)?,
        )?;
        let elsewhere = Brought {
            terminal: "desk-2".to_owned(),
            ..message.clone()
        };
        put(
            "brought",
            "OtherPlace--another-desk.json",
            &serde_json::to_vec(&elsewhere)?,
        )?;
        let enrolment = Brought {
            purpose: Purpose::Enrolment,
            ..message.clone()
        };
        put(
            "brought",
            "OtherPurpose--enrolment.json",
            &serde_json::to_vec(&enrolment)?,
        )?;
        let unissued = Brought {
            certificate: vec![0x30, 0x00],
            ..message.clone()
        };
        put(
            "brought",
            "Certificate--nothing-in-it.json",
            &serde_json::to_vec(&unissued)?,
        )?;
        let old = Brought {
            nonce: nonces[1].1.to_vec(),
            ..message
        };
        put("brought", "Stale--old-nonce.json", &serde_json::to_vec(&old)?)?;
    }
    put("brought", "refused--nothing.json", b"")
}
