//! Asking around after the run: what is told at the desks against what the office has decided (promise `one-truth`).

use std::collections::BTreeMap;

use domain::calendar::Date;
use domain::voucher::Voucher;
use env::Env;
use exchange::oqs::codes::QualificationValidity;
use futures_util::future::join_all;
use serde::Deserialize;
use service::Caller;
use synthetic::{Person, Town};

use super::cards;
use super::desk::Desk;
use super::fleet::Fleet;
use super::single;
use crate::outcome::Failure;

/// People who are asked about at every desk.
const PEOPLE: usize = 100;

/// What was told.
#[derive(Default)]
pub(super) struct Answers {
    /// Answers by 資格有効性.
    pub(super) by_code: BTreeMap<String, u64>,
    /// Where what was told is not what was decided.
    pub(super) failures: Vec<String>,
}

/// What the office has of somebody.
#[derive(Deserialize)]
pub(super) struct PersonFile {
    pub(super) vouchers: Vec<Held>,
}

#[derive(Deserialize)]
pub(super) struct Held {
    pub(super) body: Voucher,
}

/// Asks about people from all over the ward at every desk.
pub(super) async fn ask_around(env: &Env, fleet: &Fleet, town: &Town) -> Result<Answers, Failure> {
    let everybody = town.ward().everybody();
    let holders = cards::holders(fleet.data());
    let people: Vec<Person> = (0..PEOPLE as u64)
        .map(|n| town.office(0).person(n * everybody / PEOPLE as u64))
        // Whose card was read here an earlier time is told of by number too.
        .filter(|person| holders.iter().all(|holder| holder.link != person.link.as_str()))
        .collect();

    let office = fleet.office()?;
    let desks = single::desks(env, fleet, town);
    let asking = desks.iter().map(|desk| ask(&office, desk, town, &people));
    let mut answers = Answers::default();
    for at_desk in join_all(asking).await {
        let at_desk = at_desk?;
        for (code, n) in at_desk.by_code {
            *answers.by_code.entry(code).or_default() += n;
        }
        answers.failures.extend(at_desk.failures);
    }
    Ok(answers)
}

async fn ask(office: &Caller, desk: &Desk, town: &Town, people: &[Person]) -> Result<Answers, Failure> {
    let mut answers = Answers::default();
    for person in people {
        let Some(about) = single::about(person, town.day()) else {
            continue;
        };
        let link = person.link.as_str();
        let file = file_of(office, person).await?;
        let told = desk.ask(&format!("r{link}"), &about).await?;
        let code = told
            .body
            .qualification_validity
            .map_or("-", QualificationValidity::code);
        let expected = if is_told(person, &file, desk, town.day()) {
            "1"
        } else {
            "4"
        };
        *answers.by_code.entry(code.to_owned()).or_default() += 1;
        if code != expected {
            let code_of = desk.code.as_str();
            answers.failures.push(format!(
                "紐付番号 {link}、医療機関 {code_of}: 回答は {code}、決定どおりなら {expected}"
            ));
        }
    }
    Ok(answers)
}

/// What the office has of a person.
pub(super) async fn file_of(office: &Caller, person: &Person) -> Result<PersonFile, Failure> {
    Ok(office.get(&format!("/people/{}", person.link.as_str())).await?)
}

/// The answer table's row for a number: a voucher here for the day, of somebody whom the register knows and no flag hides.
pub(super) fn is_told(person: &Person, file: &PersonFile, desk: &Desk, day: Date) -> bool {
    let here = |held: &Held| held.body.addressed_to(&desk.code) && held.body.covers(day);
    single::is_matched(person) && !single::is_hidden(person) && file.vouchers.iter().any(here)
}
