//! A town in which every way to stand, every way to be entrusted and both kinds of flags meet: one person for each
//! combination.

use std::sync::Arc;

use bytes::Bytes;
use domain::calendar::Date;
use domain::card::CardId;
use domain::eligibility::{Eligibility, EndReason, Ending};
use domain::identity::{Link, OfficeCode, PersonId};
use domain::month::TreatmentMonth;
use domain::number::{InstitutionCode, PayerNumber, RecipientNumber, check_digit};
use domain::person::{Address, PersonName, Sex};
use domain::regime::{NumberRegime, PersonNumber};
use domain::voucher::{IssueNumber, SingleOrCombined, TicketType, TreatmentType, Voucher, YesNo};
use env::network::Limits;
use env::{Handler, Listening, Origin, Request};
use exchange::registration::feed::{Entry, Fed, FileRef, Page};
use exchange::registration::{
    CARD_RECORD, CardsServed, Content, EligibilityServed, Lane, Part, PersonServed, Record, RecordId, Salt,
    Shielding,
};
use tokio::sync::Notify;

/// The day that everybody is asked about.
pub(super) const DAY: Date = Date::constant(2026, 11, 25);
/// Everybody's birth date.
pub(super) const BORN: Date = Date::constant(1950, 4, 1);
/// Somebody else's.
pub(super) const NOT_BORN: Date = Date::constant(1950, 4, 2);
/// A clinic, a hospital with vouchers of its own, and a clinic without any. Check digits agree.
pub(super) const CLINICS: [&str; 3] = ["1319999015", "1310000011", "1310000029"];
pub(super) const PAYER: &str = "12139994";

/// How a person's eligibility stands on [`DAY`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    Without,
    NotYet,
    Covered,
    LastDay,
    Ended(EndReason),
}

/// To whom the person's vouchers are addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entrusted {
    Nobody,
    First,
    FirstUntilYesterday,
    Second,
    Both,
}

/// One person of the town.
#[derive(Clone, Debug)]
pub(super) struct Townsperson {
    pub(super) stands: Stands,
    pub(super) entrusted: Entrusted,
    pub(super) undisclosed: bool,
    pub(super) unusable: bool,
    index: u32,
    /// Whose 受給者番号 it is: the person's own, as a rule.
    number: u32,
    born: Date,
    /// The card that the person has enrolled.
    pub(super) card: Option<CardId>,
}

impl Townsperson {
    /// Everybody.
    pub(super) fn all() -> Vec<Townsperson> {
        let ended = EndReason::ALL.iter().copied().map(Stands::Ended);
        let stands: Vec<_> = [Stands::Without, Stands::NotYet, Stands::Covered, Stands::LastDay]
            .into_iter()
            .chain(ended)
            .collect();
        let entrusted = [
            Entrusted::Nobody,
            Entrusted::First,
            Entrusted::FirstUntilYesterday,
            Entrusted::Second,
            Entrusted::Both,
        ];
        let mut all = Vec::new();
        for stands in stands {
            for entrusted in entrusted {
                for (undisclosed, unusable) in [(false, false), (true, false), (false, true), (true, true)] {
                    let index = u32::try_from(all.len()).unwrap();
                    all.push(Townsperson {
                        stands,
                        entrusted,
                        undisclosed,
                        unusable,
                        index,
                        number: index,
                        born: BORN,
                        card: None,
                    });
                }
            }
        }
        all
    }

    /// Somebody covered and entrusted to the first clinic, with a number that may be another's too.
    pub(super) fn with_number(index: u32, number: u32, born: Date) -> Townsperson {
        Townsperson {
            stands: Stands::Covered,
            entrusted: Entrusted::First,
            undisclosed: false,
            unusable: false,
            index,
            number,
            born,
            card: None,
        }
    }

    /// The hub's name for them.
    pub(super) fn id(&self) -> PersonId {
        let mut bytes = [7; 16];
        bytes[..4].copy_from_slice(&self.index.to_be_bytes());
        PersonId::from_bytes(bytes)
    }

    /// 受給者番号.
    pub(super) fn recipient(&self) -> String {
        recipient(self.number)
    }

    /// The 交付番号 of the person's voucher for this institution.
    pub(super) fn issue_number(&self, clinic: usize) -> String {
        format!("V{:04}C{clinic}", self.index)
    }

    /// The institutions that a voucher of this person is valid at, on [`DAY`].
    pub(super) fn treated_at(&self) -> &'static [usize] {
        match self.entrusted {
            Entrusted::Nobody | Entrusted::FirstUntilYesterday => &[],
            Entrusted::First => &[0],
            Entrusted::Second => &[1],
            Entrusted::Both => &[0, 1],
        }
    }

    /// All that an office says of the person, each as its so manieth revision.
    pub(super) fn records(&self, revision: u32) -> Vec<Record> {
        let named = |record: &str, content| Record {
            link: Link::parse(&format!("town-{}", self.index)).unwrap(),
            record: RecordId::parse(record).unwrap(),
            revision,
            content,
        };
        let flags = Shielding {
            undisclosed: self.undisclosed,
            unusable: self.unusable,
        };
        let mut records = vec![
            named("shielding", Content::Shielding { served: part(flags) }),
            named("person", self.person()),
        ];
        records.extend(self.card.iter().map(|card| {
            let cards = vec![card.clone()];
            named(
                CARD_RECORD,
                Content::Card {
                    served: part(CardsServed { cards }),
                },
            )
        }));
        records.extend(self.eligibility().map(|content| named("eligibility-1", content)));
        for (clinic, code) in CLINICS.iter().enumerate() {
            let until = match self.entrusted {
                Entrusted::FirstUntilYesterday if clinic == 0 => Date::constant(2026, 11, 24),
                _ if self.treated_at().contains(&clinic) => Date::constant(2026, 11, 30),
                _ => continue,
            };
            let issue = self.issue_number(clinic);
            let voucher = voucher(code, &issue, &self.number(), until);
            let served = part(Box::new(voucher));
            records.push(named(&issue, Content::Voucher { served }));
        }
        records
    }

    fn person(&self) -> Content {
        let served = PersonServed {
            name: PersonName::new(&format!("見本　{}", self.index), "ﾐﾎﾝ").unwrap(),
            birth_date: self.born,
            sex: Sex::Female,
            address: Some(Address::new(Some("000-0000"), "見本県見本区見本町").unwrap()),
        };
        Content::Person {
            identity: None,
            served: part(served),
        }
    }

    fn number(&self) -> PersonNumber {
        PersonNumber {
            payer: PayerNumber::parse(PAYER).unwrap(),
            recipient: RecipientNumber::parse(&self.recipient()).unwrap(),
        }
    }

    fn eligibility(&self) -> Option<Content> {
        let spring = Date::constant(2026, 4, 1);
        let tomorrow = Date::constant(2026, 11, 26);
        let ending = |date, reason| Some(Ending { date, reason });
        let (start, end) = match self.stands {
            Stands::Without => return None,
            Stands::NotYet => (tomorrow, None),
            Stands::Covered => (spring, None),
            Stands::LastDay => (spring, ending(tomorrow, EndReason::Termination)),
            Stands::Ended(EndReason::Death) => {
                (spring, ending(Date::constant(2026, 11, 24), EndReason::Death))
            }
            Stands::Ended(reason) => (spring, ending(DAY, reason)),
        };
        let number = self.number();
        let served = EligibilityServed {
            eligibility: Eligibility {
                payer: number.payer,
                recipient: number.recipient,
                office_name: "見本福祉事務所".parse().unwrap(),
                start,
                end,
            },
            numbers: vec![NumberRegime::Fixed.validity(number, TreatmentMonth::of(spring))],
        };
        Some(Content::Eligibility { served: part(served) })
    }
}

/// The 受給者番号 of an index: six digits and their check digit.
pub(super) fn recipient(index: u32) -> String {
    let body = format!("{:06}", index + 1);
    let check = check_digit::folded(body.as_bytes());
    format!("{body}{check}")
}

/// A request as a receipt computer writes it.
pub(super) fn request(clinic: usize, recipient: &str, born: Date) -> String {
    let plain = |day: Date| domain::calendar::format_yyyymmdd(day).to_string();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\
         <XmlMsg><MessageHeader>\
         <QualificationConfirmationDate>{}</QualificationConfirmationDate>\
         <MedicalInstitutionCode>{}</MedicalInstitutionCode>\
         </MessageHeader><MessageBody><QualificationConfirmSearchInfo>\
         <InsurerNumber>{PAYER}</InsurerNumber>\
         <InsuredIdentificationNumber>{recipient}</InsuredIdentificationNumber>\
         <Birthdate>{}</Birthdate>\
         <LimitApplicationCertificateRelatedConsFlg>1</LimitApplicationCertificateRelatedConsFlg>\
         </QualificationConfirmSearchInfo></MessageBody></XmlMsg>",
        plain(DAY),
        CLINICS[clinic],
        plain(born),
    )
}

/// A hub that tells everybody's records once and then holds every question; and the word that it holds one, which is
/// when the records are applied and the reader has nothing to do.
pub(super) async fn hub(people: &[Townsperson]) -> (Listening, Arc<Notify>) {
    telling(0, page(people)).await
}

/// A hub that has only this to tell, to whoever has read up to a position.
pub(super) async fn telling(after: i64, page: Page) -> (Listening, Arc<Notify>) {
    let page = Arc::new(page);
    let asked = format!("single={after}&");
    let holds = Arc::new(Notify::new());
    let held = holds.clone();
    let handler: Handler = Arc::new(move |request: Request| {
        let (page, held) = (page.clone(), held.clone());
        let is_new = format!("{}&", request.uri().query().unwrap_or_default()).contains(&asked);
        Box::pin(async move {
            if is_new {
                http::Response::new(Bytes::from(serde_json::to_vec(&*page).unwrap()))
            } else {
                held.notify_one();
                std::future::pending().await
            }
        })
    });
    let anywhere = Origin::new("127.0.0.1", 0);
    let env = harness::known_as("hub");
    let listening = env.network().listen(&anywhere, handler, Limits::default());
    (listening.await.unwrap(), holds)
}

/// All of it in one page of the feed.
pub(super) fn page(people: &[Townsperson]) -> Page {
    let all = people.iter().map(|person| (person, person.records(1)));
    Page {
        entries: vec![entry(1, "13104", all)],
        marks: Vec::new(),
    }
}

/// What an office says of people, at a position of the feed.
pub(super) fn entry<'a>(
    n: i64,
    office: &str,
    said: impl IntoIterator<Item = (&'a Townsperson, Vec<Record>)>,
) -> Entry {
    let fed = |(person, records): (&Townsperson, Vec<Record>)| {
        let name = person.id().to_string();
        let fed = move |record| Fed {
            person: name.clone(),
            record,
        };
        records.into_iter().map(fed).collect::<Vec<_>>()
    };
    let records: Vec<Fed> = said.into_iter().flat_map(fed).collect();
    Entry {
        lane: Lane::Single,
        n,
        after_row: 0,
        through_row: u32::try_from(records.len()).unwrap(),
        last: true,
        office: OfficeCode::parse(office).unwrap(),
        file: Some(FileRef {
            lane: Lane::Single,
            number: n,
        }),
        records,
    }
}

fn part<T: serde::Serialize>(body: T) -> Part<T> {
    Part::new(Salt([9; 16]), body)
}

fn voucher(clinic: &str, issue: &str, number: &PersonNumber, until: Date) -> Voucher {
    Voucher {
        ticket_type: TicketType::Medical,
        valid_from: Date::constant(2026, 11, 1),
        valid_through: until,
        issue_number: IssueNumber::parse(issue).unwrap(),
        treatment_month: TreatmentMonth::parse("202611").unwrap(),
        institution_code: InstitutionCode::parse(clinic).unwrap(),
        institution_name: "見本医院".parse().unwrap(),
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
