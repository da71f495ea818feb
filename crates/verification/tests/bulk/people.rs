//! People who do not exist, as the feed brings them.

use domain::calendar::Date;
use domain::eligibility::{Eligibility, EndReason, Ending};
use domain::identity::{Link, OfficeCode};
use domain::insurance::{CardClassification, HolderOrFamily, InsuranceKind, InsuranceRow};
use domain::month::TreatmentMonth;
use domain::number::{InstitutionCode, InsurerNumber, PayerNumber, RecipientNumber};
use domain::person::{Address, PersonName, Sex};
use domain::regime::{NumberRegime, PersonNumber};
use domain::text::AsReceived;
use domain::voucher::{IssueNumber, SingleOrCombined, TicketType, TreatmentType, Voucher, YesNo};
use exchange::oqs::codes::LimitConsent;
use exchange::oqs::siquc01::SearchInfo;
use exchange::registration::feed::Fed;
use exchange::registration::{
    Content, EligibilityServed, InsuranceServed, Kind, Part, PersonServed, Record, RecordId, Salt, Shielding,
};

/// The institution that asks.
pub(crate) const HERE: &str = "1319999015";
/// Another one.
pub(crate) const ELSEWHERE: &str = "2714206386";
/// Two offices by their codes and payer numbers.
pub(crate) const OFFICES: [(&str, &str); 2] = [("13104", "12139994"), ("27100", "12010013")];

pub(crate) fn here() -> InstitutionCode {
    InstitutionCode::parse(HERE).unwrap()
}

fn text(text: &str) -> AsReceived {
    AsReceived::parse("text", text).unwrap()
}

pub(crate) fn november(day: i8) -> Date {
    Date::constant(2026, 11, day)
}

/// The `n`-th person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Someone(pub(crate) u32);

/// A voucher's particulars that matter here.
#[derive(Clone, Debug)]
pub(crate) struct Paper {
    pub(crate) name: String,
    pub(crate) at: &'static str,
    pub(crate) from: Date,
    pub(crate) through: Date,
    pub(crate) insured: bool,
}

impl Paper {
    pub(crate) fn new(name: &str, at: &'static str) -> Paper {
        Paper {
            name: name.to_owned(),
            at,
            from: november(1),
            through: november(30),
            insured: false,
        }
    }

    pub(crate) fn days(self, from: i8, through: i8) -> Paper {
        Paper {
            from: november(from),
            through: november(through),
            ..self
        }
    }
}

impl Someone {
    pub(crate) fn number(self, office: usize) -> PersonNumber {
        let payer = PayerNumber::parse(OFFICES[office].1).unwrap();
        let recipient = (0..10)
            .find_map(|check| RecipientNumber::parse(&format!("{:06}{check}", self.0)).ok())
            .unwrap();
        PersonNumber { payer, recipient }
    }

    pub(crate) fn birth_date(self) -> Date {
        Date::constant(1950, 1, 1)
            .checked_add(jiff::Span::new().days(i64::from(self.0)))
            .unwrap()
    }

    /// What a desk types in.
    pub(crate) fn search(self, office: usize) -> SearchInfo {
        let number = self.number(office);
        SearchInfo {
            insurer_number: number.payer.as_str().to_owned(),
            insured_card_symbol: None,
            insured_identification_number: number.recipient.as_str().to_owned(),
            insured_branch_number: None,
            birthdate: self.birth_date(),
            limit_consent_flag: LimitConsent::Given,
            arbitrary_identifier: Some(format!("patient-{}", self.0)),
        }
    }

    /// A record of the person; names differ by person, as an office's do.
    pub(crate) fn record(self, record: &str, revision: u32, content: Content) -> Fed {
        // Mixed, so that the order of names is not that of the numbers.
        let mixed = (u128::from(self.0.wrapping_mul(2_654_435_761)) << 64) | (u128::from(self.0) + 1);
        Fed {
            person: format!("{mixed:032x}"),
            record: Record {
                link: Link::parse(&format!("p-{}", self.0)).unwrap(),
                record: RecordId::parse(record).unwrap(),
                revision,
                content,
            },
        }
    }

    pub(crate) fn person(self) -> Fed {
        let served = PersonServed {
            name: PersonName::new("架空　花子", "ｶｸｳ ﾊﾅｺ").unwrap(),
            birth_date: self.birth_date(),
            sex: Sex::Female,
            address: Some(Address::new(None, "東京都架空区二丁目").unwrap()),
        };
        let served = Part::new(Salt([2; 16]), served);
        self.record(
            "person",
            1,
            Content::Person {
                identity: None,
                served,
            },
        )
    }

    /// Eligible from a day on, and until the day before `end` when there is one.
    pub(crate) fn eligible(self, office: usize, revision: u32, start: Date, end: Option<Date>) -> Fed {
        let number = self.number(office);
        let served = EligibilityServed {
            eligibility: Eligibility {
                payer: number.payer,
                recipient: number.recipient,
                office_name: text(if office == 0 {
                    "架空福祉事務所"
                } else {
                    "別架空福祉事務所"
                }),
                start,
                end: end.map(|date| Ending {
                    date,
                    reason: EndReason::Termination,
                }),
            },
            numbers: vec![NumberRegime::Fixed.validity(number, TreatmentMonth::of(start))],
        };
        let served = Part::new(Salt([3; 16]), served);
        self.record("e-1", revision, Content::Eligibility { served })
    }

    pub(crate) fn voucher(self, office: usize, revision: u32, paper: &Paper) -> Fed {
        let number = self.number(office);
        let yes_no = |yes| if yes { YesNo::Yes } else { YesNo::No };
        let body = Voucher {
            ticket_type: TicketType::Medical,
            valid_from: paper.from,
            valid_through: paper.through,
            issue_number: IssueNumber::parse(&format!("{}P{}", paper.name, self.0)).unwrap(),
            treatment_month: TreatmentMonth::of(paper.from),
            institution_code: InstitutionCode::parse(paper.at).unwrap(),
            institution_name: text("架空医院"),
            prescription_issuer_code: None,
            prescription_issuer_name: None,
            injury_names: vec![text("高血圧症")],
            treatment_type: TreatmentType::Outpatient,
            self_pay_yen: 0,
            district_contact: None,
            handling_contact: None,
            single_or_combined: if paper.insured {
                SingleOrCombined::Combined
            } else {
                SingleOrCombined::Single
            },
            social_insurance: yes_no(paper.insured),
            infection_37_2: YesNo::No,
            elderly_care: YesNo::No,
            prefectural_expenses: YesNo::No,
            remarks: Vec::new(),
            printed_payer: number.payer,
            printed_recipient: number.recipient,
        };
        let served = Part::new(Salt([4; 16]), Box::new(body));
        self.record(
            &format!("v-{}", paper.name),
            revision,
            Content::Voucher { served },
        )
    }

    pub(crate) fn withdrawn(self, paper: &Paper, revision: u32) -> Fed {
        let record = format!("v-{}", paper.name);
        self.record(&record, revision, Content::Withdrawn(Kind::Voucher))
    }

    pub(crate) fn shielded(self, undisclosed: bool, unusable: bool) -> Fed {
        let flags = Shielding {
            undisclosed,
            unusable,
        };
        let served = Part::new(Salt([5; 16]), flags);
        self.record("shielding", 1, Content::Shielding { served })
    }

    /// Employees' insurance from the tenth of November on.
    pub(crate) fn insured(self) -> Fed {
        let row = InsuranceRow {
            kind: InsuranceKind::Employees,
            insurer: InsurerNumber::parse("01130012").unwrap(),
            insurer_name: text("架空健康保険組合"),
            card: CardClassification::General,
            symbol: Some(text("記号１")),
            number: text("0042"),
            branch: Some(text("01")),
            holder_or_family: Some(HolderOrFamily::Family),
            holder_name: Some(text("架空　太郎")),
            from: november(10),
            ending: None,
            burden_percent: None,
        };
        row.check().unwrap();
        let served = Part::new(Salt([6; 16]), InsuranceServed { rows: vec![row] });
        self.record("insurance", 1, Content::Insurance { served })
    }

    /// Person, eligibility since April, and a voucher here for all of November.
    pub(crate) fn ordinary(self) -> Vec<Fed> {
        let since = Date::constant(2026, 4, 1);
        vec![
            self.person(),
            self.eligible(0, 1, since, None),
            self.voucher(0, 1, &Paper::new("A", HERE)),
        ]
    }
}

pub(crate) fn office(office: usize) -> OfficeCode {
    OfficeCode::parse(OFFICES[office].0).unwrap()
}
