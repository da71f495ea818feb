//! Which town a data folder holds, and how far the demo has come with it.

use std::path::PathBuf;

use domain::calendar::Date;
use env::{Env, FileError};
use serde::{Deserialize, Serialize};

use crate::cli::Demo;
use crate::outcome::Failure;

/// The longest file that is read.
const MOST: u64 = 1 << 16;

/// `DATA/demo.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    /// Which people.
    pub(super) seed: u64,
    /// How many of them receive on the day.
    pub(super) people: u64,
    /// The day.
    pub(super) date: Date,
    /// Whether registers and office are filled.
    pub(super) filled: bool,
    /// How often single decisions were made beside it: the next ones are others.
    pub(super) rounds: u64,
    /// How long the month's first run took until everything of it was visible, in seconds.
    pub(super) run_seconds: Option<f64>,
    /// Where it is kept.
    #[serde(skip)]
    path: PathBuf,
}

impl Kept {
    /// What the folder holds, or the town that is asked for when it holds none.
    pub(super) async fn open(env: &Env, asked: &Demo) -> Result<Kept, Failure> {
        let data = std::path::absolute(&asked.data)?;
        env.files().ensure_dir(&data).await?;
        let path = data.join("demo.json");
        let bytes = match env.files().read(&path, MOST).await {
            Ok(bytes) => bytes,
            Err(FileError::Missing(_)) => {
                let kept = Kept {
                    seed: asked.seed.unwrap_or(1),
                    people: asked.people.unwrap_or(9_746),
                    date: asked.date.unwrap_or_else(|| env.now().date()),
                    filled: false,
                    rounds: 0,
                    run_seconds: None,
                    path,
                };
                kept.keep(env).await?;
                return Ok(kept);
            }
            Err(error) => return Err(error.into()),
        };
        let kept: Kept = serde_json::from_slice(&bytes)
            .map_err(|_| Failure::failed(format!("{} is not of this program", path.display())))?;
        let other = [
            asked.seed.is_some_and(|seed| seed != kept.seed),
            asked.people.is_some_and(|people| people != kept.people),
            asked.date.is_some_and(|date| date != kept.date),
        ];
        if other.contains(&true) {
            let Kept {
                seed, people, date, ..
            } = &kept;
            return Err(Failure::failed(format!(
                "{} holds another demo: --seed {seed} --people {people} --date {date}",
                data.display()
            ))
            .next_step("leave these options out to go on with it, or give another --data"));
        }
        Ok(Kept { path, ..kept })
    }

    /// Keeps it.
    pub(super) async fn keep(&self, env: &Env) -> Result<(), Failure> {
        let text = serde_json::to_vec_pretty(self)?;
        super::fleet::write(env, &self.path, &text).await
    }
}
