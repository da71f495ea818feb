//! Who may treat somebody this month: entrustments (委託) as an office has decided them, good ones and those that the
//! monthly run has to leave out.

use domain::calendar::{Date, Period};
use domain::designation::InstitutionKind;
use domain::eligibility::Eligibility;
use domain::entrustment::{Entrustment, EntrustmentId, HomeNursing, Opinion, Prescription, ReturnedOpinion};
use domain::month::TreatmentMonth;
use domain::monthly::Statement;
use domain::number::InstitutionCode;
use domain::other_programmes::Programme;
use domain::self_payment::{SelfPayment, SelfPaymentPart};
use domain::text::AsReceived;
use domain::voucher::{TreatmentType, YesNo};

use crate::days::{earlier, later, months_earlier};
use crate::dice::{About, Dice};
use crate::institutions::Neighbourhood;
use crate::kind::{Kind, Kinds};
use crate::sure;
use crate::town::Office;

/// 傷病名 by 診療別.
const INJURIES: [(TreatmentType, &[&str]); 5] = [
    (
        TreatmentType::Inpatient,
        &["統合失調症", "脳梗塞後遺症", "大腿骨頸部骨折", "肺炎"],
    ),
    (
        TreatmentType::Outpatient,
        &[
            "高血圧症",
            "２型糖尿病",
            "腰痛症",
            "うつ病",
            "脂質異常症",
            "気管支喘息",
            "白内障",
            "湿疹",
        ],
    ),
    (TreatmentType::Dental, &["う蝕症", "歯周炎", "義歯不適合"]),
    (TreatmentType::Dispensing, &[]),
    (
        TreatmentType::HomeNursing,
        &["脳梗塞後遺症", "パーキンソン病", "認知症"],
    ),
];

/// What an office has decided about somebody's treatment.
pub(crate) struct Care {
    pub(crate) entrustments: Vec<Entrustment>,
    pub(crate) self_payment: SelfPayment,
    pub(crate) statement: Statement,
}

impl Office {
    pub(crate) fn care(&self, index: u64, kinds: Kinds, link: &str, aid: &[Eligibility]) -> Care {
        let day = self.town.day();
        let mut desk = Desk {
            dice: Dice::new(self.town.seed(), self.number, index, About::Care),
            here: self.neighbourhood(),
            day,
            month: TreatmentMonth::of(day),
            kinds,
            link,
            since: aid.last().map_or(day, |last| last.start),
            made: Vec::new(),
        };
        if kinds.has(Kind::MedicalAid) {
            desk.treat();
        } else if kinds.has(Kind::OtherLaw) || index >= self.town.ward().people() {
            desk.treat_other(aid.last());
        }
        let yes = |is_so| if is_so { YesNo::Yes } else { YesNo::No };
        Care {
            self_payment: desk.self_payment(),
            entrustments: desk.made,
            statement: Statement {
                social_insurance: yes(kinds.has(Kind::Employees) || kinds.has(Kind::EmployeesLost)),
                elderly_care: YesNo::No,
                prefectural_expenses: yes(kinds.has(Kind::Prefectural)),
            },
        }
    }
}

/// Where one person's decisions are made.
struct Desk<'a> {
    dice: Dice,
    here: Neighbourhood,
    day: Date,
    month: TreatmentMonth,
    kinds: Kinds,
    link: &'a str,
    /// The first day of the aid that goes on.
    since: Date,
    made: Vec<Entrustment>,
}

impl Desk<'_> {
    /// Everything for somebody with medical aid this month.
    fn treat(&mut self) {
        let inpatient = self.kinds.has(Kind::Inpatient) || self.kinds.has(Kind::LivesInHospital);
        if inpatient {
            let hospital = self.here.pick(&mut self.dice, InstitutionKind::Hospital);
            self.entrust(hospital, TreatmentType::Inpatient);
        } else {
            let kind = if self.dice.chance(2_000) {
                InstitutionKind::Hospital
            } else {
                InstitutionKind::Clinic
            };
            let first = self.here.pick(&mut self.dice, kind);
            self.entrust(first, TreatmentType::Outpatient);
        }
        self.decide_first();
        if !inpatient {
            let always = self.kinds.has(Kind::MonthEndPrescription);
            self.prescribe(self.made[0].institution, if always { 10_000 } else { 6_500 });
            let second = self.here.pick(&mut self.dice, InstitutionKind::Clinic);
            if self.dice.chance(3_000) && second != self.made[0].institution {
                self.entrust(second, TreatmentType::Outpatient);
                self.prescribe(second, 6_500);
            }
        }
        if self.kinds.has(Kind::Dental) {
            let dental = self.here.pick(&mut self.dice, InstitutionKind::Dental);
            self.entrust(dental, TreatmentType::Dental);
        }
        self.nurse();
    }

    /// Somebody who receives no longer, or not yet, or under another law: one entrustment, which nobody has ended unless
    /// that was long ago.
    fn treat_other(&mut self, last: Option<&Eligibility>) {
        let clinic = self.here.pick(&mut self.dice, InstitutionKind::Clinic);
        let (long_ago, first_day) = (self.month.prev().first_day(), self.month.first_day());
        let future = self.kinds.has(Kind::Future);
        let covered = last.and_then(Eligibility::last_covered_day);
        let entrustment = self.entrust(clinic, TreatmentType::Outpatient);
        entrustment.through = covered.filter(|covered| *covered < long_ago);
        if let Some(through) = entrustment.through {
            entrustment.from = through.min(entrustment.from);
        }
        if future {
            // Entrusted before the aid begins.
            entrustment.from = first_day;
        }
    }

    /// What the kinds of decisions do to the first entrustment.
    fn decide_first(&mut self) {
        let (month, day) = (self.month, self.day);
        let old = self.here.given_up();
        let not_designated = self.here.not_designated(&mut self.dice);
        let unknown = self.here.unknown();
        let dental = self.here.first(InstitutionKind::Dental);
        let visit = later(
            month.first_day(),
            self.dice.between(0, u32::from(day.day().unsigned_abs()) - 1),
        );
        let (kinds, since) = (self.kinds, self.since);
        let previous = self.returned(12);
        let Some(first) = self.made.first_mut() else {
            return;
        };
        if kinds.has(Kind::FirstVisit) {
            first.from = visit.max(since);
            first.opinion = Opinion::FirstVisit;
        } else if kinds.has(Kind::OpinionAwaited) {
            let previous = (visit.day() % 2 == 0).then_some(previous);
            first.opinion = Opinion::Awaited { previous };
        } else if kinds.has(Kind::OpinionExpired) {
            first.opinion = Opinion::Returned(previous);
        } else if kinds.has(Kind::OldCode) {
            first.institution = old;
        } else if kinds.has(Kind::NotDesignated) {
            first.institution = not_designated;
        } else if kinds.has(Kind::UnknownInstitution) {
            first.institution = unknown;
        } else if kinds.has(Kind::WrongTreatment) {
            first.institution = dental;
        } else if kinds.has(Kind::FrequentVisitor) {
            first.only_within = Period::new(month.first_day(), later(month.first_day(), 9)).ok();
        } else if kinds.has(Kind::NoDayLeft) {
            // Aid ends tomorrow or begins today (see `aid`); the days on the other side are not covered.
            let (from, through) = match day == month.last_day() {
                true => (month.first_day(), earlier(day, 1)),
                false => (later(day, 1), month.last_day()),
            };
            first.from = first.from.min(from);
            first.only_within = Period::new(from, through).ok();
        } else if kinds.has(Kind::DoublyEntrusted) {
            let again = first.clone();
            let id = self.id();
            self.made.push(Entrustment { id, ..again });
        } else if kinds.has(Kind::Incomplete) {
            // A prescription without prescriber.
            let pharmacy = self.here.first(InstitutionKind::Pharmacy);
            self.entrust(pharmacy, TreatmentType::Dispensing);
        }
    }

    /// What the institution prescribes is dispensed at a pharmacy.
    fn prescribe(&mut self, issuer: InstitutionCode, share: u32) {
        if !self.dice.chance(share) {
            return;
        }
        let ends = [self.month.prev().last_day(), self.month.last_day()];
        let month_end = self.kinds.has(Kind::MonthEndPrescription);
        let issued_on = self.dice.pick(&ends);
        let pharmacy = self.here.pick(&mut self.dice, InstitutionKind::Pharmacy);
        let entrustment = self.entrust(pharmacy, TreatmentType::Dispensing);
        entrustment.prescription = Some(Prescription {
            issuer,
            issued_on: month_end.then_some(issued_on),
            dispensed_on: None,
        });
    }

    fn nurse(&mut self) {
        let care_insurance_pays = self.kinds.has(Kind::CareInsurance);
        let own_opinion = !self.kinds.has(Kind::NursingOpinionMissing);
        if self.kinds.has(Kind::HomeNursing) || care_insurance_pays || !own_opinion {
            let station = self.here.pick(&mut self.dice, InstitutionKind::HomeNursing);
            self.entrust(station, TreatmentType::HomeNursing).home_nursing = Some(HomeNursing {
                own_opinion,
                care_insurance_pays,
            });
        }
    }

    /// A decision like most: begun some time ago, on an opinion that carries this month.
    fn entrust(&mut self, institution: InstitutionCode, treatment: TreatmentType) -> &mut Entrustment {
        let began = earlier(self.day, self.dice.between(20, 900));
        let age = self.dice.between(
            0,
            if treatment == TreatmentType::Inpatient {
                2
            } else {
                5
            },
        );
        let injuries = INJURIES.iter().find(|(of, _)| *of == treatment);
        let injuries = injuries.map_or(&[][..], |(_, names)| names);
        let injury_names = match injuries {
            [] => Vec::new(),
            names => vec![text(self.dice.pick(names))],
        };
        let (id, opinion) = (self.id(), Opinion::Returned(self.returned(age)));
        let infection = self.kinds.has(Kind::Infection);
        self.made.push(Entrustment {
            id,
            institution,
            treatment,
            from: began.max(self.since),
            through: None,
            opinion,
            only_within: None,
            prescription: None,
            injury_names,
            other_programmes: programmes(self.kinds, treatment),
            infection_37_2: if infection { YesNo::Yes } else { YesNo::No },
            home_nursing: None,
            self_pay_ceiling_yen: None,
            remarks: Vec::new(),
        });
        let last = self.made.len() - 1;
        &mut self.made[last]
    }

    fn returned(&self, months_ago: u32) -> ReturnedOpinion {
        ReturnedOpinion {
            from: months_earlier(self.month, months_ago),
            months: None,
        }
    }

    fn id(&self) -> EntrustmentId {
        sure(EntrustmentId::parse(&format!(
            "{}-{}",
            self.link,
            self.made.len() + 1
        )))
    }

    /// 本人支払額; some offices say which institution collects what, others leave it to the rule.
    fn self_payment(&mut self) -> SelfPayment {
        let yen = self.dice.between(10, 400) * 100;
        let said = self.dice.chance(5_000);
        let part = |of: &Entrustment, yen| SelfPaymentPart {
            entrustment: of.id.clone(),
            yen,
        };
        let parts = match self.made.as_slice() {
            _ if self.kinds.has(Kind::SelfPayUnsettled) => return SelfPayment::Unsettled,
            // One of the parts was forgotten.
            [first, ..] if self.kinds.has(Kind::SelfPayUneven) => vec![part(first, yen / 2)],
            [first, second, ..] if self.kinds.has(Kind::SelfPay) && said => {
                vec![part(first, yen - yen / 4), part(second, yen / 4)]
            }
            _ if self.kinds.has(Kind::SelfPay) => Vec::new(),
            _ => return SelfPayment::nothing(),
        };
        SelfPayment::Settled { yen, parts }
    }
}

/// 他法他施策 that pay before medical aid, not sorted.
fn programmes(kinds: Kinds, treatment: TreatmentType) -> Vec<Programme> {
    if treatment == TreatmentType::Dental {
        return Vec::new();
    }
    if kinds.has(Kind::Mental) && treatment != TreatmentType::Inpatient {
        vec![Programme::PsychiatricOutpatient]
    } else if kinds.has(Kind::Rehabilitation) {
        vec![Programme::Intractable, Programme::Rehabilitation]
    } else if kinds.has(Kind::Intractable) {
        vec![Programme::Intractable]
    } else if kinds.has(Kind::Infection) {
        vec![Programme::TuberculosisGeneral]
    } else {
        Vec::new()
    }
}

fn text(text: &str) -> AsReceived {
    sure(AsReceived::parse("injury_names", text))
}
