//! Cards of the people of a run: certificates of a sandbox's authority, all with one key, because drawing one takes longer
//! than all the rest.

use std::num::NonZeroU128;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::calendar::Date;
use domain::card::{CardId, KeyId, Serial};
use domain::number::InstitutionCode;
use domain::permit::Purpose;
use domain::presence::Method;
use env::{Env, Time};
use exchange::presence::{Brought, Inquiry};
use identity::authority::IssuingKey;
use identity::authority::files::{pem, replace};
use identity::authority::issuing::{Authority, LIST_LIFE, rsa_key};
use identity::card::Anchor;
use identity::presence::Statement;
use identity::profile::World;
use identity::reader::{Pin, Session, VirtualCard};
use rcgen::KeyPair;

use crate::Fault;
use crate::people::{CLINIC, Person};

/// The PIN of all cards.
const PIN: &str = "1234";

/// An authority, and the key in its cards.
pub(crate) struct Cards {
    issuer: IssuingKey,
    key: KeyPair,
    id: KeyId,
    period: (Time, Time),
    /// Certificates that were made.
    made: AtomicU64,
    /// Its own certificate, as verification reads it.
    pub(crate) anchor: PathBuf,
    /// Its list of what it revoked, as verification reads it.
    pub(crate) revoked: PathBuf,
}

impl Cards {
    /// Draws the keys, and writes the authority's certificate and its empty list.
    pub(crate) fn make(env: &Env, folder: &Path) -> Result<Cards, Fault> {
        let now = env.now();
        let period = (now, now + Duration::from_hours(24) * 400);
        let issuer = IssuingKey::draw(Authority::Cards)?;
        let own = issuer.certificate(&Serial::from(NonZeroU128::MIN), period.0, period.1)?;
        let cards = Cards {
            id: Anchor::pin(World::Sandbox, &own)?.id(),
            issuer,
            key: rsa_key()?,
            period,
            made: AtomicU64::new(0),
            anchor: folder.join("cards.crt"),
            revoked: folder.join("cards.crl"),
        };
        replace(&cards.anchor, &pem("CERTIFICATE", &own), false)?;
        cards.revoke(now, &[])?;
        Ok(cards)
    }

    /// The card of a person.
    pub(crate) fn of(&self, person: Person) -> CardId {
        CardId {
            issuer: self.id,
            serial: serial(person),
        }
    }

    /// A certificate of that card: other bytes each time, so that nobody has seen them.
    pub(crate) fn certificate(&self, person: Person) -> Result<Vec<u8>, Fault> {
        let made = self.made.fetch_add(1, Ordering::Relaxed);
        let name = format!("{made:023}");
        Ok(self.issuer.card(&self.key, &serial(person), &name, self.period)?)
    }

    /// Writes the list anew: these cards were revoked, and no other.
    pub(crate) fn revoke(&self, now: Time, people: &[Person]) -> Result<(), Fault> {
        let revoked: Vec<(Serial, Time)> = people.iter().map(|person| (serial(*person), now)).collect();
        let number = u64::try_from(now.micros())?;
        let list = self.issuer.list(number, (now, now + LIST_LIFE), &revoked)?;
        Ok(replace(&self.revoked, &pem("X509 CRL", &list), false)?)
    }

    /// A card on the reader of a desk.
    pub(crate) fn put_on_reader(&self, terminal: &str) -> Result<Reader, Fault> {
        // What tells cards from each other are their certificates, which desks send along.
        let card = VirtualCard::new(Vec::new(), &self.key.serialize_der(), *b"1234")?;
        Ok(Reader {
            card,
            terminal: terminal.to_owned(),
            institution: InstitutionCode::parse(CLINIC)?,
        })
    }
}

fn serial(person: Person) -> Serial {
    // The authority's own certificate has the first.
    Serial::from(NonZeroU128::MIN.saturating_add(1 + u128::from(person.index)))
}

/// A reader with a card on it.
pub(crate) struct Reader {
    card: VirtualCard,
    institution: InstitutionCode,
    terminal: String,
}

/// What a desk asks about whoever is here.
pub(crate) fn asked(day: Date) -> Result<String, Fault> {
    Ok(serde_json::to_string(&Inquiry {
        day,
        identifier: None,
        consents: Vec::new(),
    })?)
}

impl Reader {
    /// Has the card sign over a nonce and what is asked; the body that the desk sends.
    pub(crate) fn sign(
        &mut self,
        certificate: &[u8],
        nonce: Vec<u8>,
        asked: &str,
        at: Time,
    ) -> Result<String, Fault> {
        let statement = Statement {
            nonce: &nonce,
            institution: self.institution.as_str(),
            terminal: &self.terminal,
            purpose: Purpose::EligibilityCheck,
            method: Method::Pin,
            at,
            asked: Brought::hash(asked),
        };
        let mut session = Session::open(&mut self.card)?;
        session.verify(&Pin::parse(PIN).ok_or("four digits")?)?;
        let signature = session.sign(&statement.encode())?;
        Ok(serde_json::to_string(&Brought {
            nonce,
            institution: self.institution.as_str().to_owned(),
            terminal: self.terminal.clone(),
            purpose: Purpose::EligibilityCheck,
            method: Method::Pin,
            at: at.micros(),
            certificate: certificate.to_vec(),
            signature,
            asked: asked.to_owned(),
        })?)
    }
}

#[cfg(test)]
mod tests {
    use identity::card::{Anchors, CardCertificate, RevocationList};
    use identity::show::unarmoured;

    use super::*;
    use crate::people::Kind;

    fn person(index: u64) -> Person {
        Person {
            index,
            day: Date::constant(2026, 11, 26),
            kind: Kind::Usual,
        }
    }

    #[tokio::test]
    async fn certificates_of_a_card_are_other_bytes_each_time_and_the_same_card() {
        let folder = tempfile::tempdir().unwrap();
        let cards = Cards::make(&harness::real_env(), folder.path()).unwrap();
        let bytes = |path: &Path| unarmoured(&std::fs::read(path).unwrap()).unwrap();
        let anchors = Anchors::new(
            World::Sandbox,
            [Anchor::pin(World::Sandbox, &bytes(&cards.anchor)).unwrap()],
        );
        let (one, other) = (
            cards.certificate(person(7)).unwrap(),
            cards.certificate(person(7)).unwrap(),
        );
        assert_ne!(one, other);
        for certificate in [&one, &other] {
            let tied = anchors.tie(CardCertificate::parse(certificate).unwrap()).unwrap();
            assert_eq!(*tied.card(), cards.of(person(7)));
            assert_ne!(*tied.card(), cards.of(person(8)));
        }
        RevocationList::parse(&anchors, &bytes(&cards.revoked)).unwrap();
    }
}
