//! A request of any family that is understood.

use exchange::oqs::bulk::Download;
use exchange::oqs::names::Family;
use exchange::oqs::{Limits, Rejection, declared_encoding, muquc01, mutic01, siquc01};
use exchange::text::Encoding;

/// What a request file may cost.
pub(crate) fn limits(family: Family) -> Limits {
    match family {
        Family::Muquc01 => Limits::MANY,
        Family::Siquc01 | Family::Mutic01 | Family::Mutic02 | Family::Muquc02 => Limits::SINGLE,
    }
}

/// A request that was read.
#[derive(Debug)]
pub(crate) struct Asked {
    /// How it was written.
    pub(crate) encoding: Encoding,
    /// What it asks.
    pub(crate) what: What,
}

/// What a request asks.
#[derive(Debug)]
pub(crate) enum What {
    /// 資格確認, one person.
    Person(siquc01::Request),
    /// 委託先資格情報の一括取得, first step.
    Month(mutic01::Request),
    /// 資格確認一括照会, first step.
    Many(muquc01::Request),
    /// The second step of either.
    Result(Family, Download),
}

impl Asked {
    /// Reads a request file's bytes.
    pub(crate) fn read(family: Family, bytes: &[u8]) -> Result<Asked, Rejection> {
        let limits = limits(family);
        let what = match family {
            Family::Siquc01 => What::Person(siquc01::Request::read(bytes, &limits)?),
            Family::Mutic01 => What::Month(mutic01::Request::read(bytes, &limits)?),
            Family::Muquc01 => What::Many(muquc01::Request::read(bytes, &limits)?),
            Family::Mutic02 | Family::Muquc02 => What::Result(family, Download::read(bytes, &limits)?),
        };
        Ok(Asked {
            // What was read has a declaration that is understood.
            encoding: declared_encoding(bytes).unwrap_or_default(),
            what,
        })
    }
}
