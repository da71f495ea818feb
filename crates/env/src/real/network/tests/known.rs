//! Who is let in over TLS, and who is sent away: by certificates and by nothing else.

mod changes;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DistinguishedName,
    DnType, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevocationReason, RevokedCertParams, SanType,
    SerialNumber,
};
use tempfile::TempDir;

use super::super::Door;
use super::super::live::Live;
use crate::network::Limits;
use crate::real::clock::wall_clock;
use crate::tls::{Authorities, Files, TlsFault};
use crate::{Callee, Connection, Doubt, Handler, Listening, NetError, Network, Origin, Response};

const WORLD: &str = "urn:test:";
const LONG: Duration = Duration::from_secs(20);

/// An authority of a test, and the folder that everybody reads from.
struct Authority {
    folder: TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Authority {
        Authority::named("an authority of the tests")
    }

    fn named(name: &str) -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let authority = Authority {
            folder: tempfile::tempdir().unwrap(),
            issuer,
        };
        std::fs::write(authority.path("ca.crt"), authority.issuer.pem()).unwrap();
        authority.revokes(&[], Duration::from_secs(3600));
        authority
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The list that names these numbers, for a span from an hour ago on.
    fn revokes(&self, serials: &[u64], span: Duration) {
        let hour_ago = wall_clock().micros() / 1_000_000 - 3600;
        let time = |seconds| time::OffsetDateTime::from_unix_timestamp(seconds).unwrap();
        let params = CertificateRevocationListParams {
            this_update: time(hour_ago),
            next_update: time(hour_ago + i64::try_from(span.as_secs()).unwrap()),
            crl_number: SerialNumber::from(u64::try_from(wall_clock().micros()).unwrap()),
            issuing_distribution_point: None,
            revoked_certs: serials
                .iter()
                .map(|serial| RevokedCertParams {
                    serial_number: SerialNumber::from(*serial),
                    revocation_time: time(hour_ago),
                    reason_code: Some(RevocationReason::KeyCompromise),
                    invalidity_date: None,
                })
                .collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = params.signed_by(&self.issuer).unwrap();
        std::fs::write(self.path("ca.crl"), list.pem().unwrap()).unwrap();
    }

    /// Issues somebody's certificate under a number.
    fn certifies(&self, name: &str, serial: u64) -> Files {
        self.certifies_as(name, serial, &[&format!("{WORLD}{name}")])
    }

    fn certifies_as(&self, file: &str, serial: u64, uris: &[&str]) -> Files {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        for uri in uris {
            params
                .subject_alt_names
                .push(SanType::URI((*uri).try_into().unwrap()));
        }
        params.serial_number = Some(SerialNumber::from(serial));
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let files = self.files(file);
        std::fs::write(&files.certificate, certificate.pem()).unwrap();
        let _unless_renewed = std::fs::remove_file(&files.key);
        let mut own = crate::create_private(&files.key).unwrap();
        own.write_all(key.serialize_pem().as_bytes()).unwrap();
        files
    }

    fn files(&self, name: &str) -> Files {
        Files {
            certificate: self.path(&format!("{name}.crt")),
            key: self.path(&format!("{name}.key")),
            authority: self.path("ca.crt"),
            revoked: self.path("ca.crl"),
            names_under: WORLD,
            authorities: Authorities::Say("of the tests"),
            grace: Duration::from_secs(3600),
        }
    }
}

/// Somebody, whose files are looked at again when the test says so.
fn somebody(files: &Files) -> (Door, Arc<Live>) {
    let live = Live::load(files.clone()).unwrap();
    let door = Door {
        live: Some(live.clone()),
        ..Door::new(tokio::runtime::Handle::current())
    };
    (door, live)
}

/// Somebody who does not look at themselves: an honest program would not start with these files.
fn unlooked(files: Files) -> Door {
    Door {
        live: Some(Live::unlooked(files)),
        ..Door::new(tokio::runtime::Handle::current())
    }
}

/// Says who asks, and over which connection.
async fn listen(door: &Door) -> Listening {
    listen_with(door, Limits::default()).await
}

async fn listen_with(door: &Door, limits: Limits) -> Listening {
    let handler: Handler = Arc::new(|request| {
        let connection = request.extensions().get::<Connection>();
        let said = connection.map_or_else(String::new, |connection| {
            let first: Vec<u8> = connection.exporter[..4].to_vec();
            format!("{} {first:?}", connection.peer)
        });
        Box::pin(async move { http::Response::new(Bytes::from(said)) })
    });
    let at = Origin::new("127.0.0.1", 0);
    door.listen(&at, handler, limits).await.unwrap()
}

fn hub_at(listening: &Listening) -> Callee {
    Callee {
        at: listening.at().clone(),
        name: "hub".into(),
    }
}

async fn ask(door: &Door, to: &Callee) -> Result<Response, NetError> {
    door.call(to, http::Request::new(Bytes::new()), LONG).await
}

/// Whose certificate the question came to nothing for, and why.
fn doubted(answer: Result<Response, NetError>) -> (Doubt, String) {
    match answer {
        Err(NetError::Certificate { doubt, reason, .. }) => (doubt, reason),
        other => panic!("{other:?}"),
    }
}

/// A file that is written twice within a clock's tick must look different.
fn touch(path: &Path) {
    let later = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    let file = std::fs::File::options().append(true).open(path).unwrap();
    file.set_modified(later).unwrap();
}

#[tokio::test]
async fn a_peer_is_whom_the_certificate_names() {
    let authority = Authority::new();
    let (hub, _) = somebody(&authority.certifies("hub", 1));
    let (office, _) = somebody(&authority.certifies("office:13104", 2));
    assert_eq!(office.name().as_deref(), Some("office:13104"));
    let listening = listen(&hub).await;
    let to = hub_at(&listening);
    let answer = ask(&office, &to).await.unwrap();
    assert!(answer.body().starts_with(b"office:13104 ["), "{answer:?}");
    // A kept connection stays the same; one of one's own is another, and stays the same too.
    let again = ask(&office, &to).await.unwrap();
    assert_eq!(again.body(), answer.body());
    let mut own = office.connect(&to, LONG).await.unwrap();
    let request = || http::Request::new(Bytes::new());
    let (one, two) = (own.call(request(), LONG).await, own.call(request(), LONG).await);
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.body(), two.body());
    assert_ne!(one.body(), answer.body());
    // Somebody else is not the hub, though the same authority says who they are.
    let verification = Callee {
        name: "verification".into(),
        ..to
    };
    let doubted = doubted(ask(&office, &verification).await);
    assert_eq!(
        doubted,
        (Doubt::Theirs, "it names hub and not verification".to_owned())
    );
}

#[tokio::test]
async fn nobody_is_let_in_without_a_certificate_of_this_authority_and_world() {
    let (authority, other) = (Authority::new(), Authority::new());
    let (hub, _) = somebody(&authority.certifies("hub", 1));
    let listening = listen(&hub).await;
    let to = hub_at(&listening);
    // Without any: plain HTTP, and TLS with nothing to show.
    let nobody = Door::new(tokio::runtime::Handle::current());
    assert!(matches!(ask(&nobody, &to).await, Err(NetError::Address(_))));
    let plain = Callee {
        at: Origin::plain("127.0.0.1", to.at.port()),
        name: "hub".into(),
    };
    let refused = ask(&nobody, &plain).await;
    assert!(
        matches!(refused, Err(NetError::Unreachable { .. })),
        "{refused:?}"
    );
    // And who has a name tells nobody anything in clear.
    let (office, _) = somebody(&authority.certifies("office:13104", 4));
    let refused = ask(&office, &plain).await;
    assert!(matches!(refused, Err(NetError::Address(_))), "{refused:?}");
    // Of another authority: neither believes the other.
    let (stranger, _) = somebody(&other.certifies("office:13104", 2));
    assert_eq!(doubted(ask(&stranger, &to).await).0, Doubt::Theirs);
    let mixed = Files {
        authority: authority.path("ca.crt"),
        revoked: authority.path("ca.crl"),
        ..other.files("office:13104")
    };
    let believes_us = unlooked(mixed.clone());
    assert_eq!(doubted(ask(&believes_us, &to).await).0, Doubt::Ours);
    // Who looks at themselves finds out at once.
    assert!(matches!(Live::load(mixed), Err(TlsFault::Wrong { .. })));
    // Of another world, of none, or of two at once: its owner finds out at once.
    for uris in [&["urn:other:hub"][..], &[], &["urn:test:a", "urn:test:b"]] {
        let files = authority.certifies_as("wrong", 3, uris);
        assert!(
            matches!(Live::load(files), Err(TlsFault::OtherWorld { .. })),
            "{uris:?}"
        );
    }
}

/// Whoever is revoked is sent away from a connection that stands, and is not let in again; nobody starts anew for that.
#[tokio::test]
async fn a_revoked_peer_is_sent_away() {
    let authority = Authority::new();
    let (hub, live) = somebody(&authority.certifies("hub", 1));
    let (office, office_live) = somebody(&authority.certifies("office:13104", 2));
    let listening = listen(&hub).await;
    let to = hub_at(&listening);
    let mut line = office.connect(&to, LONG).await.unwrap();
    let request = || http::Request::new(Bytes::new());
    assert_eq!(line.call(request(), LONG).await.unwrap().status(), 200);
    authority.revokes(&[2], Duration::from_secs(7200));
    touch(&authority.path("ca.crl"));
    live.look().unwrap();
    assert_eq!(line.call(request(), LONG).await.unwrap().status(), 403);
    assert!(line.call(request(), LONG).await.is_err(), "the connection ended");
    let (doubt, reason) = doubted(ask(&office, &to).await);
    assert!(
        doubt == Doubt::Ours && reason.contains("CertificateRevoked"),
        "{reason}"
    );
    // The other way round: a revoked hub is nobody to ask.
    authority.revokes(&[1], Duration::from_secs(7200));
    office_live.look().unwrap();
    let (doubt, reason) = doubted(ask(&office, &to).await);
    assert!(doubt == Doubt::Theirs && reason.contains("Revoked"), "{reason}");
}

/// Whoever is revoked is told so at the start, and not by everybody else's silence.
#[tokio::test]
async fn nobody_starts_with_a_revoked_certificate() {
    let authority = Authority::new();
    let files = authority.certifies("hub", 1);
    authority.revokes(&[1], Duration::from_secs(7200));
    assert!(matches!(Live::load(files), Err(TlsFault::NotInForce { .. })));
}

/// A key that others can read is nobody's.
#[tokio::test]
async fn a_key_that_others_can_read_is_not_used() {
    let authority = Authority::new();
    let files = authority.certifies("hub", 1);
    for mode in [0o640, 0o604, 0o620] {
        if !crate::platform::testing::allow(&files.key, mode) {
            return;
        }
        assert!(matches!(
            Live::load(files.clone()),
            Err(TlsFault::OpenToOthers { .. })
        ));
    }
}

#[tokio::test]
async fn a_list_that_is_too_old_lets_nobody_in() {
    let authority = Authority::new();
    let (hub, live) = somebody(&authority.certifies("hub", 1));
    let (office, _) = somebody(&authority.certifies("office:13104", 2));
    let listening = listen(&hub).await;
    let to = hub_at(&listening);
    // Due half an hour ago, and the grace is an hour.
    authority.revokes(&[], Duration::from_secs(1800));
    live.look().unwrap();
    assert_eq!(ask(&office, &to).await.unwrap().status(), 200);
    // Due 59 minutes and 59 seconds before the grace began to end.
    let (strict, _) = somebody(&Files {
        grace: Duration::ZERO,
        ..authority.files("hub")
    });
    let strict_at = listen(&strict).await;
    let answer = ask(&office, &hub_at(&strict_at)).await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.headers()["connection"] == "close");
    // And whoever has no list to go by asks nobody.
    let (careful, _) = somebody(&Files {
        grace: Duration::ZERO,
        ..authority.files("office:13104")
    });
    assert_eq!(doubted(ask(&careful, &to).await).0, Doubt::List);
}

/// However many connect who show nothing, those who have shown who they are stay.
#[tokio::test]
async fn strangers_make_room_first() {
    let authority = Authority::new();
    let (hub, _) = somebody(&authority.certifies("hub", 1));
    let (office, _) = somebody(&authority.certifies("office:13104", 2));
    let limits = Limits {
        connections: 3,
        ..Limits::default()
    };
    let listening = listen_with(&hub, limits).await;
    let to = hub_at(&listening);
    let mut line = office.connect(&to, LONG).await.unwrap();
    let request = || http::Request::new(Bytes::new());
    assert_eq!(line.call(request(), LONG).await.unwrap().status(), 200);
    let mut strangers = Vec::new();
    for _ in 0..8 {
        let stranger = tokio::net::TcpStream::connect(("127.0.0.1", to.at.port())).await;
        strangers.push(stranger.unwrap());
    }
    // All but the last two were sent away, who is known was not.
    for stranger in &strangers[..6] {
        stranger.readable().await.unwrap();
        let ended = stranger.try_read(&mut [0]);
        assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
    }
    assert_eq!(line.call(request(), LONG).await.unwrap().status(), 200);
}
