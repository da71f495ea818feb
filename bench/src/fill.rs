//! Everybody registered the way an office does it: files to the hub, matching, feed, verification.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use env::Env;
use exchange::registration::envelope::{FileHash, LAYOUT};
use exchange::registration::feed::Heads;
use exchange::registration::{Answer, Envelope, File, Lane, Mode, Record};
use futures_util::future::try_join_all;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use crate::fleet::{Fleet, Keys};
use crate::options::Database;
use crate::people::Person;
use crate::watch::Watch;
use crate::{Fault, people, say};

/// People of one file; about three records each.
const PEOPLE_OF_FILE: u64 = 5_000;
/// Residents in one message, and messages at the same time.
pub(crate) const RESIDENTS: usize = 500;
pub(crate) const AT_ONCE: usize = 16;
/// How often it is looked how far verification is.
const LOOK: Duration = Duration::from_millis(20);
/// How long the filling may take.
const PATIENCE: Duration = Duration::from_hours(2);

/// Registration files, made before the clock starts.
pub(crate) struct Files {
    /// In the order in which they are sent.
    paths: Vec<PathBuf>,
    /// How many of them are of the bulk lane.
    bulk: usize,
    people: u64,
    records: usize,
    bytes: u64,
}

impl Files {
    /// How many there are in the bulk lane.
    pub(crate) fn bulk(&self) -> usize {
        self.bulk
    }

    fn keep(&mut self, path: &Path, bytes: &[u8], records: usize) -> Result<(), Fault> {
        self.records += records;
        self.bytes += bytes.len() as u64;
        self.paths.push(path.to_owned());
        Ok(std::fs::write(path, bytes)?)
    }
}

/// How long a filling took.
pub(crate) struct Filled {
    pub(crate) database: Database,
    pub(crate) people: u64,
    pub(crate) records: usize,
    pub(crate) files: usize,
    pub(crate) bytes: u64,
    /// Until the hub had given all receipts.
    pub(crate) taken: Duration,
    /// Until verification had everybody.
    pub(crate) visible: Duration,
}

/// What verification says of itself.
#[derive(Deserialize)]
pub(crate) struct Status {
    pub(crate) heads: Heads,
}

/// What the hub says of the people it has.
#[derive(Deserialize)]
struct AtHub {
    heads: Heads,
    people: PeopleAtHub,
}

#[derive(Deserialize)]
struct PeopleAtHub {
    waiting: i64,
}

/// Makes the files of `people`.
pub(crate) fn make(env: &Env, data: &Path, keys: &Keys, people: &[Person]) -> Result<Files, Fault> {
    say(&format!("making registration files of {} people", people.len()));
    let folder = data.join("files");
    std::fs::create_dir_all(&folder)?;
    let mut files = Files {
        paths: Vec::new(),
        bulk: 0,
        people: people.len() as u64,
        records: 0,
        bytes: 0,
    };
    let flags: Result<Vec<Option<Record>>, Fault> = people.iter().map(|person| person.flags(env)).collect();
    let flags: Vec<Record> = flags?.into_iter().flatten().collect();
    if !flags.is_empty() {
        files.keep(
            &folder.join("shield.ndjson"),
            &file(env, Lane::Shield, 1, &flags)?,
            flags.len(),
        )?;
    }
    for (number, of_file) in (1..).zip(people.chunks(usize::try_from(PEOPLE_OF_FILE)?)) {
        let mut records = Vec::with_capacity(3 * of_file.len());
        for person in of_file {
            records.extend(person.records(env, &keys.hub)?);
        }
        let bytes = file(env, Lane::Bulk, number, &records)?;
        files.keep(&folder.join(format!("{number}.ndjson")), &bytes, records.len())?;
        files.bulk += 1;
    }
    Ok(files)
}

/// A file as the office writes it.
pub(crate) fn file(env: &Env, lane: Lane, number: i64, records: &[Record]) -> Result<Vec<u8>, Fault> {
    let envelope = Envelope {
        registration: LAYOUT,
        office: people::office()?,
        lane,
        number,
        mode: Mode::EachPerson,
        rows: 0,
        sha256: FileHash([0; 32]),
        made_at: env.now().micros(),
    };
    Ok(File::write(envelope, records))
}

/// Loads residents into the stand-in of the register. It is outside of the house, so nobody times it.
pub(crate) async fn load_residents(fleet: &Fleet, people: &[Person]) -> Result<(), Fault> {
    say(&format!(
        "loading {} residents, {}",
        people.len(),
        fleet.database.name()
    ));
    let share = people.len().div_ceil(AT_ONCE).max(1);
    let loading = people.chunks(share).map(async |some| {
        for batch in some.chunks(RESIDENTS) {
            let batch: Vec<Value> = batch.iter().map(|person| person.resident()).collect();
            let _loaded: usize = fleet.registers().post("/residents", &batch).await?;
        }
        Ok::<_, Fault>(())
    });
    try_join_all(loading).await?;
    Ok(())
}

/// Sends all files and waits until verification has applied them and everybody is matched.
pub(crate) async fn register(env: &Env, fleet: &Fleet, files: &Files) -> Result<Filled, Fault> {
    say(&format!(
        "registering {} people, {}",
        files.people,
        fleet.database.name()
    ));
    let hub = fleet.hub_as_office().within(Duration::from_mins(10));
    let clock = Watch::start();
    for path in &files.paths {
        let file = Bytes::from(std::fs::read(path)?);
        let sent = hub
            .send(Method::POST, "/registration/files", "application/x-ndjson", file)
            .await?;
        match serde_json::from_slice(sent.body()) {
            Ok(Answer::Receipt(receipt)) if receipt.counts.refused == 0 => {}
            _ if sent.status() == StatusCode::OK => return Err("the hub refused some records".into()),
            _ => {
                let said = String::from_utf8_lossy(sent.body());
                return Err(format!("the hub did not take a file: {} {said}", sent.status()).into());
            }
        }
    }
    let taken = clock.elapsed();
    until_matched(env, fleet, i64::try_from(files.people)?, clock).await?;
    Ok(Filled {
        database: fleet.database,
        people: files.people,
        records: files.records,
        files: files.paths.len(),
        bytes: files.bytes,
        taken,
        visible: clock.elapsed(),
    })
}

/// Waits until everybody is matched and verification knows it, and all else that the hub has told.
pub(crate) async fn until_matched(env: &Env, fleet: &Fleet, people: i64, clock: Watch) -> Result<(), Fault> {
    let (hub, verification) = (fleet.ask_hub(), fleet.ask_verification());
    let mut rest = LOOK;
    loop {
        let Status { heads } = verification.get("/status").await?;
        // Each person's match is at least one entry of the single lane. Counting goes through everybody: it waits for
        // them, and takes at most a tenth of the time.
        if heads.single >= people {
            let before = clock.elapsed();
            let counts: AtHub = hub.get("/counts?month=200001").await?;
            if counts.people.waiting == 0 && heads.reach(&counts.heads) {
                return Ok(());
            }
            rest = LOOK * 10 + (clock.elapsed() - before) * 10;
        }
        if clock.elapsed() > PATIENCE {
            return Err(format!("verification stands at {heads:?}").into());
        }
        env.sleep(rest).await;
    }
}
