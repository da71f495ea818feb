//! An answer as a message: what may be told and nothing else.

use domain::answer::{Answer, Disclosure, ShownVoucher, Validity};
use domain::calendar::Date;
use domain::text::AsReceived;
use exchange::oqs::YearMonth;
use exchange::oqs::codes;
use exchange::oqs::siquc01::{
    MedicalTicketInfo, Request, ResultBody, ResultHeader, ResultMessage, ResultOfQualificationConfirmation,
    SearchInfo,
};
use exchange::registration::PersonServed;

use crate::basis::{Basis, moment};
use crate::inquiry::KnownPerson;
use crate::wording::ENDED_CARD;

mod consents;
mod insurance;

pub(crate) use consents::add_consents;

/// What an answer repeats of its question.
pub(crate) struct Echo<'a> {
    pub(crate) day: Date,
    pub(crate) institution: &'a str,
    pub(crate) identifier: Option<&'a str>,
    /// Whom it was about; with a card nobody is named.
    pub(crate) search: Option<&'a SearchInfo>,
}

impl Echo<'_> {
    /// Of an inquiry by number.
    pub(crate) fn of(request: &Request) -> Echo<'_> {
        Echo {
            day: request.header.qualification_confirmation_date,
            institution: &request.header.medical_institution_code,
            identifier: request.header.arbitrary_file_identifier.as_deref(),
            search: Some(&request.search),
        }
    }
}

/// Writes an answer to a question.
pub(crate) fn message(
    echo: Echo<'_>,
    told: &Answer<'_>,
    items: Vec<ResultOfQualificationConfirmation>,
    basis: &Basis,
) -> ResultMessage {
    let header = ResultHeader {
        process_execution_time: Some(moment(basis.at.micros())),
        qualification_confirmation_date: Some(echo.day),
        medical_institution_code: echo.institution.to_owned(),
        arbitrary_file_identifier: echo.identifier.map(str::to_owned),
        reference_classification: Some(match echo.search {
            Some(_) => codes::ReferenceClassification::InsuredCard,
            None => codes::ReferenceClassification::MyNumberCard,
        }),
        segment_of_result: codes::SegmentOfResult::Done,
        error_code: None,
        error_message: None,
    };
    let body = ResultBody {
        search: echo.search.cloned(),
        processing_result_status: Some(codes::ProcessingResultStatus::Done),
        processing_result_code: None,
        processing_result_message: told
            .text
            .or(basis.has_ended.then_some(ENDED_CARD))
            .map(str::to_owned),
        qualification_validity: validity(told.validity),
        result_list: items,
        qualification_confirmation_key: basis.request_key.map(hex::encode),
        office_data_as_of: basis.as_of.map(moment),
    };
    ResultMessage {
        header,
        body,
        unknown: Vec::new(),
    }
}

/// The result items: an insurance that pays first, then the aid; none when nobody may be told about.
pub(crate) fn items(
    told: &Answer<'_>,
    person: Option<&KnownPerson>,
    day: Date,
) -> Vec<ResultOfQualificationConfirmation> {
    let Some(known) = person.filter(|_| told.disclosure.shows_identity()) else {
        return Vec::new();
    };
    let Some(served) = known.served() else {
        return Vec::new();
    };
    let insurance = known
        .employees_insurance(day)
        .filter(|_| told.insurance_first)
        .map(|row| insurance::item(identity(told, served), row));
    insurance.into_iter().chain([item(told, served)]).collect()
}

pub(crate) fn validity(validity: Validity) -> Option<codes::QualificationValidity> {
    codes::QualificationValidity::from_code(validity.code())
}

/// Who the person is, as far as the disclosure allows.
fn identity(told: &Answer<'_>, person: &PersonServed) -> ResultOfQualificationConfirmation {
    let mut item = ResultOfQualificationConfirmation {
        name: text(&person.name.name),
        name_kana: text(&person.name.kana),
        name_of_other: person.name.other.as_ref().and_then(text),
        name_of_other_kana: person.name.other_kana.as_ref().and_then(text),
        sex_1: codes::Sex::from_code(person.sex.code()),
        birthdate: Some(person.birth_date),
        ..ResultOfQualificationConfirmation::default()
    };
    if let (true, Some(address)) = (told.disclosure.shows_address(), &person.address) {
        item.address = text(&address.text);
        item.post_number = address.post_number.as_ref().and_then(text);
    }
    item
}

/// 資格確認結果 of the aid: the person, and as much of the rest as the disclosure allows.
fn item(told: &Answer<'_>, person: &PersonServed) -> ResultOfQualificationConfirmation {
    let mut item = identity(told, person);
    item.insured_card_classification = Some(codes::InsuredCardClassification::MedicalAid);
    item.insurer_name = told.office_name.and_then(text);
    match told.disclosure {
        Disclosure::Ended { date, reason } => {
            item.disqualification_date = Some(date);
            item.reason_of_loss = codes::ReasonOfLoss::from_code(reason.reason_of_loss().code());
        }
        Disclosure::NotYetBegun { date } => item.qualification_date = Some(date),
        Disclosure::FullWithAddress | Disclosure::FullWithoutAddress => add_numbers(&mut item, told),
        Disclosure::IdentityOnly | Disclosure::Nothing => {}
    }
    item.public_expense_result_list = told.vouchers.iter().map(ticket).collect();
    item
}

/// The numbers: those printed on the vouchers shown, else those that the eligibility has now.
fn add_numbers(item: &mut ResultOfQualificationConfirmation, told: &Answer<'_>) {
    let printed = told
        .vouchers
        .first()
        .map(|shown| (shown.voucher.printed_payer, shown.voucher.printed_recipient));
    let now = told
        .eligibility
        .map(|eligibility| (eligibility.payer, eligibility.recipient));
    if let Some((payer, recipient)) = printed.or(now) {
        item.insurer_number = Some(payer.as_str().to_owned());
        item.insured_identification_number = Some(recipient.as_str().to_owned());
    }
    item.qualification_date = told.eligibility.map(|eligibility| eligibility.start);
}

/// 医療券・調剤券情報: all 26 items.
fn ticket(shown: &ShownVoucher<'_>) -> MedicalTicketInfo {
    let voucher = shown.voucher;
    let month = voucher.treatment_month;
    let injury = |n: usize| voucher.injury_names.get(n).and_then(text);
    let remark = |n: usize| voucher.remarks.get(n).and_then(text);
    let applies = |yes: domain::voucher::YesNo| codes::Applicability::from_code(yes.code());
    MedicalTicketInfo {
        ticket_type: codes::TicketType::from_code(voucher.ticket_type.code()),
        valid_date: Some(voucher.valid_from),
        expiration_date: Some(voucher.valid_through),
        issue_number: Some(voucher.issue_number.as_str().to_owned()),
        medical_treatment_month: YearMonth::new(month.year(), month.month()),
        designated_medical_institution_code: Some(voucher.institution_code.as_str().to_owned()),
        designated_medical_institution_flag: codes::DesignatedInstitutionFlag::from_code(
            shown.designated_flag,
        ),
        designated_medical_institution_name: text(&voucher.institution_name),
        prescription_issuer_medical_institution_code: voucher
            .prescription_issuer_code
            .map(|code| code.as_str().to_owned()),
        prescription_issuer_medical_institution_name: voucher
            .prescription_issuer_name
            .as_ref()
            .and_then(text),
        injury_name_1: injury(0),
        injury_name_2: injury(1),
        injury_name_3: injury(2),
        medical_treatment_type: codes::MedicalTreatmentType::from_code(voucher.treatment_type.code()),
        self_pay_amount: Some(voucher.self_pay_yen.to_string()),
        district_contact_name: voucher.district_contact.as_ref().and_then(text),
        handling_contact_name: voucher.handling_contact.as_ref().and_then(text),
        single_or_combined_use: codes::SingleOrCombinedUse::from_code(voucher.single_or_combined.code()),
        status_of_social_insurance: applies(voucher.social_insurance),
        consistency_flag: shown.inconsistent.then_some(codes::ConsistencyFlag::Inconsistent),
        status_of_infection: applies(voucher.infection_37_2),
        status_of_elderly_medical_care: applies(voucher.elderly_care),
        status_of_prefectural_expenses: applies(voucher.prefectural_expenses),
        remarks_1: remark(0),
        remarks_2: remark(1),
        remarks_3: remark(2),
    }
}

fn text(text: &AsReceived) -> Option<String> {
    Some(text.as_str().to_owned())
}
