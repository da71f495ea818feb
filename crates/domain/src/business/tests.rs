//! Which business a number is of.

use super::*;

fn payer(text: &str) -> PayerNumber {
    PayerNumber::parse(text).unwrap()
}

#[test]
fn twelve_is_medical_aid_and_twenty_five_is_not() {
    assert_eq!(business(payer("12139994")), Some(Business::MedicalAid));
    assert_eq!(business(payer("25139999")), Some(Business::SupportBenefit));
    assert_eq!(business(payer("54016027")), None);
    assert!(counts_in_ward_figures(payer("12139994")));
    assert!(!counts_in_ward_figures(payer("25139999")));
    assert!(!counts_in_ward_figures(payer("54016027")));
}

#[test]
fn nationality_decides_the_basis_and_nothing_else() {
    assert_eq!(LegalBasis::of_nationality(true), LegalBasis::Act);
    assert_eq!(LegalBasis::of_nationality(false), LegalBasis::Notice1954);
    for basis in LegalBasis::ALL {
        let json = serde_json::to_string(basis).unwrap();
        assert_eq!(serde_json::from_str::<LegalBasis>(&json).unwrap(), *basis);
    }
    assert_eq!(
        LegalBasis::Notice1954.to_string(),
        "行政措置（昭和29年社発第382号）"
    );
}
