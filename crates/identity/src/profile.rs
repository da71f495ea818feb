//! What certificates look like: object identifiers, names, and which world they are of.
//!
//! Shape and numbers of the card's certificates are of the published trust anchors and test data (JPKI's certificate profile, as public
//! code and certificates show it). What is not published stands here alone and is listed under assumptions.

use der::asn1::ObjectIdentifier;
use domain::permit::Tenant;
use env::tls::Authorities;
use serde::{Deserialize, Serialize};

/// Which world a certificate is of. One of the other world is refused, whatever else is right about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum World {
    /// Made by `madoguchi pki`, for trying things out.
    Sandbox,
    /// Issued by the authorities of the country.
    Production,
}

impl World {
    /// The policy of certificates for user authentication (利用者証明用).
    #[must_use]
    pub const fn authentication_policy(self) -> ObjectIdentifier {
        match self {
            // The last arc under the test arc is assumed.
            World::Sandbox => ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.1.0.30"),
            World::Production => ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.1.3.30"),
        }
    }

    /// What the URIs of its tenants begin with, in the certificates of organisations and terminals.
    #[must_use]
    pub const fn tenants(self) -> &'static str {
        match self {
            World::Sandbox => "urn:madoguchi:sandbox:",
            // The profile of the real certificates is not published: assumed.
            World::Production => "urn:madoguchi:production:",
        }
    }

    /// A tenant as a certificate has it: a URI among the subject's other names.
    #[must_use]
    pub fn uri(self, tenant: &Tenant) -> String {
        format!("{}{tenant}", self.tenants())
    }

    /// How its authorities, for organisations and for cards, are told from those of the other.
    #[must_use]
    pub const fn authorities(self) -> Authorities {
        match self {
            World::Sandbox => Authorities::Say(SANDBOX),
            World::Production => Authorities::NeverSay(SANDBOX),
        }
    }

    /// Its name, for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            World::Sandbox => "試験用",
            World::Production => "本番用",
        }
    }
}

/// The organisation that stands in the names of the sandbox's authorities.
pub(crate) const SANDBOX: &str = "Madoguchi Sandbox";

/// sha256WithRSAEncryption.
pub(crate) const SHA256_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
/// rsaEncryption.
pub(crate) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// Extensions of a certificate, by their identifiers (RFC 5280 §4.2).
pub(crate) mod extension {
    use der::asn1::ObjectIdentifier;

    pub(crate) const SUBJECT_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
    pub(crate) const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
    pub(crate) const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
    pub(crate) const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
    pub(crate) const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
    pub(crate) const DELTA_LIST: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.27");
    pub(crate) const ISSUING_DISTRIBUTION_POINT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.28");
    pub(crate) const CRL_DISTRIBUTION_POINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.31");
    pub(crate) const CERTIFICATE_POLICIES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32");
    pub(crate) const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");
    pub(crate) const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
    pub(crate) const REASON_CODE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");
}

/// id-kp-clientAuth.
pub(crate) const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");
