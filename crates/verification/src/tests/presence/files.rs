//! Whom verification believes, as files say: lists and answers that come while it runs, and those that must not count.

use std::path::Path;
use std::time::Duration;

use domain::permit::Purpose;
use domain::presence::Method;
use exchange::presence::Brought;
use identity::authority::{Authorities, Issued};
use identity::card::revocation::Unknown;
use identity::card::{AnchorFault, Refused, Serial};
use identity::presence::{NotPresent, Statement};
use identity::profile::World;
use identity::reader::{Pin, Session, VirtualCard};
use identity::show::unarmoured;

use super::desk::terminal;
use crate::presence::{Presence, name};
use crate::{CardFiles, CardFilesError, Trusted};

const HOUR: Duration = Duration::from_hours(1);

fn files(folder: &Path) -> CardFiles {
    let named = |ending: &str| {
        ["card-1", "card-2"]
            .map(|key| folder.join(format!("{key}.{ending}")))
            .to_vec()
    };
    CardFiles {
        anchors: named("crt"),
        revoked: named("crl"),
        answers: Some(folder.join("answers")),
        revoked_grace_hours: 1,
    }
}

/// Read again, and nothing was wrong.
fn read_again(files: &CardFiles, presence: &Presence) -> Trusted {
    let (trusted, faults) = files.read_again(World::Sandbox, presence, harness::real_env().now());
    assert!(faults.is_empty(), "{faults:?}");
    trusted
}

/// Brings a card and says what it is worth.
fn judged(presence: &Presence, issued: &Issued) -> Result<(), NotPresent> {
    let (env, here) = (harness::real_env(), terminal(0));
    let (now, asked) = (env.now(), "{}".to_owned());
    let nonce = presence.nonce(&env, &here).to_vec();
    let statement = Statement {
        nonce: &nonce,
        institution: here.institution.as_str(),
        terminal: &here.name,
        purpose: Purpose::EligibilityCheck,
        method: Method::Pin,
        at: now,
        asked: Brought::hash(&asked),
    };
    let key = unarmoured(issued.key.as_bytes()).unwrap();
    let mut card = VirtualCard::new(issued.certificate.clone(), &key, *b"1234").unwrap();
    let mut session = Session::open(&mut card).unwrap();
    session.verify(&Pin::parse("1234").unwrap()).unwrap();
    let brought = Brought {
        signature: session.sign(&statement.encode()).unwrap(),
        nonce,
        institution: here.institution.as_str().to_owned(),
        terminal: here.name.clone(),
        purpose: Purpose::EligibilityCheck,
        method: Method::Pin,
        at: now.micros(),
        certificate: issued.certificate.clone(),
        asked,
    };
    presence
        .judge(&here, &brought, Purpose::EligibilityCheck, now)
        .map(|_present| ())
}

#[tokio::test]
async fn lists_and_answers_count_as_they_come() {
    let folder = tempfile::tempdir().unwrap();
    let (env, path) = (harness::real_env(), folder.path());
    let authorities = Authorities::create(path, env.now()).unwrap();
    std::fs::create_dir(path.join("answers")).unwrap();
    let mut rng = env.rng();
    let mut issue = || authorities.issue_card("card-2", 5, env.now(), &mut rng).unwrap();
    let (one, other) = (issue(), issue());
    let files = files(path);
    let presence = Presence::new(&[1; 32], files.read(World::Sandbox, env.now()).unwrap());
    assert_eq!(judged(&presence, &one), Ok(()));

    // An answer says that one is revoked, before any list does.
    let answer = |serial: &Serial| {
        let (_word, answer) = authorities
            .answer("card-2", serial, true, env.now(), HOUR)
            .unwrap();
        answer
    };
    let good_of_old = answer(&one.serial);
    let old_list = std::fs::read(path.join("card-2.crl")).unwrap();
    authorities.revoke("card-2", &one.serial, env.now()).unwrap();
    let new_list = std::fs::read(path.join("card-2.crl")).unwrap();
    std::fs::write(path.join("card-2.crl"), &old_list).unwrap();
    std::fs::write(path.join("answers/one.ocsp"), answer(&one.serial)).unwrap();
    presence.trust(files.read(World::Sandbox, env.now()).unwrap());
    assert_eq!(judged(&presence, &one).map_err(|why| name(&why)), Err("revoked"));
    assert_eq!(judged(&presence, &other), Ok(()));

    // The list says so too, and nothing older takes that back.
    std::fs::write(path.join("card-2.crl"), new_list).unwrap();
    std::fs::remove_file(path.join("answers/one.ocsp")).unwrap();
    presence.trust(read_again(&files, &presence));
    std::fs::write(path.join("card-2.crl"), old_list).unwrap();
    std::fs::write(path.join("answers/one.ocsp"), good_of_old).unwrap();
    presence.trust(read_again(&files, &presence));
    assert_eq!(judged(&presence, &one).map_err(|why| name(&why)), Err("revoked"));
    assert_eq!(judged(&presence, &other), Ok(()));
}

#[tokio::test]
async fn what_cannot_be_believed_is_refused_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let (env, path) = (harness::real_env(), folder.path());
    let authorities = Authorities::create(path, env.now()).unwrap();
    std::fs::create_dir(path.join("answers")).unwrap();
    let card = authorities
        .issue_card("card-1", 5, env.now(), &mut env.rng())
        .unwrap();
    let files = files(path);
    // The sandbox's keys are none in production, whoever puts them there.
    let refused = files.read(World::Production, env.now()).err().unwrap();
    assert!(
        matches!(
            &refused,
            CardFilesError::Anchor {
                fault: AnchorFault::OtherWorld,
                ..
            }
        ),
        "{refused}"
    );
    // Without a list nobody knows; without a key nobody is believed.
    let none = CardFiles::default();
    let presence = Presence::new(&[1; 32], none.read(World::Sandbox, env.now()).unwrap());
    assert_eq!(
        judged(&presence, &card),
        Err(NotPresent::Refused(Refused::UnknownIssuer))
    );
    let no_lists = CardFiles {
        revoked: Vec::new(),
        ..files.clone()
    };
    let presence = Presence::new(&[1; 32], no_lists.read(World::Sandbox, env.now()).unwrap());
    assert_eq!(
        judged(&presence, &card),
        Err(NotPresent::Unknown(Unknown::NoList))
    );
    // Too old: due an hour ago, and the grace is an hour.
    let two_hours_ago = env::Time::from_micros(env.now().micros() - 3 * 3_600_000_000);
    authorities.lists(two_hours_ago, HOUR).unwrap();
    let presence = Presence::new(&[1; 32], files.read(World::Sandbox, env.now()).unwrap());
    assert_eq!(judged(&presence, &card), Err(NotPresent::Unknown(Unknown::Stale)));

    std::fs::copy(path.join("organisations.crl"), path.join("card-1.crl")).unwrap();
    let refused = files.read(World::Sandbox, env.now()).err().unwrap();
    assert!(
        matches!(&refused, CardFilesError::List { path, .. } if path.ends_with("card-1.crl")),
        "{refused}"
    );
    std::fs::copy(path.join("organisations.crt"), path.join("card-1.crt")).unwrap();
    let refused = files.read(World::Sandbox, env.now()).err().unwrap();
    assert!(
        matches!(&refused, CardFilesError::Anchor { path, .. } if path.ends_with("card-1.crt")),
        "{refused}"
    );
}

/// One bad file keeps back nothing of the others: who is revoked meanwhile is refused.
#[tokio::test]
async fn a_bad_file_keeps_nothing_back_of_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let (env, path) = (harness::real_env(), folder.path());
    let authorities = Authorities::create(path, env.now()).unwrap();
    std::fs::create_dir(path.join("answers")).unwrap();
    let issue = |key: &str| authorities.issue_card(key, 5, env.now(), &mut env.rng()).unwrap();
    let (one, other, third) = (issue("card-1"), issue("card-2"), issue("card-2"));
    let files = files(path);
    // An answer that is none, and one whose time will be over, shut nobody out at the start either.
    std::fs::write(path.join("answers/x.ocsp"), [0x30, 3, 0x0a, 1, 3]).unwrap();
    let presence = Presence::new(&[1; 32], files.read(World::Sandbox, env.now()).unwrap());
    assert_eq!(judged(&presence, &one), Ok(()));
    let again = |bad: &str| {
        let (trusted, faults) = files.read_again(World::Sandbox, &presence, env.now());
        assert!(
            faults.iter().any(|fault| fault.to_string().contains(bad)),
            "{faults:?}"
        );
        presence.trust(trusted);
    };
    let refused = |issued: &Issued| judged(&presence, issued).map_err(|why| name(&why));
    // A bad answer, then a bad list, then a bad key beside it.
    authorities.revoke("card-2", &other.serial, env.now()).unwrap();
    again("x.ocsp");
    assert_eq!(refused(&other), Err("revoked"));
    authorities.revoke("card-2", &third.serial, env.now()).unwrap();
    std::fs::write(path.join("card-1.crl"), b"-----BEGIN").unwrap();
    again("card-1.crl");
    assert_eq!(refused(&third), Err("revoked"));
    std::fs::remove_file(path.join("card-2.crt")).unwrap();
    again("card-2.crt");
    assert_eq!((refused(&one), refused(&other)), (Ok(()), Err("revoked")));
}
