//! People who do not exist, and records about them.

use domain::calendar::Date;
use domain::eligibility::Eligibility;
use domain::identity::{Link, OfficeCode};
use domain::month::TreatmentMonth;
use domain::number::{IndividualNumber, InstitutionCode, PayerNumber, RecipientNumber};
use domain::person::{Address, PersonName, Sex};
use domain::regime::{NumberRegime, PersonNumber};
use domain::text::AsReceived;
use domain::voucher::{IssueNumber, SingleOrCombined, TicketType, TreatmentType, Voucher, YesNo};
use env::EnvRng;
use exchange::registration::{
    Content, EligibilityServed, Kind, Part, PersonIdentity, PersonServed, Record, RecordId, Salt,
    SealedNumber, Shielding,
};
use seal::{HubPublicKey, SealingContext};

/// Valid by arithmetic and nobody's (reference `welfare-domain.md` §2.4).
pub(crate) const NUMBERS: [&str; 4] = ["123456789018", "983205673214", "987654321093", "111111111118"];

/// Where the register has everybody; where they live is another place.
pub(crate) const REGISTERED: &str = "東京都登録区一丁目";

/// Who an office says somebody is.
#[derive(Clone)]
pub(crate) struct Someone {
    /// The office that seals the number.
    pub(crate) office: &'static str,
    pub(crate) link: String,
    pub(crate) number: Option<&'static str>,
    pub(crate) name: &'static str,
}

impl Someone {
    pub(crate) fn new(link: &str, number: &'static str, name: &'static str) -> Someone {
        Someone {
            office: "13104",
            link: link.into(),
            number: Some(number),
            name,
        }
    }

    /// The person's record, the number sealed to the hub.
    pub(crate) fn record(&self, hub: &HubPublicKey, rng: &mut EnvRng, revision: u32) -> Record {
        let sealed = self.number.map(|number| {
            let number = IndividualNumber::parse(number).unwrap();
            let context = SealingContext {
                office: self.office,
                link: &self.link,
                revision,
            };
            let sealed = seal::SealedNumber::seal(rng, hub, &number, &context).unwrap();
            SealedNumber {
                revision,
                sealed: serde_json::from_value(serde_json::to_value(sealed).unwrap()).unwrap(),
            }
        });
        let name = PersonName::new(self.name, "ｶｸｳ").unwrap();
        let birth_date = Date::constant(1980, 2, 29);
        let identity = PersonIdentity {
            number: sealed,
            name: name.clone(),
            birth_date,
            sex: Sex::Female,
            registered_address: Some(Address::new(None, REGISTERED).unwrap()),
        };
        let served = PersonServed {
            name,
            birth_date,
            sex: Sex::Female,
            address: Some(Address::new(None, "東京都居住区二丁目").unwrap()),
        };
        let content = Content::Person {
            identity: Some(Box::new(Part::new(Salt([1; 16]), identity))),
            served: Part::new(Salt([2; 16]), served),
        };
        record(&self.link, "person", revision, content)
    }

    /// What the register has of them: loads as it stands.
    pub(crate) fn resident(&self) -> serde_json::Value {
        serde_json::json!({
            "number": self.number,
            "attributes": {
                "name": { "name": self.name, "kana": "ｶｸｳ" },
                "birth_date": "1980-02-29",
                "sex": "2",
                "address": { "text": REGISTERED },
            },
        })
    }
}

pub(crate) fn office() -> OfficeCode {
    OfficeCode::parse("13104").unwrap()
}

pub(crate) fn record(link: &str, name: &str, revision: u32, content: Content) -> Record {
    Record {
        link: Link::parse(link).unwrap(),
        record: RecordId::parse(name).unwrap(),
        revision,
        content,
    }
}

fn number() -> PersonNumber {
    PersonNumber {
        payer: PayerNumber::parse("12139994").unwrap(),
        recipient: RecipientNumber::parse("1234566").unwrap(),
    }
}

pub(crate) fn eligibility(link: &str, revision: u32) -> Record {
    let number = number();
    let served = EligibilityServed {
        eligibility: Eligibility {
            payer: number.payer,
            recipient: number.recipient,
            office_name: AsReceived::parse("office_name", "架空福祉事務所").unwrap(),
            start: Date::constant(2026, 4, 1),
            end: None,
        },
        numbers: vec![NumberRegime::Fixed.validity(number, TreatmentMonth::parse("202604").unwrap())],
    };
    let served = Part::new(Salt([3; 16]), served);
    record(link, "e-1", revision, Content::Eligibility { served })
}

/// An eligibility whose numbers do not stand in its list.
pub(crate) fn unlisted_eligibility(link: &str) -> Record {
    changed_eligibility(link, |served| served.numbers.clear())
}

/// An eligibility with something changed.
pub(crate) fn changed_eligibility(link: &str, change: impl FnOnce(&mut EligibilityServed)) -> Record {
    let mut record = eligibility(link, 1);
    if let Content::Eligibility { served } = &mut record.content {
        let mut body = served.body.clone();
        change(&mut body);
        *served = Part::new(served.salt, body);
    }
    record
}

pub(crate) fn voucher_body() -> Voucher {
    let number = number();
    Voucher {
        ticket_type: TicketType::Medical,
        valid_from: Date::constant(2026, 11, 1),
        valid_through: Date::constant(2026, 11, 30),
        issue_number: IssueNumber::parse("A1").unwrap(),
        treatment_month: TreatmentMonth::parse("202611").unwrap(),
        institution_code: InstitutionCode::parse("1319999015").unwrap(),
        institution_name: AsReceived::parse("institution_name", "架空医院").unwrap(),
        prescription_issuer_code: None,
        prescription_issuer_name: None,
        injury_names: Vec::new(),
        treatment_type: TreatmentType::Outpatient,
        self_pay_yen: 0,
        district_contact: None,
        handling_contact: None,
        single_or_combined: SingleOrCombined::Single,
        social_insurance: YesNo::No,
        infection_37_2: YesNo::No,
        elderly_care: YesNo::No,
        prefectural_expenses: YesNo::No,
        remarks: Vec::new(),
        printed_payer: number.payer,
        printed_recipient: number.recipient,
    }
}

pub(crate) fn voucher(link: &str, name: &str, revision: u32) -> Record {
    voucher_of(link, name, revision, voucher_body())
}

pub(crate) fn voucher_of(link: &str, name: &str, revision: u32, body: Voucher) -> Record {
    let served = Part::new(Salt([4; 16]), Box::new(body));
    record(link, name, revision, Content::Voucher { served })
}

/// A voucher that is valid outside of its month.
pub(crate) fn bad_voucher(link: &str, name: &str) -> Record {
    let mut body = voucher_body();
    body.valid_through = Date::constant(2026, 12, 1);
    voucher_of(link, name, 1, body)
}

pub(crate) fn flags(link: &str, revision: u32) -> Record {
    let flags = Shielding {
        undisclosed: true,
        unusable: false,
    };
    let served = Part::new(Salt([5; 16]), flags);
    record(link, "flags", revision, Content::Shielding { served })
}

pub(crate) fn withdrawn(link: &str, name: &str, revision: u32) -> Record {
    record(link, name, revision, Content::Withdrawn(Kind::Voucher))
}
