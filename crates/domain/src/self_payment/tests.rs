//! Whole yen, exactly.

use proptest::prelude::*;

use super::*;

fn part(id: &str, yen: u32) -> SelfPaymentPart {
    SelfPaymentPart {
        entrustment: id.parse().unwrap(),
        yen,
    }
}

#[test]
fn the_first_voucher_takes_all_unless_it_cannot() {
    assert_eq!(allocate(12_000, &[None, None]), Some(vec![12_000, 0]));
    assert_eq!(allocate(12_000, &[Some(5_000), None]), Some(vec![5_000, 7_000]));
    assert_eq!(allocate(12_000, &[Some(5_000), Some(6_999)]), None);
    assert_eq!(allocate(0, &[]), Some(vec![]));
    assert_eq!(allocate(1, &[]), None);
}

#[test]
fn parts_add_up_or_do_not() {
    assert!(parts_add_up(12_000, &[part("a", 5_000), part("b", 7_000)]));
    assert!(!parts_add_up(12_000, &[part("a", 5_000), part("b", 6_999)]));
    assert!(!parts_add_up(12_000, &[part("a", 5_000), part("b", 7_001)]));
    assert!(!parts_add_up(12_000, &[part("a", 5_000), part("a", 7_000)]));
    assert!(!parts_add_up(
        u32::MAX,
        &[part("a", u32::MAX), part("b", u32::MAX)]
    ));
}

#[test]
fn unsettled_is_not_nothing() {
    assert_ne!(SelfPayment::Unsettled, SelfPayment::nothing());
    let json = serde_json::to_string(&SelfPayment::nothing()).unwrap();
    assert_eq!(json, r#"{"settled":{"yen":0}}"#);
    assert_eq!(
        serde_json::from_str::<SelfPayment>(&json).unwrap(),
        SelfPayment::nothing()
    );
    assert_eq!(
        serde_json::to_string(&SelfPayment::Unsettled).unwrap(),
        r#""unsettled""#
    );
}

#[test]
fn no_amount_is_more_than_a_month_can_cost() {
    let settled = |yen, part_yen| SelfPayment::Settled {
        yen,
        parts: vec![part("a", 0), part("b", part_yen)],
    };
    assert_eq!(SelfPayment::Unsettled.check(), Ok(()));
    assert_eq!(settled(MOST_YEN, MOST_YEN).check(), Ok(()));
    let refused = |said: &SelfPayment| said.check().unwrap_err().to_string();
    assert_eq!(
        refused(&settled(MOST_YEN + 1, 0)),
        "settled.yen: at most 9999999 yen"
    );
    assert_eq!(
        refused(&settled(0, u32::MAX)),
        "settled.parts.yen: at most 9999999 yen"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_allocated_adds_up_and_exceeds_no_ceiling(
        yen in 0..200_000_u32, ceilings in prop::collection::vec(prop::option::of(0..50_000_u32), 0..6)
    ) {
        let room: Option<u64> = ceilings.iter().map(|ceiling| ceiling.map(u64::from)).sum();
        match allocate(yen, &ceilings) {
            None => prop_assert!(room.is_some_and(|room| room < u64::from(yen))),
            Some(parts) => {
                prop_assert_eq!(parts.len(), ceilings.len());
                prop_assert_eq!(parts.iter().sum::<u32>(), yen);
                for (part, ceiling) in parts.iter().zip(&ceilings) {
                    prop_assert!(ceiling.is_none_or(|ceiling| *part <= ceiling));
                }
            }
        }
    }
}
