//! Made-up persons, and what the office says about them. Everything follows from an index; none of it is real.

use domain::number::check_digit;
use serde_json::{Value, json};

use crate::dice::Dice;

/// The office's code, as `init office` writes it.
pub const OFFICE: &str = "13999";
/// The clinic's 医療機関コード, as `init institution` writes it.
pub const CLINIC: &str = "1319999015";
/// Another institution's code.
pub const OTHER_CLINIC: &str = "1319999023";
/// The office's 公費負担者番号.
pub const PAYER: &str = "12139994";
/// The treatment month (診療年月) of everything here, and a day in it.
pub const MONTH: &str = "202611";
/// See [`MONTH`].
pub const DAY: &str = "20261125";
/// The month after it, and a day in it.
pub const NEXT_MONTH: &str = "202612";
/// See [`NEXT_MONTH`].
pub const DAY_IN_NEXT_MONTH: &str = "20261210";

/// A person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Which one.
    pub index: u32,
}

impl Person {
    /// 紐付番号.
    pub fn link(&self) -> String {
        format!("person-{}", self.index)
    }

    /// 個人番号, with the arithmetic of a real one. Made here and written nowhere.
    pub fn number(&self) -> String {
        let mut dice = Dice::new(u64::from(self.index) | 1 << 40);
        let body: [u8; 11] = std::array::from_fn(|_| b'0' + u8::try_from(dice.below(10)).unwrap_or(0));
        with_check(&body, check_digit::individual(&body))
    }

    /// 受給者番号.
    pub fn recipient(&self) -> String {
        let body = format!("{:06}", self.index + 1);
        with_check(body.as_bytes(), check_digit::folded(body.as_bytes()))
    }

    fn birth_date(&self) -> (u32, u32, u32) {
        (1940 + self.index % 60, 1 + self.index % 12, 1 + self.index % 28)
    }

    fn birth_day(&self) -> String {
        let (year, month, day) = self.birth_date();
        format!("{year:04}-{month:02}-{day:02}")
    }

    fn name(&self) -> Value {
        json!({ "name": format!("見本　人{}", self.index), "kana": format!("ﾐﾎﾝ ﾋﾄ{}", self.index) })
    }

    /// Where the register has them.
    fn address(&self) -> Value {
        json!({ "post_number": "000-0000", "text": format!("見本県見本区見本町{}番地", self.index) })
    }

    fn sex(&self) -> &'static str {
        if self.index.is_multiple_of(2) { "1" } else { "2" }
    }

    /// What the register of residents has, for `POST /residents` (in a list).
    pub fn resident(&self) -> Value {
        json!({ "number": self.number(), "attributes": {
            "name": self.name(), "birth_date": self.birth_day(), "sex": self.sex(), "address": self.address(),
        } })
    }

    /// What the insurers have, for `POST /insurers` (in a list): employees' insurance, which goes on beside the aid.
    pub fn insured(&self) -> Value {
        json!({ "number": self.number(), "rows": [{
            "kind": "employees", "insurer": with_check(b"0613901", check_digit::folded(b"0613901")),
            "insurer_name": "見本健康保険組合", "card": "01", "symbol": "1", "number": format!("{:07}", self.index),
            "holder_or_family": "1", "from": "2020-04-01",
        }] })
    }

    /// A revision of the person, for `POST /people`. The first brings the number; where they live changes with each.
    pub fn written_down(&self, revision: u32) -> Value {
        let mut body = json!({
            "link": self.link(), "revision": revision, "name": self.name(), "birth_date": self.birth_day(),
            "sex": self.sex(), "address": { "text": format!("見本荘{revision}号室") },
            "registered_address": self.address(),
        });
        if revision == 1 {
            body["number"] = Value::String(self.number());
        }
        body
    }

    /// The eligibility, for `POST /people/{link}/eligibilities`.
    pub fn eligibility(&self) -> Value {
        json!({ "record": "eligibility", "revision": 1, "payer": PAYER, "recipient": self.recipient(), "start": "2024-04-01" })
    }

    /// 交付番号 of a voucher of [`MONTH`].
    pub fn issue_number(&self, voucher: u32) -> String {
        format!("{MONTH}{:06}{voucher:06}", self.index)
    }

    /// A revision of a voucher of [`MONTH`] for [`CLINIC`], for `POST /people/{link}/vouchers`. The revision
    /// is its 本人支払額, so that whoever reads the voucher knows which revision it is.
    pub fn voucher(&self, voucher: u32, revision: u32) -> Value {
        let issue_number = self.issue_number(voucher);
        let mut body = json!({ "record": format!("voucher-{voucher}"), "revision": revision });
        body["voucher"] = self.voucher_body(&issue_number, MONTH, revision);
        body
    }

    /// A voucher as [`domain::voucher::Voucher`] reads it.
    pub fn voucher_body(&self, issue_number: &str, month: &str, self_pay_yen: u32) -> Value {
        let (year, of_year) = month.split_at(4);
        json!({
            "ticket_type": "01", "valid_from": format!("{year}-{of_year}-01"),
            "valid_through": format!("{year}-{of_year}-30"), "issue_number": issue_number,
            "treatment_month": month, "institution_code": CLINIC, "institution_name": "見本内科クリニック",
            "injury_names": ["高血圧症"], "treatment_type": "02", "self_pay_yen": self_pay_yen,
            "single_or_combined": "01", "social_insurance": "02", "infection_37_2": "02",
            "elderly_care": "02", "prefectural_expenses": "02",
            "printed_payer": PAYER, "printed_recipient": self.recipient(),
        })
    }

    /// A request as the clinic's receipt computer writes it (`OQSsiquc01req`), for a day, under a code.
    pub fn request(&self, day: &str, institution: &str) -> String {
        let (year, month, of_month) = self.birth_date();
        let recipient = self.recipient();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n\
             <XmlMsg>\n<MessageHeader>\n\
             <QualificationConfirmationDate>{day}</QualificationConfirmationDate>\n\
             <MedicalInstitutionCode>{institution}</MedicalInstitutionCode>\n\
             <ArbitraryFileIdentifier>CLINICID</ArbitraryFileIdentifier>\n\
             </MessageHeader>\n<MessageBody>\n<QualificationConfirmSearchInfo>\n\
             <InsurerNumber>{PAYER}</InsurerNumber>\n<InsuredCardSymbol></InsuredCardSymbol>\n\
             <InsuredIdentificationNumber>{recipient}</InsuredIdentificationNumber>\n\
             <InsuredBranchNumber></InsuredBranchNumber>\n\
             <Birthdate>{year:04}{month:02}{of_month:02}</Birthdate>\n\
             <LimitApplicationCertificateRelatedConsFlg>1</LimitApplicationCertificateRelatedConsFlg>\n\
             </QualificationConfirmSearchInfo>\n</MessageBody>\n</XmlMsg>\n"
        )
    }
}

fn with_check(body: &[u8], check: u8) -> String {
    format!("{}{check}", String::from_utf8_lossy(body))
}
