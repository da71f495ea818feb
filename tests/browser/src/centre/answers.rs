//! The messages that it answers with.

use domain::number::InstitutionCode;
use env::Time;
use exchange::oqs::codes::{
    InsuredCardClassification, MedicalTreatmentType, ProcessingResultStatus, QualificationValidity,
    ReasonOfLoss, ReferenceClassification, SegmentOfResult, Sex, SingleOrCombinedUse, TicketType,
};
use exchange::oqs::siquc01::{
    MedicalTicketInfo, ResultBody, ResultHeader, ResultMessage, ResultOfQualificationConfirmation,
};
use exchange::oqs::{Echo, YearMonth};
use jiff::civil::Date;

use super::{PAYER, Person, RECIPIENT, Standing};

/// How old the office's data are, in µs.
const AGE: i64 = 90_000_000;

/// How somebody stands, and what is told of them; their address only to who read their card.
pub(super) fn told(
    person: &Person,
    day: Date,
    card: bool,
) -> (QualificationValidity, Vec<ResultOfQualificationConfirmation>) {
    let text = |text: &str| Some(text.to_owned());
    let mut aid = ResultOfQualificationConfirmation {
        insured_card_classification: Some(InsuredCardClassification::MedicalAid),
        name: Some(person.name.clone()),
        name_kana: Some(person.kana.clone()),
        sex_1: Some(Sex::Female),
        birthdate: Some(jiff::civil::date(1955, 4, 1)),
        insurer_name: text("見本区福祉事務所"),
        ..ResultOfQualificationConfirmation::default()
    };
    match person.standing {
        Standing::NotEnrolled | Standing::Nobody => (QualificationValidity::NotFound, Vec::new()),
        Standing::NoVoucher => (QualificationValidity::ValidUnregistered, vec![aid]),
        Standing::Ended => {
            aid.disqualification_date = Some(jiff::civil::date(2026, 9, 30));
            aid.reason_of_loss = Some(ReasonOfLoss::InsuranceAcquired);
            (QualificationValidity::Invalid, vec![aid])
        }
        Standing::Voucher | Standing::Insured => {
            aid.insurer_number = text(PAYER);
            aid.insured_identification_number = text(RECIPIENT);
            aid.qualification_date = Some(jiff::civil::date(2024, 4, 1));
            if card {
                aid.post_number = text("000-0000");
                aid.address = text("東京都見本区中央一丁目２番３号　見本荘４０５");
            }
            aid.public_expense_result_list = vec![ticket(day, person.standing)];
            let mut items = vec![aid];
            if person.standing == Standing::Insured {
                let insurance = ResultOfQualificationConfirmation {
                    insured_card_classification: Some(InsuredCardClassification::General),
                    insurer_name: text("見本健康保険組合"),
                    insurer_number: text("06999993"),
                    insured_card_symbol: text("見本"),
                    insured_identification_number: text("123"),
                    insured_branch_number: text("00"),
                    name: Some(person.name.clone()),
                    ..ResultOfQualificationConfirmation::default()
                };
                items.insert(0, insurance);
            }
            (QualificationValidity::Valid, items)
        }
    }
}

fn ticket(day: Date, standing: Standing) -> MedicalTicketInfo {
    let text = |text: &str| Some(text.to_owned());
    MedicalTicketInfo {
        ticket_type: Some(TicketType::Medical),
        valid_date: Some(day.first_of_month()),
        expiration_date: Some(day.last_of_month()),
        issue_number: text("2611000000018"),
        medical_treatment_month: YearMonth::new(day.year(), day.month()),
        medical_treatment_type: Some(MedicalTreatmentType::Outpatient),
        self_pay_amount: text("1500"),
        district_contact_name: text("地区　一郎"),
        handling_contact_name: text("取扱　二郎"),
        single_or_combined_use: Some(if standing == Standing::Insured {
            SingleOrCombinedUse::Combined
        } else {
            SingleOrCombinedUse::Single
        }),
        remarks_1: text("通院移送費は事前に連絡してください"),
        ..MedicalTicketInfo::default()
    }
}

/// A result.
pub(super) fn message(
    code: &InstitutionCode,
    identifier: Option<String>,
    how: ReferenceClassification,
    now: Time,
    validity: QualificationValidity,
    items: Vec<ResultOfQualificationConfirmation>,
) -> ResultMessage {
    ResultMessage {
        header: ResultHeader {
            process_execution_time: Some(now.jst()),
            qualification_confirmation_date: Some(now.date()),
            medical_institution_code: code.as_str().to_owned(),
            arbitrary_file_identifier: identifier,
            reference_classification: Some(how),
            segment_of_result: SegmentOfResult::Done,
            error_code: None,
            error_message: None,
        },
        body: ResultBody {
            processing_result_status: Some(ProcessingResultStatus::Done),
            qualification_validity: Some(validity),
            result_list: items,
            office_data_as_of: Some((Time::from_micros(now.micros() - AGE)).jst()),
            ..ResultBody::default()
        },
        unknown: Vec::new(),
    }
}

/// No card is believed (異常終了).
pub(super) fn refusal(code: &InstitutionCode, now: Time, error: &str, text: &str) -> ResultMessage {
    let mut message = ResultMessage::error(now.jst(), code.as_str(), &Echo::default(), error, text);
    message.header.reference_classification = Some(ReferenceClassification::MyNumberCard);
    message
}
