//! What is known of a person for one month, read for a range of people with a few statements.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::designation::Institution;
use domain::eligibility::Eligibility;
use domain::entrustment::{Entrustment, EntrustmentId};
use domain::month::TreatmentMonth;
use domain::monthly::{self, Draft, Issued, LeftOut, LeftOutReason, MonthInput, Staff, Statement};
use domain::number::InstitutionCode;
use domain::regime::{NumberRegime, NumberValidity};
use domain::rules::RuleSet;
use domain::self_payment::SelfPayment;
use exchange::registration::Content;
use storage::Tx;

use crate::circumstances::{Circumstances, NOTHING_STATED};
use crate::entrustments::named;
use crate::store::facts::{self, FactKind};
use crate::store::ledger::{self, Withdrawn};
use crate::store::{decisions, households};
use crate::{Office, OfficeError};

/// The institutions that a plan looks at.
pub(crate) type Register = HashMap<InstitutionCode, Institution>;

/// What is known of a person for one month.
#[derive(Default)]
pub(crate) struct Dossier {
    pub(crate) eligibilities: Vec<Eligibility>,
    numbers: Vec<NumberValidity>,
    pub(crate) entrustments: Vec<Entrustment>,
    circumstances: Option<Circumstances>,
    self_payment: Option<SelfPayment>,
    pub(crate) staff: Staff,
    /// The month's vouchers that stand.
    issued: Vec<Issued>,
    /// The entrustments of which somebody withdrew a voucher of the month.
    withdrawn: Vec<EntrustmentId>,
}

/// Whether what was withdrawn by hand is issued anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Issuing {
    /// Somebody asks for this person: yes.
    Anew,
    /// The run: no, and it is counted.
    Missing,
}

/// What is to be done for a person.
#[derive(Default)]
pub(crate) struct Planned {
    pub(crate) drafts: Vec<Draft>,
    pub(crate) left_out: Vec<LeftOut>,
    /// Entrustments that the run passes over, because somebody withdrew their voucher.
    pub(crate) withdrawn: usize,
}

impl Planned {
    /// How many entrustments have their vouchers already.
    pub(crate) fn already_issued(&self) -> usize {
        let already = |one: &&LeftOut| one.reason == LeftOutReason::AlreadyIssued;
        self.left_out.iter().filter(already).count()
    }
}

impl Dossier {
    /// Plans the month.
    pub(crate) fn plan(
        &self,
        month: TreatmentMonth,
        regime: NumberRegime,
        register: &Register,
        issuing: Issuing,
    ) -> Planned {
        let stands = |id: &EntrustmentId| self.issued.iter().any(|one| one.entrustment.as_ref() == Some(id));
        let passed_over = |one: &Entrustment| {
            issuing == Issuing::Missing && self.withdrawn.contains(&one.id) && !stands(&one.id)
        };
        let kept: Vec<Entrustment>;
        let mut entrustments = self.entrustments.as_slice();
        if self.entrustments.iter().any(passed_over) {
            kept = self
                .entrustments
                .iter()
                .filter(|one| !passed_over(one))
                .cloned()
                .collect();
            entrustments = &kept;
        }
        let nothing = SelfPayment::nothing();
        let self_pays = self.circumstances.as_ref().is_some_and(|known| known.self_pays);
        let self_payment = match &self.self_payment {
            Some(settled) => settled,
            // Who pays something pays it every month; what is not settled is never taken as 0.
            None if self_pays => &SelfPayment::Unsettled,
            None => &nothing,
        };
        let input = MonthInput {
            month,
            entrustments,
            eligibilities: &self.eligibilities,
            self_payment,
            statement: self.statement(),
            regime,
            numbers: &self.numbers,
            register,
            issued: &self.issued,
        };
        let plan = monthly::plan(&input, RuleSet::in_force(month.first_day()));
        Planned {
            drafts: plan.vouchers,
            left_out: plan.left_out,
            withdrawn: self.entrustments.len() - entrustments.len(),
        }
    }

    fn statement(&self) -> Statement {
        self.circumstances
            .as_ref()
            .map_or(NOTHING_STATED, Circumstances::statement)
    }

    /// The institutions that its entrustments name.
    fn institutions(&self) -> impl Iterator<Item = InstitutionCode> {
        self.entrustments.iter().flat_map(|one| {
            let issuer = one.prescription.map(|prescription| prescription.issuer);
            [Some(one.institution), issuer].into_iter().flatten()
        })
    }
}

impl Office {
    /// What is known of the people from `first` to `last`, by link.
    pub(crate) async fn dossiers(
        &self,
        tx: &mut Tx,
        first: &str,
        last: &str,
        month: TreatmentMonth,
    ) -> Result<BTreeMap<String, Dossier>, OfficeError> {
        let mut people: BTreeMap<String, Dossier> = BTreeMap::new();
        for stored in decisions::eligibilities(tx, first, last).await? {
            if let Content::Eligibility { served } = self.open_version(&stored)? {
                let dossier = people.entry(stored.link).or_default();
                dossier.eligibilities.push(served.body.eligibility);
                dossier.numbers.extend(served.body.numbers);
            }
        }
        for stored in facts::between(tx, first, last, month).await? {
            let dossier = people.entry(stored.link.clone()).or_default();
            match FactKind::from_name(&stored.kind) {
                Some(FactKind::Circumstances) => dossier.circumstances = Some(self.open_fact(&stored)?),
                Some(FactKind::Entrustment) => dossier.entrustments.push(self.open_fact(&stored)?),
                Some(FactKind::SelfPayment) => dossier.self_payment = Some(self.open_fact(&stored)?),
                Some(FactKind::Event) | None => {}
            }
        }
        for (link, stored) in households::of_people(tx, first, last).await? {
            people.entry(link).or_default().staff = self.open_household(&stored)?.staff();
        }
        for entered in ledger::of_month(tx, month, first, last).await? {
            let dossier = people.entry(entered.version.link.clone()).or_default();
            let entrustment = entered.entrustment.as_deref().map(named).transpose()?;
            match (entered.withdrawn, entrustment) {
                (Withdrawn::No, entrustment) => {
                    if let Content::Voucher { served } = self.open_version(&entered.version)? {
                        let voucher = *served.body;
                        dossier.issued.push(Issued { entrustment, voucher });
                    }
                }
                (Withdrawn::ByHand, Some(entrustment)) => dossier.withdrawn.push(entrustment),
                (Withdrawn::ByHand | Withdrawn::ByEvent, _) => {}
            }
        }
        Ok(people)
    }

    /// The institutions that these people's entrustments name, and whoever took over from them.
    pub(crate) async fn register_for<'a>(
        &self,
        tx: &mut Tx,
        people: impl Iterator<Item = &'a Dossier>,
    ) -> Result<Register, OfficeError> {
        let mut register = Register::new();
        let mut wanted: BTreeSet<InstitutionCode> = people.flat_map(Dossier::institutions).collect();
        while !wanted.is_empty() {
            let codes: Vec<InstitutionCode> = wanted.into_iter().collect();
            wanted = BTreeSet::new();
            for institution in self.institutions(tx, &codes).await? {
                wanted.extend(institution.succession.map(|succession| succession.code));
                register.insert(institution.code, institution);
            }
            wanted.retain(|code| !register.contains_key(code));
        }
        Ok(register)
    }
}
