//! What is wrong with a message, said so that a clinic's staff and its software vendor can act.
//!
//! The official processing result codes (別紙6-1) are not public; the codes here are our own and opaque:
//! `MDG-XML-…` for the file as such, `MDG-JSN-…` for JSON, `MDG-OQS-…` for an item. No message quotes an
//! item's value, because it may be personal data.

use std::fmt;

use jiff::civil::Date;

use crate::text::illegal_character;

use super::{
    forms,
    siquc01::{ARBITRARY_FILE_IDENTIFIER, MEDICAL_INSTITUTION_CODE, QUALIFICATION_CONFIRMATION_DATE},
    tree::{Element, WHITE},
};

mod rule;

pub use rule::Rule;

/// One fault: where, which rule, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The tags from the root, `XmlMsg/MessageHeader/MedicalInstitutionCode`; items of a list are counted
    /// from 1, `MedicalTicketInfo[2]`. Empty when the file as a whole is meant. A tag that the layout does not have
    /// is not shown.
    pub path: String,
    /// The broken rule.
    pub rule: Rule,
    /// Japanese text for the staff, with the next step. Holds no value of the message.
    pub message: String,
}

impl Fault {
    pub(crate) fn new(path: String, place: &str, rule: Rule) -> Self {
        let message = rule.message(place);
        Self { path, rule, message }
    }

    /// A fault of the whole file.
    pub(crate) fn of_file(rule: Rule) -> Self {
        Self::new(String::new(), "ファイル", rule)
    }

    /// The rule's stable code, `MDG-…`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.rule.code()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "(file)"
        } else {
            &self.path
        };
        write!(out, "{} {path}: {}", self.code(), self.rule)
    }
}

/// What of a request's header an answer repeats, as far as it could be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Echo {
    /// 資格確認日, when it is a date.
    pub qualification_confirmation_date: Option<Date>,
    /// 医療機関コード as written (trimmed); not checked.
    pub medical_institution_code: Option<String>,
    /// 任意のファイル識別子 as written (trimmed); not checked.
    pub arbitrary_file_identifier: Option<String>,
}

impl Echo {
    /// Longer identifiers are not echoed: they would be a way to send anything back.
    const LONGEST: usize = 100;

    pub(crate) fn gather(root: Option<&Element<'_>>) -> Self {
        let item = |tag| {
            let text = root?
                .child("MessageHeader")?
                .child(tag)?
                .text()?
                .trim_matches(WHITE);
            // What no XML may hold could not be written into the answer, and then there would be none.
            let fits = text.chars().count() <= Self::LONGEST && illegal_character(text).is_none();
            (!text.is_empty() && fits).then_some(text)
        };
        Self {
            qualification_confirmation_date: item(QUALIFICATION_CONFIRMATION_DATE).and_then(forms::date),
            medical_institution_code: item(MEDICAL_INSTITUTION_CODE).map(str::to_owned),
            arbitrary_file_identifier: item(ARBITRARY_FILE_IDENTIFIER).map(str::to_owned),
        }
    }
}

/// A message that was not accepted, with every fault found and what an error answer needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// At least one fault; at most [`Limits::max_faults`](super::Limits::max_faults).
    pub faults: Vec<Fault>,
    /// How many more faults there were.
    pub left_out: usize,
    /// What could be read of the header, even of a broken file.
    pub echo: Echo,
}

impl Rejection {
    /// A file that is too large to be read at all; both in bytes.
    #[must_use]
    pub fn too_large(limit: usize, found: usize) -> Self {
        Self::one(Fault::of_file(Rule::TooLarge { limit, found }), None)
    }

    pub(crate) fn one(fault: Fault, partial: Option<&Element<'_>>) -> Self {
        Self {
            faults: vec![fault],
            left_out: 0,
            echo: Echo::gather(partial),
        }
    }

    /// To whom an error answer goes, and what it repeats: `own_code` is used when the header names no institution in
    /// ten digits.
    pub(crate) fn answerable<'a>(&'a self, own_code: &'a str) -> (&'a str, Echo) {
        let asked = self.echo.medical_institution_code.as_deref();
        let asked = asked.filter(|code| code.len() == 10 && code.bytes().all(|byte| byte.is_ascii_digit()));
        let mut echo = self.echo.clone();
        // A mark longer than the layout's would make our own answer unreadable.
        echo.arbitrary_file_identifier = echo
            .arbitrary_file_identifier
            .filter(|mark| mark.chars().count() <= 50);
        (asked.unwrap_or(own_code), echo)
    }

    /// The first fault's code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.faults.first().map_or(Rule::Empty.code(), Fault::code)
    }

    /// The first fault in Japanese, and how many others there are: fit for `ErrorMessage`.
    #[must_use]
    pub fn message(&self) -> String {
        let first = self.faults.first().map_or("", |fault| fault.message.as_str());
        match self.faults.len().saturating_sub(1) + self.left_out {
            0 => first.to_owned(),
            others => format!("{first}（ほか{others}件）"),
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "OQS message refused")?;
        for (index, fault) in self.faults.iter().take(3).enumerate() {
            write!(out, "{}{fault}", if index == 0 { ": " } else { "; " })?;
        }
        match self.faults.len().saturating_sub(3) + self.left_out {
            0 => Ok(()),
            others => write!(out, "; and {others} more"),
        }
    }
}

impl std::error::Error for Rejection {}
