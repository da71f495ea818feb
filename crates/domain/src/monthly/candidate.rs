//! What one entrustment may have in the month: its days, or the reason why there are none.

use super::{Issued, LeftOutReason, MonthInput};
use crate::calendar::{Date, Period, day_after};
use crate::designation::{Institution, in_charge};
use crate::eligibility::{Eligibility, Standing};
use crate::entrustment::{Entrustment, EntrustmentFault, HomeNursingFault, OpinionFault};
use crate::regime::{PersonNumber, number_in_force};
use crate::rules::RuleSet;
use crate::voucher::Care;

/// Days without a gap for which one voucher can be made: one eligibility, one designated institution, none issued yet.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'a> {
    /// Which of the input's entrustments.
    pub(super) index: usize,
    pub(super) entrustment: &'a Entrustment,
    pub(super) institution: &'a Institution,
    eligibility: &'a Eligibility,
    pub(super) number: PersonNumber,
    pub(super) validity: Period,
}

impl Candidate<'_> {
    pub(super) fn care(&self) -> Care {
        care(self.entrustment, self.institution, self.number)
    }
}

fn care(entrustment: &Entrustment, institution: &Institution, number: PersonNumber) -> Care {
    Care {
        payer: number.payer,
        institution: institution.code,
        treatment: entrustment.treatment,
        prescriber: entrustment.prescription.map(|prescription| prescription.issuer),
    }
}

/// The candidates of the entrustment at `index`; none when it is not due in the month at all.
///
/// `before` are the candidates of the entrustments before it: what they take is a double for this one.
pub(super) fn candidates<'a>(
    input: &MonthInput<'a>,
    rules: &RuleSet,
    index: usize,
    before: &[Candidate<'a>],
) -> Option<Result<Vec<Candidate<'a>>, LeftOutReason>> {
    let entrustment = input.entrustments.get(index)?;
    let due = entrustment.due_days(input.month, rules.prescription_days)?;
    Some(judged(input, rules, index, entrustment, due, before))
}

fn judged<'a>(
    input: &MonthInput<'a>,
    rules: &RuleSet,
    index: usize,
    entrustment: &'a Entrustment,
    due: Period,
    before: &[Candidate<'a>],
) -> Result<Vec<Candidate<'a>>, LeftOutReason> {
    entrustment.check().map_err(|fault| match fault {
        EntrustmentFault::Treatment { .. } => LeftOutReason::TreatmentNotOfInstitution,
        _ => LeftOutReason::EntrustmentIncomplete,
    })?;
    let mut found = Vec::new();
    let mut missing = Missing::default();
    for day in due.days() {
        match on_day(input, entrustment, day, before) {
            Ok((eligibility, institution, number)) => extend(
                &mut found,
                Candidate {
                    index,
                    entrustment,
                    institution,
                    eligibility,
                    number,
                    validity: Period::day(day),
                },
            ),
            Err(reason) => missing.note(reason),
        }
    }
    if found.is_empty() {
        return Err(missing.reason(input));
    }
    if found
        .iter()
        .any(|one| !entrustment.treatment.suits(one.institution.code.point_table()))
    {
        return Err(LeftOutReason::TreatmentNotOfInstitution);
    }
    may_be_treated(input, rules, entrustment)?;
    Ok(found)
}

/// Who may treat the person on `day` and under which number, or why nobody.
fn on_day<'a>(
    input: &MonthInput<'a>,
    entrustment: &Entrustment,
    day: Date,
    before: &[Candidate<'a>],
) -> Result<(&'a Eligibility, &'a Institution, PersonNumber), LeftOutReason> {
    let eligibility = covering(input.eligibilities, day).ok_or(LeftOutReason::NoDayCovered)?;
    let number = number_in_force(input.regime, input.numbers, eligibility, input.month)
        .ok_or(LeftOutReason::NumberNotGiven)?;
    let institution =
        in_charge(input.register, &entrustment.institution, day).ok_or(LeftOutReason::InstitutionUnknown)?;
    if !institution.designated_on(day) {
        return Err(LeftOutReason::InstitutionNotDesignated);
    }
    let care = care(entrustment, institution, number);
    // An entrustment has one voucher for a day, also when it names another institution since: what an institution was
    // told stands until it is withdrawn.
    let stands = |issued: &&Issued| {
        let own = issued.entrustment.as_ref() == Some(&entrustment.id);
        issued.voucher.covers(day) && (own || Care::of(&issued.voucher) == care)
    };
    if let Some(issued) = input.issued.iter().find(stands) {
        return Err(already(issued, entrustment));
    }
    if before
        .iter()
        .any(|one| one.validity.contains(day) && one.care() == care)
    {
        return Err(LeftOutReason::Double);
    }
    Ok((eligibility, institution, number))
}

/// A voucher that stands is this entrustment's own, or another's and so a double.
fn already(issued: &Issued, entrustment: &Entrustment) -> LeftOutReason {
    match &issued.entrustment {
        Some(other) if *other != entrustment.id => LeftOutReason::Double,
        _ => LeftOutReason::AlreadyIssued,
    }
}

/// The eligibility that covers `day`; should there be two, the one that started last.
fn covering(eligibilities: &[Eligibility], day: Date) -> Option<&Eligibility> {
    eligibilities
        .iter()
        .filter(|one| one.covers(day))
        .max_by_key(|one| (one.start, one.payer, one.recipient))
}

/// Adds the day of `next` to the last candidate when nothing but the day differs, else begins a new one.
fn extend<'a>(found: &mut Vec<Candidate<'a>>, next: Candidate<'a>) {
    let day = next.validity.first();
    if let Some(last) = found.last_mut()
        && day_after(last.validity.last()) == day
        && last.eligibility == next.eligibility
        && last.number == next.number
        && last.institution.code == next.institution.code
        && let Ok(longer) = Period::new(last.validity.first(), day)
    {
        last.validity = longer;
    } else {
        found.push(next);
    }
}

/// Whether the decision carries this month: the opinion, and for visiting nursing who pays first.
fn may_be_treated(
    input: &MonthInput<'_>,
    rules: &RuleSet,
    entrustment: &Entrustment,
) -> Result<(), LeftOutReason> {
    let nursing = entrustment
        .home_nursing
        .map_or(Ok(()), |nursing| nursing.is_for_medical_aid());
    nursing.map_err(|fault| match fault {
        HomeNursingFault::CareInsuranceFirst => LeftOutReason::CareInsuranceFirst,
        HomeNursingFault::OpinionMissing => LeftOutReason::HomeNursingOpinionMissing,
    })?;
    let longest = rules.opinion_months(entrustment.treatment);
    let carried = entrustment
        .opinion
        .carries(entrustment.from, input.month, longest);
    carried.map_err(|fault| match fault {
        OpinionFault::NotReturned => LeftOutReason::OpinionNotReturned,
        OpinionFault::Expired => LeftOutReason::OpinionExpired,
    })
}

/// Why days were lost. The reason that got furthest is given: it is the one thing that stands between a day and a voucher.
#[derive(Default)]
struct Missing(Option<LeftOutReason>);

impl Missing {
    fn note(&mut self, reason: LeftOutReason) {
        self.0 = self.0.max(Some(reason));
    }

    fn reason(&self, input: &MonthInput<'_>) -> LeftOutReason {
        match self.0 {
            None | Some(LeftOutReason::NoDayCovered) => not_covered(input),
            Some(reason) => reason,
        }
    }
}

/// No day that is due is covered: because aid is over, because it has not begun, or because the days do not meet.
fn not_covered(input: &MonthInput<'_>) -> LeftOutReason {
    let mut month = input.month.period().days();
    if month.any(|day| covering(input.eligibilities, day).is_some()) {
        return LeftOutReason::NoDayCovered;
    }
    let ended = |one: &Eligibility| matches!(one.standing(input.month.last_day()), Standing::Ended(..));
    if input.eligibilities.iter().any(ended) {
        LeftOutReason::EligibilityEnded
    } else {
        LeftOutReason::EligibilityNotBegun
    }
}
