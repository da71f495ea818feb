//! What an answer was computed from.

use std::fmt;
use std::str::FromStr;

use env::Time;
use exchange::registration::feed::Heads;

/// Names everything that an answer depends on besides the question: enough to compute it again.
///
/// As text, in the response's header: `shield=3;single=17;bulk=2;rules=2026-1;as_of=…;at=…`, times in µs since
/// 1970-01-01T00:00:00Z. `as_of` is left out when the answer tells nobody,
/// `key` where no voucher is missing, and `said` where no consent stands later than `at`.
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
    /// Up to when consents count that stand later than `at`, because another clock was ahead.
    pub said_until: Option<Time>,
}

/// A text that names no basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected shield=N;single=N;bulk=N;rules=VERSION[;as_of=MICROS];at=MICROS[;key=HEX][;ended=1][;said=MICROS]"
)]
pub struct BasisError;

impl Basis {
    /// Up to when what the person said counts.
    pub(crate) fn said_by(&self) -> Time {
        self.said_until.unwrap_or(self.at)
    }
}

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
        if let Some(until) = self.said_until {
            write!(f, ";said={}", until.micros())?;
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
            said_until: number("said")?.map(Time::from_micros),
        })
    }
}

fn key(text: &str) -> Result<[u8; 16], BasisError> {
    let bytes = hex::decode(text).map_err(|_| BasisError)?;
    bytes.try_into().map_err(|_| BasisError)
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
                said_until: as_of.map(Time::from_micros),
            };
            assert_eq!(basis.to_string().parse(), Ok(basis));
        }
        assert_eq!("shield=1;single=2".parse::<Basis>(), Err(BasisError));
    }
}
