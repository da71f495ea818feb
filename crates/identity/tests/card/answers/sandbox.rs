//! The sandbox's own answers and questions, read by us and by OpenSSL.

use std::num::NonZeroU128;
use std::process::Command;
use std::time::Duration;

use env::sim::Simulation;

use crate::identity::authority::IssuingKey;
use crate::identity::authority::answering::Answer;
use crate::identity::authority::issuing::Authority;
use crate::identity::card::ocsp::{NamedBy, Question, Word};
use crate::identity::card::{Anchor, Anchors, CardId, OcspAnswer, OcspFault, Serial};
use crate::identity::profile::World;
use crate::judged::now;

struct Sandbox {
    key: IssuingKey,
    anchors: Anchors,
    issuer: Vec<u8>,
}

fn serial(number: u128) -> Serial {
    Serial::from(NonZeroU128::new(number).unwrap())
}

impl Sandbox {
    fn new() -> Sandbox {
        let key = IssuingKey::draw(Authority::Cards).unwrap();
        let later = now() + Duration::from_hours(24);
        let issuer = key.certificate(&serial(1), now(), later).unwrap();
        let anchor = Anchor::pin(World::Sandbox, &issuer).unwrap();
        Sandbox {
            key,
            anchors: Anchors::new(World::Sandbox, [anchor]),
            issuer,
        }
    }

    fn card(&self, number: u128) -> CardId {
        CardId {
            issuer: Anchor::pin(World::Sandbox, &self.issuer).unwrap().id(),
            serial: serial(number),
        }
    }
}

#[test]
fn the_sandbox_answers_what_we_read() {
    let sandbox = Sandbox::new();
    let period = (now(), now() + Duration::from_hours(1));
    let delegate = sandbox.key.delegate(&serial(7), period).unwrap();
    let mut rng = Simulation::new(1, now()).node("keys", "keys").rng();
    let said = [
        (serial(0x0600_0001), Word::Good),
        (serial(0x86), Word::Revoked { since: now() }),
        (serial(3), Word::Unknown),
    ];
    for by in [NamedBy::Sha1, NamedBy::Sha256] {
        for delegate in [None, Some(&delegate)] {
            let nonce = [4; 32];
            let answer = Answer {
                said: &said,
                period,
                by,
                nonce: Some(&nonce),
            };
            let bytes = sandbox.key.answer(&answer, delegate).unwrap();
            let read = OcspAnswer::parse(&sandbox.anchors, &bytes, now()).unwrap();
            let words: Vec<_> = read
                .said()
                .iter()
                .map(|said| (said.card.serial.clone(), said.word))
                .collect();
            assert_eq!(words, said);
            // A nonce that is there must be the question's own.
            let question = Question::draw(sandbox.card(0x86), &mut rng);
            assert_eq!(question.is_answered_by(&read), Err(OcspFault::Nonce));
        }
    }
    let question = Question::draw(sandbox.card(0x86), &mut rng);
    let answer = Answer {
        said: &said[..1],
        period,
        by: NamedBy::Sha1,
        nonce: None,
    };
    let other = OcspAnswer::parse(
        &sandbox.anchors,
        &sandbox.key.answer(&answer, None).unwrap(),
        now(),
    );
    assert_eq!(question.is_answered_by(&other.unwrap()), Err(OcspFault::NotAsked));
    let answer = Answer {
        said: &said,
        ..answer
    };
    let own = OcspAnswer::parse(
        &sandbox.anchors,
        &sandbox.key.answer(&answer, None).unwrap(),
        now(),
    );
    assert_eq!(question.is_answered_by(&own.unwrap()), Ok(()));
}

/// OpenSSL reads our question: the same names, the number, the nonce.
#[test]
fn openssl_reads_our_question() {
    let sandbox = Sandbox::new();
    let mut rng = Simulation::new(1, now()).node("keys", "keys").rng();
    let question = Question::draw(sandbox.card(0x86), &mut rng);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("request.der");
    for (by, name) in [(NamedBy::Sha1, "sha1"), (NamedBy::Sha256, "sha256")] {
        let bytes = question.write(&sandbox.anchors, by).unwrap();
        std::fs::write(&file, &bytes).unwrap();
        let run = Command::new("openssl")
            .args(["ocsp", "-req_text", "-reqin"])
            .arg(&file)
            .output();
        let text = String::from_utf8_lossy(&run.unwrap().stdout).into_owned();
        for part in [
            &format!("Hash Algorithm: {name}"),
            "Serial Number: 86",
            "OCSP Nonce:",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
    let nobody = Anchors::new(World::Sandbox, []);
    assert_eq!(question.write(&nobody, NamedBy::Sha1), None);
}
