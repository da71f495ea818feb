//! What is written is read again as it was, in both syntaxes and both encodings.

use jiff::civil::{Date, DateTime, Time};
use madoguchi_exchange::{
    oqs::{
        Limits, YearMonth,
        codes::*,
        siquc01::{
            MedicalTicketInfo, Request, RequestHeader, ResultBody, ResultHeader, ResultMessage,
            ResultOfQualificationConfirmation, SearchInfo,
        },
    },
    text::{Encoding, Substitution},
};
use proptest::{collection::vec, option::of, prelude::*, sample::select, test_runner::RngSeed};

const LIMITS: Limits = Limits::SINGLE;

pub(crate) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(20_261_105),
        failure_persistence: None,
        ..Default::default()
    }
}

/// Characters of names and remarks; `wide` adds those that CP932 lacks.
fn text(wide: bool) -> BoxedStrategy<String> {
    let narrow: Vec<char> = "山田花子髙﨑①Ⅲ～－　ｼﾞｭﾘ AZaz09<>&\"'\\/]\t\n\r".chars().collect();
    let narrow = select(narrow);
    let character = if wide {
        prop_oneof![narrow, select(vec!['𠮷', '〜', '−', 'é', '\u{E0100}', '🏥'])].boxed()
    } else {
        narrow.boxed()
    };
    vec(character, 1..12)
        .prop_map(|text| text.into_iter().collect::<String>())
        .prop_filter("blank is absent", |text| {
            !text.bytes().all(|byte| byte.is_ascii_whitespace())
        })
        .boxed()
}

fn mark() -> BoxedStrategy<String> {
    "[0-9A-Za-z記号あ]{1,10}".boxed()
}

fn day() -> impl Strategy<Value = Date> {
    (1_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
}

fn moment() -> impl Strategy<Value = DateTime> {
    (day(), 0_i8..24, 0_i8..60, 0_i8..60)
        .prop_map(|(day, hour, minute, second)| day.to_datetime(Time::new(hour, minute, second, 0).unwrap()))
}

fn search() -> impl Strategy<Value = SearchInfo> {
    (
        "[0-9]{1,8}",
        of(mark()),
        mark(),
        of("[0-9]{2}"),
        day(),
        select(LimitConsent::ALL),
        of(mark()),
    )
        .prop_map(
            |(
                insurer_number,
                symbol,
                number,
                branch,
                birthdate,
                limit_consent_flag,
                arbitrary_identifier,
            )| SearchInfo {
                insurer_number,
                insured_card_symbol: symbol,
                insured_identification_number: number,
                insured_branch_number: branch,
                birthdate,
                limit_consent_flag,
                arbitrary_identifier,
            },
        )
}

fn request() -> impl Strategy<Value = Request> {
    (day(), "[0-9]{10}", of(mark()), search()).prop_map(|(date, code, identifier, search)| Request {
        header: RequestHeader {
            qualification_confirmation_date: date,
            medical_institution_code: code,
            arbitrary_file_identifier: identifier,
        },
        search,
        unknown: Vec::new(),
    })
}

fn ticket(wide: bool) -> impl Strategy<Value = MedicalTicketInfo> {
    let codes = (
        of(select(TicketType::ALL)),
        of(select(MedicalTreatmentType::ALL)),
        of(select(SingleOrCombinedUse::ALL)),
        vec(of(select(Applicability::ALL)), 4),
        of(select(ConsistencyFlag::ALL)),
        of(select(DesignatedInstitutionFlag::ALL)),
    );
    let days = vec(of(day()), 2);
    let month = of((1_i16..=9999, 1_i8..=12).prop_map(|(year, month)| YearMonth::new(year, month).unwrap()));
    (
        codes,
        days,
        month,
        vec(of(text(wide)), 10),
        of("[0-9]{10}"),
        of("[0-9]{1,7}"),
    )
        .prop_map(
            |(
                (ticket_type, treatment, single, statuses, consistency, flag),
                days,
                month,
                texts,
                code,
                amount,
            )| {
                MedicalTicketInfo {
                    ticket_type,
                    valid_date: days[0],
                    expiration_date: days[1],
                    issue_number: code.clone(),
                    medical_treatment_month: month,
                    designated_medical_institution_code: code.clone(),
                    designated_medical_institution_flag: flag,
                    designated_medical_institution_name: texts[0].clone(),
                    prescription_issuer_medical_institution_code: code,
                    prescription_issuer_medical_institution_name: texts[1].clone(),
                    injury_name_1: texts[2].clone(),
                    injury_name_2: texts[3].clone(),
                    injury_name_3: texts[4].clone(),
                    medical_treatment_type: treatment,
                    self_pay_amount: amount,
                    district_contact_name: texts[5].clone(),
                    handling_contact_name: texts[6].clone(),
                    single_or_combined_use: single,
                    status_of_social_insurance: statuses[0],
                    consistency_flag: consistency,
                    status_of_infection: statuses[1],
                    status_of_elderly_medical_care: statuses[2],
                    status_of_prefectural_expenses: statuses[3],
                    remarks_1: texts[7].clone(),
                    remarks_2: texts[8].clone(),
                    remarks_3: texts[9].clone(),
                }
            },
        )
}

fn qualification(wide: bool) -> impl Strategy<Value = ResultOfQualificationConfirmation> {
    let codes = (
        of(select(InsuredCardClassification::ALL)),
        of(select(Sex::ALL)),
        of(select(Sex::ALL)),
        of(select(ReasonOfLoss::ALL)),
        of(select(PersonalFamilyClassification::ALL)),
    );
    (
        codes,
        vec(of(day()), 3),
        vec(of(text(wide)), 6),
        vec(of(mark()), 3),
        of("[0-9]{1,8}"),
        vec(ticket(wide), 0..3),
        (vec(of(select(Consent::ALL)), 4), vec(of(moment()), 8)),
    )
        .prop_map(
            |(
                (card, sex_1, sex_2, reason, family),
                days,
                texts,
                marks,
                insurer_number,
                tickets,
                (consents, moments),
            )| {
                ResultOfQualificationConfirmation {
                    insured_card_classification: card,
                    insurer_number,
                    insured_card_symbol: marks[0].clone(),
                    insured_identification_number: marks[1].clone(),
                    insured_branch_number: None,
                    personal_family_classification: family,
                    insured_name: texts[0].clone(),
                    name: texts[0].clone(),
                    name_of_other: texts[1].clone(),
                    name_kana: texts[2].clone(),
                    name_of_other_kana: texts[3].clone(),
                    sex_1,
                    sex_2,
                    birthdate: days[0],
                    address: texts[4].clone(),
                    post_number: None,
                    qualification_date: days[1],
                    disqualification_date: days[2],
                    reason_of_loss: reason,
                    insurer_name: texts[5].clone(),
                    public_expense_result_list: tickets,
                    specific_health_checkups_consent: consents[0],
                    specific_health_checkups_consent_time: moments[0],
                    specific_health_checkups_available_until: moments[1],
                    pharmacists_consent: consents[1],
                    pharmacists_consent_time: moments[2],
                    pharmacists_available_until: moments[3],
                    diagnosis_consent: consents[2],
                    diagnosis_consent_time: moments[4],
                    diagnosis_available_until: moments[5],
                    operation_consent: consents[3],
                    operation_consent_time: moments[6],
                    operation_available_until: moments[7],
                    reference_number: marks[2].clone(),
                }
            },
        )
}

fn result(wide: bool) -> impl Strategy<Value = ResultMessage> {
    let header = (
        of(moment()),
        of(day()),
        "[0-9]{10}",
        vec(of(mark()), 3),
        of(select(ReferenceClassification::ALL)),
        select(SegmentOfResult::ALL),
        of(text(wide)),
    );
    let body = (
        of(search()),
        of(select(ProcessingResultStatus::ALL)),
        of(text(wide)),
        of(select(QualificationValidity::ALL)),
        vec(qualification(wide), 0..3),
        of(moment()),
        of("[0-9a-f]{32}"),
    );
    (header, body).prop_map(
        |(
            (at, date, code, marks, reference, segment, error),
            (search, status, message, validity, list, as_of, key),
        )| {
            ResultMessage {
                header: ResultHeader {
                    process_execution_time: at,
                    qualification_confirmation_date: date,
                    medical_institution_code: code,
                    arbitrary_file_identifier: marks[0].clone(),
                    reference_classification: reference,
                    segment_of_result: segment,
                    error_code: marks[1].clone(),
                    error_message: error,
                },
                body: ResultBody {
                    search,
                    processing_result_status: status,
                    processing_result_code: marks[2].clone(),
                    processing_result_message: message,
                    qualification_validity: validity,
                    result_list: list,
                    qualification_confirmation_key: key,
                    office_data_as_of: as_of,
                },
                unknown: Vec::new(),
            }
        },
    )
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn requests(request in request()) {
        for encoding in [Encoding::Utf8, Encoding::ShiftJis] {
            let bytes = request.write(encoding).unwrap();
            prop_assert_eq!(&Request::read(&bytes, &LIMITS).unwrap(), &request);
        }
        prop_assert_eq!(&Request::read_json(&request.write_json().unwrap(), &LIMITS).unwrap(), &request);
    }

    #[test]
    fn results_in_cp932(result in result(false)) {
        let bytes = result.write(Encoding::ShiftJis).unwrap();
        prop_assert_eq!(&ResultMessage::read(&bytes, &LIMITS).unwrap(), &result);
    }

    #[test]
    fn results_in_utf_8_and_json(result in result(true)) {
        let bytes = result.write(Encoding::Utf8).unwrap();
        prop_assert_eq!(&ResultMessage::read(&bytes, &LIMITS).unwrap(), &result);
        prop_assert_eq!(&ResultMessage::read_json(&result.write_json().unwrap(), &LIMITS).unwrap(), &result);
    }
}

proptest! {
    #![proptest_config(config(48))]

    /// As a reader pushes it: another order, the same message.
    #[test]
    fn scattered_results(result in result(false), seed in any::<[u8; 10]>()) {
        let written = |seed: &[u8]| {
            result.write_scattered(Encoding::ShiftJis, Substitution::Refuse, seed).unwrap().bytes
        };
        let bytes = written(&seed);
        prop_assert_eq!(&bytes, &written(&seed));
        prop_assert_eq!(&ResultMessage::read(&bytes, &LIMITS).unwrap(), &result);
    }
}
