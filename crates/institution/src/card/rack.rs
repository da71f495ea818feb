//! The sandbox's virtual cards (試験用カード): a folder that stands for the wallets of the people at the desk.
//!
//! ```text
//! hanako.crt  hanako.key  hanako.json     {"pin": "1234", "holder": "見本　花子"}
//! ```
//!
//! A card is in one reader at a time. Taken out it comes back here with the tries that it has left, for as long as the process
//! lives.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use env::{Env, FileError};
use identity::reader::{CardError, VirtualCard, Wire};
use identity::show::unarmoured;
use serde::Deserialize;

/// The longest file of a card.
const MOST: u64 = 16 << 10;

/// What `NAME.json` says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    pin: String,
    holder: String,
}

/// One of them, with what its holder knows.
pub struct TrialCard {
    /// Whose it is, as the start page shows it.
    pub holder: String,
    /// 暗証番号, which a real holder tells nobody.
    pub pin: String,
    /// The card.
    pub card: VirtualCard,
}

impl TrialCard {
    /// Reads `PATH.crt`, `PATH.key` and `PATH.json`; nothing when one of them is missing or is none.
    pub async fn read(env: &Env, path: &Path) -> Option<TrialCard> {
        let read = async |ending: &str| {
            let path = path.with_added_extension(ending);
            env.files().read(&path, MOST).await.ok()
        };
        let about: About = serde_json::from_slice(&read("json").await?).ok()?;
        let (certificate, key) = (read("crt").await?, read("key").await?);
        let (certificate, key) = (unarmoured(&certificate).ok()?, unarmoured(&key).ok()?);
        let digits = about.pin.as_bytes().try_into().ok()?;
        Some(TrialCard {
            card: VirtualCard::new(certificate, &key, digits).ok()?,
            holder: about.holder,
            pin: about.pin,
        })
    }
}

/// Cards that can be laid on the reader.
#[derive(Clone)]
pub(crate) struct Rack {
    env: Env,
    folder: Option<PathBuf>,
    cards: Arc<Mutex<BTreeMap<String, Held>>>,
}

struct Held {
    holder: String,
    card: Arc<Mutex<VirtualCard>>,
    in_reader: bool,
}

/// A card as the start page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) name: String,
    pub(crate) holder: String,
}

/// Why a card cannot be laid on a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotLaid {
    /// It is in another reader.
    Taken,
    /// There is no such card.
    Unknown,
}

impl Rack {
    pub(crate) fn new(env: &Env, folder: Option<PathBuf>) -> Rack {
        Rack {
            env: env.clone(),
            folder,
            cards: Arc::default(),
        }
    }

    /// The cards that are in no reader. Those that came into the folder meanwhile are there too; one that cannot be read is
    /// told in the log and left out.
    pub(crate) async fn shown(&self) -> Vec<Shown> {
        self.look().await;
        let cards = self.cards();
        let free = cards.iter().filter(|(_, held)| !held.in_reader);
        free.map(|(name, held)| Shown {
            name: name.clone(),
            holder: held.holder.clone(),
        })
        .collect()
    }

    /// Lays a card on a reader, also one that came into the folder meanwhile.
    pub(crate) async fn insert(&self, name: &str) -> Result<InReader, NotLaid> {
        if !self.cards().contains_key(name) {
            self.look().await;
        }
        let mut cards = self.cards();
        let held = cards.get_mut(name).ok_or(NotLaid::Unknown)?;
        if held.in_reader {
            return Err(NotLaid::Taken);
        }
        held.in_reader = true;
        lock(&held.card).reinsert();
        Ok(InReader {
            name: name.to_owned(),
            card: held.card.clone(),
            turn: futures_util::lock::Mutex::new(()),
            rack: self.clone(),
        })
    }

    async fn look(&self) {
        if let Some(folder) = &self.folder
            && let Err(error) = self.look_into(folder).await
        {
            tracing::warn!(%error, "試験用カードのフォルダを読めません。設定のキー cards を確認してください。");
        }
    }

    async fn look_into(&self, folder: &Path) -> Result<(), FileError> {
        let entries = self.env.files().list(folder).await?;
        for name in entries
            .iter()
            .filter_map(|entry| entry.name.strip_suffix(".json"))
        {
            if self.cards().contains_key(name) {
                continue;
            }
            match self.take_up(folder, name).await {
                Some(held) => drop(self.cards().insert(name.to_owned(), held)),
                None => tracing::warn!(
                    card = name,
                    "試験用カードとして読めません（NAME.crt、NAME.key、NAME.json）"
                ),
            }
        }
        Ok(())
    }

    async fn take_up(&self, folder: &Path, name: &str) -> Option<Held> {
        let card = TrialCard::read(&self.env, &folder.join(name)).await?;
        Some(Held {
            holder: card.holder,
            card: Arc::new(Mutex::new(card.card)),
            in_reader: false,
        })
    }

    fn cards(&self) -> MutexGuard<'_, BTreeMap<String, Held>> {
        lock(&self.cards)
    }
}

/// A card in a reader; dropped, it is taken out.
pub(crate) struct InReader {
    name: String,
    card: Arc<Mutex<VirtualCard>>,
    turn: futures_util::lock::Mutex<()>,
    rack: Rack,
}

impl InReader {
    /// Held by whoever speaks with the card now.
    pub(crate) async fn turn(&self) -> futures_util::lock::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// What commands go over.
    pub(crate) fn wire(&self) -> OnReader {
        OnReader(self.card.clone())
    }
}

impl Drop for InReader {
    fn drop(&mut self) {
        lock(&self.card).reinsert();
        if let Some(held) = self.rack.cards().get_mut(&self.name) {
            held.in_reader = false;
        }
    }
}

/// The wire to a card in a reader.
pub(crate) struct OnReader(Arc<Mutex<VirtualCard>>);

impl Wire for OnReader {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, CardError> {
        lock(&self.0).transmit(command)
    }
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
