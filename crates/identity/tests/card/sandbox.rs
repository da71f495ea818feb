//! The sandbox's authorities issue what the validator takes, and what was revoked is refused.

use std::time::Duration;

use env::sim::Simulation;
use env::{EnvRng, Time};

use crate::identity::authority::folder::Issued;
use domain::permit::Tenant;

use crate::identity::authority::{Authorities, AuthorityError, Record};
use crate::identity::card::revocation::Lists;
use crate::identity::card::{Anchor, Anchors, CardCertificate, CardId, InForce, RevocationList, Standing};
use crate::identity::profile::World;
use crate::judged::now;

/// The sandbox's authorities in a folder of their own.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
    authorities: Authorities,
    rng: EnvRng,
}

impl Sandbox {
    pub(crate) fn new() -> Sandbox {
        let folder = tempfile::tempdir().unwrap();
        let authorities = Authorities::create(folder.path(), now()).unwrap();
        let rng = Simulation::new(1, now()).node("keys", "keys").rng();
        Sandbox {
            folder,
            authorities,
            rng,
        }
    }

    /// A certificate or a list of the folder.
    pub(crate) fn der(&self, name: &str) -> Vec<u8> {
        let text = std::fs::read(self.folder.path().join(name)).unwrap();
        pem::parse(text).unwrap().into_contents()
    }

    fn anchors(&self) -> Anchors {
        let pin = |name| Anchor::pin(World::Sandbox, &self.der(name)).unwrap();
        Anchors::new(World::Sandbox, [pin("card-1.crt"), pin("card-2.crt")])
    }

    pub(crate) fn card(&mut self, issuer: &str) -> Issued {
        self.authorities
            .issue_card(issuer, 5, now(), &mut self.rng)
            .unwrap()
    }

    pub(crate) fn organisation(&mut self, tenant: &Tenant) -> Issued {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        self.authorities
            .issue_organisation(tenant, &names, 90, now(), &mut self.rng)
            .unwrap()
    }

    fn prove(&self, issued: &Issued) -> CardId {
        let certificate = CardCertificate::parse(&issued.certificate).unwrap();
        let proven = self.anchors().tie(certificate).unwrap().at(now()).unwrap();
        assert_eq!(proven.in_force, InForce::Now);
        proven.card
    }

    fn standing(&self, card: &CardId, at: Time) -> Standing {
        let mut lists = Lists::new(Duration::ZERO);
        for name in ["card-1.crl", "card-2.crl"] {
            lists.take(RevocationList::parse(&self.anchors(), &self.der(name)).unwrap());
        }
        lists.standing(card, at)
    }
}

#[test]
fn both_keys_issue_under_the_same_numbers_and_each_card_is_another() {
    let mut sandbox = Sandbox::new();
    let (older, newer) = (sandbox.card("card-1"), sandbox.card("card-2"));
    let (one, other) = (sandbox.prove(&older), sandbox.prove(&newer));
    assert_eq!(one.serial, other.serial);
    assert_ne!(one, other);
}

#[test]
fn what_is_revoked_is_refused_from_the_next_list_on() {
    let mut sandbox = Sandbox::new();
    let issued = sandbox.card("card-2");
    let card = sandbox.prove(&issued);
    assert!(matches!(sandbox.standing(&card, now()), Standing::Good { .. }));
    let later = now() + Duration::from_mins(1);
    sandbox
        .authorities
        .revoke("card-2", &issued.serial, later)
        .unwrap();
    assert_eq!(sandbox.standing(&card, later), Standing::Revoked { since: later });
    // Twice is once, and a folder that is opened again knows it.
    let again = Authorities::open(sandbox.folder.path()).unwrap();
    again
        .revoke("card-2", &issued.serial, later + Duration::from_mins(1))
        .unwrap();
    let revoked = |record: &&Record| matches!(record, Record::Revoked { .. });
    assert_eq!(again.register().unwrap().iter().filter(revoked).count(), 1);
    let other = again.revoke("card-1", &issued.serial, later);
    assert!(matches!(other, Err(AuthorityError::NotIssued { .. })));
}

#[test]
fn authorities_are_made_once() {
    let sandbox = Sandbox::new();
    let before = sandbox.der("card-1.crt");
    let again = Authorities::create(sandbox.folder.path(), now());
    assert!(matches!(again, Err(AuthorityError::Exists(_))));
    assert_eq!(sandbox.der("card-1.crt"), before);
    assert!(Authorities::open(sandbox.folder.path()).is_ok());
}

/// An organisation's certificate names its tenant and the names that it answers under; it is no card.
#[test]
fn an_organisation_is_its_tenant() {
    let mut sandbox = Sandbox::new();
    let terminal: Tenant = "institution:1319999015:terminal:desk-1".parse().unwrap();
    for tenant in [
        "office:13104".parse().unwrap(),
        "hub".parse().unwrap(),
        "institution:1319999015".parse().unwrap(),
        terminal,
    ] {
        let issued = sandbox.organisation(&tenant);
        let text = String::from_utf8_lossy(&issued.certificate).into_owned();
        assert!(text.contains(&World::Sandbox.uri(&tenant)), "{tenant}");
        assert_eq!(tenant.to_string().parse(), Ok(tenant));
        assert!(CardCertificate::parse(&issued.certificate).is_err());
    }
    for wrong in [
        "",
        "office",
        "office:a-b",
        "institution:1319999015:terminal:",
        "institution:1319999015:terminal:a/b",
        "hub:1",
    ] {
        assert!(wrong.parse::<Tenant>().is_err(), "{wrong}");
    }
}
