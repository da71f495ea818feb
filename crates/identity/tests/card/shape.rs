//! What the sandbox's authorities issue has the shape of the real certificates, as far as that is known.
//!
//! What is published of the real ones: the two trust anchors of user authentication, byte by byte, and of a card's certificate
//! its key, its names, its key usage and its policy. Each extension is compared with whether it is critical, and there is no other.

use der::asn1::ObjectIdentifier;
use der::oid::AssociatedOid;
use der::{Decode, Encode};
use domain::permit::Tenant;
use x509_cert::Certificate;
use x509_cert::certificate::Version;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies, CrlDistributionPoints, ExtendedKeyUsage,
    KeyUsage, KeyUsages, SubjectAltName, SubjectKeyIdentifier,
};
use x509_cert::name::Name;

use crate::forge::{
    ALT_NAME, AUTHORITY_KEY, BASIC, COMMON_NAME, COUNTRY, EXTENDED, Forged, KEY_USAGE, POLICIES,
    SANDBOX_POLICY, authority,
};
use crate::identity::profile::World;
use crate::judged::now;
use crate::sandbox::Sandbox;

const OWN_KEY: &str = "2.5.29.14";
const LISTS: &str = "2.5.29.31";
const ORGANISATION: &str = "2.5.4.10";
const UNIT: &str = "2.5.4.11";
const SHA256_WITH_RSA: &str = "1.2.840.113549.1.1.11";
const ECDSA_WITH_SHA256: &str = "1.2.840.10045.4.3.2";

fn id(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new(text).unwrap()
}

fn read(der: &[u8]) -> Certificate {
    Certificate::from_der(der).unwrap()
}

/// An extension of a kind, which is there.
fn said<'a, T: Decode<'a, Error = der::Error> + AssociatedOid>(certificate: &'a Certificate) -> T {
    let found = certificate.tbs_certificate().get_extension::<T>().unwrap();
    found.unwrap().1
}

/// Which extensions there are, and which of them are critical.
fn extensions(certificate: &Certificate) -> Vec<(String, bool)> {
    let all = certificate.tbs_certificate().extensions().unwrap();
    let mut all: Vec<(String, bool)> = all
        .iter()
        .map(|one| (one.extn_id.to_string(), one.critical))
        .collect();
    all.sort();
    all
}

/// The same, from a list.
fn exactly(expected: &[(&str, bool)]) -> Vec<(String, bool)> {
    let mut all: Vec<(String, bool)> = expected
        .iter()
        .map(|(id, critical)| ((*id).to_owned(), *critical))
        .collect();
    all.sort();
    all
}

/// The kinds of a name's parts, one in each.
fn kinds(name: &Name) -> Vec<String> {
    let parts = name.iter_rdn().flat_map(|rdn| {
        assert_eq!(rdn.iter().count(), 1);
        rdn.iter().map(|part| part.oid.to_string()).collect::<Vec<_>>()
    });
    parts.collect()
}

/// Both places of the algorithm are one, and it is this one.
fn assert_signed_with(certificate: &Certificate, algorithm: &str) {
    assert_eq!(certificate.signature_algorithm().oid, id(algorithm));
    assert_eq!(
        certificate.tbs_certificate().signature(),
        certificate.signature_algorithm()
    );
    assert_eq!(certificate.tbs_certificate().version(), Version::V3);
}

/// RSA with 2048 bits and 65537: the length of PKCS #1's key and its end say so.
fn assert_rsa_2048(certificate: &Certificate) {
    let info = certificate.tbs_certificate().subject_public_key_info();
    assert_eq!(info.algorithm.oid, id("1.2.840.113549.1.1.1"));
    let key = info.subject_public_key.as_bytes().unwrap();
    assert_eq!(key.len(), 270);
    assert!(key.ends_with(&[2, 3, 1, 0, 1]));
}

/// The last second of a day in Japan: 14:59:59 in UTC.
fn assert_ends_with_a_day(certificate: &Certificate) {
    let end = certificate.tbs_certificate().validity().not_after;
    assert_eq!(
        end.to_unix_duration().as_secs() % 86_400,
        14 * 3600 + 59 * 60 + 59
    );
}

/// Lists are in a directory under a name, and at no address.
fn assert_lists_in_a_directory(certificate: &Certificate) {
    for point in said::<CrlDistributionPoints>(certificate).0 {
        assert_eq!((point.reasons, point.crl_issuer), (None, None));
        let Some(DistributionPointName::FullName(names)) = point.distribution_point else {
            panic!("{:?}", point.distribution_point);
        };
        assert!(matches!(&names[..], [GeneralName::DirectoryName(_)]), "{names:?}");
    }
}

#[test]
fn the_authority_of_cards_is_as_the_published_anchors_are() {
    let sandbox = Sandbox::new();
    let both = ["card-1.crt", "card-2.crt"].map(|file| read(&sandbox.der(file)));
    for own in &both {
        assert_signed_with(own, SHA256_WITH_RSA);
        assert_rsa_2048(own);
        assert_ends_with_a_day(own);
        let content = own.tbs_certificate();
        assert_eq!(content.issuer(), content.subject());
        assert_eq!(kinds(content.subject()), [COUNTRY, ORGANISATION, UNIT, UNIT]);
        let expected = [
            (ALT_NAME, false),
            (BASIC, true),
            (KEY_USAGE, true),
            (LISTS, false),
            (OWN_KEY, false),
        ];
        assert_eq!(extensions(own), exactly(&expected));
        let usage = KeyUsages::KeyCertSign | KeyUsages::CRLSign;
        assert_eq!(said::<KeyUsage>(own).0, usage);
        let basic = said::<BasicConstraints>(own);
        assert_eq!((basic.ca, basic.path_len_constraint), (true, None));
        let SubjectAltName(alias) = said(own);
        let [GeneralName::DirectoryName(alias)] = &alias[..] else {
            panic!("{alias:?}");
        };
        assert_eq!(kinds(alias), [COUNTRY, ORGANISATION]);
        assert_lists_in_a_directory(own);
    }
    // Several keys under one name, byte by byte, whose times overlap.
    let [older, newer] = both.each_ref().map(Certificate::tbs_certificate);
    assert_eq!(older.subject().to_der(), newer.subject().to_der());
    assert_ne!(older.subject_public_key_info(), newer.subject_public_key_info());
    assert_ne!(said::<SubjectKeyIdentifier>(&both[0]), said(&both[1]));
    let times = [older, newer].map(|own| own.validity().not_after.to_unix_duration());
    assert!(newer.validity().not_before.to_unix_duration() < times[0] && times[0] < times[1]);
}

#[test]
fn a_card_has_the_shape_of_a_real_one() {
    let mut sandbox = Sandbox::new();
    for issuer in ["card-1", "card-2"] {
        let own = read(&sandbox.der(&format!("{issuer}.crt")));
        for number in 1..=2 {
            let card = read(&sandbox.card(issuer).certificate);
            let content = card.tbs_certificate();
            assert_signed_with(&card, SHA256_WITH_RSA);
            assert_rsa_2048(&card);
            assert_ends_with_a_day(&card);
            // Each key counts by itself, from the same number on.
            assert_eq!(content.serial_number().as_bytes(), [6, 0, 0, number]);
            assert_eq!(
                content.issuer().to_der(),
                own.tbs_certificate().subject().to_der()
            );
            // A country and a name that says nothing: no given name, no address.
            assert_eq!(kinds(content.subject()), [COUNTRY, COMMON_NAME]);
            let name = content.subject().common_name().unwrap().unwrap();
            assert_eq!(name.value().len(), 23);
            assert!(name.value().bytes().all(|sign| sign.is_ascii_alphanumeric()));
            let expected = [
                (AUTHORITY_KEY, false),
                (KEY_USAGE, true),
                (LISTS, false),
                (POLICIES, true),
            ];
            assert_eq!(extensions(&card), exactly(&expected));
            assert_eq!(said::<KeyUsage>(&card).0, KeyUsages::DigitalSignature);
            let CertificatePolicies(policies) = said(&card);
            // Of the arc of tests: the real ones have a 3 where this has a 0.
            assert!(SANDBOX_POLICY.starts_with("1.2.392.200149.8.5.1.0."));
            assert_eq!(policies.len(), 1);
            assert_eq!(policies[0].policy_identifier, id(SANDBOX_POLICY));
            assert_eq!(policies[0].policy_qualifiers, None);
            let named = said::<AuthorityKeyIdentifier>(&card);
            assert_eq!(named.key_identifier, Some(said::<SubjectKeyIdentifier>(&own).0));
            assert_lists_in_a_directory(&card);
        }
    }
}

/// The profile of the real ones is not published: this is what both ends of a connection need, and no more.
#[test]
fn an_organisation_has_the_shape_of_both_ends_of_a_connection() {
    let mut sandbox = Sandbox::new();
    let tenant: Tenant = "institution:1319999015:terminal:desk-1".parse().unwrap();
    let certificate = read(&sandbox.organisation(&tenant).certificate);
    let own = read(&sandbox.der("organisations.crt"));
    for certificate in [&own, &certificate] {
        assert_signed_with(certificate, ECDSA_WITH_SHA256);
        let info = certificate.tbs_certificate().subject_public_key_info();
        assert_eq!(info.algorithm.oid, id("1.2.840.10045.2.1"));
        let curve = info.algorithm.parameters.as_ref().unwrap();
        assert_eq!(curve.decode_as(), Ok(id("1.2.840.10045.3.1.7")));
    }
    let expected = [(BASIC, true), (KEY_USAGE, true), (OWN_KEY, false)];
    assert_eq!(extensions(&own), exactly(&expected));
    let content = certificate.tbs_certificate();
    assert_eq!(
        content.issuer().to_der(),
        own.tbs_certificate().subject().to_der()
    );
    assert_eq!(kinds(content.subject()), [ORGANISATION, COMMON_NAME]);
    let expected = [
        (ALT_NAME, false),
        (AUTHORITY_KEY, false),
        (BASIC, true),
        (EXTENDED, false),
        (KEY_USAGE, true),
        (OWN_KEY, false),
    ];
    assert_eq!(extensions(&certificate), exactly(&expected));
    assert_eq!(said::<KeyUsage>(&certificate).0, KeyUsages::DigitalSignature);
    let ExtendedKeyUsage(uses) = said(&certificate);
    assert_eq!(uses, [id("1.3.6.1.5.5.7.3.2"), id("1.3.6.1.5.5.7.3.1")]);
    assert!(!said::<BasicConstraints>(&certificate).ca);
    let SubjectAltName(names) = said(&certificate);
    let [
        GeneralName::DnsName(host),
        GeneralName::IpAddress(address),
        GeneralName::UniformResourceIdentifier(uri),
    ] = &names[..]
    else {
        panic!("{names:?}");
    };
    assert_eq!(
        (host.as_str(), address.as_bytes()),
        ("localhost", &[127, 0, 0, 1][..])
    );
    assert_eq!(uri.as_str(), World::Sandbox.uri(&tenant));
}

/// Why there is a validator of our own: the one of TLS knows no policies, and refuses what is critical and not known to it.
#[test]
fn the_verifier_of_tls_takes_no_card() {
    use rustls::pki_types::{CertificateDer, UnixTime};
    use rustls::server::WebPkiClientVerifier;
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let at = std::time::Duration::from_micros(now().micros().unsigned_abs());
    let judge = |authority: Vec<u8>, certificate: Vec<u8>| {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from(authority)).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone())
            .build()
            .unwrap();
        let certificate = CertificateDer::from(certificate);
        verifier
            .verify_client_cert(&certificate, &[], UnixTime::since_unix_epoch(at))
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    let mut sandbox = Sandbox::new();
    let issued = sandbox.card("card-2").certificate;
    let refused = Err("invalid peer certificate: Other(OtherError(UnsupportedCriticalExtension))".to_owned());
    assert_eq!(judge(sandbox.der("card-2.crt"), issued), refused);
    // That is the only reason: it takes the same certificate when its policies are not critical.
    let mut forged = Forged::good(1);
    assert_eq!(judge(authority(1).write(), forged.write()), refused);
    forged.extension(POLICIES).critical = false;
    assert_eq!(judge(authority(1).write(), forged.write()), Ok(()));
}
