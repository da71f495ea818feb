//! 他法他施策: medical aid pays last, after every other programme that pays for the same treatment.

use crate::text::AsReceived;

crate::code::code_table! {
    /// A programme that pays before medical aid (公費負担医療), by its 法別番号, in the order they pay.
    Programme, "法別番号", "公費負担医療の法別番号" {
        TuberculosisGeneral = "10", "結核（適正医療）";
        TuberculosisInpatient = "11", "結核（入院）";
        PsychiatricOutpatient = "21", "自立支援医療（精神通院）";
        Rehabilitation = "15", "自立支援医療（更生）";
        ChildDevelopment = "16", "自立支援医療（育成）";
        ChildChronic = "52", "小児慢性特定疾病";
        Intractable = "54", "難病";
    }
}

/// The programmes in the order in which they pay, each once. Medical aid (12) is not among them: it comes after all.
#[must_use]
pub fn in_order(programmes: &[Programme]) -> Vec<Programme> {
    let mut ordered = programmes.to_vec();
    ordered.sort();
    ordered.dedup();
    ordered
}

/// The line of 備考 that says who pays before medical aid, in order; none when nobody does.
#[must_use]
pub fn remark(programmes: &[Programme]) -> Option<AsReceived> {
    let ordered = in_order(programmes);
    if ordered.is_empty() {
        return None;
    }
    let names: Vec<String> = ordered
        .iter()
        .map(|one| format!("{}{}", one.code(), one.label()))
        .collect();
    let text = format!("他法優先：{}、生活保護は最後", names.join("、"));
    AsReceived::parse("remarks", &text).ok()
}

#[cfg(test)]
mod tests;
