//! A ward's month: the next month's vouchers of people who are registered already, as an office's monthly run sends
//! them, from the first byte to the hub until verification has applied the last.
//!
//! Files go one after the other, each when the one before has its receipt. Meanwhile single decisions are made and
//! followed, one at a time, because a month in the making may hold nobody up (promise `seconds`).

use std::cell::Cell;
use std::time::Duration;

use bytes::Bytes;
use env::Env;
use exchange::registration::{Answer, Lane, Record};
use futures_util::future::try_join;
use http::Method;

use crate::cpu::Whose;
use crate::fill::{self, Status};
use crate::fleet::Fleet;
use crate::journey;
use crate::load::Connection;
use crate::options::{Database, Options};
use crate::people::Person;
use crate::watch::Watch;
use crate::{Fault, say};

/// Records in a file, as the monthly run writes them.
const RECORDS_OF_FILE: u64 = 150;

/// The month's files, made before the clock starts.
pub(crate) struct Month {
    files: Vec<Bytes>,
    vouchers: u64,
}

/// How long a month took, and what it cost.
pub(crate) struct Done {
    pub(crate) database: Database,
    pub(crate) vouchers: u64,
    pub(crate) files: usize,
    pub(crate) bytes: usize,
    /// Until the hub had given all receipts.
    pub(crate) taken: Duration,
    /// Until verification had everything.
    pub(crate) visible: Duration,
    /// Processor time of the hub, of verification, and of PostgreSQL.
    pub(crate) hub: Duration,
    pub(crate) verification: Duration,
    pub(crate) database_server: Option<Duration>,
    /// Single decisions of the same time, from the office's API until an inquiry shows them.
    pub(crate) beside: Vec<Duration>,
}

/// Makes the month's files; they follow those that registered everybody.
pub(crate) fn make(
    env: &Env,
    options: &Options,
    people: &[Person],
    files_before: usize,
) -> Result<Month, Fault> {
    say(&format!("making a month of {} vouchers", options.vouchers));
    let mut month = Month {
        files: Vec::new(),
        vouchers: options.vouchers,
    };
    let mut number = i64::try_from(files_before)?;
    let mut made = 0;
    while made < options.vouchers {
        // A person's records stand together, so a file has at most one voucher of each.
        let of_file = RECORDS_OF_FILE
            .min(options.vouchers - made)
            .min(people.len() as u64);
        let records: Result<Vec<Record>, Fault> = (made..made + of_file)
            .map(|n| {
                let person = people.get(usize::try_from(n % people.len() as u64)?);
                person.ok_or("nobody")?.next_voucher(env, n / people.len() as u64)
            })
            .collect();
        number += 1;
        month
            .files
            .push(fill::file(env, Lane::Bulk, number, &records?)?.into());
        made += of_file;
    }
    Ok(month)
}

impl Month {
    /// Sends the month and waits until verification has it; `beside` are people for single decisions meanwhile.
    pub(crate) async fn send(
        &self,
        env: &Env,
        fleet: &Fleet,
        cluster: Option<Whose>,
        beside: &[Person],
    ) -> Result<Done, Fault> {
        journey::introduce(env, fleet, beside).await?;
        say(&format!("a month's vouchers, {}", fleet.database.name()));
        let processes = [fleet.hub().pid(), fleet.verification().pid()].map(Whose::Process);
        let cluster = cluster.filter(|_| fleet.database == Database::Postgres);
        let used = || -> Result<_, Fault> {
            let [hub, verification] = processes;
            Ok((
                hub.used()?,
                verification.used()?,
                cluster.map(Whose::used).transpose()?,
            ))
        };
        let before = used()?;
        let clock = Watch::start();
        let finished = Cell::new(false);
        let sending = async {
            let times = self.pass_on(env, fleet, clock).await;
            finished.set(true);
            times
        };
        let ((taken, visible), beside) = try_join(sending, decide(env, fleet, beside, &finished)).await?;
        let after = used()?;
        Ok(Done {
            database: fleet.database,
            vouchers: self.vouchers,
            files: self.files.len(),
            bytes: self.files.iter().map(Bytes::len).sum(),
            taken,
            visible,
            hub: after.0.saturating_sub(before.0),
            verification: after.1.saturating_sub(before.1),
            database_server: after
                .2
                .zip(before.2)
                .map(|(after, before)| after.saturating_sub(before)),
            beside,
        })
    }

    async fn pass_on(&self, env: &Env, fleet: &Fleet, clock: Watch) -> Result<(Duration, Duration), Fault> {
        let verification = fleet.ask_verification();
        let Status { heads } = verification.get("/status").await?;
        let last = heads.bulk + i64::try_from(self.files.len())?;
        let hub = fleet.hub_as_office().within(Duration::from_mins(10));
        for file in &self.files {
            let sent = hub
                .send(
                    Method::POST,
                    "/registration/files",
                    "application/x-ndjson",
                    file.clone(),
                )
                .await?;
            match serde_json::from_slice(sent.body()) {
                Ok(Answer::Receipt(receipt)) if receipt.not_applied.is_empty() => {}
                _ => return Err(format!("the hub did not apply a file: {}", sent.status()).into()),
            }
        }
        let taken = clock.elapsed();
        loop {
            let Status { heads } = verification.get("/status").await?;
            if heads.bulk >= last {
                return Ok((taken, clock.elapsed()));
            }
            env.sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Decides for one after the other until the month is there.
async fn decide(
    env: &Env,
    fleet: &Fleet,
    people: &[Person],
    finished: &Cell<bool>,
) -> Result<Vec<Duration>, Fault> {
    let mut connection = Connection::open(fleet.verification().at())?;
    let mut times = Vec::new();
    for person in people {
        if finished.get() {
            break;
        }
        let clock = journey::decide(fleet, *person).await?;
        journey::until_told(env, fleet, *person, &mut connection, clock).await?;
        times.push(clock.elapsed());
    }
    Ok(times)
}
