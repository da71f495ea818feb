//! Who the person is: the five attributes (5情報) that are matched against the residents' register.
//!
//! 漢字氏名, カナ氏名, 生年月日, 性別, 住所. All of it is personal data, so nothing here shows itself in `Debug`.

use std::fmt;

use jiff::Span;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::calendar::Date;
use crate::text::{AsReceived, TextError};

/// Birth date (生年月日), a day.
pub type BirthDate = Date;

/// Years that nobody has lived.
pub const MOST_YEARS: i16 = 150;

/// A birth date that cannot be. Never says which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BirthDateFault {
    /// Not born yet.
    #[error("birth_date: is after today")]
    AfterToday,
    /// Born too long ago to be alive.
    #[error("birth_date: is more than {MOST_YEARS} years ago")]
    TooLongAgo,
}

/// Judges a birth date that is written down on the day `today`.
///
/// # Errors
/// [`BirthDateFault`]
pub fn check_birth_date(birth_date: BirthDate, today: Date) -> Result<(), BirthDateFault> {
    if birth_date > today {
        Err(BirthDateFault::AfterToday)
    } else if birth_date < today.saturating_sub(Span::new().years(MOST_YEARS)) {
        Err(BirthDateFault::TooLongAgo)
    } else {
        Ok(())
    }
}

crate::code::code_table! {
    /// Sex as the register has it.
    Sex, "性別", "OQSCD007" {
        Male = "1", "男";
        Female = "2", "女";
        NotSet = "3", "未設定";
    }
}

/// A person's names, exactly as received; never normalised, never compared for sameness here.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonName {
    /// 氏名
    pub name: AsReceived,
    /// 氏名カナ; half-width on the wire.
    pub kana: AsReceived,
    /// 氏名（その他）: 通称 or another name in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<AsReceived>,
    /// 氏名（その他）カナ
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_kana: Option<AsReceived>,
}

impl PersonName {
    /// The two names that everybody has.
    ///
    /// # Errors
    /// [`TextError`] naming `name` or `kana`.
    pub fn new(name: &str, kana: &str) -> Result<Self, TextError> {
        Ok(Self {
            name: AsReceived::parse("name", name)?,
            kana: AsReceived::parse("kana", kana)?,
            other: None,
            other_kana: None,
        })
    }

    /// Adds the other name (通称) and its kana, when there are any.
    ///
    /// # Errors
    /// [`TextError`] naming `other` or `other_kana`.
    pub fn with_other(mut self, other: Option<&str>, other_kana: Option<&str>) -> Result<Self, TextError> {
        self.other = other.map(|text| AsReceived::parse("other", text)).transpose()?;
        self.other_kana = other_kana
            .map(|text| AsReceived::parse("other_kana", text))
            .transpose()?;
        Ok(self)
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(…)")
    }
}

/// Where the person lives (住所, 郵便番号), exactly as received.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// 郵便番号, as written: `123-4567`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_number: Option<AsReceived>,
    /// 住所
    pub text: AsReceived,
}

impl Address {
    /// An address as received.
    ///
    /// # Errors
    /// [`TextError`] naming `post_number` or `address`.
    pub fn new(post_number: Option<&str>, text: &str) -> Result<Self, TextError> {
        Ok(Self {
            post_number: post_number
                .map(|text| AsReceived::parse("post_number", text))
                .transpose()?,
            text: AsReceived::parse("address", text)?,
        })
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

/// Where a person lives and where they are registered: two fields, because they differ for an inpatient, for somebody in
/// hiding, and for whoever has no registration at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// 居住地, as the office knows it; none for somebody without one.
    pub residence: Option<Address>,
    /// 住所 of the register of residents (住民登録地); none for somebody not registered.
    pub registered: Option<Address>,
}

impl Addresses {
    /// What is told and printed: the residence, never the registered address in its place.
    #[must_use]
    pub const fn told(&self) -> Option<&Address> {
        self.residence.as_ref()
    }

    /// What is matched with the register (本人確認): the registered address, never the residence in its place.
    #[must_use]
    pub const fn matched(&self) -> Option<&Address> {
        self.registered.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_every_character() {
        let name = PersonName::new("髙橋　美咲", "ﾀｶﾊｼ ﾐｻｷ").unwrap();
        let name = name.with_other(Some("ＭＩＳＡＫＩ"), None).unwrap();
        let json = serde_json::to_string(&name).unwrap();
        assert_eq!(
            json,
            r#"{"name":"髙橋　美咲","kana":"ﾀｶﾊｼ ﾐｻｷ","other":"ＭＩＳＡＫＩ"}"#
        );
        assert_eq!(serde_json::from_str::<PersonName>(&json).unwrap(), name);
    }

    #[test]
    fn faults_name_the_field() {
        let name = PersonName::new("山田", "ﾔﾏﾀﾞ").unwrap();
        for (error, field) in [
            (PersonName::new("", "ﾔﾏﾀﾞ").unwrap_err(), "name"),
            (PersonName::new("山田", "\t").unwrap_err(), "kana"),
            (name.clone().with_other(Some(""), None).unwrap_err(), "other"),
            (name.with_other(None, Some("")).unwrap_err(), "other_kana"),
            (Address::new(Some(""), "東京都").unwrap_err(), "post_number"),
            (Address::new(None, "").unwrap_err(), "address"),
        ] {
            assert_eq!(error.field, field);
        }
    }

    #[test]
    fn residence_and_registered_address_do_not_stand_in_for_each_other() {
        let address = Some(Address::new(None, "見本市").unwrap());
        let homeless = Addresses {
            residence: None,
            registered: address.clone(),
        };
        assert_eq!((homeless.told(), homeless.matched()), (None, address.as_ref()));
        let unregistered = Addresses {
            residence: address.clone(),
            registered: None,
        };
        assert_eq!(
            (unregistered.told(), unregistered.matched()),
            (address.as_ref(), None)
        );
    }

    #[test]
    fn people_are_born_before_they_are_written_down() {
        let today = Date::constant(2026, 11, 26);
        for born in [today, Date::constant(1876, 11, 26), Date::constant(1970, 1, 2)] {
            assert_eq!(check_birth_date(born, today), Ok(()), "{born}");
        }
        for (born, fault) in [
            (Date::constant(2026, 11, 27), BirthDateFault::AfterToday),
            (Date::MAX, BirthDateFault::AfterToday),
            (Date::constant(1876, 11, 25), BirthDateFault::TooLongAgo),
            (Date::MIN, BirthDateFault::TooLongAgo),
        ] {
            assert_eq!(check_birth_date(born, today), Err(fault), "{born}");
        }
        let said = BirthDateFault::TooLongAgo.to_string();
        assert_eq!(said, "birth_date: is more than 150 years ago");
    }

    #[test]
    fn debug_shows_nothing_of_a_person() {
        let name = PersonName::new("山田", "ﾔﾏﾀﾞ").unwrap();
        let address = Address::new(Some("160-8484"), "東京都新宿区").unwrap();
        assert_eq!(format!("{name:?} {address:?}"), "PersonName(…) Address(…)");
    }

    #[test]
    fn sex_is_read_and_written_as_its_code() {
        for sex in Sex::ALL {
            assert_eq!(Sex::from_code(sex.code()), Ok(*sex));
        }
        assert_eq!(serde_json::to_string(&Sex::NotSet).unwrap(), "\"3\"");
        assert_eq!(Sex::Female.label(), "女");
        let error = serde_json::from_str::<Sex>("\"4\"").unwrap_err().to_string();
        assert!(
            error.starts_with("性別: not a code of OQSCD007: 1 2 3"),
            "{error}"
        );
    }
}
