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

/// People of one file; three records each.
const PEOPLE_OF_FILE: u64 = 5_000;
/// Residents in one message, and messages at the same time.
const RESIDENTS: usize = 500;
const AT_ONCE: usize = 16;
/// How long the filling may take.
const PATIENCE: Duration = Duration::from_hours(2);

/// Registration files, made before the clock starts.
pub(crate) struct Files {
    paths: Vec<PathBuf>,
    people: u64,
    bytes: u64,
}

impl Files {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.paths.len()
    }
}

/// How long a filling took.
pub(crate) struct Filled {
    pub(crate) database: Database,
    pub(crate) people: u64,
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

/// Makes the files of `people`.
pub(crate) fn make(env: &Env, data: &Path, keys: &Keys, people: &[Person]) -> Result<Files, Fault> {
    say(&format!("making registration files of {} people", people.len()));
    let folder = data.join("files");
    std::fs::create_dir_all(&folder)?;
    let mut files = Files {
        paths: Vec::new(),
        people: people.len() as u64,
        bytes: 0,
    };
    for (number, of_file) in (1..).zip(people.chunks(usize::try_from(PEOPLE_OF_FILE)?)) {
        let mut records = Vec::with_capacity(3 * of_file.len());
        for person in of_file {
            records.extend(person.records(env, &keys.hub)?);
        }
        let bytes = file(env, Lane::Bulk, number, &records)?;
        let path = folder.join(format!("{number}.ndjson"));
        files.bytes += bytes.len() as u64;
        std::fs::write(&path, bytes)?;
        files.paths.push(path);
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
pub(crate) async fn load_residents(env: &Env, fleet: &Fleet, people: &[Person]) -> Result<(), Fault> {
    say(&format!(
        "loading {} residents, {}",
        people.len(),
        fleet.database.name()
    ));
    let share = people.len().div_ceil(AT_ONCE).max(1);
    let loading = people.chunks(share).map(async |some| {
        for batch in some.chunks(RESIDENTS) {
            let batch: Vec<Value> = batch.iter().map(|person| person.resident()).collect();
            let _loaded: usize = fleet.registers(env).post("/residents", &batch).await?;
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
    let hub = fleet.hub_as_office(env)?.within(Duration::from_mins(10));
    let clock = Watch::start();
    for path in &files.paths {
        let file = Bytes::from(std::fs::read(path)?);
        let sent = hub
            .send(Method::POST, "/registration/files", "application/x-ndjson", file)
            .await?;
        match serde_json::from_slice(sent.body()) {
            Ok(Answer::Receipt(receipt)) if receipt.counts.refused == 0 => {}
            _ if sent.status() == StatusCode::OK => return Err("the hub refused some records".into()),
            _ => return Err(format!("the hub did not take a file: {}", sent.status()).into()),
        }
    }
    let taken = clock.elapsed();
    let verification = fleet.ask_verification(env);
    // Each person's match is one entry of the single lane; the files are entries of the bulk lane.
    let (people, count) = (i64::try_from(files.people)?, i64::try_from(files.paths.len())?);
    loop {
        let Status { heads } = verification.get("/status").await?;
        if heads.single >= people && heads.bulk >= count {
            break;
        }
        if clock.elapsed() > PATIENCE {
            let (single, bulk) = (heads.single, heads.bulk);
            return Err(format!("verification stands at single {single}, bulk {bulk}").into());
        }
        env.sleep(Duration::from_millis(20)).await;
    }
    Ok(Filled {
        database: fleet.database,
        people: files.people,
        files: files.paths.len(),
        bytes: files.bytes,
        taken,
        visible: clock.elapsed(),
    })
}
