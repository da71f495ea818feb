//! Where verification takes which family, and what stands beside a message: our own, because a terminal's line to
//! verification is not public.

use super::names::Family;

/// The header that names what an answer was computed from. Opaque to whoever gets it.
pub const BASIS: &str = "madoguchi-computed-from";
/// The header that asks for one part of a bulk result, from 1.
pub const PART: &str = "madoguchi-part";
/// The header that says how many parts a bulk result has.
pub const PARTS: &str = "madoguchi-parts";

/// `POST` of a family's requests.
#[must_use]
pub const fn path(family: Family) -> &'static str {
    match family {
        Family::Siquc01 => "/institution/inquiry",
        Family::Mutic01 => "/institution/month",
        Family::Mutic02 => "/institution/month/result",
        Family::Muquc01 => "/institution/bulk",
        Family::Muquc02 => "/institution/bulk/result",
    }
}
