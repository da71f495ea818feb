//! Cards of the town's own authority, and what they sign.

use std::path::Path;

use domain::card::CardId;
use domain::permit::Purpose;
use domain::presence::Method;
use exchange::presence::Brought;
use identity::card::{Anchor, CardCertificate};
use identity::presence::Statement;
use identity::profile::World;
use identity::reader::{Pin, Session, VirtualCard};
use identity::show::unarmoured;
use madoguchi_e2e::people::CLINIC;
use madoguchi_e2e::program::run;

/// A card.
#[derive(Clone)]
pub(crate) struct Card {
    certificate: Vec<u8>,
    key: Vec<u8>,
    pub(crate) id: CardId,
}

impl Card {
    /// Has the authority in a folder issue the n-th.
    pub(crate) fn issue(folder: &Path, n: usize) -> Card {
        let (pki, out) = (folder.join("pki"), folder.join(format!("card-of-somebody-{n}")));
        let (dir, name) = (pki.display().to_string(), out.display().to_string());
        let _issued = run(["pki", "issue", "--dir", &dir, "card", "--out", &name]).ended(0);
        let read = |path: &Path| unarmoured(&std::fs::read(path).unwrap()).unwrap();
        let certificate = read(&out.with_extension("crt"));
        let issuer = Anchor::pin(World::Sandbox, &read(&pki.join("card-2.crt"))).unwrap();
        let serial = CardCertificate::parse(&certificate).unwrap().serial().clone();
        Card {
            key: read(&out.with_extension("key")),
            id: CardId {
                issuer: issuer.id(),
                serial,
            },
            certificate,
        }
    }

    /// What a terminal of the clinic brings when this card was here.
    pub(crate) fn sign(&self, terminal: &str, nonce: &[u8], purpose: Purpose, asked: String) -> Vec<u8> {
        // The terminal's clock; nobody judges by it.
        let at = env::Time::from_micros(1_795_000_000_000_000);
        let statement = Statement {
            nonce,
            institution: CLINIC,
            terminal,
            purpose,
            method: Method::Pin,
            at,
            asked: Brought::hash(&asked),
        };
        let mut card = VirtualCard::new(self.certificate.clone(), &self.key, *b"1234").unwrap();
        let mut session = Session::open(&mut card).unwrap();
        session.verify(&Pin::parse("1234").unwrap()).unwrap();
        let brought = Brought {
            nonce: nonce.to_vec(),
            method: Method::Pin,
            at: at.micros(),
            certificate: self.certificate.clone(),
            signature: session.sign(&statement.encode()).unwrap(),
            asked,
        };
        serde_json::to_vec(&brought).unwrap()
    }
}
