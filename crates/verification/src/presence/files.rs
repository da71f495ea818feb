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

/// What files look like from outside: when each was changed, and how long it is.
pub(crate) type Looks = Vec<(PathBuf, Option<(SystemTime, u64)>)>;

/// Files that are followed, of which world, and what they looked like before they were read.
pub(crate) struct Following {
    pub(crate) files: CardFiles,
    pub(crate) world: World,
    pub(crate) looks: Looks,
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
    /// Reads them all. An answer that is nobody's, or was somebody's only until its responder's certificate ended, is passed over
    /// and said in the log: whoever fetches answers must not be able to shut everybody out.
    ///
    /// # Errors
    /// [`CardFilesError`]: the first key or list that does not say what it must.
    pub fn read(&self, world: World, at: Time) -> Result<Trusted, CardFilesError> {
        let anchors = self.read_anchors(world)?;
        let mut lists = Lists::new(Duration::from_hours(1) * self.revoked_grace_hours);
        for path in &self.revoked {
            lists.take(read_list(&anchors, path)?);
        }
        for fault in self.take_answers(&anchors, &mut lists, at) {
            tracing::warn!(error = %fault, "an answer about a card is passed over");
        }
        Ok(Trusted::new(anchors, lists))
    }

    /// The same, after what was read before: nothing older takes its place, and what cannot be read keeps back nothing of
    /// the others. What could not be read comes along.
    pub(crate) fn read_again(
        &self,
        world: World,
        presence: &Presence,
        at: Time,
    ) -> (Trusted, Vec<CardFilesError>) {
        let (mut faults, mut lists) = (Vec::new(), presence.lists());
        let anchors = self.read_anchors(world).unwrap_or_else(|fault| {
            faults.push(fault);
            presence.anchors()
        });
        for path in &self.revoked {
            match read_list(&anchors, path) {
                Ok(list) => {
                    lists.take(list);
                }
                Err(fault) => faults.push(fault),
            }
        }
        faults.extend(self.take_answers(&anchors, &mut lists, at));
        (Trusted::new(anchors, lists), faults)
    }

    fn read_anchors(&self, world: World) -> Result<Anchors, CardFilesError> {
        let pinned = self.anchors.iter().map(|path| {
            let pinned = Anchor::pin(world, &bytes(path)?);
            pinned.map_err(|fault| CardFilesError::Anchor {
                path: path.clone(),
                fault,
            })
        });
        Ok(Anchors::new(world, pinned.collect::<Result<Vec<_>, _>>()?))
    }

    /// Takes the answers that can be believed; the others' faults.
    fn take_answers(&self, anchors: &Anchors, lists: &mut Lists, at: Time) -> Vec<CardFilesError> {
        let files = match self.answer_files() {
            Ok(files) => files,
            Err(fault) => return vec![fault],
        };
        let mut faults = Vec::new();
        for path in files {
            match read_answer(anchors, &path, at) {
                Ok(answer) => {
                    lists.take_answer(answer);
                }
                Err(fault) => faults.push(fault),
            }
        }
        faults
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
    pub(crate) fn looks(&self) -> Looks {
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

fn read_list(anchors: &Anchors, path: &Path) -> Result<RevocationList, CardFilesError> {
    RevocationList::parse(anchors, &bytes(path)?).map_err(|fault| CardFilesError::List {
        path: path.to_owned(),
        fault,
    })
}

fn read_answer(anchors: &Anchors, path: &Path, at: Time) -> Result<OcspAnswer, CardFilesError> {
    OcspAnswer::parse(anchors, &bytes(path)?, at).map_err(|fault| CardFilesError::Answer {
        path: path.to_owned(),
        fault,
    })
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
    /// Reads the files again when they have changed, until told to stop. What cannot be read changes nothing, is read once
    /// more at the next look, because often a file is looked at while it is written, and is said once.
    pub(crate) async fn follow_cards(self: Arc<Self>, following: Following, stop: Stop) {
        let Following { files, world, looks } = following;
        let (mut seen, mut said) = (Some(looks), Vec::new());
        while !stop.is_asked() {
            let (waiting, asked) = (self.env.sleep(EVERY), stop.asked());
            select(std::pin::pin!(waiting), std::pin::pin!(asked)).await;
            let looks = files.looks();
            if seen.as_ref() == Some(&looks) {
                continue;
            }
            let (trusted, faults) = files.read_again(world, &self.presence, self.env.now());
            self.presence.trust(trusted);
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            if faults.is_empty() {
                tracing::info!("keys of cards and lists of revoked cards were read again");
            } else if faults != said {
                tracing::warn!(
                    error = faults.join(" / "),
                    "some keys, lists or answers of cards cannot be read; of these the earlier ones count"
                );
            }
            seen = (faults.is_empty() || faults == said).then_some(looks);
            said = faults;
        }
    }
}
