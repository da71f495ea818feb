//! What a running role takes from its files when they change, and what it does not.

use std::time::Duration;

use super::super::super::RealLine;
use super::*;

/// A renewed certificate is shown on the next connection; what is half written changes nothing.
#[tokio::test]
async fn certificates_are_renewed_without_a_restart() {
    let authority = Authority::new();
    let (hub, live) = somebody(&authority.certifies("hub", 1));
    let (office, _) = somebody(&authority.certifies("office:13104", 2));
    let listening = listen(&hub).await;
    let to = hub_at(&listening);
    let shown = async || {
        let line = RealLine::open(&to, office.live.as_ref()).await.unwrap();
        drop(line);
        live.current().generation
    };
    assert_eq!(shown().await, 1);
    let before = std::fs::read(authority.path("hub.crt")).unwrap();
    std::fs::write(authority.path("hub.crt"), &before[..before.len() / 2]).unwrap();
    assert!(live.look().is_err());
    assert_eq!(shown().await, 1);
    authority.certifies("hub", 3);
    // The old number may be revoked now: the new one is what is shown.
    authority.revokes(&[1], Duration::from_secs(7200));
    live.look().unwrap();
    assert_eq!(shown().await, 2);
    assert_eq!(ask(&office, &to).await.unwrap().status(), 200);
}

/// Whatever is put in its files, a running role stays who it is, and what is wrong with its own files does not keep it from
/// sending away whoever was revoked.
#[tokio::test]
async fn a_running_role_never_becomes_somebody_else() {
    let authority = Authority::new();
    let (hub, live) = somebody(&authority.certifies("hub", 1));
    let put = |name: &str| {
        for kind in ["crt", "key"] {
            let to = authority.path(&format!("hub.{kind}"));
            std::fs::copy(authority.path(&format!("{name}.{kind}")), &to).unwrap();
        }
    };
    authority.certifies("registers", 2);
    put("registers");
    assert!(matches!(live.look(), Err(TlsFault::SomebodyElses { .. })));
    // One that others would not believe: of another authority, and one that was revoked.
    let other = Authority::new();
    let strange = other.certifies("hub", 3);
    std::fs::copy(&strange.certificate, authority.path("hub.crt")).unwrap();
    std::fs::copy(&strange.key, authority.path("hub.key")).unwrap();
    assert!(matches!(live.look(), Err(TlsFault::Wrong { .. })));
    // Only half of a pair.
    authority.certifies("hub", 4);
    std::fs::copy(authority.path("registers.key"), authority.path("hub.key")).unwrap();
    assert!(matches!(live.look(), Err(TlsFault::Wrong { .. })));
    authority.certifies("hub", 4);
    authority.revokes(&[4, 5], Duration::from_secs(7200));
    assert!(matches!(live.look(), Err(TlsFault::NotInForce { .. })));
    assert_eq!(&*hub.name().unwrap(), "hub");
    // The list was taken all the same.
    let office = unlooked(authority.certifies("office:13104", 5));
    let listening = listen(&hub).await;
    let (doubt, reason) = doubted(ask(&office, &hub_at(&listening)).await);
    assert!(doubt == Doubt::Ours && reason.contains("Revoked"), "{reason}");
}

/// A list counts only forwards, and only where its authority is believed.
#[tokio::test]
async fn an_older_list_and_one_of_somebody_else_change_nothing() {
    let authority = Authority::new();
    let older = std::fs::read(authority.path("ca.crl")).unwrap();
    let (_, live) = somebody(&authority.certifies("hub", 1));
    authority.revokes(&[2], Duration::from_secs(7200));
    live.look().unwrap();
    std::fs::write(authority.path("ca.crl"), older).unwrap();
    assert!(matches!(live.look(), Err(TlsFault::OlderList { .. })));
    let other = Authority::named("another authority of the tests");
    std::fs::copy(other.path("ca.crl"), authority.path("ca.crl")).unwrap();
    assert!(matches!(live.look(), Err(TlsFault::NoList { .. })));
    authority.revokes(&[2, 3], Duration::from_secs(7200));
    live.look().unwrap();
}

/// Every authority is one of this world: at the start, and whenever the file changes.
#[tokio::test]
async fn no_authority_of_another_world_is_believed() {
    let authority = Authority::new();
    let files = authority.certifies("hub", 1);
    let (_, live) = somebody(&files);
    let both = authority.issuer.pem() + &Authority::named("of another world").issuer.pem();
    std::fs::write(authority.path("ca.crt"), both).unwrap();
    assert!(matches!(live.look(), Err(TlsFault::OtherAuthority { .. })));
    assert!(matches!(Live::load(files), Err(TlsFault::OtherAuthority { .. })));
}

/// Two authorities may count from the same number: what the one revoked says nothing of the other's.
#[tokio::test]
async fn an_authority_revokes_its_own_numbers_alone() {
    let (old, new) = (
        Authority::new(),
        Authority::named("another authority of the tests"),
    );
    let files = new.certifies("hub", 7);
    old.revokes(&[7], Duration::from_secs(7200));
    for file in ["ca.crt", "ca.crl"] {
        let both = [&new, &old].map(|authority| std::fs::read(authority.path(file)).unwrap());
        std::fs::write(new.path(file), both.concat()).unwrap();
    }
    let (hub, live) = somebody(&files);
    let (office, _) = somebody(&new.certifies("office:13104", 8));
    let listening = listen(&hub).await;
    assert_eq!(ask(&office, &hub_at(&listening)).await.unwrap().status(), 200);
    assert!(live.look().is_ok());
}

/// With an authority goes everybody whom it certified, on connections that stand too, whoever asks.
#[tokio::test]
async fn no_connection_outlives_its_authority() {
    let authority = Authority::new();
    let (hub, hub_live) = somebody(&authority.certifies("hub", 1));
    let (office, office_live) = somebody(&authority.certifies("office:13104", 2));
    let (other_office, _) = somebody(&authority.certifies("office:13105", 3));
    let listening = listen(&hub).await;
    let to = hub_at(&listening);
    let mut line = office.connect(&to, LONG).await.unwrap();
    let mut other_line = other_office.connect(&to, LONG).await.unwrap();
    assert_eq!(line.call(nothing(), LONG).await.unwrap().status(), 200);
    assert_eq!(other_line.call(nothing(), LONG).await.unwrap().status(), 200);

    let new = Authority::named("another authority of the tests");
    for file in ["ca.crt", "ca.crl"] {
        std::fs::copy(new.path(file), authority.path(file)).unwrap();
    }
    office_live.look().unwrap();
    assert_eq!(doubted(line.call(nothing(), LONG).await).0, Doubt::Theirs);
    hub_live.look().unwrap();
    assert_eq!(other_line.call(nothing(), LONG).await.unwrap().status(), 403);
}

/// Whoever has no list to go by any more asks nobody, not even where it has been asking.
#[tokio::test]
async fn a_list_that_gets_too_old_ends_asking() {
    let authority = Authority::new();
    let (hub, _) = somebody(&authority.certifies("hub", 1));
    authority.certifies("office:13104", 2);
    // From an hour ago on: over in two seconds.
    authority.revokes(&[], Duration::from_secs(3602));
    let (office, _) = somebody(&Files {
        grace: Duration::ZERO,
        ..authority.files("office:13104")
    });
    let listening = listen(&hub).await;
    let to = hub_at(&listening);
    let began = wall_clock();
    let (doubt, _) = loop {
        match ask(&office, &to).await {
            Ok(answer) => assert_eq!(answer.status(), 200),
            refused => break doubted(refused),
        }
        assert!(wall_clock().since(began) < LONG, "it asks on");
    };
    assert_eq!(doubt, Doubt::List);
}

fn nothing() -> crate::Request {
    http::Request::new(Bytes::new())
}
