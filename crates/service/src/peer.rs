//! Who asks.

use axum::extract::FromRequestParts;
use domain::number::InstitutionCode;
use domain::permit::{Actor, Tenant};
use env::Connection;
use http::request::Parts;

use crate::Problem;

/// The header in which a role says who it is: `office:CODE`, `institution:CODE`, `hub`, `verification`,
/// `registers` or `operator`. It is believed on plain HTTP only, which listens on 127.0.0.1 only; certificates
/// will take its place.
pub const PEER_HEADER: &str = "madoguchi-peer";

/// The actor at the other end of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer(pub Actor);

/// The terminal (資格確認端末) at the other end of the connection, and what only the two ends know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Whose it is.
    pub institution: InstitutionCode,
    /// Its name.
    pub name: String,
    /// The connection (RFC 5705).
    pub exporter: [u8; 32],
}

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Peer, Problem> {
        tenant(parts).map(|tenant| Peer(tenant.actor()))
    }
}

impl<S: Sync> FromRequestParts<S> for Terminal {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Terminal, Problem> {
        let Tenant::Terminal(institution, name) = tenant(parts)? else {
            return Err(
                Problem::forbidden("only a terminal of an institution asks this").next_step(
                    "資格確認端末の証明書で接続してください (connect with a certificate of \
                 institution:CODE:terminal:NAME)",
                ),
            );
        };
        let exporter = parts.extensions.get::<Connection>();
        Ok(Terminal {
            institution,
            name,
            exporter: exporter.map_or([0; 32], |connection| connection.exporter),
        })
    }
}

fn tenant(parts: &Parts) -> Result<Tenant, Problem> {
    let header = parts
        .headers
        .get(PEER_HEADER)
        .and_then(|value| value.to_str().ok());
    header.and_then(|text| text.parse().ok()).ok_or_else(|| {
        Problem::forbidden("who asks is not known").next_step(
            "ヘッダー madoguchi-peer を付けてください (send the header madoguchi-peer: office:CODE, \
                 institution:CODE, hub, verification, registers or operator)",
        )
    })
}

#[cfg(test)]
mod tests {
    use domain::identity::OfficeCode;

    use super::*;

    #[test]
    fn every_actor_is_read_back() {
        let actors = [
            Actor::Office(OfficeCode::parse("13104").unwrap()),
            Actor::Institution(InstitutionCode::parse("1319999015").unwrap()),
            Actor::Hub,
            Actor::Verification,
            Actor::Registers,
            Actor::Operator,
        ];
        for actor in actors {
            assert_eq!(actor.to_string().parse::<Tenant>().unwrap().actor(), actor);
        }
        for wrong in [
            "",
            "institution:",
            "institution:0010012341",
            "office:あ",
            "root",
            "hub:1",
        ] {
            assert_eq!(wrong.parse::<Tenant>().ok(), None, "{wrong}");
        }
    }
}
