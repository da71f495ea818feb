//! What an answer says, for whoever stands before a screen: what it comes to, and the parts that both screens show.

use exchange::oqs::codes::{InsuredCardClassification, QualificationValidity};
use exchange::oqs::siquc01::{ResultMessage, ResultOfQualificationConfirmation};

/// What an answer comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// 有効
    Valid,
    /// 有効（未登録）
    Waiting,
    /// 無効
    Invalid,
    /// 該当資格なし
    NotFound,
    /// Something else; the message has to be read.
    Unclear,
}

impl Verdict {
    pub(super) fn of(answer: &ResultMessage) -> Verdict {
        match answer.body.qualification_validity {
            Some(QualificationValidity::Valid) => Verdict::Valid,
            Some(QualificationValidity::ValidUnregistered) => Verdict::Waiting,
            Some(QualificationValidity::Invalid | QualificationValidity::Superseded) => Verdict::Invalid,
            Some(QualificationValidity::NotFound) => Verdict::NotFound,
            Some(QualificationValidity::Several) | None => Verdict::Unclear,
        }
    }

    /// The look of its notice.
    pub(super) const fn look(self) -> &'static str {
        match self {
            Verdict::Valid => "well",
            Verdict::Waiting | Verdict::NotFound | Verdict::Unclear => "mind",
            Verdict::Invalid => "stop",
        }
    }
}

/// The item of medical aid.
pub(super) fn aid(answer: &ResultMessage) -> Option<&ResultOfQualificationConfirmation> {
    answer.body.result_list.iter().find(|item| is_aid(item))
}

/// The items of insurance, which pays first.
pub(super) fn insurance(answer: &ResultMessage) -> impl Iterator<Item = &ResultOfQualificationConfirmation> {
    answer.body.result_list.iter().filter(|item| !is_aid(item))
}

fn is_aid(item: &ResultOfQualificationConfirmation) -> bool {
    item.insured_card_classification == Some(InsuredCardClassification::MedicalAid)
}

/// An amount with its thousands apart: `1,500`. What is no number stands as it is.
pub(super) fn yen(digits: &str) -> String {
    let shown = digits.trim_start_matches('0');
    if shown.is_empty() || !shown.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.to_owned();
    }
    let mut told = String::new();
    for (place, digit) in shown.chars().enumerate() {
        if place > 0 && (shown.len() - place).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (digits, told) in [
            ("0", "0"),
            ("900", "900"),
            ("0001500", "1,500"),
            ("1234567", "1,234,567"),
            ("x", "x"),
        ] {
            assert_eq!(yen(digits), told);
        }
    }
}
