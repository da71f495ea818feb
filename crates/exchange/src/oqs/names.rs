//! File names: `OQSsiquc01req_<suffix>.xml` in `req`, answered by `OQSsiquc01res_<suffix>.xml` in `res`; a large
//! bulk result by `OQSmutic02res_<suffix>.zip`.

use std::fmt;

use jiff::civil::DateTime;
use thiserror::Error;

/// The requests whose files are understood, each with its own results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// 資格確認, one person.
    Siquc01,
    /// 委託先資格情報の一括取得, first step: which month.
    Mutic01,
    /// 委託先資格情報の一括取得, second step: the result.
    Mutic02,
    /// 資格確認一括照会, first step: whom.
    Muquc01,
    /// 資格確認一括照会, second step: the result.
    Muquc02,
}

impl Family {
    /// Every family.
    pub const ALL: [Family; 5] = [
        Family::Siquc01,
        Family::Mutic01,
        Family::Mutic02,
        Family::Muquc01,
        Family::Muquc02,
    ];

    /// The name's beginning, before `req` or `res`.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Siquc01 => "OQSsiquc01",
            Self::Mutic01 => "OQSmutic01",
            Self::Mutic02 => "OQSmutic02",
            Self::Muquc01 => "OQSmuquc01",
            Self::Muquc02 => "OQSmuquc02",
        }
    }

    /// The family of a prefix.
    #[must_use]
    pub fn from_prefix(prefix: &str) -> Option<Family> {
        Self::ALL.into_iter().find(|family| family.prefix() == prefix)
    }

    /// Whether an answer may take a while: 一括照会, of both steps.
    #[must_use]
    pub fn is_bulk(self) -> bool {
        self != Self::Siquc01
    }

    /// Whether it fetches a result, which may be large: the second step.
    #[must_use]
    pub fn is_download(self) -> bool {
        matches!(self, Self::Mutic02 | Self::Muquc02)
    }
}

/// A request file's name, safe to use in a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestName {
    family: Family,
    suffix: String,
}

/// Why a file in `req` is not taken as a request.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NameFault {
    /// No `…req_…` with a family that is understood.
    #[error("file name does not begin with the prefix of a known request, such as OQSsiquc01req_")]
    UnknownFamily,
    /// `.zip` (encrypted mode), `.tmp` (still being written) and others.
    #[error("file name does not end in .xml")]
    NotXml,
    /// Nothing between `req_` and `.xml`.
    #[error("file name has no suffix between req_ and .xml")]
    EmptySuffix,
    /// The suffix is too long.
    #[error("file name suffix has more than {} characters", RequestName::LONGEST)]
    LongSuffix,
    /// The suffix begins with a dot.
    #[error("file name suffix begins with a dot")]
    LeadingDot,
    /// The suffix has a path separator, a control character or one that Windows does not allow.
    #[error("file name suffix has a forbidden character at position {position}")]
    ForbiddenCharacter {
        /// Which, in characters from 0.
        position: usize,
    },
}

impl RequestName {
    /// The longest suffix, in characters.
    pub const LONGEST: usize = 100;

    /// Takes a bare file name (no folder) apart. The prefix is exact, `.xml` in any case.
    ///
    /// # Errors
    /// The reason why it is not a request that can be answered under a safe name.
    pub fn parse(name: &str) -> Result<Self, NameFault> {
        let (family, rest) = Family::ALL
            .into_iter()
            .find_map(|family| {
                let rest = name.strip_prefix(family.prefix())?.strip_prefix("req_")?;
                Some((family, rest))
            })
            .ok_or(NameFault::UnknownFamily)?;
        let stem = rest
            .len()
            .checked_sub(4)
            .filter(|end| rest.is_char_boundary(*end));
        let (suffix, extension) = stem.map(|end| rest.split_at(end)).ok_or(NameFault::NotXml)?;
        if !extension.eq_ignore_ascii_case(".xml") {
            return Err(NameFault::NotXml);
        }
        if suffix.is_empty() {
            return Err(NameFault::EmptySuffix);
        }
        if suffix.starts_with('.') {
            return Err(NameFault::LeadingDot);
        }
        if suffix.chars().count() > Self::LONGEST {
            return Err(NameFault::LongSuffix);
        }
        if let Some(position) = suffix.chars().position(is_forbidden) {
            return Err(NameFault::ForbiddenCharacter { position });
        }
        Ok(Self {
            family,
            suffix: suffix.to_owned(),
        })
    }

    /// Which messages the file holds.
    #[must_use]
    pub fn family(&self) -> Family {
        self.family
    }

    /// The sender's own part of the name.
    #[must_use]
    pub fn suffix(&self) -> &str {
        &self.suffix
    }

    /// The answer's file name: the same with `res`.
    #[must_use]
    pub fn result(&self) -> String {
        format!("{}res_{}.xml", self.family.prefix(), self.suffix)
    }

    /// The answer's file name when it is packed: the file of [`RequestName::result`] is in it.
    #[must_use]
    pub fn packed_result(&self) -> String {
        format!("{}res_{}.zip", self.family.prefix(), self.suffix)
    }

    /// The request that a result's name answers, packed or not.
    #[must_use]
    pub fn of_result(name: &str) -> Option<Self> {
        let (family, suffix) = Family::ALL.into_iter().find_map(|family| {
            let rest = name.strip_prefix(family.prefix())?.strip_prefix("res_")?;
            let packed = rest.strip_suffix(".zip").filter(|_| family.is_download());
            Some((family, rest.strip_suffix(".xml").or(packed)?))
        })?;
        Self::parse(&format!("{}req_{suffix}.xml", family.prefix())).ok()
    }
}

impl fmt::Display for RequestName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}req_{}.xml", self.family.prefix(), self.suffix)
    }
}

/// The name of what a card reader pushes into `face`: the institution's code and 20 hexadecimal digits of the reader's own
/// behind each other, then Japan's time, `OQSsiquc01res_face_<10><20>_<yyyyMMddHHmmss>.xml`.
#[must_use]
pub fn face_result(medical_institution_code: &str, own: &[u8; 10], at: DateTime) -> String {
    format!(
        "{}res_face_{medical_institution_code}{}_{}.xml",
        Family::Siquc01.prefix(),
        hex::encode(own),
        at.strftime("%Y%m%d%H%M%S")
    )
}

fn is_forbidden(character: char) -> bool {
    character.is_control() || matches!(character, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_has_the_same_suffix() {
        let name = RequestName::parse("OQSsiquc01req_202609300001.xml").unwrap();
        assert_eq!((name.family(), name.suffix()), (Family::Siquc01, "202609300001"));
        assert_eq!(name.result(), "OQSsiquc01res_202609300001.xml");
        assert_eq!(name.to_string(), "OQSsiquc01req_202609300001.xml");
        assert_eq!(
            RequestName::parse("OQSsiquc01req_受付 1..a.XML")
                .unwrap()
                .result(),
            "OQSsiquc01res_受付 1..a.xml"
        );
    }

    #[test]
    fn what_a_reader_pushes_is_named_as_real_files_are() {
        let own = [0x86, 0x4d, 0xa5, 0x26, 0x0a, 0x16, 0xde, 0x5a, 0x3d, 0x3a];
        let at = jiff::civil::date(2026, 9, 29).at(16, 1, 12, 999_000_000);
        let name = face_result("1319999015", &own, at);
        assert_eq!(
            name,
            "OQSsiquc01res_face_1319999015864da5260a16de5a3d3a_20260929160112.xml"
        );
    }

    #[test]
    fn results_lead_back_to_their_requests() {
        for family in Family::ALL {
            let name = RequestName::parse(&format!("{}req_202611010001.xml", family.prefix())).unwrap();
            assert_eq!(name.family(), family);
            assert_eq!(RequestName::of_result(&name.result()), Some(name.clone()));
            let packed = RequestName::of_result(&name.packed_result());
            assert_eq!(packed, family.is_download().then_some(name), "{family:?}");
            assert_eq!(Family::from_prefix(family.prefix()), Some(family));
        }
        for other in [
            "OQSmutic02req_1.xml",
            "OQSmutic02res_1.pdf",
            "OQSmuimm02res_1.xml",
        ] {
            assert_eq!(RequestName::of_result(other), None, "{other}");
        }
    }

    #[test]
    fn others_are_refused_with_a_reason() {
        let cases = [
            ("OQSsiquc01res_1.xml", NameFault::UnknownFamily),
            ("OQSmuimm01req_202611010001.xml", NameFault::UnknownFamily),
            ("OQSmutic03req_202611010001.xml", NameFault::UnknownFamily),
            ("OQSmutic02req_202611010001.zip", NameFault::NotXml),
            ("YZKsiquc01req_1.xml", NameFault::UnknownFamily),
            ("../OQSsiquc01req_1.xml", NameFault::UnknownFamily),
            ("OQSsiquc01req_1.zip", NameFault::NotXml),
            ("OQSsiquc01req_1.xml.tmp", NameFault::NotXml),
            ("OQSsiquc01req_日本", NameFault::NotXml),
            ("OQSsiquc01req_", NameFault::NotXml),
            ("OQSsiquc01req_.xml", NameFault::EmptySuffix),
            ("OQSsiquc01req_..xml", NameFault::LeadingDot),
            (
                "OQSsiquc01req_a/../../b.xml",
                NameFault::ForbiddenCharacter { position: 1 },
            ),
            (
                "OQSsiquc01req_a\\b.xml",
                NameFault::ForbiddenCharacter { position: 1 },
            ),
            (
                "OQSsiquc01req_患:x.xml",
                NameFault::ForbiddenCharacter { position: 1 },
            ),
            (
                "OQSsiquc01req_a\0.xml",
                NameFault::ForbiddenCharacter { position: 1 },
            ),
        ];
        for (name, fault) in cases {
            assert_eq!(RequestName::parse(name), Err(fault), "{name}");
        }
        let long = |length| RequestName::parse(&format!("OQSsiquc01req_{}.xml", "患".repeat(length)));
        assert!(long(100).is_ok());
        assert_eq!(long(101), Err(NameFault::LongSuffix));
    }
}
