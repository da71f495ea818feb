//! Vouchers: their rules, and the bytes they are hashed by.

use jiff::civil::date;

use super::*;
use crate::eligibility::{Eligibility, EndReason, Ending};
use crate::number::PointTable;

mod change;

const CLINIC: &str = "1319999015";

fn text(text: &str) -> AsReceived {
    text.parse().unwrap()
}

/// A lawful 医療券 for November 2026 at the synthetic clinic; tests change what they are about.
pub(crate) fn medical() -> Voucher {
    Voucher {
        ticket_type: TicketType::Medical,
        valid_from: date(2026, 11, 1),
        valid_through: date(2026, 11, 30),
        issue_number: IssueNumber::parse("A0001").unwrap(),
        treatment_month: TreatmentMonth::parse("202611").unwrap(),
        institution_code: InstitutionCode::parse(CLINIC).unwrap(),
        institution_name: text("見本診療所"),
        prescription_issuer_code: None,
        prescription_issuer_name: None,
        injury_names: vec![text("高血圧症")],
        treatment_type: TreatmentType::Outpatient,
        self_pay_yen: 0,
        district_contact: Some(text("見本　花子")),
        handling_contact: None,
        single_or_combined: SingleOrCombined::Single,
        social_insurance: YesNo::No,
        infection_37_2: YesNo::No,
        elderly_care: YesNo::No,
        prefectural_expenses: YesNo::No,
        remarks: vec![],
        printed_payer: PayerNumber::parse("12139994").unwrap(),
        printed_recipient: RecipientNumber::parse("1234566").unwrap(),
    }
}

pub(crate) fn dispensing() -> Voucher {
    Voucher {
        ticket_type: TicketType::Dispensing,
        treatment_type: TreatmentType::Dispensing,
        institution_code: InstitutionCode::parse("1349999012").unwrap(),
        prescription_issuer_code: Some(InstitutionCode::parse(CLINIC).unwrap()),
        prescription_issuer_name: Some(text("見本診療所")),
        ..medical()
    }
}

fn faults(voucher: &Voucher) -> Vec<String> {
    voucher
        .check()
        .err()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn lawful_vouchers_pass() {
    assert_eq!(medical().check(), Ok(()));
    assert_eq!(dispensing().check(), Ok(()));
    let nameless = Voucher {
        prescription_issuer_name: None,
        ..dispensing()
    };
    assert_eq!(nameless.check(), Ok(()));
    let one_day = Voucher {
        valid_from: date(2026, 11, 30),
        ..medical()
    };
    assert_eq!(one_day.check(), Ok(()));
}

#[test]
fn dates_stay_in_order_and_in_the_month() {
    let reversed = Voucher {
        valid_from: date(2026, 11, 20),
        valid_through: date(2026, 11, 19),
        ..medical()
    };
    assert_eq!(
        faults(&reversed),
        ["valid_through: 2026-11-19 is before valid_from 2026-11-20"]
    );
    let wide = Voucher {
        valid_from: date(2026, 10, 31),
        valid_through: date(2026, 12, 1),
        ..medical()
    };
    assert_eq!(
        faults(&wide),
        [
            "valid_from: 2026-10-31 is not in treatment_month 202611",
            "valid_through: 2026-12-01 is not in treatment_month 202611"
        ]
    );
}

#[test]
fn dispensing_vouchers_and_prescriptions_go_together() {
    for ticket_type in TicketType::ALL.iter().copied() {
        for treatment_type in TreatmentType::ALL.iter().copied() {
            for with_issuer in [false, true] {
                let base = if with_issuer { dispensing() } else { medical() };
                let voucher = Voucher {
                    ticket_type,
                    treatment_type,
                    ..base
                };
                let lawful = match ticket_type {
                    TicketType::Medical => treatment_type != TreatmentType::Dispensing && !with_issuer,
                    TicketType::Dispensing => treatment_type == TreatmentType::Dispensing && with_issuer,
                };
                assert_eq!(
                    voucher.check().is_ok(),
                    lawful,
                    "{ticket_type:?} {treatment_type:?} {with_issuer}"
                );
            }
        }
    }
    let no_issuer = Voucher {
        prescription_issuer_code: None,
        ..dispensing()
    };
    assert_eq!(
        faults(&no_issuer),
        ["prescription_issuer_code: a dispensing voucher (02) requires it"]
    );
    let name_only = Voucher {
        prescription_issuer_name: Some(text("見本診療所")),
        ..medical()
    };
    assert_eq!(
        faults(&name_only),
        ["prescription_issuer_name: only a dispensing voucher (02) has it"]
    );
}

#[test]
fn combined_means_social_insurance() {
    use {SingleOrCombined as Use, YesNo as Is};
    for (single_or_combined, social_insurance, lawful) in [
        (Use::Single, Is::No, true),
        (Use::Combined, Is::Yes, true),
        (Use::Single, Is::Yes, false),
        (Use::Combined, Is::No, false),
    ] {
        let voucher = Voucher {
            single_or_combined,
            social_insurance,
            ..medical()
        };
        assert_eq!(voucher.check().is_ok(), lawful);
    }
}

#[test]
fn every_broken_rule_is_reported_at_once() {
    let lines = vec![text("一"); 4];
    let bad = Voucher {
        valid_through: date(2026, 12, 1),
        treatment_type: TreatmentType::Dispensing,
        injury_names: lines.clone(),
        remarks: lines,
        social_insurance: YesNo::Yes,
        ..medical()
    };
    assert_eq!(
        faults(&bad),
        [
            "valid_through: 2026-12-01 is not in treatment_month 202611",
            "treatment_type: 04 does not go with ticket_type 01",
            "injury_names: has 4 lines; at most 3 are allowed",
            "remarks: has 4 lines; at most 3 are allowed",
            "social_insurance: 01 does not go with single_or_combined 01",
        ]
    );
}

#[test]
fn covers_both_ends_and_one_address() {
    let voucher = medical();
    assert!(voucher.covers(date(2026, 11, 1)) && voucher.covers(date(2026, 11, 30)));
    assert!(!voucher.covers(date(2026, 10, 31)) && !voucher.covers(date(2026, 12, 1)));
    assert!(voucher.addressed_to(&InstitutionCode::parse(CLINIC).unwrap()));
    assert!(!voucher.addressed_to(&InstitutionCode::parse("3410712362").unwrap()));
}

#[test]
fn a_voucher_fits_within_its_eligibility() {
    let eligibility = |start, end: Option<(Date, EndReason)>| Eligibility {
        payer: PayerNumber::parse("12139994").unwrap(),
        recipient: RecipientNumber::parse("1234566").unwrap(),
        office_name: text("見本区福祉事務所"),
        start,
        end: end.map(|(date, reason)| Ending { date, reason }),
    };
    let voucher = medical();
    let first = date(2026, 11, 1);
    assert_eq!(fits(&voucher, &eligibility(first, None)), Ok(()));
    assert_eq!(
        fits(&voucher, &eligibility(date(2026, 11, 2), None)),
        Err(Misfit::BeforeStart {
            valid_from: first,
            start: date(2026, 11, 2)
        })
    );
    let ended = |day, reason| fits(&voucher, &eligibility(first, Some((day, reason))));
    assert_eq!(ended(date(2026, 12, 1), EndReason::Termination), Ok(()));
    assert_eq!(ended(date(2026, 11, 30), EndReason::Death), Ok(()));
    assert_eq!(
        ended(date(2026, 11, 30), EndReason::Suspension)
            .unwrap_err()
            .to_string(),
        "valid_through: 2026-11-30 is after the last covered day 2026-11-29"
    );
}

#[test]
fn treatment_suits_the_point_table() {
    for (table, codes) in [
        (PointTable::Medical, "01 02"),
        (PointTable::Dental, "03"),
        (PointTable::Pharmacy, "04"),
        (PointTable::HomeNursing, "05"),
        (PointTable::Other(2), "01 02 03 04 05"),
    ] {
        let suits: Vec<&str> = TreatmentType::ALL
            .iter()
            .filter(|one| one.suits(table))
            .map(|one| one.code())
            .collect();
        assert_eq!(suits.join(" "), codes, "{table:?}");
    }
}

#[test]
fn codes_round_trip() {
    for one in TreatmentType::ALL {
        assert_eq!(TreatmentType::from_code(one.code()), Ok(*one));
    }
    assert_eq!(
        TicketType::from_code("2").unwrap_err().to_string(),
        "医療券・調剤券別: not a code of OQSCD018: 01 02"
    );
    assert!(YesNo::from_code("0１").is_err());
}

#[test]
fn the_canonical_encoding_is_fixed() {
    // Hashes are computed over these bytes: a change here is a new version of the record.
    assert_eq!(
        serde_json::to_string(&medical()).unwrap(),
        concat!(
            r#"{"ticket_type":"01","valid_from":"2026-11-01","valid_through":"2026-11-30","issue_number":"A0001","#,
            r#""treatment_month":"202611","institution_code":"1319999015","institution_name":"見本診療所","#,
            r#""injury_names":["高血圧症"],"treatment_type":"02","self_pay_yen":0,"district_contact":"見本　花子","#,
            r#""single_or_combined":"01","social_insurance":"02","infection_37_2":"02","elderly_care":"02","#,
            r#""prefectural_expenses":"02","printed_payer":"12139994","printed_recipient":"1234566"}"#
        )
    );
    for voucher in [medical(), dispensing()] {
        let json = serde_json::to_string(&voucher).unwrap();
        assert_eq!(serde_json::from_str::<Voucher>(&json).unwrap(), voucher);
    }
    let unknown = serde_json::to_string(&medical())
        .unwrap()
        .replacen('{', r#"{"extra":1,"#, 1);
    assert!(
        serde_json::from_str::<Voucher>(&unknown).is_err(),
        "nothing is dropped silently"
    );
}

#[test]
fn debug_shows_no_illness_and_no_person() {
    let shown = format!("{:?}", medical());
    for hidden in ["高血圧症", "1234566", "花子"] {
        assert!(!shown.contains(hidden));
    }
}
