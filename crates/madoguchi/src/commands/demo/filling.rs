//! Filling registers and office as a sandbox does: everything goes over the real path, and may be sent again.

use std::time::Duration;

use domain::month::TreatmentMonth;
use env::Env;
use exchange::registration::feed::Heads;
use http::Method;
use office::Loaded;
use serde::Deserialize;
use serde_json::{Value, json};
use service::Caller;
use synthetic::{Person, Town};

use super::bar::bar;
use super::fleet::Fleet;
use super::standstill::Standstill;
use crate::commands::synth::lines::{Insured, Resident};
use crate::outcome::Failure;

/// Lines in one request to a register.
const LINES: usize = 2_000;
/// People in one load of the office, which takes 500 records: a person has three, and some have more.
const PEOPLE: usize = 100;
/// How often it is looked whether everybody is matched.
const LOOK: Duration = Duration::from_millis(50);

/// Fills the registers, then the office.
pub(super) async fn fill(fleet: &Fleet, town: &Town) -> Result<(), Failure> {
    let registers = fleet.registers()?;
    let institutions: Vec<_> = town.institutions().collect();
    let _loaded: usize = registers.post("/institutions", &institutions).await?;
    fill_registers(&registers, town).await?;
    fill_office(&fleet.office()?, town).await
}

async fn fill_registers(registers: &Caller, town: &Town) -> Result<(), Failure> {
    let bar = bar(town.ward().everybody(), "住民・保険者の台帳");
    let (mut residents, mut insured) = (Lines::default(), Lines::default());
    for person in town.office(0).people() {
        bar.inc(1);
        let Some(entry) = &person.entry else { continue };
        residents.add(&Resident::of(entry))?;
        if !person.insurers_rows.is_empty() {
            insured.add(&Insured {
                number: entry.number.as_str(),
                rows: &person.insurers_rows,
            })?;
        }
        for (lines, path) in [(&mut residents, "/residents"), (&mut insured, "/insurers")] {
            if lines.count == LINES {
                lines.send(registers, path).await?;
            }
        }
    }
    residents.send(registers, "/residents").await?;
    insured.send(registers, "/insurers").await?;
    bar.finish();
    Ok(())
}

/// Lines of one kind on their way to a register.
#[derive(Default)]
struct Lines {
    bytes: Vec<u8>,
    count: usize,
}

impl Lines {
    fn add<T: serde::Serialize>(&mut self, line: &T) -> Result<(), Failure> {
        serde_json::to_writer(&mut self.bytes, line)?;
        self.bytes.push(b'\n');
        self.count += 1;
        Ok(())
    }

    async fn send(&mut self, registers: &Caller, path: &str) -> Result<(), Failure> {
        if std::mem::take(&mut self.count) == 0 {
            return Ok(());
        }
        let body = std::mem::take(&mut self.bytes);
        let sent = registers.send(Method::POST, path, "application/x-ndjson", body.into());
        let status = sent.await?.status();
        if !status.is_success() {
            return Err(Failure::failed(format!(
                "台帳への登録（{path}）が受け付けられませんでした（状態 {status}）。"
            )));
        }
        Ok(())
    }
}

async fn fill_office(office: &Caller, town: &Town) -> Result<(), Failure> {
    let month = TreatmentMonth::of(town.day());
    let bar = bar(town.ward().everybody(), "福祉事務所の世帯・個人");
    let (mut households, mut people): (Vec<Value>, usize) = (Vec::new(), 0);
    let mut members: Vec<Person> = Vec::new();
    for person in town.office(0).people() {
        if members
            .first()
            .is_some_and(|first| first.household != person.household)
        {
            people += members.len();
            households.push(household(&members, month));
            members.clear();
        }
        members.push(person);
        if people >= PEOPLE {
            load(office, &mut households).await?;
            bar.inc(std::mem::take(&mut people) as u64);
        }
    }
    households.push(household(&members, month));
    load(office, &mut households).await?;
    bar.finish();
    Ok(())
}

async fn load(office: &Caller, households: &mut Vec<Value>) -> Result<(), Failure> {
    let _loaded: Loaded = office.post("/load", households).await?;
    households.clear();
    Ok(())
}

/// A household as the office loads it.
fn household(members: &[Person], month: TreatmentMonth) -> Value {
    let first = members.first();
    json!({
        "id": format!("h{:07}", first.map_or(0, |one| one.household)),
        "household": {
            "district_contact": first.map(|one| &one.staff.district),
            "handling_contact": first.map(|one| &one.staff.handling),
        },
        "members": members.iter().map(|one| member(one, month)).collect::<Vec<_>>(),
    })
}

fn member(person: &Person, month: TreatmentMonth) -> Value {
    // Some of the made-up decisions cannot be; an office refuses them when they are entered.
    let entrustments: Vec<_> = person
        .entrustments
        .iter()
        .filter(|one| one.check().is_ok())
        .collect();
    let eligibilities = person.eligibilities.iter().map(
        |one| json!({ "payer": one.payer, "recipient": one.recipient, "start": one.start, "end": one.end }),
    );
    let shielding = (person.undisclosed || person.unusable)
        .then(|| json!({ "undisclosed": person.undisclosed, "unusable": person.unusable }));
    json!({
        "person": {
            "link": person.link, "number": person.number.as_ref().map(synthetic::MadeUpNumber::as_str),
            "name": person.name, "birth_date": person.birth_date, "sex": person.sex,
            "address": person.residence, "registered_address": person.registered_address,
        },
        "circumstances": {
            "household": format!("h{:07}", person.household), "legal_basis": person.basis,
            "social_insurance": person.statement.social_insurance, "elderly_care": person.statement.elderly_care,
            "prefectural_expenses": person.statement.prefectural_expenses,
            "self_pays": person.self_payment != domain::self_payment::SelfPayment::nothing(),
        },
        "eligibilities": eligibilities.collect::<Vec<_>>(),
        "shielding": shielding,
        "entrustments": entrustments,
        "self_payments": [{ "month": month, "self_payment": person.self_payment }],
    })
}

/// How a lane of the office stands.
#[derive(Deserialize)]
pub(super) struct LaneStatus {
    /// Files without a receipt.
    pub(super) waiting: i64,
}

/// What the hub counts.
#[derive(Deserialize)]
pub(super) struct AtHub {
    pub(super) heads: Heads,
    pub(super) people: People,
    pub(super) vouchers: AtHubVouchers,
}

#[derive(Deserialize)]
pub(super) struct People {
    pub(super) waiting: i64,
    pub(super) matched: i64,
    pub(super) mismatch: i64,
    pub(super) no_number: i64,
}

#[derive(Deserialize)]
pub(super) struct AtHubVouchers {
    pub(super) applied: i64,
    pub(super) held: i64,
}

/// What verification counts.
#[derive(Deserialize)]
pub(super) struct AtVerification {
    pub(super) heads: Heads,
    pub(super) vouchers: i64,
}

/// Whether the office has sent everything, the hub has asked about everybody, and verification has all of it.
pub(super) async fn is_settled(fleet: &Fleet, month: TreatmentMonth) -> Result<(bool, AtHub), Failure> {
    let lanes: Vec<LaneStatus> = fleet.office()?.get("/status").await?;
    let path = format!("/counts?month={month}");
    let hub: AtHub = fleet.operator("hub")?.get(&path).await?;
    let verification: AtVerification = fleet.operator("verification")?.get(&path).await?;
    let sent = lanes.iter().all(|lane| lane.waiting == 0);
    let settled = sent && hub.people.waiting == 0 && verification.heads.reach(&hub.heads);
    Ok((settled, hub))
}

/// Waits until everybody who can be matched is, and verification knows it.
pub(super) async fn until_matched(env: &Env, fleet: &Fleet, month: TreatmentMonth) -> Result<(), Failure> {
    let mut standstill = Standstill::new(env.now(), (0, Heads::default()));
    let bar = bar(1, "本人確認（J-LIS照合）");
    loop {
        let (settled, hub) = is_settled(fleet, month).await?;
        let people = hub.people;
        let asked = people.matched + people.mismatch + people.no_number;
        bar.set_length(u64::try_from(asked + people.waiting).unwrap_or(0));
        bar.set_position(u64::try_from(asked).unwrap_or(0));
        if settled {
            bar.finish();
            return Ok(());
        }
        let what = format!("登録と本人確認（本人確認待ち {}人）", people.waiting);
        standstill.look(env.now(), (asked, hub.heads), &what)?;
        env.sleep(LOOK).await;
    }
}
