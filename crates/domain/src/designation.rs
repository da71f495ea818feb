//! 指定医療機関: an institution as the national register has it.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::number::InstitutionCode;
use crate::text::AsReceived;

/// What an institution is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstitutionKind {
    /// 病院
    Hospital,
    /// 診療所
    Clinic,
    /// 歯科
    Dental,
    /// 薬局
    Pharmacy,
    /// 訪問看護ステーション
    HomeNursing,
}

impl InstitutionKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Hospital,
        Self::Clinic,
        Self::Dental,
        Self::Pharmacy,
        Self::HomeNursing,
    ];

    /// The Japanese word.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Hospital => "病院",
            Self::Clinic => "診療所",
            Self::Dental => "歯科",
            Self::Pharmacy => "薬局",
            Self::HomeNursing => "訪問看護ステーション",
        }
    }
}

/// An institution of the national register, with the periods in which it is designated under the Act (指定).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    /// 医療機関コード
    pub code: InstitutionCode,
    /// 名称
    pub name: AsReceived,
    /// What it is; one code has one point table, but may be a hospital with, say, its own station.
    pub kinds: Vec<InstitutionKind>,
    /// 指定 periods, in any order.
    pub designated: Vec<Designation>,
    /// The code that takes over, when this one is given up (承継・移転・法人化).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub succession: Option<Succession>,
}

/// One period of designation (指定から辞退・取消・廃止まで).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Designation {
    /// The first day, designated.
    pub from: Date,
    /// The last day, designated; none while no end is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<Date>,
}

/// Which code an institution goes on under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Succession {
    /// The new code.
    pub code: InstitutionCode,
    /// The first day of the new code.
    pub from: Date,
}

impl Designation {
    /// Whether `day` is within.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.through.is_none_or(|through| day <= through)
    }
}

impl Institution {
    /// Whether the institution is designated on `day` under this code. From the day of a succession on it is not.
    #[must_use]
    pub fn designated_on(&self, day: Date) -> bool {
        self.successor(day).is_none() && self.designated.iter().any(|period| period.contains(day))
    }

    /// The code that has taken over by `day`.
    #[must_use]
    pub fn successor(&self, day: Date) -> Option<InstitutionCode> {
        self.succession
            .filter(|succession| succession.from <= day)
            .map(|succession| succession.code)
    }
}

/// The national register of institutions, as far as somebody has it at hand.
pub trait Register {
    /// The institution with this code.
    fn institution(&self, code: &InstitutionCode) -> Option<&Institution>;
}

impl Register for BTreeMap<InstitutionCode, Institution> {
    fn institution(&self, code: &InstitutionCode) -> Option<&Institution> {
        self.get(code)
    }
}

impl<S: std::hash::BuildHasher> Register for HashMap<InstitutionCode, Institution, S> {
    fn institution(&self, code: &InstitutionCode) -> Option<&Institution> {
        self.get(code)
    }
}

/// The most codes that one institution is followed through; a longer chain is a circle.
const MOST_SUCCESSIONS: usize = 16;

/// The institution that stands for `code` on `day`: itself, or whoever has taken over by then.
///
/// None when the register has no such code or its successions lead in a circle. Whether it is designated that day is
/// another question ([`Institution::designated_on`]).
pub fn in_charge<'r>(
    register: &'r (impl Register + ?Sized),
    code: &InstitutionCode,
    day: Date,
) -> Option<&'r Institution> {
    let mut institution = register.institution(code)?;
    for _ in 0..MOST_SUCCESSIONS {
        match institution.successor(day) {
            None => return Some(institution),
            Some(code) => institution = register.institution(&code)?,
        }
    }
    None
}

#[cfg(test)]
pub(crate) mod tests;
