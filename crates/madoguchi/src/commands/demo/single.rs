//! Single decisions while the month's run is being applied: an urgent voucher, and a desk that asks until it is there.

use domain::calendar::{Date, Period};
use domain::designation::{Institution, InstitutionKind};
use domain::month::TreatmentMonth;
use domain::self_payment::SelfPayment;
use domain::voucher::{IssueNumber, SingleOrCombined, TicketType, TreatmentType, Voucher, YesNo};
use env::{Env, Time};
use office::Decided;
use serde_json::json;
use service::Caller;
use synthetic::{Kind, Person, Town};

use super::desk::{About, Desk};
use super::fleet::{Fleet, INSTITUTIONS};
use crate::outcome::Failure;

/// Single decisions of one start.
pub(super) const SINGLES: usize = 200;
/// A ward of so many people has enough for the first start, whatever seed and day.
const ALWAYS_ENOUGH: u64 = 200;

/// A voucher to decide.
pub(super) struct Pick {
    link: String,
    desk: usize,
    about: About,
    voucher: Box<Voucher>,
}

/// One that arrived.
pub(super) struct Took {
    /// When the office's commit returned.
    pub(super) decided: Time,
    /// When a result held it.
    pub(super) arrived: Time,
}

/// The desks of the five institutions.
pub(super) fn desks(env: &Env, fleet: &Fleet, town: &Town) -> Vec<Desk> {
    let began = env.now();
    let desk = |(kind, name, _): (InstitutionKind, &str, u16)| Desk {
        env: env.clone(),
        code: town.institution_of_the_demo(kind),
        folders: fleet.data().join(name).join("OQS"),
        began,
    };
    INSTITUTIONS.into_iter().map(desk).collect()
}

/// Whom a receipt computer would ask about: the numbers of the last period.
pub(super) fn about(person: &Person, day: Date) -> Option<About> {
    let last = person.eligibilities.last()?;
    Some(About {
        payer: last.payer.as_str().to_owned(),
        recipient: last.recipient.as_str().to_owned(),
        birth_date: person.birth_date,
        day,
    })
}

/// Whether a number inquiry may find the person: the register agrees, and no flag hides them.
pub(super) fn is_matched(person: &Person) -> bool {
    person.entry.is_some() && person.number.is_some() && !person.kinds.has(Kind::AttributesDiffer)
}

/// Whether a flag hides the person from number inquiries.
pub(super) const fn is_hidden(person: &Person) -> bool {
    person.undisclosed || person.unusable
}

/// Refuses a ward that has too few people for the decisions of the first start, and names the smallest that has enough.
pub(super) fn enough(asked: u64, town: impl Fn(u64) -> Result<Town, Failure>) -> Result<(), Failure> {
    let suffices = |people: u64| -> Result<bool, Failure> { Ok(picks(&town(people)?, 0)?.len() == SINGLES) };
    // A ward of that size always suffices; there is no need to make it up.
    if asked >= ALWAYS_ENOUGH || suffices(asked)? {
        return Ok(());
    }
    let mut smallest = asked + 1;
    while smallest < ALWAYS_ENOUGH && !suffices(smallest)? {
        smallest += 1;
    }
    Err(Failure::failed(format!(
        "{asked}人の区は小さすぎて、随時の決定 {SINGLES}件を作れません（--people {asked}）。"
    ))
    .next_step(format!(
        "--people {smallest} を指定してください（それで足ります）。"
    )))
}

/// The decisions of a round: people who are covered today and are not entrusted to the institution yet. Every round has
/// others, until all are used up: a small ward's later rounds have fewer, or none.
pub(super) fn picks(town: &Town, round: u64) -> Result<Vec<Pick>, Failure> {
    let day = town.day();
    let office = town.office(0);
    let may_be_picked = |person: &Person| {
        let covered = person
            .eligibilities
            .last()
            .is_some_and(|one| one.covers_all(&rest_of_month(day)));
        let simple =
            person.self_payment == SelfPayment::nothing() && person.statement.social_insurance == YesNo::No;
        person.is_receiving() && is_matched(person) && covered && simple && !is_hidden(person)
    };
    let people: Vec<Person> = office.people().filter(may_be_picked).collect();
    let institutions = institutions(town)?;
    let pairs = (0..institutions.len()).flat_map(|place| people.iter().map(move |person| (place, person)));
    // The place follows the person's, so that five desks are asked from the first decision on.
    let pairs = pairs
        .enumerate()
        .map(|(n, (place, person))| ((place + n) % institutions.len(), person));
    let skip = usize::try_from(round)
        .unwrap_or(usize::MAX)
        .saturating_mul(SINGLES);
    let picks: Vec<Pick> = pairs
        .filter(|(place, person)| {
            let code = institutions.get(*place).map(|one| one.code);
            person
                .entrustments
                .iter()
                .all(|one| Some(one.institution) != code)
        })
        .skip(skip)
        .take(SINGLES)
        .enumerate()
        .filter_map(|(n, (place, person))| pick(town, person, place, &institutions, skip + n))
        .collect();
    Ok(picks)
}

fn institutions(town: &Town) -> Result<Vec<Institution>, Failure> {
    let all: Vec<Institution> = town.institutions().collect();
    let find = |(kind, name, _): (InstitutionKind, &str, u16)| {
        let code = town.institution_of_the_demo(kind);
        let found = all.iter().find(|one| one.code == code).cloned();
        found.ok_or_else(|| Failure::failed(format!("{name} が医療機関の名簿にありません。")))
    };
    INSTITUTIONS.into_iter().map(find).collect()
}

fn rest_of_month(day: Date) -> Period {
    Period::new(day, TreatmentMonth::of(day).last_day()).unwrap_or(Period::day(day))
}

fn pick(town: &Town, person: &Person, place: usize, institutions: &[Institution], n: usize) -> Option<Pick> {
    let day = town.day();
    let validity = rest_of_month(day);
    let (kind, _, _) = INSTITUTIONS.get(place)?;
    let treatment = match kind {
        InstitutionKind::Hospital | InstitutionKind::Clinic => TreatmentType::Outpatient,
        InstitutionKind::Dental => TreatmentType::Dental,
        InstitutionKind::Pharmacy => TreatmentType::Dispensing,
        InstitutionKind::HomeNursing => TreatmentType::HomeNursing,
    };
    let dispensing = treatment == TreatmentType::Dispensing;
    let issuer = institutions.first().filter(|_| dispensing);
    let institution = institutions.get(place)?;
    let eligibility = person.eligibilities.last()?;
    let voucher = Voucher {
        ticket_type: if dispensing {
            TicketType::Dispensing
        } else {
            TicketType::Medical
        },
        valid_from: validity.first(),
        valid_through: validity.last(),
        issue_number: IssueNumber::parse(&format!("S{n:09}")).ok()?,
        treatment_month: TreatmentMonth::of(day),
        institution_code: institution.code,
        institution_name: institution.name.clone(),
        prescription_issuer_code: issuer.map(|one| one.code),
        prescription_issuer_name: issuer.map(|one| one.name.clone()),
        injury_names: Vec::new(),
        treatment_type: treatment,
        self_pay_yen: 0,
        district_contact: person.staff.district.clone(),
        handling_contact: person.staff.handling.clone(),
        single_or_combined: SingleOrCombined::Single,
        social_insurance: YesNo::No,
        infection_37_2: YesNo::No,
        elderly_care: person.statement.elderly_care,
        prefectural_expenses: person.statement.prefectural_expenses,
        remarks: Vec::new(),
        printed_payer: eligibility.payer,
        printed_recipient: eligibility.recipient,
    };
    Some(Pick {
        link: person.link.as_str().to_owned(),
        desk: place,
        about: about(person, day)?,
        voucher: Box::new(voucher),
    })
}

/// Decides one voucher, and drops a request again after each answer until one holds it.
pub(super) async fn decide(office: &Caller, desks: &[Desk], pick: &Pick) -> Result<Took, Failure> {
    let Pick {
        link,
        desk,
        about,
        voucher,
    } = pick;
    let desk = desks
        .get(*desk)
        .ok_or_else(|| Failure::failed("窓口がありません。"))?;
    let issue_number = voucher.issue_number.as_str();
    let body = json!({ "record": issue_number, "revision": 1, "voucher": voucher });
    let _decided: Decided = office.post(&format!("/people/{link}/vouchers"), &body).await?;
    let decided = desk.env.now();
    for n in 0_u32.. {
        let result = desk.ask(&format!("{issue_number}n{n}"), about).await?;
        let mut tickets = result
            .body
            .result_list
            .iter()
            .flat_map(|item| &item.public_expense_result_list);
        if tickets.any(|ticket| ticket.issue_number.as_deref() == Some(issue_number)) {
            let arrived = desk.env.now();
            return Ok(Took { decided, arrived });
        }
        if desk.env.now().since(decided) > std::time::Duration::from_secs(60) {
            break;
        }
    }
    Err(Failure::failed(format!(
        "決定した医療券 {issue_number} が、60秒たっても医療機関に届きません。"
    )))
}
