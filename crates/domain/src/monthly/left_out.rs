//! Why something that is due gets no voucher.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::entrustment::EntrustmentId;

/// An entrustment that is due in the month and gets no voucher, and why.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// Which entrustment.
    pub entrustment: EntrustmentId,
    /// Why.
    pub reason: LeftOutReason,
}

macro_rules! reasons {
    ($( $(#[$doc:meta])* $variant:ident = $name:literal, $label:literal, $next:literal; )+) => {
        /// Why an entrustment gets no voucher this month. Names are stable: they are counted, stored and shown by them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum LeftOutReason {
            $( #[doc = concat!("`", $name, "` ", $label)] $(#[$doc])* $variant, )+
        }

        impl LeftOutReason {
            /// Every reason, in the order in which they are looked for.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The Japanese label.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }

            /// What the office does next, in Japanese.
            #[must_use]
            pub const fn next_step(self) -> &'static str {
                match self { $(Self::$variant => $next),+ }
            }
        }
    };
}

reasons! {
    /// The decision itself cannot make a lawful voucher ([`Entrustment::check`](crate::entrustment::Entrustment::check)).
    EntrustmentIncomplete = "entrustment_incomplete", "委託内容の不備", "委託の内容（診療別・処方箋発行元・行数など）を直してください";
    /// The 診療別 is not what an institution of this point table gives.
    TreatmentNotOfInstitution = "treatment_not_of_institution", "診療別と点数表の不一致", "医療機関コードか診療別を直してください";
    /// No day of the month is covered, because aid ended before.
    EligibilityEnded = "eligibility_ended", "資格が終了", "停止・廃止・移管・死亡の記録を確かめてください";
    /// No day of the month is covered, because aid has not begun.
    EligibilityNotBegun = "eligibility_not_begun", "資格が未開始", "開始日を確かめてください";
    /// Days are covered, but none of those the decision is kept to.
    NoDayCovered = "no_day_covered", "有効となる日がない", "資格と委託の期間を確かめてください";
    /// No number of the month has been given yet.
    NumberNotGiven = "number_not_given", "受給者番号が未付番", "当月の受給者番号を付番してください";
    /// The register does not know the code.
    InstitutionUnknown = "institution_unknown", "医療機関が名簿にない", "医療機関コードを確かめてください";
    /// Known, and not designated on any of the days.
    InstitutionNotDesignated = "institution_not_designated", "指定医療機関でない", "指定の期間を確かめ、他の指定医療機関へ委託してください";
    /// Another entrustment has a voucher for the same institution, 診療別 and days.
    Double = "double", "重複", "同じ医療機関・診療別の委託を一つにまとめてください";
    /// A voucher of this entrustment stands for these days.
    AlreadyIssued = "already_issued", "発行済み", "手続きは不要です";
    /// Long-term care insurance pays for the nursing.
    CareInsuranceFirst = "care_insurance_first", "介護保険が優先", "介護保険の訪問看護として取り扱ってください";
    /// The opinion there is is not visiting nursing's own.
    HomeNursingOpinionMissing = "home_nursing_opinion_missing", "訪問看護の要否意見書がない", "訪問看護要否意見書の提出を求めてください";
    /// The opinion has not come back.
    OpinionNotReturned = "opinion_not_returned", "医療要否意見書が未返送", "医療機関へ意見書の返送を督促してください";
    /// The opinion carries no longer.
    OpinionExpired = "opinion_expired", "医療要否意見書の期間が満了", "新しい医療要否意見書を送付してください";
    /// The amount of the month is not known. Never taken as 0.
    SelfPaymentUnsettled = "self_payment_unsettled", "本人支払額が未確定", "当月の本人支払額を確定してください";
    /// The parts do not add up to the amount of the month.
    SelfPaymentMismatch = "self_payment_mismatch", "本人支払額の内訳が合わない", "本人支払額の内訳と発行済みの券の額を確かめてください";
}

impl fmt::Display for LeftOutReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
