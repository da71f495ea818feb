//! Decisions by themselves: what makes them lawful, when they are due, how long an opinion carries.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const PRESCRIPTION_DAYS: u8 = 4;

fn month(text: &str) -> TreatmentMonth {
    text.parse().unwrap()
}

/// A continuing entrustment of an institution of this kind, its opinion returned for October 2026 on.
pub(crate) fn entrustment(id: &str, institution: &str, treatment: TreatmentType) -> Entrustment {
    Entrustment {
        id: id.parse().unwrap(),
        institution: institution.parse().unwrap(),
        treatment,
        from: date(2026, 10, 5),
        through: None,
        opinion: Opinion::Returned(ReturnedOpinion {
            from: month("202610"),
            months: None,
        }),
        only_within: None,
        prescription: (treatment == TreatmentType::Dispensing).then_some(Prescription {
            issuer: "1319999015".parse().unwrap(),
            issued_on: None,
            dispensed_on: None,
        }),
        injury_names: vec!["高血圧症".parse().unwrap()],
        other_programmes: vec![],
        infection_37_2: YesNo::No,
        home_nursing: (treatment == TreatmentType::HomeNursing).then_some(HomeNursing {
            own_opinion: true,
            care_insurance_pays: false,
        }),
        self_pay_ceiling_yen: None,
        remarks: vec![],
    }
}

fn outpatient() -> Entrustment {
    entrustment("E1", "1319999015", TreatmentType::Outpatient)
}

fn dispensing() -> Entrustment {
    entrustment("E2", "1349999012", TreatmentType::Dispensing)
}

#[test]
fn lawful_entrustments_pass_and_faults_are_named() {
    for lawful in [
        outpatient(),
        dispensing(),
        entrustment("E3", "1369999010", TreatmentType::HomeNursing),
    ] {
        assert_eq!(lawful.check(), Ok(()));
    }
    let lines = |count| vec!["備考".parse().unwrap(); count];
    for (entrustment, message) in [
        (
            entrustment("E4", "1349999012", TreatmentType::Outpatient),
            "treatment: 02 is not given by an institution of this point table",
        ),
        (
            Entrustment {
                through: Some(date(2026, 10, 4)),
                ..outpatient()
            },
            "through: 2026-10-04 is before from 2026-10-05",
        ),
        (
            Entrustment {
                prescription: None,
                ..dispensing()
            },
            "prescription: required for 調剤 (04), and for nothing else",
        ),
        (
            Entrustment {
                home_nursing: Some(HomeNursing {
                    own_opinion: true,
                    care_insurance_pays: false,
                }),
                ..outpatient()
            },
            "home_nursing: required for 訪問看護 (05), and for nothing else",
        ),
        (
            Entrustment {
                injury_names: lines(4),
                ..outpatient()
            },
            "injury_names: makes 4 lines on the voucher; at most 3 are allowed",
        ),
        (
            Entrustment {
                remarks: lines(3),
                other_programmes: vec![Programme::Intractable],
                ..outpatient()
            },
            "remarks: makes 4 lines on the voucher; at most 3 are allowed",
        ),
        (
            Entrustment {
                other_programmes: Programme::ALL[..4].to_vec(),
                ..outpatient()
            },
            "other_programmes: 4 pay before medical aid; at most 3 are allowed",
        ),
    ] {
        assert_eq!(entrustment.check().unwrap_err().to_string(), message);
    }
}

#[test]
fn a_voucher_is_due_on_the_days_of_the_decision() {
    let days = |entrustment: &Entrustment, of| {
        entrustment
            .due_days(month(of), PRESCRIPTION_DAYS)
            .map(|days| (days.first(), days.last()))
    };
    let stopped = Entrustment {
        through: Some(date(2026, 12, 10)),
        ..outpatient()
    };
    assert_eq!(days(&stopped, "202609"), None);
    assert_eq!(
        days(&stopped, "202610"),
        Some((date(2026, 10, 5), date(2026, 10, 31)))
    );
    assert_eq!(
        days(&stopped, "202611"),
        Some((date(2026, 11, 1), date(2026, 11, 30)))
    );
    assert_eq!(
        days(&stopped, "202612"),
        Some((date(2026, 12, 1), date(2026, 12, 10)))
    );
    assert_eq!(days(&stopped, "202701"), None);
    let frequent = Entrustment {
        only_within: Some(Period::new(date(2026, 11, 10), date(2026, 11, 16)).unwrap()),
        ..outpatient()
    };
    assert_eq!(
        days(&frequent, "202611"),
        Some((date(2026, 11, 10), date(2026, 11, 16)))
    );
    assert_eq!(days(&frequent, "202612"), None);
}

#[test]
fn a_dispensing_voucher_belongs_to_the_month_of_dispensing() {
    assert_eq!(dispensing_month(date(2026, 12, 1)), month("202612"));
    let prescribed = |issued_on, dispensed_on| Entrustment {
        prescription: Some(Prescription {
            issuer: "1319999015".parse().unwrap(),
            issued_on,
            dispensed_on,
        }),
        ..dispensing()
    };
    let due = |entrustment: &Entrustment| {
        ["202610", "202611", "202612"].map(|of| entrustment.due_days(month(of), PRESCRIPTION_DAYS).is_some())
    };
    let last = Some(date(2026, 11, 30));
    assert_eq!(due(&prescribed(None, None)), [true, true, true]);
    assert_eq!(
        due(&prescribed(last, Some(date(2026, 12, 2)))),
        [false, false, true]
    );
    assert_eq!(due(&prescribed(last, last)), [false, true, false]);
    assert_eq!(
        due(&prescribed(last, None)),
        [false, true, true],
        "not dispensed yet"
    );
    // The 27th is the last day whose fourth day is still in November.
    assert_eq!(
        due(&prescribed(Some(date(2026, 11, 27)), None)),
        [false, true, false]
    );
    assert_eq!(
        due(&prescribed(Some(date(2026, 11, 28)), None)),
        [false, true, true]
    );
}

#[test]
fn an_opinion_carries_its_months() {
    let from = date(2026, 9, 10);
    let returned = ReturnedOpinion {
        from: month("202610"),
        months: None,
    };
    let carries = |opinion: Opinion, of: &str, longest| opinion.carries(from, month(of), longest);
    for (opinion, of, longest, expected) in [
        (Opinion::FirstVisit, "202609", Some(6), Ok(())),
        (
            Opinion::FirstVisit,
            "202610",
            Some(6),
            Err(OpinionFault::NotReturned),
        ),
        (
            Opinion::Returned(returned),
            "202609",
            Some(6),
            Err(OpinionFault::NotReturned),
        ),
        (Opinion::Returned(returned), "202610", Some(6), Ok(())),
        (Opinion::Returned(returned), "202612", Some(3), Ok(())),
        (
            Opinion::Returned(returned),
            "202701",
            Some(3),
            Err(OpinionFault::Expired),
        ),
        (Opinion::Returned(returned), "202703", Some(6), Ok(())),
        (
            Opinion::Returned(returned),
            "202704",
            Some(6),
            Err(OpinionFault::Expired),
        ),
        (
            Opinion::Awaited { previous: None },
            "202609",
            Some(6),
            Err(OpinionFault::NotReturned),
        ),
        (
            Opinion::Awaited {
                previous: Some(returned),
            },
            "202612",
            Some(3),
            Ok(()),
        ),
        (
            Opinion::Awaited {
                previous: Some(returned),
            },
            "202701",
            Some(3),
            Err(OpinionFault::NotReturned),
        ),
        (Opinion::Awaited { previous: None }, "202701", None, Ok(())),
    ] {
        assert_eq!(
            carries(opinion, of, longest),
            expected,
            "{opinion:?} {of} {longest:?}"
        );
    }
}

#[test]
fn visiting_nursing_comes_after_care_insurance_and_on_its_own_opinion() {
    let nursing = |own_opinion, care_insurance_pays| HomeNursing {
        own_opinion,
        care_insurance_pays,
    };
    assert_eq!(nursing(true, false).is_for_medical_aid(), Ok(()));
    for own_opinion in [true, false] {
        assert_eq!(
            nursing(own_opinion, true).is_for_medical_aid(),
            Err(HomeNursingFault::CareInsuranceFirst)
        );
    }
    assert_eq!(
        nursing(false, false).is_for_medical_aid(),
        Err(HomeNursingFault::OpinionMissing)
    );
}

#[test]
fn serde_leaves_out_what_is_not_there_and_refuses_what_it_does_not_know() {
    let bare = Entrustment {
        injury_names: vec![],
        ..outpatient()
    };
    let json = serde_json::to_string(&bare).unwrap();
    assert_eq!(
        json,
        r#"{"id":"E1","institution":"1319999015","treatment":"02","from":"2026-10-05","opinion":{"returned":{"from":"202610"}},"infection_37_2":"02"}"#
    );
    for full in [
        outpatient(),
        dispensing(),
        entrustment("E3", "1369999010", TreatmentType::HomeNursing),
    ] {
        let json = serde_json::to_string(&full).unwrap();
        assert_eq!(serde_json::from_str::<Entrustment>(&json).unwrap(), full);
        assert!(serde_json::from_str::<Entrustment>(&json.replacen('{', r#"{"x":1,"#, 1)).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// An opinion carries as many months in a row as the rule and the physician allow, and no other.
    #[test]
    fn an_opinion_carries_so_many_months(longest in 0..13_u8, stated in prop::option::of(0..20_u8)) {
        let first = month("202610");
        let returned = ReturnedOpinion { from: first, months: stated };
        let expected = stated.map_or(longest, |stated| stated.min(longest));
        let mut asked = first.prev();
        let mut carried = Vec::new();
        for place in 0..30_u8 {
            if returned.carries(asked, longest) {
                carried.push(place);
            }
            asked = asked.next();
        }
        prop_assert_eq!(carried, (1..=expected).collect::<Vec<u8>>());
    }
}
