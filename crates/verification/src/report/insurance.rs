//! The insurance that pays before medical aid (併用), as a result item of its own.

use domain::insurance::InsuranceRow;
use domain::text::AsReceived;
use exchange::oqs::codes;
use exchange::oqs::siquc01::ResultOfQualificationConfirmation;

/// 資格確認結果 of an insurer's row; `identity` says who the person is.
pub(super) fn item(
    identity: ResultOfQualificationConfirmation,
    row: &InsuranceRow,
) -> ResultOfQualificationConfirmation {
    let text = |text: &AsReceived| Some(text.as_str().to_owned());
    ResultOfQualificationConfirmation {
        insured_card_classification: codes::InsuredCardClassification::from_code(row.card.code()),
        insurer_number: Some(row.insurer.as_str().to_owned()),
        insured_card_symbol: row.symbol.as_ref().and_then(|symbol| upto(symbol, 20)),
        insured_identification_number: upto(&row.number, 20),
        insured_branch_number: row.branch.as_ref().and_then(|branch| upto(branch, 2)),
        personal_family_classification: row
            .holder_or_family
            .and_then(|one| codes::PersonalFamilyClassification::from_code(one.code())),
        insured_name: row.holder_name.as_ref().and_then(text),
        qualification_date: Some(row.from),
        disqualification_date: row.ending.map(|ending| ending.date),
        reason_of_loss: row
            .ending
            .and_then(|ending| codes::ReasonOfLoss::from_code(ending.reason.code())),
        insurer_name: text(&row.insurer_name),
        ..identity
    }
}

/// A number that the layout has room for. One that is cut would be another number, so a longer one is left out.
fn upto(text: &AsReceived, most: usize) -> Option<String> {
    let text = text.as_str();
    (text.chars().count() <= most).then(|| text.to_owned())
}
