//! Medical aid pays last.

use proptest::prelude::*;

use super::*;

#[test]
fn the_published_order_holds() {
    let given = [
        Programme::Intractable,
        Programme::ChildDevelopment,
        Programme::PsychiatricOutpatient,
        Programme::Rehabilitation,
        Programme::Intractable,
    ];
    let codes: Vec<&str> = in_order(&given).iter().map(|one| one.code()).collect();
    assert_eq!(codes, ["21", "15", "16", "54"]);
}

#[test]
fn the_remark_names_them_and_medical_aid_last() {
    let line = remark(&[Programme::Intractable, Programme::PsychiatricOutpatient]).unwrap();
    assert_eq!(
        line.as_str(),
        "他法優先：21精神通院医療、54難病、12医療扶助は最後"
    );
    assert_eq!(remark(&[]), None);
}

#[test]
fn neither_business_of_an_office_is_among_them() {
    for business in crate::business::Business::ALL {
        assert!(Programme::from_code(business.law_code()).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_order_found_the_order_shown_is_one(
        given in prop::collection::vec(prop::sample::select(Programme::ALL), 1..=MAX_PROGRAMMES)
    ) {
        let mut turned = given.clone();
        turned.reverse();
        prop_assert_eq!(in_order(&given), in_order(&turned));
        prop_assert!(remark(&given).is_some());
        prop_assert_eq!(remark(&given), remark(&turned));
    }
}
