//! From a decision to the clinic: the office's API, hub, feed, verification, and the `res` folder.
//!
//! The clock starts when the decision is *sent* to the office, so its commit there is in the time. Everybody is
//! matched beforehand (promise `seconds` is about people who are), and decisions come one at a time.

use std::path::Path;
use std::time::Duration;

use env::{Env, Time};
use serde::Deserialize;
use serde_json::Value;

use crate::fleet::Fleet;
use crate::load::{Connection, Question};
use crate::options::Database;
use crate::people::Person;
use crate::watch::Watch;
use crate::{Fault, say, serve};

/// How often verification, or the folder, is looked at.
const LOOK: Duration = Duration::from_millis(1);
/// The pause before the desk asks again, as the demo's desk does.
const ASK_AGAIN: Duration = Duration::from_millis(20);
/// How long anything may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Times of decisions.
pub(crate) struct Journeys {
    pub(crate) database: Database,
    /// Until an inquiry over HTTP, asked every ms, shows the voucher.
    pub(crate) told: Vec<Duration>,
    /// Until a result file in `res` holds the voucher.
    pub(crate) in_res: Vec<Duration>,
    /// Request files dropped until then, all together.
    pub(crate) requests: u32,
}

#[derive(Deserialize)]
struct Lane {
    waiting: i64,
}

/// Decides for half of the people with an eye on verification, for the others with an eye on `res`.
pub(crate) async fn travel(env: &Env, fleet: &Fleet, people: &[Person]) -> Result<Journeys, Fault> {
    introduce(env, fleet, people).await?;
    say(&format!(
        "following {} decisions, {}",
        people.len(),
        fleet.database.name()
    ));
    let (to_verification, to_res) = people.split_at(people.len() / 2);
    let mut journeys = Journeys {
        database: fleet.database,
        told: Vec::new(),
        in_res: Vec::new(),
        requests: 0,
    };
    let mut desk = Desk {
        env,
        fleet,
        began: env.now(),
        dropped: 0,
    };
    for person in to_res {
        let clock = decide(fleet, *person).await?;
        desk.until_voucher(*person, clock).await?;
        journeys.in_res.push(clock.elapsed());
    }
    journeys.requests = desk.dropped;
    let mut connection = Connection::open(fleet.verification().at())?;
    for person in to_verification {
        let clock = decide(fleet, *person).await?;
        until_told(env, fleet, *person, &mut connection, clock).await?;
        journeys.told.push(clock.elapsed());
    }
    Ok(journeys)
}

/// Sends a decision and waits for the office's word; the clock began before.
pub(crate) async fn decide(fleet: &Fleet, person: Person) -> Result<Watch, Fault> {
    let office = fleet.office();
    let path = format!("/people/{}/vouchers", person.link());
    let clock = Watch::start();
    let _decided: Value = office.post(&path, &person.voucher()).await?;
    Ok(clock)
}

/// Writes people and eligibilities down and waits until the register has agreed to everybody.
pub(crate) async fn introduce(env: &Env, fleet: &Fleet, people: &[Person]) -> Result<(), Fault> {
    let office = fleet.office();
    for person in people {
        let _person: Value = office.post("/people", &person.person()).await?;
        let path = format!("/people/{}/eligibilities", person.link());
        let _eligibility: Value = office.post(&path, &person.eligibility()).await?;
    }
    let clock = Watch::start();
    loop {
        let lanes: Vec<Lane> = office.get("/status").await?;
        if lanes.iter().all(|lane| lane.waiting == 0) {
            break;
        }
        patience(clock, "the office's outbox is not empty")?;
        env.sleep(ASK_AGAIN).await;
    }
    // Whether somebody is matched is not told to a clinic, which holds no voucher yet; the hub tells the office.
    let hub = fleet.hub_as_office();
    for person in people {
        loop {
            let standing: Value = hub
                .get(&format!("/registration/people/{}", person.link()))
                .await?;
            if standing.get("state").and_then(Value::as_str) == Some("matched") {
                break;
            }
            patience(clock, "somebody was not matched")?;
            env.sleep(ASK_AGAIN).await;
        }
    }
    Ok(())
}

/// Asks until a voucher is shown.
pub(crate) async fn until_told(
    env: &Env,
    fleet: &Fleet,
    person: Person,
    connection: &mut Connection,
    clock: Watch,
) -> Result<(), Fault> {
    let question = Question::post(
        fleet.verification().at(),
        serve::PATH,
        "xml",
        &person.request(),
        vec![person.issued()],
    );
    while connection.ask(&question)?.holds(&question).is_err() {
        patience(clock, "a voucher did not reach verification")?;
        env.sleep(LOOK).await;
    }
    Ok(())
}

/// The receipt computer's side of the clinic's folders.
struct Desk<'a> {
    env: &'a Env,
    fleet: &'a Fleet,
    began: Time,
    dropped: u32,
}

impl Desk<'_> {
    /// Drops requests until a result holds the voucher. Nothing tells a desk that a voucher has come, so it asks
    /// at once and then again.
    async fn until_voucher(&mut self, person: Person, clock: Watch) -> Result<(), Fault> {
        loop {
            let result = self.ask(person, clock).await?;
            if result.contains(&person.issue_number()) {
                return Ok(());
            }
            patience(clock, "a voucher did not reach the clinic")?;
            self.env.sleep(ASK_AGAIN).await;
        }
    }

    async fn ask(&mut self, person: Person, clock: Watch) -> Result<String, Fault> {
        self.dropped += 1;
        // Unlike any request of an earlier run on the same folders.
        let suffix = format!("{}{}", self.began.micros(), self.dropped);
        let request = format!("OQSsiquc01req_{suffix}.xml");
        let files = self.env.files();
        let path = self.fleet.folders.join("req").join(request);
        files.create(&path, person.request().as_bytes()).await?;
        let result = self
            .fleet
            .folders
            .join("res")
            .join(format!("OQSsiquc01res_{suffix}.xml"));
        while !is_there(&result) {
            patience(clock, "no result file came")?;
            self.env.sleep(LOOK).await;
        }
        Ok(String::from_utf8(files.read(&result, 1 << 20).await?)?)
    }
}

/// Results appear whole, so being there is being done.
fn is_there(path: &Path) -> bool {
    path.exists()
}

fn patience(clock: Watch, what: &str) -> Result<(), Fault> {
    if clock.elapsed() > PATIENCE {
        return Err(what.into());
    }
    Ok(())
}
