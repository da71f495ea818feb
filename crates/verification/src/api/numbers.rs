//! What is wrong with the numbers of an inquiry by themselves, whoever has them.
//!
//! A number that cannot be anybody's was mistyped, and its text says so without a look at any person: who is at the desk
//! may know. A number that could be somebody's is answered by the answer table, and whether it is tells nobody.

use domain::business::business;
use domain::number::{InsurerNumber, PayerNumber, RecipientNumber};
use exchange::oqs::siquc01::SearchInfo;

use crate::wording::{Refusal, malformed_insurer, malformed_recipient};

/// Judges the numbers. 受給者番号 is judged under medical aid's own laws only: others number their people otherwise.
pub(super) fn check(search: &SearchInfo) -> Result<(), Refusal<String>> {
    let insurer = InsurerNumber::parse(&search.insurer_number);
    insurer.map_err(|error| malformed_insurer(error.rule))?;
    let payer = PayerNumber::parse(&search.insurer_number).ok();
    if payer.and_then(business).is_some() {
        let recipient = RecipientNumber::parse(&search.insured_identification_number);
        recipient.map_err(|error| malformed_recipient(error.rule))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSURER: &str = "MDG-NUM-001";
    const RECIPIENT: &str = "MDG-NUM-002";
    use domain::calendar::Date;
    use domain::number::check_digit;
    use exchange::oqs::codes::LimitConsent;

    fn judged(insurer: &str, identification: &str) -> Option<(&'static str, String)> {
        let search = SearchInfo {
            insurer_number: insurer.to_owned(),
            insured_card_symbol: None,
            insured_identification_number: identification.to_owned(),
            insured_branch_number: None,
            birthdate: Date::constant(1970, 1, 2),
            limit_consent_flag: LimitConsent::from_code("0").unwrap(),
            arbitrary_identifier: None,
        };
        check(&search).err()
    }

    fn with_check(body: &str) -> String {
        let digits: Vec<u8> = body.bytes().collect();
        format!("{body}{}", check_digit::folded(&digits))
    }

    #[test]
    fn what_cannot_be_anybodys_is_named_and_not_repeated() {
        let recipient = with_check("123456");
        for (insurer, identification, code, says) in [
            ("12139", recipient.as_str(), INSURER, "桁数が違います。8桁"),
            ("121399", &recipient, INSURER, "検証番号"),
            ("12139995", &recipient, INSURER, "検証番号"),
            ("１２１３９９９４", &recipient, INSURER, "全角の数字"),
            ("1213999x", &recipient, INSURER, "数字でない文字"),
            ("12139994", "123456", RECIPIENT, "桁数が違います。7桁"),
            ("12139994", "１２３４５６６", RECIPIENT, "全角の数字"),
            ("12139994", "1234567", RECIPIENT, "検証番号"),
            ("12139994", "金糸雀", RECIPIENT, "数字でない文字"),
        ] {
            let (told, text) = judged(insurer, identification).unwrap();
            assert!(
                told == code && text.contains(says),
                "{insurer} {identification}: {text}"
            );
            assert!(
                !text.contains(insurer) && !text.contains(identification),
                "{text}"
            );
        }
    }

    #[test]
    fn what_could_be_somebodys_is_no_fault() {
        assert_eq!(judged("12139994", &with_check("123456")), None);
        assert_eq!(judged(&with_check("2513999"), &with_check("654321")), None);
        // Another law, and 国民健康保険: their people have other numbers.
        assert_eq!(judged(&with_check("0613999"), "金糸雀"), None);
        assert_eq!(judged(&with_check("13999"), "1"), None);
    }
}
