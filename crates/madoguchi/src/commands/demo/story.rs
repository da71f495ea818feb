//! Whom the demo is about. Everything is made up from the seed, and none of it is real.

use domain::calendar::{Date, format_yyyymmdd};
use domain::month::TreatmentMonth;
use domain::number::check_digit;
use serde_json::{Value, json};

/// The demo's office.
pub(super) const OFFICE: &str = "13999";
/// Its name.
pub(super) const OFFICE_NAME: &str = "見本区福祉事務所";
/// Its 公費負担者番号.
const PAYER: &str = "12139994";
/// The demo's clinic, by its 医療機関コード.
pub(super) const CLINIC: &str = "1319999015";
/// Another institution's code.
pub(super) const OTHER_CLINIC: &str = "1319999023";

const FAMILIES: [(&str, &str); 6] = [
    ("試験", "ｼｹﾝ"),
    ("見本", "ﾐﾎﾝ"),
    ("例題", "ﾚｲﾀﾞｲ"),
    ("髙橋", "ﾀｶﾊｼ"),
    ("山﨑", "ﾔﾏｻﾞｷ"),
    ("仮名", "ｶﾒｲ"),
];
const GIVEN: [(&str, &str, &str); 4] = [
    ("花子", "ﾊﾅｺ", "2"),
    ("太郎", "ﾀﾛｳ", "1"),
    ("光", "ﾋｶﾙ", "3"),
    ("さくら", "ｻｸﾗ", "2"),
];

/// One person, one eligibility, one voucher.
pub(super) struct Story {
    seed: u64,
    day: Date,
    month: TreatmentMonth,
}

impl Story {
    /// Makes it up.
    pub(super) fn new(seed: u64, day: Date) -> Story {
        Story {
            seed,
            day,
            month: TreatmentMonth::of(day),
        }
    }

    /// 紐付番号.
    pub(super) fn link(&self) -> String {
        format!("demo-{}", self.seed)
    }

    /// The month's voucher, as the office names it.
    pub(super) fn voucher_record(&self) -> String {
        format!("voucher-{}", self.month)
    }

    /// 交付番号.
    pub(super) fn issue_number(&self) -> String {
        format!("{}{:08}", self.month, self.seed % 100_000_000)
    }

    /// 受給者番号: six digits of the seed and their check digit.
    fn recipient(&self) -> String {
        let body = digits::<6>(self.seed);
        text(&body, check_digit::folded(&body))
    }

    /// 個人番号: made up, with the arithmetic of a real one.
    fn individual_number(&self) -> String {
        let body = digits::<11>(self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        text(&body, check_digit::individual(&body))
    }

    fn birth_date(&self) -> Date {
        let year = 1940 + i16::try_from(self.seed % 60).unwrap_or(0);
        let month = 1 + i8::try_from(self.seed % 12).unwrap_or(0);
        Date::new(year, month, 1 + i8::try_from(self.seed % 28).unwrap_or(0)).unwrap_or(Date::MIN)
    }

    fn name(&self) -> (Value, &'static str) {
        let pick = |len: usize| usize::try_from(self.seed).unwrap_or(0) % len;
        let (family, family_kana) = FAMILIES.get(pick(FAMILIES.len())).copied().unwrap_or_default();
        let (given, given_kana, sex) = GIVEN.get(pick(GIVEN.len())).copied().unwrap_or_default();
        let name =
            json!({ "name": format!("{family}　{given}"), "kana": format!("{family_kana} {given_kana}") });
        (name, sex)
    }

    fn address() -> Value {
        json!({ "post_number": "000-0000", "text": "見本県見本区見本町１丁目２番３号" })
    }

    /// What the register of residents has.
    pub(super) fn resident(&self) -> Value {
        let (name, sex) = self.name();
        json!([{
            "number": self.individual_number(),
            "attributes": { "name": name, "birth_date": self.birth_date(), "sex": sex, "address": Story::address() },
        }])
    }

    /// What the office writes down.
    pub(super) fn person(&self) -> Value {
        let (name, sex) = self.name();
        json!({
            "link": self.link(), "revision": 1, "number": self.individual_number(),
            "name": name, "birth_date": self.birth_date(), "sex": sex, "address": Story::address(),
        })
    }

    /// Aid since the spring of 2000, or since the asked month when that is earlier. Every run on the same data says
    /// the same, so that another month may follow or go before.
    pub(super) fn eligibility(&self) -> Value {
        let spring = Date::constant(2000, 4, 1).min(self.month.first_day());
        json!({
            "record": "eligibility-1", "revision": 1,
            "payer": PAYER, "recipient": self.recipient(), "start": spring,
        })
    }

    /// The month's voucher for the clinic.
    pub(super) fn voucher(&self) -> Value {
        json!({ "record": self.voucher_record(), "revision": 1, "voucher": {
            "ticket_type": "01", "valid_from": self.month.first_day(), "valid_through": self.month.last_day(),
            "issue_number": self.issue_number(), "treatment_month": self.month.to_string(),
            "institution_code": CLINIC, "institution_name": "見本内科クリニック",
            "injury_names": ["高血圧症"], "treatment_type": "02", "self_pay_yen": 0,
            "district_contact": "担当　一郎", "handling_contact": "取扱　二郎",
            "single_or_combined": "01", "social_insurance": "02", "infection_37_2": "02",
            "elderly_care": "02", "prefectural_expenses": "02",
            "printed_payer": PAYER, "printed_recipient": self.recipient(),
        } })
    }

    /// A request as the clinic's receipt computer writes it, under an institution's code.
    pub(super) fn request(&self, institution: &str) -> String {
        let (day, birth_date) = (format_yyyymmdd(self.day), format_yyyymmdd(self.birth_date()));
        let recipient = self.recipient();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n\
             <XmlMsg>\n\
             <MessageHeader>\n\
             \x20   <QualificationConfirmationDate>{day}</QualificationConfirmationDate>\n\
             \x20   <MedicalInstitutionCode>{institution}</MedicalInstitutionCode>\n\
             \x20   <ArbitraryFileIdentifier>demo-{seed}</ArbitraryFileIdentifier>\n\
             </MessageHeader>\n\
             <MessageBody>\n\
             \x20   <QualificationConfirmSearchInfo>\n\
             \x20       <InsurerNumber>{PAYER}</InsurerNumber>\n\
             \x20       <InsuredCardSymbol></InsuredCardSymbol>\n\
             \x20       <InsuredIdentificationNumber>{recipient}</InsuredIdentificationNumber>\n\
             \x20       <InsuredBranchNumber></InsuredBranchNumber>\n\
             \x20       <Birthdate>{birth_date}</Birthdate>\n\
             \x20       <LimitApplicationCertificateRelatedConsFlg>1</LimitApplicationCertificateRelatedConsFlg>\n\
             \x20   </QualificationConfirmSearchInfo>\n\
             </MessageBody>\n\
             </XmlMsg>\n",
            seed = self.seed
        )
    }
}

/// The last `N` decimal digits of a number, as ASCII.
fn digits<const N: usize>(mut number: u64) -> [u8; N] {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
    digits
}

fn text(body: &[u8], check: u8) -> String {
    body.iter()
        .map(|digit| char::from(*digit))
        .chain([char::from(b'0' + check)])
        .collect()
}
