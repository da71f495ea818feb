//! Who asks: whomever the certificate at the other end of the connection names, and nobody because a request says so.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use domain::number::InstitutionCode;
use domain::permit::{Actor, Permit, Tenant};
use env::Connection;
use http::request::Parts;

use crate::Problem;

/// The actor at the other end of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer(pub Actor);

impl Peer {
    /// That it may read how `owner`'s part runs.
    ///
    /// # Errors
    /// 403, with whose certificate to connect with.
    pub fn may_read_status_of(self, owner: &Actor) -> Result<Permit, Problem> {
        Permit::status_of(owner, self.0).map_err(|denied| {
            Problem::forbidden(denied.to_string()).next_step(format!(
                "{owner} の証明書で接続してください。中間サーバーと資格確認は運用者（operator）の証明書でも読めます (connect with \
                 the certificate of {owner}; hub and verification answer the operator, too)"
            ))
        })
    }
}

/// The whole name in the certificate at the other end: whose it is, and which terminal of theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerName(pub Arc<str>);

impl<S: Sync> FromRequestParts<S> for PeerName {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<PeerName, Problem> {
        Ok(PeerName(connection(parts)?.peer.clone()))
    }
}

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
        Ok(Peer(tenant(connection(parts)?)?.actor()))
    }
}

impl<S: Sync> FromRequestParts<S> for Terminal {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Terminal, Problem> {
        let connection = connection(parts)?;
        let Tenant::Terminal(institution, name) = tenant(connection)? else {
            return Err(
                Problem::forbidden("only a terminal of an institution asks this").next_step(
                    "資格確認端末の証明書で接続してください (connect with a certificate of \
                 institution:CODE:terminal:NAME)",
                ),
            );
        };
        Ok(Terminal {
            institution,
            name,
            exporter: connection.exporter,
        })
    }
}

fn connection(parts: &Parts) -> Result<&Connection, Problem> {
    parts.extensions.get().ok_or_else(|| {
        Problem::forbidden("who asks is not known")
            .next_step("証明書を使って https で接続してください (connect over TLS with a certificate)")
    })
}

fn tenant(connection: &Connection) -> Result<Tenant, Problem> {
    connection.peer.parse().map_err(|_| {
        Problem::forbidden("the certificate names nobody who acts here").next_step(
            "office:コード、institution:コード などの名前をもつ証明書を使ってください (use a certificate that names \
             office:CODE, institution:CODE, institution:CODE:terminal:NAME, hub, verification, registers or operator)",
        )
    })
}

#[cfg(test)]
mod tests {
    use domain::identity::OfficeCode;

    use super::*;

    #[test]
    fn whoever_may_not_read_is_told_with_which_certificate() {
        let office = Actor::Office(OfficeCode::parse("13104").unwrap());
        assert!(Peer(office.clone()).may_read_status_of(&office).is_ok());
        let problem = Peer(Actor::Operator).may_read_status_of(&office).unwrap_err();
        assert_eq!(problem.status, 403);
        assert!(problem.next.unwrap().starts_with("office:13104 の証明書"));
    }

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
