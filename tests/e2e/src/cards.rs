//! Cards of a town's own authority, and what they sign.

use std::io;
use std::path::Path;

use crate::api::Line;
use crate::people::CLINIC;
use crate::program::run;
use domain::card::CardId;
use domain::permit::Purpose;
use domain::presence::Method;
use exchange::presence::{Brought, NONCE, Nonce};
use identity::card::{Anchor, CardCertificate};
use identity::presence::Statement;
use identity::profile::World;
use identity::reader::{Pin, Session, VirtualCard};
use identity::show::unarmoured;

/// A card.
#[derive(Clone)]
pub struct Card {
    certificate: Vec<u8>,
    key: Vec<u8>,
    /// What it is found by.
    pub id: CardId,
}

impl Card {
    /// Has the authority in a folder issue the n-th.
    ///
    /// # Panics
    /// When it cannot.
    pub fn issue(folder: &Path, n: usize) -> Card {
        let (pki, out) = (folder.join("pki"), folder.join(format!("card-of-somebody-{n}")));
        let (dir, name) = (pki.display().to_string(), out.display().to_string());
        let _issued = run(["pki", "issue", "--dir", &dir, "card", "--out", &name]).ended(0);
        let made = || -> Result<Card, Box<dyn std::error::Error>> {
            let read = |path: &Path| Ok::<_, Box<dyn std::error::Error>>(unarmoured(&std::fs::read(path)?)?);
            let certificate = read(&out.with_extension("crt"))?;
            let issuer = Anchor::pin(World::Sandbox, &read(&pki.join("card-2.crt"))?)?.id();
            let serial = CardCertificate::parse(&certificate)?.serial().clone();
            Ok(Card {
                key: read(&out.with_extension("key"))?,
                id: CardId { issuer, serial },
                certificate,
            })
        };
        made().unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// What a terminal of the clinic brings when this card was here, as JSON.
    ///
    /// # Panics
    /// When the card does not sign.
    pub fn sign(&self, terminal: &str, nonce: &[u8], purpose: Purpose, asked: String) -> Vec<u8> {
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
        let brought = Brought {
            nonce: nonce.to_vec(),
            institution: CLINIC.to_owned(),
            terminal: terminal.to_owned(),
            purpose,
            method: Method::Pin,
            at: at.micros(),
            certificate: self.certificate.clone(),
            signature: self.signature(&statement.encode()),
            asked,
        };
        serde_json::to_vec(&brought).unwrap_or_default()
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        let signed = || -> Result<Vec<u8>, Box<dyn std::error::Error>> {
            let mut card = VirtualCard::new(self.certificate.clone(), &self.key, *b"1234")?;
            let mut session = Session::open(&mut card)?;
            session.verify(&Pin::parse("1234").ok_or("a PIN")?)?;
            Ok(session.sign(message)?)
        };
        signed().unwrap_or_else(|error| panic!("a card: {error}"))
    }
}

/// A nonce over a connection.
///
/// # Errors
/// When none came.
pub fn nonce(line: &mut Line) -> io::Result<Vec<u8>> {
    let reply = line.post(NONCE, b"")?;
    let nonce: Nonce = serde_json::from_slice(&reply.body)?;
    Ok(nonce.nonce)
}

/// What the use of a nonce is remembered by, in hexadecimal digits.
pub fn remembered(nonce: &[u8]) -> String {
    hex::encode(nonce.get(1..25).unwrap_or_default())
}
