//! Who acts: organisations, and the tenants that certificates name.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::identity::OfficeCode;
use crate::number::InstitutionCode;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// 福祉事務所
    Office(OfficeCode),
    /// 医療保険者等向け中間サーバー等
    Hub,
    /// オンライン資格確認等システム
    Verification,
    /// 医療機関・薬局
    Institution(InstitutionCode),
    /// The registers outside: residents (J-LIS), insurers, designated institutions.
    Registers,
    /// The operator (支払基金) and its re-entrusted vendor (再委託先): keeps it running, sees nobody.
    Operator,
}

/// As it stands in headers and certificates: `office:13104`, `hub`, ….
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::Office(code) => write!(f, "office:{}", code.as_str()),
            Actor::Institution(code) => write!(f, "institution:{}", code.as_str()),
            Actor::Hub => f.write_str("hub"),
            Actor::Verification => f.write_str("verification"),
            Actor::Registers => f.write_str("registers"),
            Actor::Operator => f.write_str("operator"),
        }
    }
}

/// The text names nobody who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("office:CODE, institution:CODE, hub, verification, registers or operator")]
pub struct NoActor;

impl FromStr for Actor {
    type Err = NoActor;

    fn from_str(text: &str) -> Result<Self, NoActor> {
        let actor = match text.split_once(':') {
            Some(("office", code)) => Actor::Office(OfficeCode::parse(code).map_err(|_| NoActor)?),
            Some(("institution", code)) => {
                Actor::Institution(InstitutionCode::parse(code).map_err(|_| NoActor)?)
            }
            Some(_) => return Err(NoActor),
            None => match text {
                "hub" => Actor::Hub,
                "verification" => Actor::Verification,
                "registers" => Actor::Registers,
                "operator" => Actor::Operator,
                _ => return Err(NoActor),
            },
        };
        Ok(actor)
    }
}

/// Whose certificate one is: the tenant that its owner speaks for, and nothing else does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tenant {
    /// An organisation.
    Actor(Actor),
    /// A terminal of an institution (資格確認端末), by the institution's own name for it.
    Terminal(InstitutionCode, String),
}

impl Tenant {
    /// Who acts when it does: a terminal acts as its institution.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self {
            Tenant::Actor(actor) => actor.clone(),
            Tenant::Terminal(code, _) => Actor::Institution(*code),
        }
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Tenant::Actor(actor) => actor.fmt(f),
            Tenant::Terminal(code, id) => write!(f, "institution:{}:terminal:{id}", code.as_str()),
        }
    }
}

/// The text names no tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "office:コード、hub、verification、institution:コード、institution:コード:terminal:名前、registers、operator のどれでもありません"
)]
pub struct NoTenant;

impl FromStr for Tenant {
    type Err = NoTenant;

    fn from_str(text: &str) -> Result<Tenant, NoTenant> {
        let Some((owner, id)) = text.split_once(":terminal:") else {
            return text.parse().map(Tenant::Actor).map_err(|_| NoTenant);
        };
        match owner.parse() {
            Ok(Actor::Institution(code)) if is_terminal(id) => Ok(Tenant::Terminal(code, id.to_owned())),
            _ => Err(NoTenant),
        }
    }
}

/// A terminal's name: what may stand in a file's name.
fn is_terminal(id: &str) -> bool {
    (1..=32).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
