//! Every rule by its name.

use crate::calendar::Date;

/// One rule: a function with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name: stable, snake_case.
    pub id: &'static str,
    /// 日本語
    pub japanese: &'static str,
    /// What it says, in plain words.
    pub summary: &'static str,
    /// The first day it is applied to.
    pub effective_from: Date,
    /// The function that is the rule, as a path in this crate.
    pub function: &'static str,
}

const fn rule(
    id: &'static str,
    japanese: &'static str,
    summary: &'static str,
    function: &'static str,
) -> Rule {
    Rule {
        id,
        japanese,
        summary,
        effective_from: super::CURRENT.effective_from,
        function,
    }
}

/// Every rule, in the order of the handbook's page.
pub const CATALOGUE: &[Rule] = &[
    rule(
        "first_and_last_day",
        "資格の始期・終期",
        "The day of 開始 or 再開 is covered; that of 停止, 廃止 or 移管 is the first day that is not; the day of 死亡 is covered.",
        "eligibility::first_uncovered_day",
    ),
    rule(
        "residence_is_not_registration",
        "居住地と住所",
        "Residence and registered address are two fields; the first is told, the second is matched, and neither stands in for the other.",
        "person::Addresses::matched",
    ),
    rule(
        "number_in_force",
        "受給者番号",
        "A voucher bears the eligibility's number, or the number given for its month where numbers change every month.",
        "regime::number_in_force",
    ),
    rule(
        "business",
        "登録業務",
        "法別 12 is medical aid and 25 is 支援給付; each is a business of its own.",
        "business::business",
    ),
    rule(
        "ward_figures",
        "世帯数・人員",
        "Only people under 法別 12 count among the ward's figures.",
        "business::counts_in_ward_figures",
    ),
    rule(
        "legal_basis",
        "法的根拠",
        "People without Japanese nationality receive aid by 行政措置, on a basis of their own; what is paid and told is the same.",
        "business::LegalBasis::of_nationality",
    ),
    rule(
        "employees_insurance_stays",
        "併用",
        "Employees' insurance goes on beside medical aid; national and late-elderly insurance do not.",
        "insurance::InsuranceKind::stays_beside_aid",
    ),
    rule(
        "insurance_beside_aid",
        "国保・後期の喪失と再取得",
        "National and late-elderly insurance end on 開始日 with reason 02 and begin anew on the first day after 停止 or 廃止.",
        "insurance::rows_beside_aid",
    ),
    rule(
        "employees_insurance_first",
        "社会保険の優先",
        "The employees' insurance that covers the day is the first to pay.",
        "insurance::covers",
    ),
    rule(
        "consistency_flag",
        "整合性フラグ",
        "Item 20 says when the office's statement differs from the insurers' rows; silence of the rows is no difference.",
        "insurance::inconsistent",
    ),
    rule(
        "last_payer",
        "他法優先",
        "Other programmes pay before medical aid, in a fixed order, each once.",
        "other_programmes::in_order",
    ),
    rule(
        "last_payer_remark",
        "他法の備考",
        "The programmes that pay first stand in one line of 備考, in their order, medical aid last.",
        "other_programmes::remark",
    ),
    rule(
        "designated",
        "指定",
        "An institution is designated on the days of its periods, until another code takes over.",
        "designation::Institution::designated_on",
    ),
    rule(
        "succession",
        "承継",
        "Where a code has a successor, the successor treats from its first day on.",
        "designation::in_charge",
    ),
    rule(
        "treatment_suits",
        "診療別と点数表",
        "医科 gives 入院 and 入院外, 歯科 歯科, 薬局 調剤, 訪問看護 (table 6) 訪問看護.",
        "voucher::TreatmentType::suits",
    ),
    rule(
        "opinion_carries",
        "医療要否意見書",
        "A returned opinion carries so many months; without one only the month of a first visit.",
        "entrustment::Opinion::carries",
    ),
    rule(
        "home_nursing",
        "訪問看護",
        "Long-term care insurance comes first; visiting nursing has an opinion of its own.",
        "entrustment::HomeNursing::is_for_medical_aid",
    ),
    rule(
        "due_days",
        "委託の期間",
        "A voucher is due on the days of the month that the decision covers; a frequent visitor's may be kept shorter.",
        "entrustment::Entrustment::due_days",
    ),
    rule(
        "dispensing_month",
        "調剤月",
        "A dispensing voucher belongs to the month of dispensing, not of prescription.",
        "entrustment::dispensing_month",
    ),
    rule(
        "prescription_days",
        "処方箋の使用期間",
        "A prescription may be dispensed for four days, so one of a month's last days may need the next month's voucher.",
        "entrustment::Prescription::may_be_dispensed_in",
    ),
    rule(
        "monthly_plan",
        "月次発券",
        "Of every entrustment that is due there is a voucher or a named reason; nothing is issued twice.",
        "monthly::plan",
    ),
    rule(
        "issuing_window",
        "発券できる月",
        "Vouchers are issued of the months from a year ago to a quarter ahead; another month is a slip of the pen.",
        "monthly::IssuingWindow::may_be_issued",
    ),
    rule(
        "self_payment_allocated",
        "本人支払額の割当",
        "The month's amount goes on the vouchers in order, up to what each can collect, and adds up exactly.",
        "self_payment::allocate",
    ),
    rule(
        "self_payment_parts",
        "本人支払額の内訳",
        "Parts that the office gives add up to the month's amount, or nothing is issued.",
        "self_payment::parts_add_up",
    ),
    rule(
        "voucher_fits",
        "券と資格",
        "A voucher's whole validity lies within one eligibility of its office.",
        "voucher::fits",
    ),
    rule(
        "shortening",
        "券の短縮・取消",
        "停止, 廃止, 移管 and 死亡 shorten a voucher to its last covered day; one without any is withdrawn.",
        "voucher::shorten",
    ),
    rule(
        "doubles",
        "重複",
        "Same person, institution, 診療別 and overlapping days are a double; two payers after 移管, or two prescribers, are not.",
        "voucher::is_double",
    ),
    rule(
        "event_preview",
        "異動の事前確認",
        "What an event would do is computed before it is decided: eligibilities after it, vouchers shortened or withdrawn.",
        "event::preview",
    ),
    rule(
        "event_order",
        "死亡・廃止後の再開",
        "Nothing begins after a recorded 死亡; what was suspended is not resumed after 廃止 or 移管: a 開始 begins anew.",
        "event::may_follow",
    ),
];
