//! Insurers' rows reach verification: of whoever is matched, after the rule of the aid, each version once.

use domain::calendar::Date;
use domain::eligibility::{EndReason, Ending, ReasonOfLoss};
use domain::insurance::{CardClassification, HolderOrFamily, InsuranceEnding, InsuranceKind, InsuranceRow};
use domain::number::{InsurerNumber, check_digit};
use domain::permit::Actor;
use domain::text::AsReceived;
use env::sim::Weather;
use exchange::registration::feed::Entry;
use exchange::registration::{Content, EligibilityServed, Kind, Lane, Mode, Part, Record, Salt};

use crate::crashing::{Crashing, dies_often, once_in_order};
use crate::people::{self, NUMBERS, Someone, eligibility};
use crate::real::Real;
use crate::world::{World, file, is_made};

pub(crate) fn row(kind: InsuranceKind, from: Date) -> InsuranceRow {
    let law = match kind {
        InsuranceKind::Employees => "06",
        InsuranceKind::National => "",
        InsuranceKind::Elderly => "39",
    };
    let body = format!("{law}13901");
    let insurer = format!("{body}{}", check_digit::folded(body.as_bytes()));
    let text = |text| AsReceived::parse("text", text).unwrap();
    InsuranceRow {
        kind,
        insurer: InsurerNumber::parse(&insurer).unwrap(),
        insurer_name: text("架空保険者"),
        card: CardClassification::General,
        symbol: Some(text("1")),
        number: text("0000123"),
        branch: None,
        holder_or_family: Some(HolderOrFamily::Holder),
        holder_name: None,
        from,
        ending: None,
        burden_percent: None,
    }
}

fn one() -> Someone {
    Someone::new("p-1", NUMBERS[0], "架空　花子")
}

/// The person's eligibility in a revision, ended.
pub(crate) fn ended(link: &str, revision: u32, date: Date) -> Record {
    let mut record = eligibility(link, revision);
    if let Content::Eligibility { served } = &mut record.content {
        let mut body: EligibilityServed = served.body.clone();
        body.eligibility.end = Some(Ending {
            date,
            reason: EndReason::Termination,
        });
        *served = Part::new(Salt([7; 16]), body);
    }
    record
}

pub(crate) const BEFORE: Date = Date::constant(2020, 4, 1);

#[test]
fn national_insurance_ends_with_the_aid_and_goes_on_after_it() {
    let mut world = World::new("insurers-rule", 1);
    world.insure(NUMBERS[0], &[row(InsuranceKind::National, BEFORE)]);
    world.settled(&one());
    world.live(10);
    let told = world.insurance();
    let start = match &eligibility("p-1", 1).content {
        Content::Eligibility { served } => served.body.eligibility.start,
        _ => unreachable!("an eligibility"),
    };
    let cut = InsuranceRow {
        ending: Some(InsuranceEnding {
            date: start,
            reason: ReasonOfLoss::AidBegan,
        }),
        ..row(InsuranceKind::National, BEFORE)
    };
    assert_eq!(told, [("p-1".to_owned(), 1, vec![cut.clone()])]);

    let end = Date::constant(2026, 12, 1);
    world.send(&[ended("p-1", 2, end)]);
    world.live(10);
    let again = row(InsuranceKind::National, end);
    assert_eq!(world.insurance()[1..], [("p-1".to_owned(), 2, vec![cut, again])]);
}

#[test]
fn what_changes_at_the_insurers_is_told_and_what_does_not_is_not() {
    let mut world = World::new("insurers-change", 2);
    world.settled(&one());
    world.live(10);
    // Nobody insures them, and that is said: silence would be no finding.
    assert_eq!(world.insurance(), [("p-1".to_owned(), 1, Vec::new())]);
    let rows = [row(InsuranceKind::Employees, BEFORE)];
    world.insure(NUMBERS[0], &rows);
    world.live(10);
    assert_eq!(world.insurance()[1..], [("p-1".to_owned(), 2, rows.to_vec())]);
    // The same again, somebody else, and an eligibility that changes nothing for employees' insurance.
    world.insure(NUMBERS[0], &rows);
    world.insure(NUMBERS[1], &rows);
    world.send(&[ended("p-1", 2, Date::constant(2026, 12, 1))]);
    world.live(20);
    assert_eq!(world.insurance().len(), 2);
}

/// Nobody rings when an insurer changes something: the hub looks by itself.
#[test]
fn a_clock_that_is_set_back_holds_up_no_change() {
    let mut world = World::new("insurers-clock", 4);
    world.settled(&one());
    world.live(10);
    let back = world.fleet.now().micros() - 3_600_000_000;
    world.fleet.set_clock("hub", env::Time::from_micros(back));
    let rows = [row(InsuranceKind::Employees, BEFORE)];
    world.insure(NUMBERS[0], &rows);
    world.live(20);
    assert_eq!(world.insurance()[1..], [("p-1".to_owned(), 2, rows.to_vec())]);
}

#[test]
fn nobody_is_asked_about_before_they_match() {
    let mut world = World::new("insurers-match", 3);
    world.insure(NUMBERS[0], &[row(InsuranceKind::Employees, BEFORE)]);
    // The register knows the number under another name.
    world.load(&[&Someone::new("p-1", NUMBERS[0], "架空　別人")]);
    world.send(&[world.person(&one(), 1), eligibility("p-1", 1)]);
    world.live(20);
    assert_eq!(world.standing("p-1"), "mismatch");
    assert!(world.insurance().is_empty());
    let mut corrected = one();
    corrected.name = "架空　別人";
    world.load(&[&corrected]);
    world.send(&[world.person(&corrected, 2)]);
    world.live(20);
    assert_eq!(world.standing("p-1"), "matched");
    assert_eq!(world.insurance().len(), 1);
}

#[test]
fn the_aid_of_every_office_counts_and_every_entry_is_told() {
    let mut world = World::new("insurers-offices", 4);
    world.insure(NUMBERS[0], &[row(InsuranceKind::National, BEFORE)]);
    world.settled(&one());
    // The same number under another link of the office: one person, two entries.
    let other = Someone::new("p-9", NUMBERS[0], "架空　花子");
    world.settled(&other);
    world.live(20);
    let told = world.insurance();
    let links: Vec<&str> = told.iter().map(|(link, ..)| link.as_str()).collect();
    assert_eq!(links, ["p-1", "p-9"]);
    assert_eq!(told[0].2, told[1].2);
}

#[test]
fn the_registers_may_be_down() {
    let mut world = World::new("insurers-down", 5);
    world.settled(&one());
    world.live(10);
    world.insure(NUMBERS[0], &[row(InsuranceKind::National, BEFORE)]);
    world.fleet.crash("registers");
    world.send(&[ended("p-1", 2, Date::constant(2026, 12, 1))]);
    world.live(30);
    assert_eq!(world.insurance().len(), 1);
    world.start_registers();
    world.live(30);
    assert_eq!(world.insurance().len(), 2);
}

/// On real databases too, the rows come with their own entry of the feed, and the marks are gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_come_on_every_database() {
    harness::for_each_database("insurers", async |database| {
        let real = Real::start(&database, &harness::sqlite_database("insurers_registers")).await;
        let rows = [row(InsuranceKind::Employees, BEFORE)];
        real.insure(NUMBERS[0], &rows).await;
        real.load(&[one()]).await;
        real.send(Lane::Single, 1, &[real.person(&one(), 1), eligibility("p-1", 1)])
            .await;
        let made = |entries: &[Entry]| entries.iter().any(is_made);
        let entries = real.read_until("the insurers' rows are told", made).await;
        let told = entries.iter().find(|entry| is_made(entry)).unwrap();
        let Content::Insurance { served } = &told.records[0].record.content else {
            panic!("something else in the same entry");
        };
        assert_eq!((told.records.len(), served.body.rows.as_slice()), (1, &rows[..]));
        real.until_nobody_is_left_to_ask(&database).await;
        real.stop().await;
    })
    .await;
}

/// Hub and register die around their commits while rows change and eligibilities end; how often the hub died.
fn run(seed: u64) -> usize {
    let mut crashing = Crashing::begin("insurers-crashes", seed);
    let people = crashing.people.clone();
    for day in 1..=12_i8 {
        for (n, someone) in people.iter().enumerate() {
            let kind = if n == 0 {
                InsuranceKind::Employees
            } else {
                InsuranceKind::National
            };
            let rows = [row(kind, Date::constant(2020, 4, day))];
            let line = serde_json::json!({ "number": someone.number, "rows": rows });
            let body = serde_json::to_vec(&line).unwrap();
            crashing.until_heard(&Actor::Registers, "registers", "/insurers", &body);
        }
        if crashing.world.fleet.below(2) == 0 {
            crashing.world.fleet.crash("hub");
        }
        for _ in 0..4 {
            crashing.world.live(2);
            crashing.revive();
        }
    }
    crashing.world.fleet.set_weather(Weather::default());
    crashing.revive();
    crashing.world.live(60);
    let told = crashing.world.insurance();
    for someone in &people {
        // The last is what the insurers have.
        let rows = once_in_order(&told, &someone.link, seed);
        assert_eq!(
            rows.last().unwrap().from,
            Date::constant(2020, 4, 12),
            "seed {seed}"
        );
    }
    crashing.deaths
}

#[test]
fn rows_arrive_once_whatever_dies() {
    dies_often(run);
}

#[test]
fn no_office_sends_insurers_rows() {
    let world = World::new("insurers-office", 6);
    let content = Content::Withdrawn(Kind::Insurance);
    let record = people::record("p-1", "insurance", 1, content);
    let bytes = file(Lane::Single, 1, Mode::EachPerson, &[record]);
    let (status, _) = world.refusal(bytes);
    assert_eq!(status, 422);
}
