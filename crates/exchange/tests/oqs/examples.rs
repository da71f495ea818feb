//! A complete request and a complete result, with numbers that belong to nobody.

use jiff::civil::{Date, date};
use madoguchi_exchange::oqs::{
    YearMonth, bulk,
    codes::*,
    muquc01, mutic01,
    siquc01::{
        MedicalTicketInfo, Request, RequestHeader, ResultBody, ResultHeader, ResultMessage,
        ResultOfQualificationConfirmation, SearchInfo,
    },
};

pub(crate) fn request() -> Request {
    Request {
        header: RequestHeader {
            qualification_confirmation_date: date(2026, 11, 5),
            medical_institution_code: "1319999015".into(),
            arbitrary_file_identifier: Some("RECEPTION-0042".into()),
        },
        search: search(),
        unknown: Vec::new(),
    }
}

pub(crate) fn search() -> SearchInfo {
    SearchInfo {
        insurer_number: "12139994".into(),
        insured_card_symbol: None,
        insured_identification_number: "0000018".into(),
        insured_branch_number: None,
        birthdate: date(1955, 4, 1),
        limit_consent_flag: LimitConsent::Given,
        arbitrary_identifier: Some("患者0007".into()),
    }
}

/// Every item set, voucher included, and a second qualification with a short insurer's number.
pub(crate) fn result() -> ResultMessage {
    ResultMessage {
        header: ResultHeader {
            process_execution_time: Some(date(2026, 11, 5).at(9, 15, 0, 0)),
            qualification_confirmation_date: Some(date(2026, 11, 5)),
            medical_institution_code: "1319999015".into(),
            arbitrary_file_identifier: Some("RECEPTION-0042".into()),
            reference_classification: Some(ReferenceClassification::InsuredCard),
            segment_of_result: SegmentOfResult::Done,
            error_code: None,
            error_message: None,
        },
        body: ResultBody {
            search: Some(search()),
            processing_result_status: Some(ProcessingResultStatus::Done),
            processing_result_code: Some("MDG-I-001".into()),
            processing_result_message: Some("カードの期限が近づいています。".into()),
            qualification_validity: Some(QualificationValidity::Valid),
            result_list: vec![
                qualification(),
                ResultOfQualificationConfirmation {
                    insured_card_classification: Some(InsuredCardClassification::General),
                    insurer_number: Some("012345".into()),
                    ..Default::default()
                },
            ],
            qualification_confirmation_key: Some("00112233445566778899aabbccddeeff".into()),
            office_data_as_of: Some(date(2026, 11, 5).at(9, 14, 59, 0)),
        },
        unknown: Vec::new(),
    }
}

fn qualification() -> ResultOfQualificationConfirmation {
    let text = |text: &str| Some(text.to_owned());
    let at = |day: i8| date(2026, 11, day).at(8, 45, 0, 0);
    ResultOfQualificationConfirmation {
        insured_card_classification: Some(InsuredCardClassification::MedicalAid),
        insurer_number: text("12139994"),
        insured_card_symbol: text("記号"),
        insured_identification_number: text("0000018"),
        insured_branch_number: text("01"),
        personal_family_classification: Some(PersonalFamilyClassification::Family),
        insured_name: text("試験　太郎"),
        name: text("試験　花子"),
        name_of_other: text("通称＜A&B＞ <ハナ>"),
        name_kana: text("ｼｹﾝ ﾊﾅｺ"),
        name_of_other_kana: text("ﾂｳｼﾖｳ"),
        sex_1: Some(Sex::Female),
        sex_2: Some(Sex::Unset),
        birthdate: Some(date(1955, 4, 1)),
        address: text("見本県見本市１－１ 髙﨑荘①"),
        post_number: text("000-0000"),
        qualification_date: Some(date(2024, 4, 1)),
        disqualification_date: Some(date(2026, 12, 1)),
        reason_of_loss: Some(ReasonOfLoss::InsuranceAcquired),
        insurer_name: text("見本市福祉事務所"),
        public_expense_result_list: vec![ticket(), MedicalTicketInfo::default()],
        specific_health_checkups_consent: Some(Consent::NotGiven),
        specific_health_checkups_consent_time: Some(at(8)),
        specific_health_checkups_available_until: None,
        pharmacists_consent: Some(Consent::Given),
        pharmacists_consent_time: Some(at(8)),
        pharmacists_available_until: Some(at(9)),
        diagnosis_consent: Some(Consent::Over),
        diagnosis_consent_time: Some(at(3)),
        diagnosis_available_until: Some(at(4)),
        operation_consent: Some(Consent::Impossible),
        operation_consent_time: None,
        operation_available_until: None,
        reference_number: text("24434"),
    }
}

fn ticket() -> MedicalTicketInfo {
    let text = |text: &str| Some(text.to_owned());
    let day = |day: i8| -> Option<Date> { Some(date(2026, 11, day)) };
    MedicalTicketInfo {
        ticket_type: Some(TicketType::Medical),
        valid_date: day(1),
        expiration_date: day(30),
        issue_number: text("0000000001"),
        medical_treatment_month: YearMonth::new(2026, 11),
        designated_medical_institution_code: text("1319999015"),
        designated_medical_institution_flag: Some(DesignatedInstitutionFlag::Same),
        designated_medical_institution_name: text("見本医院"),
        prescription_issuer_medical_institution_code: text("1319999015"),
        prescription_issuer_medical_institution_name: text("見本医院"),
        injury_name_1: text("高血圧症"),
        injury_name_2: text("糖尿病"),
        injury_name_3: text("腰痛症"),
        medical_treatment_type: Some(MedicalTreatmentType::Outpatient),
        self_pay_amount: text("0"),
        district_contact_name: text("担当　一郎"),
        handling_contact_name: text("取扱　二郎"),
        single_or_combined_use: Some(SingleOrCombinedUse::Single),
        status_of_social_insurance: Some(Applicability::No),
        consistency_flag: Some(ConsistencyFlag::Inconsistent),
        status_of_infection: Some(Applicability::No),
        status_of_elderly_medical_care: Some(Applicability::No),
        status_of_prefectural_expenses: Some(Applicability::Yes),
        remarks_1: text("備考その1"),
        remarks_2: text("2行に\n分かれる備考"),
        remarks_3: text("\"引用\" \\円\\"),
    }
}

pub(crate) fn month_request() -> mutic01::Request {
    mutic01::Request {
        header: mutic01::RequestHeader {
            medical_institution_code: "1319999015".into(),
            arbitrary_file_identifier: Some("20261101093015123PC1".into()),
        },
        search: mutic01::SearchInfo {
            medical_treatment_month: YearMonth::new(2026, 11).unwrap(),
        },
        unknown: Vec::new(),
    }
}

pub(crate) fn bulk_request() -> muquc01::Request {
    let second = SearchInfo {
        insured_identification_number: "0000026".into(),
        arbitrary_identifier: Some("患者0008".into()),
        ..search()
    };
    muquc01::Request {
        header: request().header,
        search: vec![search(), second],
        unknown: Vec::new(),
    }
}

pub(crate) fn uploaded() -> bulk::Uploaded {
    bulk::Uploaded::received(
        date(2026, 11, 5).at(9, 15, 0, 0),
        "1319999015",
        Some("20261101093015123PC1".into()),
        "000000000000000000000001".into(),
    )
}

pub(crate) fn download() -> bulk::Download {
    bulk::Download {
        header: bulk::DownloadHeader {
            medical_institution_code: "1319999015".into(),
        },
        reception_number: "000000000000000000000001".into(),
        unknown: Vec::new(),
    }
}

/// Somebody with everything, and somebody of whom nothing is told.
pub(crate) fn downloaded() -> bulk::Downloaded {
    let header = bulk::DownloadedHeader {
        qualification_confirmation_date: Some(date(2026, 11, 5)),
        arbitrary_file_identifier: Some("20261101093015123PC1".into()),
        reception_number: Some("000000000000000000000001".into()),
        number_of_processing_result: Some(2),
        number_of_normal_processing: Some(2),
        number_of_error: Some(0),
        ..bulk::DownloadedHeader::new(
            date(2026, 11, 5).at(9, 15, 2, 0),
            "1319999015",
            SegmentOfResult::Done,
        )
    };
    let told = bulk::BulkConfirmUnit {
        search: Some(search()),
        processing_result_status: Some(ProcessingResultStatus::Done),
        qualification_validity: Some(QualificationValidity::Valid),
        results: result().body.result_list.into_iter().rev().collect(),
        reference_number: Some("24434".into()),
        ..Default::default()
    };
    let untold = bulk::BulkConfirmUnit {
        processing_result_status: Some(ProcessingResultStatus::Done),
        processing_result_message: Some("受給していないことを意味するものではありません。".into()),
        qualification_validity: Some(QualificationValidity::NotFound),
        ..Default::default()
    };
    bulk::Downloaded {
        header,
        body: bulk::DownloadedBody {
            units: vec![told, untold],
            office_data_as_of: Some(date(2026, 11, 5).at(9, 14, 59, 0)),
        },
        unknown: Vec::new(),
    }
}
