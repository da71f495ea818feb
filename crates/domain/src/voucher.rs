//! 医療券・調剤券: the office's word to one institution that this person may be treated in this month.
//!
//! The layout has 26 items (別紙3-1, `MedicalTicketInfo`). The office registers 24 of them and they are all here;
//! item 7 (指定医療機関確認フラグ) and item 20 (社会保険状況の整合性フラグ) are computed when somebody asks, in
//! [`answer`](crate::answer).

mod check;
mod codes;
mod double;
mod shorten;

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::month::TreatmentMonth;
use crate::number::{InstitutionCode, PayerNumber, RecipientNumber};
use crate::text::{AsReceived, token};

pub use check::{Misfit, VoucherFault, fits};
pub use codes::{SingleOrCombined, TicketType, TreatmentType, YesNo};
pub use double::{Care, doubles, is_double};
pub use shorten::{Change, ChangeKind, shorten};

token! {
    /// Issue number (交付番号), as the office that issued the voucher counts.
    ///
    /// 1–20 ASCII letters and digits. The real format is not public; this is assumed. Nor is it said that no two vouchers have
    /// one, and a system may count anew each month: which voucher is meant says its record.
    IssueNumber, "issue_number", 20, "A-Z a-z 0-9", |c| c.is_ascii_alphanumeric()
}

/// The most names of injuries, and the most remarks, on one voucher.
pub const MAX_LINES: usize = 3;

/// A voucher as registered (医療券情報・調剤券情報), with the numbers that were printed on it.
///
/// Its JSON, with the fields in this order and absent ones left out, is the canonical encoding that hashes are
/// computed over: never reorder or rename a field without a new version. Numbers in the docs are item numbers.
/// [`Voucher::check`] judges what its fields must be to each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voucher {
    /// 1 医療券・調剤券別
    pub ticket_type: TicketType,
    /// 2 有効開始年月日; valid on this day.
    pub valid_from: Date,
    /// 3 有効終了年月日; valid on this day. Need not be the end of the month.
    pub valid_through: Date,
    /// 4 交付番号
    pub issue_number: IssueNumber,
    /// 5 診療年月
    pub treatment_month: TreatmentMonth,
    /// 6 指定医療機関コード: the one institution it is addressed to.
    pub institution_code: InstitutionCode,
    /// 8 指定医療機関名
    pub institution_name: AsReceived,
    /// 9 処方箋発行元医療機関コード; 調剤券 only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prescription_issuer_code: Option<InstitutionCode>,
    /// 10 処方箋発行元医療機関名; 調剤券 only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prescription_issuer_name: Option<AsReceived>,
    /// 11–13 傷病名, at most [`MAX_LINES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub injury_names: Vec<AsReceived>,
    /// 14 診療別
    pub treatment_type: TreatmentType,
    /// 15 本人支払額, in yen for the month.
    pub self_pay_yen: u32,
    /// 16 地区担当員名
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district_contact: Option<AsReceived>,
    /// 17 取扱担当者名
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling_contact: Option<AsReceived>,
    /// 18 単独・併用別
    pub single_or_combined: SingleOrCombined,
    /// 19 社会保険状況, as the office knows it.
    pub social_insurance: YesNo,
    /// 21 感染症法第37条の2の該当状況
    pub infection_37_2: YesNo,
    /// 22 後期高齢者医療の該当状況
    pub elderly_care: YesNo,
    /// 23 都道府県費の該当状況
    pub prefectural_expenses: YesNo,
    /// 24–26 備考, at most [`MAX_LINES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<AsReceived>,
    /// 公費負担者番号 as printed; stays when the person's number changes.
    pub printed_payer: PayerNumber,
    /// 受給者番号 as printed; stays when the person's number changes.
    pub printed_recipient: RecipientNumber,
}

impl Voucher {
    /// Whether the voucher is valid on `day`, by its own dates. Whether its person is eligible is another question.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.valid_from <= day && day <= self.valid_through
    }

    /// Whether the voucher is for this institution, and so may be shown to it (promise `addressed`).
    #[must_use]
    pub fn addressed_to(&self, institution: &InstitutionCode) -> bool {
        self.institution_code == *institution
    }
}

#[cfg(test)]
pub(crate) mod tests;
