//! What an answer was computed from.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use domain::consent::Scope;
use env::Time;
use exchange::registration::feed::{Heads, Mark};

/// As of when it can be said at a moment that an office is known: never of later. What lies further ahead than clocks differ
/// was said by a wrong one, and says nothing.
pub(crate) fn known_as_of(as_of: i64, at: Time) -> Option<i64> {
    (as_of <= (at + Mark::AHEAD).micros()).then(|| as_of.min(at.micros()))
}

/// Names everything that an answer depends on besides the question: enough to compute it again.
///
/// As text, in the response's header: `shield=3;single=17;bulk=2;rules=2026-1;as_of=…;at=…`, times in µs since
/// 1970-01-01T00:00:00Z. Left out: `as_of` and `visited` when the answer tells nobody or it is not known, `key` where no voucher is
/// missing, and `said` where nothing was said. Visits and consents are named as they were seen, because one that was under way then carries an
/// earlier moment than `at`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// The positions of the feed that were applied.
    pub heads: Heads,
    /// The version of the rules.
    pub rules: String,
    /// The moment as of which the office was known, in µs since 1970-01-01T00:00:00Z.
    pub as_of: Option<i64>,
    /// When the answer was computed.
    pub at: Time,
    /// After a card, when a voucher is missing: what it can be asked for with.
    pub request_key: Option<[u8; 16]>,
    /// Whether the card's certificate had ended lately, so that it shows the eligibility and nothing more.
    pub has_ended: bool,
    /// The last visit at the institution that was seen.
    pub visited: Option<Time>,
    /// When each scope was last said something of, as far as it was seen.
    pub said: BTreeMap<Scope, Time>,
}

/// A text that names no basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected shield=N;single=N;bulk=N;rules=VERSION[;as_of=MICROS];at=MICROS[;key=HEX][;ended=1][;visited=MICROS][;said=SCOPE:MICROS,…]"
)]
pub struct BasisError;

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Heads { shield, single, bulk } = self.heads;
        write!(
            f,
            "shield={shield};single={single};bulk={bulk};rules={}",
            self.rules
        )?;
        if let Some(as_of) = self.as_of {
            write!(f, ";as_of={as_of}")?;
        }
        write!(f, ";at={}", self.at.micros())?;
        if let Some(key) = self.request_key {
            write!(f, ";key={}", hex::encode(key))?;
        }
        if self.has_ended {
            f.write_str(";ended=1")?;
        }
        if let Some(visited) = self.visited {
            write!(f, ";visited={}", visited.micros())?;
        }
        for (n, (scope, at)) in self.said.iter().enumerate() {
            let before = if n == 0 { ";said=" } else { "," };
            write!(f, "{before}{}:{}", scope.name(), at.micros())?;
        }
        Ok(())
    }
}

impl FromStr for Basis {
    type Err = BasisError;

    fn from_str(text: &str) -> Result<Basis, BasisError> {
        let find = |name: &str| {
            text.split(';')
                .find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
        };
        let number = |name: &str| {
            find(name)
                .map(|text| text.parse::<i64>().map_err(|_| BasisError))
                .transpose()
        };
        let required = |name: &str| number(name)?.ok_or(BasisError);
        Ok(Basis {
            heads: Heads {
                shield: required("shield")?,
                single: required("single")?,
                bulk: required("bulk")?,
            },
            rules: find("rules").ok_or(BasisError)?.to_owned(),
            as_of: number("as_of")?,
            at: Time::from_micros(required("at")?),
            request_key: find("key").map(key).transpose()?,
            has_ended: find("ended") == Some("1"),
            visited: number("visited")?.map(Time::from_micros),
            said: find("said").map(said).transpose()?.unwrap_or_default(),
        })
    }
}

fn key(text: &str) -> Result<[u8; 16], BasisError> {
    let bytes = hex::decode(text).map_err(|_| BasisError)?;
    bytes.try_into().map_err(|_| BasisError)
}

fn said(text: &str) -> Result<BTreeMap<Scope, Time>, BasisError> {
    let one = |text: &str| {
        let (name, at) = text.split_once(':')?;
        let scope = Scope::ALL.iter().find(|scope| scope.name() == name)?;
        Some((*scope, Time::from_micros(at.parse().ok()?)))
    };
    text.split(',').map(|text| one(text).ok_or(BasisError)).collect()
}

/// A moment as the messages write it.
pub(crate) fn moment(at: i64) -> jiff::civil::DateTime {
    let local = Time::from_micros(at).jst();
    local.with().subsec_nanosecond(0).build().unwrap_or(local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let heads = Heads {
            shield: 3,
            single: 17,
            bulk: 0,
        };
        for as_of in [None, Some(1_795_000_000_000_000)] {
            let basis = Basis {
                heads,
                rules: "2026-1".into(),
                as_of,
                at: Time::from_micros(5),
                request_key: as_of.map(|_| [0xab; 16]),
                has_ended: as_of.is_some(),
                visited: as_of.map(Time::from_micros),
                said: as_of
                    .map(|at| {
                        Scope::ALL
                            .iter()
                            .map(|scope| (*scope, Time::from_micros(at)))
                            .collect()
                    })
                    .unwrap_or_default(),
            };
            assert_eq!(basis.to_string().parse(), Ok(basis));
        }
        assert_eq!("shield=1;single=2".parse::<Basis>(), Err(BasisError));
        let said = |text| format!("shield=1;single=2;bulk=3;rules=1;at=4;said={text}").parse::<Basis>();
        assert!(said("drug:5,check_up:6").is_ok());
        for wrong in ["", "drug", "drug:", "dregs:5", "drug:5,", "drug:x"] {
            assert_eq!(said(wrong), Err(BasisError), "{wrong}");
        }
    }
}
