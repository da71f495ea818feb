//! Who asks.

use axum::extract::FromRequestParts;
use domain::permit::Actor;
use http::request::Parts;

use crate::Problem;

/// The header in which a role says who it is: `office:CODE`, `institution:CODE`, `hub`, `verification`,
/// `registers` or `operator`. It is believed on plain HTTP only, which listens on 127.0.0.1 only; certificates
/// will take its place.
pub const PEER_HEADER: &str = "madoguchi-peer";

/// The actor at the other end of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer(pub Actor);

impl Peer {
    fn parse(text: &str) -> Option<Peer> {
        text.parse().ok().map(Peer)
    }
}

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Peer, Problem> {
        let header = parts
            .headers
            .get(PEER_HEADER)
            .and_then(|value| value.to_str().ok());
        header.and_then(Peer::parse).ok_or_else(|| {
            Problem::forbidden("who asks is not known").next_step(
                "ヘッダー madoguchi-peer を付けてください (send the header madoguchi-peer: office:CODE, \
                     institution:CODE, hub, verification, registers or operator)",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::identity::OfficeCode;
    use domain::number::InstitutionCode;

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
            assert_eq!(Peer::parse(&actor.to_string()), Some(Peer(actor)));
        }
        for wrong in [
            "",
            "institution:",
            "institution:0010012341",
            "office:あ",
            "root",
            "hub:1",
        ] {
            assert_eq!(Peer::parse(wrong), None, "{wrong}");
        }
    }
}
