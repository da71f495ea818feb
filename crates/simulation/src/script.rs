//! What an office decides next: a seeded stream of lawful work, with the mistakes that offices make.

use std::sync::Arc;

use domain::calendar::Date;
use domain::eligibility::{Eligibility, EndReason, Ending};
use domain::month::TreatmentMonth;
use domain::number::{PayerNumber, RecipientNumber};
use domain::person::Address;
use domain::regime::{NumberValidity, PersonNumber};
use domain::text::AsReceived;
use domain::voucher::{IssueNumber, SingleOrCombined, TicketType, TreatmentType, Voucher, YesNo, fits};
use env::EnvRng;
use exchange::registration::{EligibilityServed, Kind, PersonServed, Shielding};

use crate::names::{Clinic, Office, parsed};
use crate::people::{Resident, at, below, chance, recipient};
use crate::truth::{Key, Match, Said, SaidOfPerson, Truth};

/// The day on which every fleet lives.
pub(crate) const TODAY: Date = Date::constant(2026, 11, 22);

/// Something to decide.
pub(crate) struct Act {
    pub(crate) key: Key,
    pub(crate) said: Said,
    /// Whether the office's own rules allow it.
    pub(crate) lawful: bool,
}

/// One desk of an office: it decides about its own people, one thing after the other.
pub(crate) struct Script {
    office: Office,
    desk: u32,
    people: Arc<Vec<Resident>>,
    /// Who may still be written down.
    coming: Vec<usize>,
    /// Who was written down: their links, and who they are.
    here: Vec<(String, usize)>,
    made: u32,
    month_run_done: bool,
    rng: EnvRng,
}

impl Script {
    /// A desk that looks after these people.
    pub(crate) fn new(
        office: Office,
        desk: u32,
        people: &Arc<Vec<Resident>>,
        coming: Vec<usize>,
        rng: EnvRng,
    ) -> Script {
        Script {
            office,
            desk,
            people: people.clone(),
            coming,
            here: Vec::new(),
            made: 0,
            month_run_done: false,
            rng,
        }
    }

    /// The randomness of this desk, for pauses and the like.
    pub(crate) fn rng(&mut self) -> &mut EnvRng {
        &mut self.rng
    }

    /// What to decide next.
    pub(crate) fn next(&mut self, truth: &mut Truth) -> Option<Act> {
        if self.here.len() < 2 || (!self.coming.is_empty() && chance(&mut self.rng, 15)) {
            return self.write_down(truth);
        }
        let (link, who) = self.here.get(at(&mut self.rng, self.here.len()))?.clone();
        let held: Vec<Eligibility> = eligibilities(truth, self.office, &link);
        if held.is_empty() {
            return self.begin(&link, 1);
        }
        match below(&mut self.rng, 100) {
            0..40 => self.issue(&link, &held),
            40..62 => self.correct_voucher(truth, &link, &held),
            62..70 => self.withdraw(truth, &link),
            70..84 => self.change_eligibility(truth, &link),
            84..92 => {
                let (undisclosed, unusable) = (chance(&mut self.rng, 30), chance(&mut self.rng, 20));
                let flags = Shielding {
                    undisclosed,
                    unusable,
                };
                Some(self.act(&link, Kind::Shielding, "shielding", Said::Shielding(flags)))
            }
            _ => self.correct_person(truth, &link, who),
        }
    }

    fn act(&self, link: &str, kind: Kind, record: &str, said: Said) -> Act {
        let key = Key {
            office: self.office,
            link: link.to_owned(),
            kind,
            record: record.to_owned(),
        };
        Act {
            key,
            said,
            lawful: true,
        }
    }

    fn write_down(&mut self, truth: &mut Truth) -> Option<Act> {
        let who = self.coming.pop()?;
        let link = format!("p-{}-{who}", self.desk);
        truth.name(self.office, &link, who);
        self.here.push((link.clone(), who));
        let number_of = match below(&mut self.rng, 100) {
            0..10 => None,
            // Somebody else's number: the mistake of 8,544 cases.
            10..22 => Some(at(&mut self.rng, self.people.len())),
            _ => Some(who),
        };
        let typo = chance(&mut self.rng, 12);
        let said = self.person(who, number_of, typo);
        Some(self.act(&link, Kind::Person, "person", said))
    }

    fn correct_person(&mut self, truth: &Truth, link: &str, who: usize) -> Option<Act> {
        let key = self.act(link, Kind::Person, "person", Said::Withdrawn).key;
        let Some(Said::Person(before)) = truth.newest(&key).map(|version| version.said.clone()) else {
            return None;
        };
        let said = if before.matches != Match::Agrees {
            self.person(who, Some(who), false)
        } else if chance(&mut self.rng, 60) {
            // Moved house: the register has the old address for a while.
            let house = below(&mut self.rng, 1000);
            let mut moved = before;
            moved.served.address = Some(parsed(Address::new(None, &format!("見本区新町{house}番地"))));
            Said::Person(moved)
        } else if chance(&mut self.rng, 70) {
            self.person(who, before.number_of, true)
        } else {
            let other = at(&mut self.rng, self.people.len());
            self.person(who, Some(other), false)
        };
        Some(self.act(link, Kind::Person, "person", said))
    }

    /// What the office writes of somebody, rightly or with a typing mistake.
    fn person(&mut self, who: usize, number_of: Option<usize>, typo: bool) -> Said {
        let resident = self.people[who].clone();
        let mut served = PersonServed {
            name: resident.name,
            birth_date: resident.birth_date,
            sex: resident.sex,
            address: Some(resident.address.clone()),
        };
        if typo {
            served.birth_date = served.birth_date.tomorrow().unwrap_or(served.birth_date);
        }
        let matches = match number_of.map(|of| &self.people[of]) {
            None => Match::NoNumber,
            Some(of) if of.registered && number_of == Some(who) && !typo => Match::Agrees,
            Some(_) => Match::Differs,
        };
        Said::Person(Box::new(SaidOfPerson {
            served,
            registered_address: resident.address,
            number_of,
            matches,
        }))
    }

    /// The first eligibility goes on; the second is of years before, so that in whatever order the office hears of the two,
    /// no day is covered twice.
    fn begin(&mut self, link: &str, nth: u32) -> Option<Act> {
        let (start, end) = if nth == 1 {
            (day(&mut self.rng, -200, 5), None)
        } else {
            let date = day(&mut self.rng, -600, -500);
            let reason = EndReason::Termination;
            (day(&mut self.rng, -900, -700), Some(Ending { date, reason }))
        };
        self.made += 1;
        let recipient = recipient(self.office, self.desk * 10_000 + self.made);
        let eligibility = Eligibility {
            payer: parsed(PayerNumber::parse(self.office.payer())),
            recipient,
            office_name: parsed(AsReceived::parse("office", self.office.label())),
            start,
            end,
        };
        let numbers = vec![valid(recipient, self.office, TreatmentMonth::of(start))];
        let said = Said::Eligibility(Box::new(EligibilityServed { eligibility, numbers }));
        Some(self.act(link, Kind::Eligibility, &format!("e-{nth}"), said))
    }

    fn change_eligibility(&mut self, truth: &Truth, link: &str) -> Option<Act> {
        let key = self.act(link, Kind::Eligibility, "e-1", Said::Withdrawn).key;
        let Some(Said::Eligibility(before)) = truth.newest(&key).map(|version| version.said.clone()) else {
            return None;
        };
        let mut now = *before;
        match below(&mut self.rng, 10) {
            0..4 => {
                let date = day(&mut self.rng, -20, 20).max(now.eligibility.start);
                let reason = EndReason::ALL[at(&mut self.rng, EndReason::ALL.len())];
                now.eligibility.end = Some(Ending { date, reason });
            }
            4..7 => now.eligibility.end = None,
            7 => now.eligibility.start = day(&mut self.rng, -200, -30),
            8 => return self.begin(link, 2),
            _ => {
                // A new number from this month on; the old one goes on finding the months before.
                self.made += 1;
                let month = TreatmentMonth::of(TODAY);
                let recipient = recipient(self.office, self.desk * 10_000 + self.made);
                for held in now.numbers.iter_mut().filter(|held| held.through.is_none()) {
                    held.through = Some(month.prev());
                }
                now.numbers.push(valid(recipient, self.office, month));
                now.eligibility.recipient = recipient;
            }
        }
        if now
            .eligibility
            .end
            .is_some_and(|end| end.date < now.eligibility.start)
        {
            now.eligibility.end = None;
        }
        Some(self.act(link, Kind::Eligibility, "e-1", Said::Eligibility(Box::new(now))))
    }

    /// Continuing vouchers of somebody who has an eligibility without an end, for a month that nobody asks about yet;
    /// once.
    pub(crate) fn month_run(&mut self, truth: &Truth, records: usize) -> Vec<Act> {
        if std::mem::replace(&mut self.month_run_done, true) {
            return Vec::new();
        }
        let (office, mut month) = (self.office, TreatmentMonth::of(TODAY));
        (0..4).for_each(|_| month = month.next());
        let open = self.here.iter().find_map(|(link, _)| {
            let held = eligibilities(truth, office, link);
            let open = held.into_iter().find(|eligibility| eligibility.end.is_none());
            open.map(|eligibility| (link.clone(), eligibility))
        });
        let Some((link, eligibility)) = open else {
            return Vec::new();
        };
        let act = |_| self.issue_for(&link, &eligibility, std::slice::from_ref(&eligibility), month);
        (0..records).map(act).collect()
    }

    fn issue(&mut self, link: &str, held: &[Eligibility]) -> Option<Act> {
        let eligibility = held.get(at(&mut self.rng, held.len()))?;
        let this = TreatmentMonth::of(TODAY);
        let month = match below(&mut self.rng, 10) {
            0 => this.prev(),
            1 => this.next(),
            _ => this,
        };
        Some(self.issue_for(link, eligibility, held, month))
    }

    fn issue_for(
        &mut self,
        link: &str,
        eligibility: &Eligibility,
        held: &[Eligibility],
        month: TreatmentMonth,
    ) -> Act {
        self.made += 1;
        let (office, desk, made) = (self.office, self.desk, self.made);
        let clinic = Clinic::ALL[at(&mut self.rng, 2)];
        let mut voucher = Voucher {
            ticket_type: TicketType::Medical,
            valid_from: month.first_day(),
            valid_through: month.last_day(),
            issue_number: parsed(IssueNumber::parse(&format!("{office:?}{desk}X{made:04}"))),
            treatment_month: month,
            institution_code: clinic.institution(),
            institution_name: parsed(AsReceived::parse("name", clinic.node().name())),
            prescription_issuer_code: None,
            prescription_issuer_name: None,
            injury_names: vec![parsed(AsReceived::parse("injury", &format!("傷病{made}")))],
            treatment_type: TreatmentType::Outpatient,
            self_pay_yen: below(&mut self.rng, 5) * 1000,
            district_contact: None,
            handling_contact: None,
            single_or_combined: SingleOrCombined::Single,
            social_insurance: YesNo::No,
            infection_37_2: YesNo::No,
            elderly_care: YesNo::No,
            prefectural_expenses: YesNo::No,
            remarks: Vec::new(),
            printed_payer: eligibility.payer,
            printed_recipient: eligibility.recipient,
        };
        if chance(&mut self.rng, 90) {
            fit(&mut voucher, eligibility);
        }
        self.voucher(link, &format!("v-{desk}-{made}"), voucher, held)
    }

    fn voucher(&self, link: &str, record: &str, voucher: Voucher, held: &[Eligibility]) -> Act {
        let lawful =
            voucher.check().is_ok() && held.iter().any(|eligibility| fits(&voucher, eligibility).is_ok());
        Act {
            lawful,
            ..self.act(link, Kind::Voucher, record, Said::Voucher(Box::new(voucher)))
        }
    }

    fn correct_voucher(&mut self, truth: &Truth, link: &str, held: &[Eligibility]) -> Option<Act> {
        let (record, mut voucher) = self.some_voucher(truth, link)?;
        match below(&mut self.rng, 3) {
            0 => {
                let other = Clinic::of_code(voucher.institution_code.as_str())?.other();
                voucher.institution_code = other.institution();
                voucher.institution_name = parsed(AsReceived::parse("name", other.node().name()));
            }
            1 => voucher.self_pay_yen += 100,
            _ => {
                voucher.valid_through = voucher
                    .valid_through
                    .max(TODAY)
                    .min(voucher.treatment_month.last_day());
            }
        }
        Some(self.voucher(link, &record, voucher, held))
    }

    fn withdraw(&mut self, truth: &Truth, link: &str) -> Option<Act> {
        let (record, _) = self.some_voucher(truth, link)?;
        Some(self.act(link, Kind::Voucher, &record, Said::Withdrawn))
    }

    /// One of the vouchers that are not withdrawn.
    fn some_voucher(&mut self, truth: &Truth, link: &str) -> Option<(String, Voucher)> {
        let vouchers: Vec<(String, Voucher)> = truth
            .of_link(self.office, link)
            .filter_map(|(key, versions)| match &versions.last()?.said {
                Said::Voucher(voucher) => Some((key.record.clone(), (**voucher).clone())),
                _ => None,
            })
            .collect();
        vouchers.get(at(&mut self.rng, vouchers.len())).cloned()
    }
}

/// Brings a voucher's dates within an eligibility, as far as its month allows.
fn fit(voucher: &mut Voucher, eligibility: &Eligibility) {
    voucher.valid_from = voucher.valid_from.max(eligibility.start);
    if let Some(last) = eligibility.last_covered_day() {
        voucher.valid_through = voucher.valid_through.min(last);
    }
}

fn valid(recipient: RecipientNumber, office: Office, from: TreatmentMonth) -> NumberValidity {
    let payer = parsed(PayerNumber::parse(office.payer()));
    NumberValidity {
        number: PersonNumber { payer, recipient },
        from,
        through: None,
    }
}

/// A day so many days from today.
fn day(rng: &mut EnvRng, from: i32, to: i32) -> Date {
    let span = u32::try_from(to - from).unwrap_or(1);
    let offset = from + i32::try_from(below(rng, span)).unwrap_or(0);
    let mut day = TODAY;
    for _ in 0..offset.abs() {
        day = if offset < 0 {
            day.yesterday()
        } else {
            day.tomorrow()
        }
        .unwrap_or(day);
    }
    day
}

/// The newest version of each eligibility.
pub(crate) fn eligibilities(truth: &Truth, office: Office, link: &str) -> Vec<Eligibility> {
    let held = truth
        .of_link(office, link)
        .filter_map(|(_, versions)| match &versions.last()?.said {
            Said::Eligibility(served) => Some(served.eligibility.clone()),
            _ => None,
        });
    held.collect()
}
