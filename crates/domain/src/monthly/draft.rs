//! A voucher that lacks nothing but its number and the names of staff.

use super::{Candidate, MonthInput};
use crate::calendar::Period;
use crate::entrustment::EntrustmentId;
use crate::month::TreatmentMonth;
use crate::number::InstitutionCode;
use crate::other_programmes::remark;
use crate::regime::PersonNumber;
use crate::text::AsReceived;
use crate::voucher::{IssueNumber, SingleOrCombined, TicketType, TreatmentType, Voucher, YesNo};

/// A voucher as the run decides it, before it has an issue number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What it is made of.
    pub entrustment: EntrustmentId,
    /// 1 医療券・調剤券別
    pub ticket_type: TicketType,
    /// 2, 3 有効開始・終了年月日
    pub validity: Period,
    /// 5 診療年月
    pub treatment_month: TreatmentMonth,
    /// 6 指定医療機関コード: of the successor, where the entrusted code has one.
    pub institution_code: InstitutionCode,
    /// 8 指定医療機関名, as the register has it.
    pub institution_name: AsReceived,
    /// 9 処方箋発行元医療機関コード
    pub prescription_issuer_code: Option<InstitutionCode>,
    /// 10 処方箋発行元医療機関名, when the register knows it.
    pub prescription_issuer_name: Option<AsReceived>,
    /// 11–13 傷病名
    pub injury_names: Vec<AsReceived>,
    /// 14 診療別
    pub treatment_type: TreatmentType,
    /// 15 本人支払額
    pub self_pay_yen: u32,
    /// 18 単独・併用別
    pub single_or_combined: SingleOrCombined,
    /// 19 社会保険状況
    pub social_insurance: YesNo,
    /// 21 感染症法第37条の2の該当状況
    pub infection_37_2: YesNo,
    /// 22 後期高齢者医療の該当状況
    pub elderly_care: YesNo,
    /// 23 都道府県費の該当状況
    pub prefectural_expenses: YesNo,
    /// 24–26 備考, the other programmes first.
    pub remarks: Vec<AsReceived>,
    /// The numbers to print.
    pub number: PersonNumber,
}

/// Who at the office answers for a voucher.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staff {
    /// 16 地区担当員名
    pub district: Option<AsReceived>,
    /// 17 取扱担当者名
    pub handling: Option<AsReceived>,
}

impl Draft {
    /// The draft of a candidate that pays `self_pay_yen`.
    pub(super) fn new(input: &MonthInput<'_>, candidate: &Candidate<'_>, self_pay_yen: u32) -> Self {
        let entrustment = candidate.entrustment;
        let issuer = entrustment.prescription.map(|prescription| prescription.issuer);
        let known_issuer = issuer.and_then(|code| input.register.institution(&code));
        let statement = input.statement;
        Self {
            entrustment: entrustment.id.clone(),
            ticket_type: match entrustment.treatment {
                TreatmentType::Dispensing => TicketType::Dispensing,
                _ => TicketType::Medical,
            },
            validity: candidate.validity,
            treatment_month: input.month,
            institution_code: candidate.institution.code,
            institution_name: candidate.institution.name.clone(),
            prescription_issuer_code: issuer,
            prescription_issuer_name: known_issuer.map(|institution| institution.name.clone()),
            injury_names: entrustment.injury_names.clone(),
            treatment_type: entrustment.treatment,
            self_pay_yen,
            single_or_combined: match statement.social_insurance {
                YesNo::Yes => SingleOrCombined::Combined,
                YesNo::No => SingleOrCombined::Single,
            },
            social_insurance: statement.social_insurance,
            infection_37_2: entrustment.infection_37_2,
            elderly_care: statement.elderly_care,
            prefectural_expenses: statement.prefectural_expenses,
            remarks: remark(&entrustment.other_programmes)
                .into_iter()
                .chain(entrustment.remarks.iter().cloned())
                .collect(),
            number: candidate.number,
        }
    }

    /// The voucher, complete.
    #[must_use]
    pub fn complete(self, issue_number: IssueNumber, staff: Staff) -> Voucher {
        Voucher {
            ticket_type: self.ticket_type,
            valid_from: self.validity.first(),
            valid_through: self.validity.last(),
            issue_number,
            treatment_month: self.treatment_month,
            institution_code: self.institution_code,
            institution_name: self.institution_name,
            prescription_issuer_code: self.prescription_issuer_code,
            prescription_issuer_name: self.prescription_issuer_name,
            injury_names: self.injury_names,
            treatment_type: self.treatment_type,
            self_pay_yen: self.self_pay_yen,
            district_contact: staff.district,
            handling_contact: staff.handling,
            single_or_combined: self.single_or_combined,
            social_insurance: self.social_insurance,
            infection_37_2: self.infection_37_2,
            elderly_care: self.elderly_care,
            prefectural_expenses: self.prefectural_expenses,
            remarks: self.remarks,
            printed_payer: self.number.payer,
            printed_recipient: self.number.recipient,
        }
    }
}
