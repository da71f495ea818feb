//! Whom is believed, as files say: pinned keys of cards, lists of what they revoked, and answers about single cards. Looked at every few seconds, so that a
//! new list counts without a restart.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use env::{Stop, Time};
use futures_util::future::select;
use identity::card::revocation::Lists;
use identity::card::{Anchor, AnchorFault, Anchors, ListFault, OcspAnswer, OcspFault, RevocationList};
use identity::profile::World;
use identity::show::unarmoured;
use serde::Deserialize;

use super::{Presence, Trusted};
use crate::Verification;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(2);

/// The table `[cards]` of the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardFiles {
    /// Certificates of the keys that issue cards, as PEM or DER, one in each file.
    #[serde(default)]
    pub anchors: Vec<PathBuf>,
    /// Their lists of what they revoked, one in each file.
    #[serde(default)]
    pub revoked: Vec<PathBuf>,
    /// A folder of answers of responders (OCSP) about single cards, `*.ocsp`, as whoever fetches them puts them there.
    #[serde(default)]
    pub answers: Option<PathBuf>,
    /// For how many hours after its next one was due a list or an answer still counts. Default 24.
    #[serde(default = "grace_hours")]
    pub revoked_grace_hours: u32,
}

fn grace_hours() -> u32 {
    24
}

/// Why the files say nothing.
#[derive(Debug, thiserror::Error)]
pub enum CardFilesError {
    /// One is missing or cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// One is no PEM.
    #[error("{0}: PEM として読めません")]
    Armour(PathBuf),
    /// One is no certificate that can be pinned.
    #[error("{path}: {fault}")]
    Anchor {
        /// Which.
        path: PathBuf,
        /// Why.
        fault: AnchorFault,
    },
    /// One is no answer of somebody who may give it.
    #[error("{path}: {fault}")]
    Answer {
        /// Which.
        path: PathBuf,
        /// Why.
        fault: OcspFault,
    },
    /// One is no list of a pinned key.
    #[error("{path}: {fault}")]
    List {
        /// Which.
        path: PathBuf,
        /// Why.
        fault: ListFault,
    },
}

impl CardFiles {
    /// Reads them all.
    ///
    /// # Errors
    /// [`CardFilesError`]: the first file that does not say what it must.
    pub fn read(&self, world: World, at: Time) -> Result<Trusted, CardFilesError> {
        let none = Lists::new(Duration::from_hours(1) * self.revoked_grace_hours);
        self.read_after(world, none, at)
    }

    /// The same, after what was read before: nothing older takes its place.
    pub(crate) fn read_again(
        &self,
        world: World,
        presence: &Presence,
        at: Time,
    ) -> Result<Trusted, CardFilesError> {
        self.read_after(world, presence.lists(), at)
    }

    fn read_after(&self, world: World, mut lists: Lists, at: Time) -> Result<Trusted, CardFilesError> {
        let mut anchors = Vec::new();
        for path in &self.anchors {
            let pinned = Anchor::pin(world, &bytes(path)?);
            let fault = |fault| CardFilesError::Anchor {
                path: path.clone(),
                fault,
            };
            anchors.push(pinned.map_err(fault)?);
        }
        let anchors = Anchors::new(world, anchors);
        for path in &self.revoked {
            let list = RevocationList::parse(&anchors, &bytes(path)?);
            let fault = |fault| CardFilesError::List {
                path: path.clone(),
                fault,
            };
            lists.take(list.map_err(fault)?);
        }
        for path in self.answer_files()? {
            let answer = OcspAnswer::parse(&anchors, &bytes(&path)?, at);
            let fault = |fault| CardFilesError::Answer {
                path: path.clone(),
                fault,
            };
            lists.take_answer(answer.map_err(fault)?);
        }
        Ok(Trusted::new(anchors, lists))
    }

    /// The answers that lie in their folder, in the order of their names.
    fn answer_files(&self) -> Result<Vec<PathBuf>, CardFilesError> {
        let Some(folder) = &self.answers else {
            return Ok(Vec::new());
        };
        let failed = |source| CardFilesError::Io {
            path: folder.clone(),
            source,
        };
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|ending| ending == "ocsp") {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    /// What the files look like from outside.
    fn looks(&self) -> Vec<(PathBuf, Option<(SystemTime, u64)>)> {
        let look = |path: PathBuf| {
            let seen = std::fs::metadata(&path).ok();
            let seen = seen.and_then(|seen| Some((seen.modified().ok()?, seen.len())));
            (path, seen)
        };
        let answers = self.answer_files().unwrap_or_default();
        let files = self.anchors.iter().chain(&self.revoked).cloned();
        files.chain(answers).map(look).collect()
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, CardFilesError> {
    let read = std::fs::read(path).map_err(|source| CardFilesError::Io {
        path: path.to_owned(),
        source,
    })?;
    let bare = unarmoured(&read).map_err(|_| CardFilesError::Armour(path.to_owned()))?;
    Ok(bare)
}

impl Verification {
    /// Reads the files again when they have changed, until told to stop. What cannot be read changes nothing.
    pub(crate) async fn follow_cards(self: Arc<Self>, files: CardFiles, world: World, stop: Stop) {
        let mut seen = files.looks();
        while !stop.is_asked() {
            let (waiting, asked) = (self.env.sleep(EVERY), stop.asked());
            select(std::pin::pin!(waiting), std::pin::pin!(asked)).await;
            let looks = files.looks();
            if looks == seen {
                continue;
            }
            match files.read_again(world, &self.presence, self.env.now()) {
                Ok(trusted) => {
                    self.presence.trust(trusted);
                    seen = looks;
                    tracing::info!("keys of cards and lists of revoked cards were read again");
                }
                // Often a file is looked at while it is written: it is read again at the next look.
                Err(error) => {
                    tracing::warn!(%error, "keys or lists of cards cannot be read; the earlier ones count");
                }
            }
        }
    }
}
