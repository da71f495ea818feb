//! People, made up from their number in a row: the same person for the same number in every run.

use domain::calendar::{Date, format_yyyymmdd};
use domain::card::CardId;
use domain::identity::OfficeCode;
use domain::month::TreatmentMonth;
use domain::number::check_digit;
use serde_json::{Value, json};

use crate::Fault;

mod kind;
mod records;

pub(crate) use kind::Kind;

/// The office's code.
pub(crate) const OFFICE: &str = "13999";
/// Its name.
pub(crate) const OFFICE_NAME: &str = "見本区福祉事務所";
/// The clinic, by its 医療機関コード.
pub(crate) const CLINIC: &str = "1319999015";

const FAMILIES: [(&str, &str); 5] = [
    ("試験", "ｼｹﾝ"),
    ("見本", "ﾐﾎﾝ"),
    ("例題", "ﾚｲﾀﾞｲ"),
    ("髙橋", "ﾀｶﾊｼ"),
    ("仮名", "ｶﾒｲ"),
];
const GIVEN: [(&str, &str, &str); 4] = [
    ("花子", "ﾊﾅｺ", "2"),
    ("太郎", "ﾀﾛｳ", "1"),
    ("光", "ﾋｶﾙ", "3"),
    ("さくら", "ｻｸﾗ", "2"),
];

/// One person of the run's day.
#[derive(Clone, Copy)]
pub(crate) struct Person {
    /// Their number in the row, from 0.
    pub(crate) index: u64,
    /// The day of the run.
    pub(crate) day: Date,
    /// How they stand to the clinic.
    pub(crate) kind: Kind,
}

impl Person {
    fn month(self) -> TreatmentMonth {
        TreatmentMonth::of(self.day)
    }

    /// 紐付番号.
    pub(crate) fn link(self) -> String {
        format!("bench-{}", self.index)
    }

    /// 交付番号.
    pub(crate) fn issue_number(self) -> String {
        format!("{}{:08}", self.month(), self.index)
    }

    /// The month's voucher, as an answer shows it.
    pub(crate) fn issued(self) -> String {
        format!("<IssueNumber>{}</IssueNumber>", self.issue_number())
    }

    /// 公費負担者番号: one for each million people, because 受給者番号 have six digits and a check digit.
    fn payer(self) -> String {
        let office = 999 - (self.index / 1_000_000) % 900;
        let body = format!("1213{office:03}");
        let check = check_digit::folded(body.as_bytes());
        format!("{body}{check}")
    }

    /// 受給者番号.
    fn recipient(self) -> String {
        let body = format!("{:06}", self.index % 1_000_000);
        let check = check_digit::folded(body.as_bytes());
        format!("{body}{check}")
    }

    /// 個人番号: made up, with the arithmetic of a real one. No two people have the same: the factor shares no
    /// divisor with the modulus.
    fn individual_number(self) -> String {
        let mixed = u128::from(self.index + 1) * 38_196_601_127 % 100_000_000_000;
        let body = format!("{mixed:011}");
        let digits = body.as_bytes().try_into().unwrap_or(b"00000000000");
        format!("{body}{}", check_digit::individual(digits))
    }

    fn birth_date(self) -> Date {
        let pick = |count: u64| i8::try_from(self.index % count).unwrap_or(0);
        Date::new(1940 + i16::from(pick(60)), 1 + pick(12), 1 + pick(28)).unwrap_or(Date::MIN)
    }

    fn name(self) -> (Value, &'static str) {
        let pick = |count: usize| usize::try_from(self.index).unwrap_or(0) % count;
        let (family, family_kana) = FAMILIES.get(pick(FAMILIES.len())).copied().unwrap_or_default();
        let (given, given_kana, sex) = GIVEN.get(pick(GIVEN.len())).copied().unwrap_or_default();
        let name =
            json!({ "name": format!("{family}　{given}"), "kana": format!("{family_kana} {given_kana}") });
        (name, sex)
    }

    fn address(self) -> Value {
        let text = format!("見本県見本区見本町{}丁目２番３号", self.index % 9 + 1);
        json!({ "post_number": "000-0000", "text": text })
    }

    /// What the register of residents has.
    pub(crate) fn resident(self) -> Value {
        let (name, sex) = self.name();
        json!({
            "number": self.individual_number(),
            "attributes": {
                "name": name, "birth_date": self.birth_date(), "sex": sex, "address": self.address(),
            },
        })
    }

    /// What the register of residents is told when a card is issued.
    pub(crate) fn card(self, card: &CardId) -> Value {
        json!({ "number": self.individual_number(), "card": card })
    }

    /// What `POST /people` of the office takes.
    pub(crate) fn person(self) -> Value {
        let (name, sex) = self.name();
        json!({
            "link": self.link(), "number": self.individual_number(),
            "name": name, "birth_date": self.birth_date(), "sex": sex, "address": self.address(),
        })
    }

    /// What `POST /people/{link}/eligibilities` takes.
    pub(crate) fn eligibility(self) -> Value {
        json!({ "payer": self.payer(), "recipient": self.recipient(), "start": self.start() })
    }

    /// What `POST /people/{link}/vouchers` takes.
    pub(crate) fn voucher(self) -> Value {
        json!({ "voucher": self.ticket() })
    }

    fn ticket(self) -> Value {
        self.ticket_of(self.month(), "")
    }

    /// A voucher of a month; the mark tells its number from others of the person.
    fn ticket_of(self, month: TreatmentMonth, mark: &str) -> Value {
        json!({
            "ticket_type": "01", "valid_from": month.first_day(), "valid_through": month.last_day(),
            "issue_number": format!("{mark}{}", self.issue_number()), "treatment_month": month.to_string(),
            "institution_code": CLINIC, "institution_name": "見本内科クリニック",
            "injury_names": ["高血圧症"], "treatment_type": "02", "self_pay_yen": 0,
            "district_contact": "担当　一郎", "handling_contact": "取扱　二郎",
            "single_or_combined": "01", "social_insurance": "02", "infection_37_2": "02",
            "elderly_care": "02", "prefectural_expenses": "02",
            "printed_payer": self.payer(), "printed_recipient": self.recipient(),
        })
    }

    /// The clinic's question about this person, as its receipt computer writes it.
    pub(crate) fn request(self) -> String {
        self.request_born(self.birth_date())
    }

    /// The same question with a birth date that is nobody's here.
    pub(crate) fn request_born_wrongly(self) -> String {
        self.request_born(Date::constant(1931, 5, 6))
    }

    fn request_born(self, birth_date: Date) -> String {
        let (day, birth_date) = (format_yyyymmdd(self.day), format_yyyymmdd(birth_date));
        let (payer, recipient, index) = (self.payer(), self.recipient(), self.index);
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n\
             <XmlMsg>\n\
             <MessageHeader>\n\
             \x20   <QualificationConfirmationDate>{day}</QualificationConfirmationDate>\n\
             \x20   <MedicalInstitutionCode>{CLINIC}</MedicalInstitutionCode>\n\
             \x20   <ArbitraryFileIdentifier>bench-{index}</ArbitraryFileIdentifier>\n\
             </MessageHeader>\n\
             <MessageBody>\n\
             \x20   <QualificationConfirmSearchInfo>\n\
             \x20       <InsurerNumber>{payer}</InsurerNumber>\n\
             \x20       <InsuredCardSymbol></InsuredCardSymbol>\n\
             \x20       <InsuredIdentificationNumber>{recipient}</InsuredIdentificationNumber>\n\
             \x20       <InsuredBranchNumber></InsuredBranchNumber>\n\
             \x20       <Birthdate>{birth_date}</Birthdate>\n\
             \x20       <LimitApplicationCertificateRelatedConsFlg>1</LimitApplicationCertificateRelatedConsFlg>\n\
             \x20   </QualificationConfirmSearchInfo>\n\
             </MessageBody>\n\
             </XmlMsg>\n"
        )
    }
}

/// The office's code as a type.
pub(crate) fn office() -> Result<OfficeCode, Fault> {
    Ok(OfficeCode::parse(OFFICE)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use exchange::oqs::Limits;
    use exchange::oqs::siquc01::Request;

    fn person(index: u64) -> Person {
        Person {
            index,
            day: Date::constant(2026, 11, 22),
            kind: Kind::Usual,
        }
    }

    #[test]
    fn everybody_has_lawful_numbers_of_their_own() {
        let mut seen = std::collections::BTreeSet::new();
        for index in (0..500).chain([999_999, 1_000_000, 2_000_400]) {
            let one = person(index);
            assert!(seen.insert(one.individual_number()));
            domain::number::IndividualNumber::parse(&one.individual_number()).unwrap();
            domain::number::PayerNumber::parse(&one.payer()).unwrap();
            domain::number::RecipientNumber::parse(&one.recipient()).unwrap();
        }
        assert_ne!(person(0).payer(), person(1_000_000).payer());
    }

    #[test]
    fn the_question_can_be_read() {
        Request::read(person(7).request().as_bytes(), &Limits::SINGLE).unwrap();
    }
}
