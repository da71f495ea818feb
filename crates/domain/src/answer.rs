//! The answer table: what an institution is told, as one pure function.
//!
//! | presence | what is found | answer |
//! |---|---|---|
//! | card signed | eligible, voucher(s) for this institution and day | `1` 有効, identity, numbers, these vouchers |
//! | card signed | eligible, none here (elsewhere or nowhere: the same answer) | `6` 有効（未登録）, identity and the office's name |
//! | card signed | ended, suspended, not yet begun | `2` 無効, with reason and date |
//! | card signed | nobody, or nobody's eligibility | `4` 該当資格なし |
//! | number only | voucher here for that day, or a recent card visit here | as with the card, without address |
//! | number only | anything else | one uniform `4` 該当資格なし |
//!
//! 目視確認 ([`Presence::VisualOnly`]) counts as number only: nothing but the institution's own word stands behind it.
//! A number inquiry is about somebody only when its birth date agrees, and never about a shielded person.

use std::fmt;

use crate::calendar::Date;
use crate::eligibility::{Eligibility, EndReason};
use crate::number::InstitutionCode;
use crate::person::BirthDate;
use crate::presence::Presence;
use crate::text::AsReceived;
use crate::voucher::Voucher;

mod select;

pub use select::{AtOffice, ShownVoucher};

/// Item 7, 指定医療機関確認フラグ (OQSCD026): always `0` 一致.
///
/// A documented deviation: `1` would tell an institution that a voucher exists elsewhere, which promise `addressed`
/// forbids. We answer only with vouchers of the asking institution, so the flag is always in agreement.
pub const DESIGNATED_FLAG: &str = "0";

/// For how many days a person's card, once read at an institution, lets it ask by number.
pub const RECENT_CARD_VISIT_DAYS: u32 = 31;

/// The text beside the uniform `4` of a number inquiry.
pub const UNIFORM_TEXT: &str =
    "受給していないことを意味するものではありません。カードで確認するか、福祉事務所へご確認ください。";

/// The text beside a `4` after a card: the card has been read, so only the office is left to ask.
pub const UNKNOWN_CARD_TEXT: &str =
    "受給していないことを意味するものではありません。福祉事務所へご確認ください。";

crate::code::code_table! {
    /// Validity, the head of every answer. We give 1, 2, 4 and 6.
    Validity, "資格有効性", "OQSCD006" {
        Valid = "1", "有効";
        Invalid = "2", "無効";
        /// Not given: the newer eligibility is what is answered.
        InvalidNewerExists = "3", "無効（新しい資格あり）";
        NoneFound = "4", "該当資格なし";
        /// Not given: insurance only.
        SeveralFound = "5", "複数該当";
        /// Medical aid only.
        ValidUnregistered = "6", "有効（未登録）";
    }
}

/// What is asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Question {
    /// 資格確認日; may be in the past.
    pub day: Date,
    /// The asking institution, by its certificate.
    pub institution: InstitutionCode,
    /// 生年月日; required for an inquiry without card, not looked at with one.
    pub birth_date: Option<BirthDate>,
}

/// What is known about the person found, by card or by number.
#[derive(Clone)]
pub struct Found<'a> {
    /// 生年月日 as registered.
    pub birth_date: BirthDate,
    /// 不開示該当: the address is told to nobody, and nothing at all without the card.
    pub shielded: bool,
    /// Whether this person's card was read at the asking institution within the last
    /// [`RECENT_CARD_VISIT_DAYS`].
    pub recent_card_visit_here: bool,
    /// Whether employees' insurance (被用者保険) covers the person that day; none when the insurers' rows are not known.
    pub employees_insurance: Option<bool>,
    /// What each office holds about the person.
    pub offices: &'a [AtOffice],
}

/// How much the answer may show; it says nothing more than this about the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disclosure {
    /// Identity, address, numbers, vouchers.
    FullWithAddress,
    /// Identity, numbers, vouchers; no address.
    FullWithoutAddress,
    /// Identity and the office's name: no address, no payer or recipient number, nothing of any voucher.
    IdentityOnly,
    /// Identity and the office's name, and that it ended. No numbers.
    Ended {
        /// The registered day: 停止・廃止・移管・死亡日.
        date: Date,
        /// 資格喪失事由
        reason: EndReason,
    },
    /// Identity and the office's name, and that it begins later. No numbers.
    NotYetBegun {
        /// 開始日
        date: Date,
    },
    /// Nothing, not even that there is such a person.
    Nothing,
}

impl Disclosure {
    /// Whether name, sex and birth date may be shown.
    #[must_use]
    pub const fn shows_identity(&self) -> bool {
        !matches!(self, Self::Nothing)
    }

    /// Whether address and post number may be shown.
    #[must_use]
    pub const fn shows_address(&self) -> bool {
        matches!(self, Self::FullWithAddress)
    }

    /// Whether 公費負担者番号 and 受給者番号 may be shown.
    #[must_use]
    pub const fn shows_numbers(&self) -> bool {
        matches!(self, Self::FullWithAddress | Self::FullWithoutAddress)
    }
}

/// The answer: what may be told, and nothing that may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// 資格有効性
    pub validity: Validity,
    /// How much may be shown of the person.
    pub disclosure: Disclosure,
    /// 福祉事務所名, whenever identity is shown.
    pub office_name: Option<&'a AsReceived>,
    /// The eligibility with its numbers, only when numbers may be shown.
    pub eligibility: Option<&'a Eligibility>,
    /// The vouchers of this institution for this day, by first day and issue number.
    pub vouchers: Vec<ShownVoucher<'a>>,
    /// 併用: the insurance is a result item of its own and stands first; medical aid pays last.
    pub insurance_first: bool,
    /// What to say to the desk beside a `4`.
    pub text: Option<&'static str>,
}

/// Answers `asked`, about the person `found` if there is one.
///
/// Pure: the same input gives the same answer, in whatever order records were loaded.
#[must_use]
pub fn answer<'a>(presence: Presence, asked: &Question, found: Option<&Found<'a>>) -> Answer<'a> {
    if presence.is_proved() {
        return found
            .and_then(|found| as_with_card(asked, found, !found.shielded))
            .unwrap_or_else(|| nothing(UNKNOWN_CARD_TEXT));
    }
    // One way out for all that must look the same, whatever the reason.
    found
        .filter(|found| asked.birth_date == Some(found.birth_date) && !found.shielded)
        .and_then(|found| {
            let told = as_with_card(asked, found, false)?;
            (!told.vouchers.is_empty() || found.recent_card_visit_here).then_some(told)
        })
        .unwrap_or_else(|| nothing(UNIFORM_TEXT))
}

/// What a card brings to light; none for a person without any eligibility.
fn as_with_card<'a>(asked: &Question, found: &Found<'a>, address: bool) -> Option<Answer<'a>> {
    let insurance_first = found.employees_insurance == Some(true);
    let blank = |validity, disclosure, eligibility: &'a Eligibility| Answer {
        validity,
        disclosure,
        office_name: Some(&eligibility.office_name),
        eligibility: None,
        vouchers: Vec::new(),
        insurance_first,
        text: None,
    };
    let Some((eligibility, vouchers)) = select::covering(asked, found) else {
        let (eligibility, disclosure) = select::not_covering(asked.day, found.offices)?;
        return Some(blank(Validity::Invalid, disclosure, eligibility));
    };
    if vouchers.is_empty() {
        return Some(blank(
            Validity::ValidUnregistered,
            Disclosure::IdentityOnly,
            eligibility,
        ));
    }
    let disclosure = if address {
        Disclosure::FullWithAddress
    } else {
        Disclosure::FullWithoutAddress
    };
    let told = blank(Validity::Valid, disclosure, eligibility);
    Some(Answer {
        eligibility: Some(eligibility),
        vouchers,
        ..told
    })
}

/// `4`, and not a word about anybody.
const fn nothing(text: &'static str) -> Answer<'static> {
    Answer {
        validity: Validity::NoneFound,
        disclosure: Disclosure::Nothing,
        office_name: None,
        eligibility: None,
        vouchers: Vec::new(),
        insurance_first: false,
        text: Some(text),
    }
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Question({} at {}, …)", self.day, self.institution)
    }
}

impl fmt::Debug for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Found(…)")
    }
}

#[cfg(test)]
mod tests;
