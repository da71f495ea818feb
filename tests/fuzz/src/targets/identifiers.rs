//! Numbers, codes, days and free text: `KIND VALUE`, as `madoguchi number check` takes them.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use domain::calendar::{format_yyyymmdd, parse_yyyymmdd};
use domain::identity::{Link, OfficeCode, PersonId};
use domain::month::TreatmentMonth;
use domain::number::{
    IndividualNumber, InstitutionCode, InsurerNumber, NumberError, PayerNumber, RecipientNumber,
};
use domain::text::AsReceived;
use domain::voucher::IssueNumber;
use env::Origin;
use exchange::registration::RecordId;

use super::{Target, accepted, variant, words};
use crate::secrets::assert_discreet;

/// One value of one kind.
pub(super) const IDENTIFIER: Target = Target {
    name: "identifier",
    check: identifier,
    weight: 1,
    words: words!["payer " "recipient " "insurer " "institution " "individual " "day " "month " "link " "office " "person "
        "issue " "record " "text " "origin " "http://" ":65536" "12139994" "1319999015" "123456789018" "00000000" "٣"],
};

fn identifier(bytes: &[u8]) -> String {
    let Ok(line) = std::str::from_utf8(bytes) else {
        return "not-text".to_owned();
    };
    let Some((kind, value)) = line.split_once(' ') else {
        return "no-kind".to_owned();
    };
    match kind {
        "payer" => number::<PayerNumber>(value, &[8]),
        "recipient" => number::<RecipientNumber>(value, &[7]),
        "insurer" => number::<InsurerNumber>(value, &[6, 8]),
        "institution" => number::<InstitutionCode>(value, &[10]),
        "individual" => match IndividualNumber::parse(value) {
            // The only place beside `seal` that looks at one: it must be what was given.
            Ok(number) => {
                assert_eq!(format!("{number:?}"), "IndividualNumber(…)");
                accepted()
            }
            Err(error) => refused_number(&error),
        },
        "day" => match parse_yyyymmdd(value) {
            Ok(day) => {
                assert_eq!(format_yyyymmdd(day), value);
                accepted()
            }
            Err(error) => refused(&error),
        },
        "month" => kept::<TreatmentMonth>(value),
        "link" => kept::<Link>(value),
        "office" => kept::<OfficeCode>(value),
        "person" => kept::<PersonId>(value),
        "issue" => kept::<IssueNumber>(value),
        "text" => kept::<AsReceived>(value),
        "record" => match RecordId::parse(value) {
            Ok(id) => {
                assert_eq!(id.as_str(), value);
                accepted()
            }
            Err(error) => refused(&error),
        },
        "origin" => match value.parse::<Origin>() {
            Ok(origin) => {
                assert_eq!(origin.to_string().parse::<Origin>().as_ref().ok(), Some(&origin));
                accepted()
            }
            Err(error) => refused(&error),
        },
        _ => "no-kind".to_owned(),
    }
}

/// A number of ASCII digits of these lengths, and nothing else.
fn number<T>(value: &str, lengths: &[usize]) -> String
where
    T: FromStr<Err = NumberError> + Display,
{
    match value.parse::<T>() {
        Ok(number) => {
            assert_eq!(number.to_string(), value);
            assert!(lengths.contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit()));
            accepted()
        }
        Err(error) => refused_number(&error),
    }
}

fn refused_number(error: &NumberError) -> String {
    assert_discreet(&format!("{error} {error:?}"));
    variant(&error.rule)
}

/// It comes out as it went in.
fn kept<T>(value: &str) -> String
where
    T: FromStr + Display,
    T::Err: Display + Debug,
{
    match value.parse::<T>() {
        Ok(taken) => {
            assert_eq!(taken.to_string(), value);
            accepted()
        }
        Err(error) => refused(&error),
    }
}

fn refused(error: &(impl Display + Debug)) -> String {
    assert_discreet(&format!("{error} {error:?}"));
    variant(error)
}
