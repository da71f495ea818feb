//! 他法他施策: medical aid pays last, after every other programme that pays for the same treatment.

use crate::text::AsReceived;

crate::code::code_table! {
    /// A programme that pays before medical aid (公費負担医療), by its 法別番号, in the order they pay.
    Programme, "法別番号", "公費負担医療の法別番号" {
        WoundedSoldiersCare = "13", "戦傷病者療養給付";
        WoundedSoldiersRehabilitation = "14", "戦傷病者更生医療";
        AtomicBombCertified = "18", "原爆認定医療";
        NewInfection = "29", "新感染症";
        MedicalTreatmentAct = "30", "心神喪失者等医療観察法";
        TuberculosisGeneral = "10", "結核（適正医療）";
        TuberculosisInpatient = "11", "結核（入院）";
        PsychiatricCommitment = "20", "精神措置入院";
        PsychiatricOutpatient = "21", "精神通院医療";
        Rehabilitation = "15", "更生医療";
        ChildDevelopment = "16", "育成医療";
        LongTermCare = "24", "療養介護医療";
        Infection = "28", "感染症（入院）";
        AtomicBombGeneral = "19", "原爆一般医療";
        Premature = "23", "養育医療";
        ChildChronic = "52", "小児慢性特定疾病";
        Intractable = "54", "難病";
        SpecifiedDisease = "51", "特定疾患";
        Hepatitis = "38", "肝炎治療";
    }
}

/// The most programmes beside one treatment: a claim has room for four payers, and medical aid is the last of them.
pub const MAX_PROGRAMMES: usize = 3;

/// The programmes in the order in which they pay, each once. Medical aid (12) is not among them: it comes after all.
#[must_use]
pub fn in_order(programmes: &[Programme]) -> Vec<Programme> {
    let mut ordered = programmes.to_vec();
    ordered.sort();
    ordered.dedup();
    ordered
}

/// The line of 備考 that says who pays before medical aid, in order; none when nobody does.
///
/// With more than [`MAX_PROGRAMMES`], which no lawful entrustment has, the line may be too long and there is none.
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
    let text = format!("他法優先：{}、12医療扶助は最後", names.join("、"));
    AsReceived::parse("remarks", &text).ok()
}

#[cfg(test)]
mod tests;
