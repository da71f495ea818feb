//! A key that issues certificates and lists.

use std::str::FromStr;
use std::time::Duration;

use der::Encode;
use der::asn1::ObjectIdentifier;
use domain::permit::Tenant;
use env::Time;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CustomExtension, DistinguishedName,
    DnType, DnValue, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RevocationReason, RevokedCertParams, RsaKeySize, SanType,
    SerialNumber,
};
use time::OffsetDateTime;
use x509_cert::ext::pkix::certpolicy::PolicyInformation;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{CertificatePolicies, CrlDistributionPoints, SubjectAltName};
use x509_cert::name::Name;

use crate::card::Serial;
use crate::profile::{SANDBOX, World, extension};

/// Why nothing was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssuingError {
    /// The library said no.
    #[error("証明書を作れません: {0}")]
    Library(#[from] rcgen::Error),
    /// A name or an extension cannot be written.
    #[error("証明書の項目を書けません: {0}")]
    Der(#[from] der::Error),
}

/// Which authority a key is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// Of cards: user authentication, in the shape of the real one.
    Cards,
    /// Of organisations and their terminals.
    Organisations,
}

/// A key that issues.
pub struct IssuingKey {
    authority: Authority,
    key: KeyPair,
    params: CertificateParams,
}

impl IssuingKey {
    /// Draws a key.
    ///
    /// # Errors
    /// [`IssuingError`].
    pub fn draw(authority: Authority) -> Result<IssuingKey, IssuingError> {
        let key = match authority {
            Authority::Cards => rsa_key()?,
            Authority::Organisations => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?,
        };
        IssuingKey::of(authority, key)
    }

    /// A key from its PKCS #8 text.
    ///
    /// # Errors
    /// [`IssuingError`] when it is none of this authority.
    pub fn from_pem(authority: Authority, pem: &str) -> Result<IssuingKey, IssuingError> {
        let algorithm = match authority {
            Authority::Cards => &PKCS_RSA_SHA256,
            Authority::Organisations => &PKCS_ECDSA_P256_SHA256,
        };
        IssuingKey::of(authority, KeyPair::from_pkcs8_pem_and_sign_algo(pem, algorithm)?)
    }

    fn of(authority: Authority, key: KeyPair) -> Result<IssuingKey, IssuingError> {
        let mut params = CertificateParams::default();
        params.distinguished_name = name_of(authority)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.key_identifier_method = KeyIdMethod::Sha256;
        if authority == Authority::Cards {
            let alias = Name::from_str("O=Madoguchi 試験用公的個人認証,C=JP")?;
            params.custom_extensions = vec![
                extension(
                    extension::SUBJECT_ALT_NAME,
                    false,
                    &SubjectAltName(vec![GeneralName::DirectoryName(alias)]),
                )?,
                extension(
                    extension::CRL_DISTRIBUTION_POINTS,
                    false,
                    &distribution("revoked authorities")?,
                )?,
            ];
        }
        Ok(IssuingKey {
            authority,
            key,
            params,
        })
    }

    /// The key as PKCS #8 text.
    #[must_use]
    pub fn to_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// Its own certificate, for a period.
    ///
    /// # Errors
    /// [`IssuingError`].
    pub fn certificate(&self, serial: &Serial, from: Time, through: Time) -> Result<Vec<u8>, IssuingError> {
        let mut params = self.params.clone();
        (params.not_before, params.not_after) = (at(from), at(through));
        params.serial_number = Some(SerialNumber::from_slice(serial.as_bytes()));
        Ok(params.self_signed(&self.key)?.der().to_vec())
    }

    /// A card's certificate under an opaque name (23 letters and digits).
    ///
    /// # Errors
    /// [`IssuingError`].
    pub fn card(
        &self,
        card: &KeyPair,
        serial: &Serial,
        name: &str,
        (from, through): (Time, Time),
    ) -> Result<Vec<u8>, IssuingError> {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        let printable = |text: &str| text.try_into().map(DnValue::PrintableString);
        params
            .distinguished_name
            .push(DnType::CountryName, printable("JP")?);
        params
            .distinguished_name
            .push(DnType::CommonName, printable(name)?);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        (params.not_before, params.not_after) = (at(from), at(through));
        params.serial_number = Some(SerialNumber::from_slice(serial.as_bytes()));
        let policies = CertificatePolicies(vec![PolicyInformation {
            policy_identifier: World::Sandbox.authentication_policy(),
            policy_qualifiers: None,
        }]);
        params.custom_extensions = vec![
            extension(extension::CERTIFICATE_POLICIES, true, &policies)?,
            extension(
                extension::CRL_DISTRIBUTION_POINTS,
                false,
                &distribution("revoked cards")?,
            )?,
        ];
        Ok(params.signed_by(card, &self.issuer())?.der().to_vec())
    }

    /// An organisation's certificate, for the tenant that it speaks for and the names that it answers under.
    ///
    /// # Errors
    /// [`IssuingError`].
    pub fn organisation(
        &self,
        key: &KeyPair,
        serial: &Serial,
        tenant: &Tenant,
        names: &[String],
        (from, through): (Time, Time),
    ) -> Result<Vec<u8>, IssuingError> {
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, SANDBOX);
        params
            .distinguished_name
            .push(DnType::CommonName, tenant.to_string());
        params
            .subject_alt_names
            .push(SanType::URI(World::Sandbox.uri(tenant).as_str().try_into()?));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ClientAuth,
            ExtendedKeyUsagePurpose::ServerAuth,
        ];
        params.is_ca = IsCa::ExplicitNoCa;
        params.use_authority_key_identifier_extension = true;
        (params.not_before, params.not_after) = (at(from), at(through));
        params.serial_number = Some(SerialNumber::from_slice(serial.as_bytes()));
        Ok(params.signed_by(key, &self.issuer())?.der().to_vec())
    }

    /// The list of what it revoked, each with its time.
    ///
    /// # Errors
    /// [`IssuingError`].
    pub fn list(
        &self,
        number: u64,
        (made, next): (Time, Time),
        revoked: &[(Serial, Time)],
    ) -> Result<Vec<u8>, IssuingError> {
        let revoked_certs = revoked.iter().map(|(serial, since)| RevokedCertParams {
            serial_number: SerialNumber::from_slice(serial.as_bytes()),
            revocation_time: at(*since),
            reason_code: Some(RevocationReason::CessationOfOperation),
            invalidity_date: None,
        });
        let params = CertificateRevocationListParams {
            this_update: at(made),
            next_update: at(next),
            crl_number: SerialNumber::from(number),
            issuing_distribution_point: None,
            revoked_certs: revoked_certs.collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        Ok(params.signed_by(&self.issuer())?.der().to_vec())
    }

    /// Its authority.
    #[must_use]
    pub fn authority(&self) -> Authority {
        self.authority
    }

    pub(super) fn key(&self) -> &KeyPair {
        &self.key
    }

    pub(super) fn issuer(&self) -> Issuer<'_, &KeyPair> {
        Issuer::from_params(&self.params, &self.key)
    }
}

/// A key of a card: RSA with 2048 bits.
///
/// # Errors
/// [`IssuingError`].
pub fn rsa_key() -> Result<KeyPair, IssuingError> {
    Ok(KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?)
}

fn name_of(authority: Authority) -> Result<DistinguishedName, IssuingError> {
    let printable = |text: &str| text.try_into().map(DnValue::PrintableString);
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, printable("JP")?);
    name.push(DnType::OrganizationName, printable(SANDBOX)?);
    match authority {
        Authority::Cards => {
            // Two of one kind, as the real name has them.
            let unit = DnType::CustomDnType(vec![2, 5, 4, 11]);
            name.push(
                DnType::OrganizationalUnitName,
                printable("Sandbox JPKI for user authentication")?,
            );
            name.push(unit, printable("Madoguchi")?);
        }
        Authority::Organisations => name.push(
            DnType::OrganizationalUnitName,
            printable("Sandbox organisations and terminals")?,
        ),
    }
    Ok(name)
}

/// Where lists are published: a name in a directory, not an address.
fn distribution(what: &str) -> Result<CrlDistributionPoints, der::Error> {
    let name = Name::from_str(&format!("CN={what},O=Madoguchi Sandbox,C=JP"))?;
    Ok(CrlDistributionPoints(vec![DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![GeneralName::DirectoryName(
            name,
        )])),
        reasons: None,
        crl_issuer: None,
    }]))
}

fn extension(
    id: ObjectIdentifier,
    critical: bool,
    content: &impl Encode,
) -> Result<CustomExtension, der::Error> {
    let mut extension = CustomExtension::from_oid_content(&arcs(id), content.to_der()?);
    extension.set_criticality(critical);
    Ok(extension)
}

pub(super) fn arcs(id: ObjectIdentifier) -> Vec<u64> {
    id.arcs().map(u64::from).collect()
}

/// A time of certificates: seconds.
pub(super) fn at(time: Time) -> OffsetDateTime {
    let seconds = time.micros().div_euclid(1_000_000);
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// How long a list counts when nothing else is said.
pub const LIST_LIFE: Duration = Duration::from_hours(24);
