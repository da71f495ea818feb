//! People who do not exist, and files about them.

use domain::calendar::Date;
use domain::eligibility::{Eligibility, EndReason, Ending};
use domain::identity::{Link, OfficeCode};
use domain::month::TreatmentMonth;
use domain::number::{InstitutionCode, PayerNumber, RecipientNumber};
use domain::person::{Address, PersonName, Sex};
use domain::regime::{NumberRegime, PersonNumber};
use domain::text::AsReceived;
use domain::voucher::{IssueNumber, SingleOrCombined, TicketType, TreatmentType, Voucher, YesNo};

use crate::registration::envelope::{FileHash, LAYOUT};
use crate::registration::file::{File, sha256};
use crate::registration::part::canonical;
use crate::registration::{
    Content, EligibilityServed, Envelope, Kind, Lane, Mode, Part, PersonIdentity, PersonServed, Record,
    RecordId, Salt, SealedNumber, Shielding,
};

fn text(text: &str) -> AsReceived {
    AsReceived::parse("text", text).unwrap()
}

pub(super) fn record(link: &str, record: &str, revision: u32, content: Content) -> Record {
    Record {
        link: Link::parse(link).unwrap(),
        record: RecordId::parse(record).unwrap(),
        revision,
        content,
    }
}

pub(super) fn person(link: &str, revision: u32) -> Record {
    let name = PersonName::new("架空　花子", "ｶｸｳ ﾊﾅｺ").unwrap();
    let birth_date = Date::constant(1980, 2, 29);
    let identity = PersonIdentity {
        number: Some(SealedNumber {
            revision: 1,
            sealed: "AQ-sealed_to_the_hub".into(),
        }),
        name: name.clone(),
        birth_date,
        sex: Sex::Female,
        registered_address: Some(Address::new(Some("160-0000"), "東京都架空区一丁目").unwrap()),
    };
    let served = PersonServed {
        name: name.with_other(Some("通称"), None).unwrap(),
        birth_date,
        sex: Sex::Female,
        address: Some(Address::new(None, "東京都架空区二丁目").unwrap()),
    };
    let content = Content::Person {
        identity: Some(Box::new(Part::new(Salt([1; 16]), identity))),
        served: Part::new(Salt([2; 16]), served),
    };
    record(link, "person", revision, content)
}

pub(super) fn number() -> PersonNumber {
    PersonNumber {
        payer: PayerNumber::parse("12139994").unwrap(),
        recipient: RecipientNumber::parse("1234566").unwrap(),
    }
}

pub(super) fn eligibility(link: &str, revision: u32) -> Record {
    let number = number();
    let month = TreatmentMonth::parse("202604").unwrap();
    let served = EligibilityServed {
        eligibility: Eligibility {
            payer: number.payer,
            recipient: number.recipient,
            office_name: text("架空福祉事務所"),
            start: Date::constant(2026, 4, 1),
            end: Some(Ending {
                date: Date::constant(2026, 12, 31),
                reason: EndReason::Termination,
            }),
        },
        numbers: vec![
            NumberRegime::Monthly.validity(number, month),
            NumberRegime::Fixed.validity(number, month.next()),
        ],
    };
    let served = Part::new(Salt([3; 16]), served);
    record(link, "e-1", revision, Content::Eligibility { served })
}

pub(super) fn voucher(link: &str, name: &str, revision: u32) -> Record {
    let number = number();
    let body = Voucher {
        ticket_type: TicketType::Dispensing,
        valid_from: Date::constant(2026, 11, 1),
        valid_through: Date::constant(2026, 11, 30),
        issue_number: IssueNumber::parse("2611A0001").unwrap(),
        treatment_month: TreatmentMonth::parse("202611").unwrap(),
        institution_code: InstitutionCode::parse("2714206386").unwrap(),
        institution_name: text("架空薬局"),
        prescription_issuer_code: Some(InstitutionCode::parse("1319999015").unwrap()),
        prescription_issuer_name: Some(text("架空医院")),
        injury_names: vec![text("高血圧症")],
        treatment_type: TreatmentType::Dispensing,
        self_pay_yen: 0,
        district_contact: Some(text("地区担当")),
        handling_contact: Some(text("取扱担当")),
        single_or_combined: SingleOrCombined::Single,
        social_insurance: YesNo::No,
        infection_37_2: YesNo::No,
        elderly_care: YesNo::No,
        prefectural_expenses: YesNo::No,
        remarks: vec![text("備考")],
        printed_payer: number.payer,
        printed_recipient: number.recipient,
    };
    let served = Part::new(Salt([4; 16]), Box::new(body));
    record(link, name, revision, Content::Voucher { served })
}

/// One person with a record of each kind.
pub(super) fn everything() -> Vec<Record> {
    let flags = Shielding {
        undisclosed: true,
        unusable: false,
    };
    let served = Part::new(Salt([5; 16]), flags);
    vec![
        person("p-1", 1),
        eligibility("p-1", 2),
        voucher("p-1", "v-1", 3),
        record("p-1", "flags", 4, Content::Shielding { served }),
        record("p-1", "v-2", 5, Content::Withdrawn(Kind::Voucher)),
    ]
}

pub(super) fn envelope() -> Envelope {
    Envelope {
        registration: LAYOUT,
        office: OfficeCode::parse("13104").unwrap(),
        lane: Lane::Single,
        number: 1,
        mode: Mode::EachPerson,
        rows: 0,
        sha256: FileHash([0; 32]),
        made_at: 1_795_305_600_000_000,
    }
}

pub(super) fn file(records: &[Record]) -> Vec<u8> {
    File::write(envelope(), records)
}

/// A file with a right hash over whatever these lines are; each gets its line end.
pub(super) fn with_rows(rows: &[&[u8]]) -> Vec<u8> {
    let mut body = rows.join(&b'\n');
    if !rows.is_empty() {
        body.push(b'\n');
    }
    let rows = body.iter().filter(|byte| **byte == b'\n').count();
    let mut envelope = envelope();
    envelope.rows = u32::try_from(rows).unwrap();
    sealed(&envelope, &body)
}

/// An envelope with its right hash, before these bytes.
pub(super) fn sealed(envelope: &Envelope, body: &[u8]) -> Vec<u8> {
    let mut envelope = envelope.clone();
    envelope.sha256 = FileHash([0; 32]);
    envelope.sha256 = sha256(&[&canonical(&envelope), b"\n", body]);
    [&*canonical(&envelope), b"\n", body].concat()
}

/// A record's line after a change of its text.
#[track_caller]
pub(super) fn changed(record: &Record, from: &str, to: &str) -> Vec<u8> {
    let line = String::from_utf8(canonical(record)).unwrap();
    assert!(line.contains(from), "{from} does not stand in {line}");
    line.replacen(from, to, 1).into_bytes()
}
