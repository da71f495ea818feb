//! What came into `req`: which files are ours, which are written to their end, and who is claimed now.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use env::{Entry, FileError, Listing, Time};
use exchange::oqs::names::RequestName;

use super::bench::Bench;
use super::job::{Job, Trouble};
use super::kind::{Kind, kind};
use super::room::Room;
use super::unless_missing;
use crate::asked::limits;
use crate::folders::same;
use crate::strangers::{Stranger, among};
use crate::wording::Complaint;

/// A file without its end counts as written when nothing happened to it for so long.
const QUIET: Duration = Duration::from_secs(2);
/// When a file was first seen, and since when it is as it is now; by our clock, because a share's may differ.
struct Seen {
    len: u64,
    modified: Time,
    since: Time,
    first: Time,
    /// That it cannot be handled was told already.
    told: bool,
}

/// The requests of which something is in `work`.
pub(super) struct InWork {
    /// Those that are being taken up again in this very look.
    pub(super) taken_up: BTreeSet<String>,
    /// All of them, and those that are being handled.
    pub(super) all: BTreeSet<String>,
}

/// What is remembered from look to look.
#[derive(Default)]
pub(super) struct Incoming {
    seen: BTreeMap<String, Seen>,
    /// What was in `req` at the last look and is nobody's request.
    strangers: Vec<Stranger>,
    /// Requests that were seen at the last look and not claimed.
    pub(super) queued: usize,
}

impl Incoming {
    /// Claims requests while there is room, and quarantines what can never be one.
    pub(super) async fn take(
        &mut self,
        bench: &Bench,
        mut in_work: InWork,
        mut room: Room,
        jobs: &mut Vec<Job>,
    ) -> Result<(), Trouble> {
        let listing = bench.env.files().survey(&bench.folders.req).await?;
        self.tell_strangers(bench, &listing);
        let entries = listing.files;
        let names: BTreeSet<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
        self.seen.retain(|name, _| names.contains(name.as_str()));
        self.queued = 0;
        for entry in &entries {
            let done = match kind(&entry.name) {
                Kind::Passing | Kind::NotOurs => continue,
                Kind::Wrong(complaint) => {
                    if self.is_quiet(entry, bench.env.now()) {
                        bench
                            .complain(&bench.folders.req, &entry.name, &complaint)
                            .await
                            .map_err(Trouble::from)
                    } else {
                        Ok(())
                    }
                }
                Kind::Request(name) => {
                    let family = name.family();
                    let free = room.has(family) && !in_work.all.contains(&name.to_string());
                    match self.request(bench, entry, name, &in_work, free).await {
                        Ok(Some(job)) => {
                            room.fill(family);
                            in_work.all.insert(job.name.to_string());
                            jobs.push(job);
                            Ok(())
                        }
                        Ok(None) => Ok(()),
                        Err(trouble) => Err(trouble),
                    }
                }
            };
            match done {
                Ok(()) => {}
                Err(Trouble::Crashed) => return Err(Trouble::Crashed),
                // One file that cannot be handled keeps nobody else waiting; it waits itself.
                Err(error) => {
                    self.queued += 1;
                    self.tell(&entry.name, &error);
                }
            }
        }
        Ok(())
    }

    async fn request(
        &mut self,
        bench: &Bench,
        entry: &Entry,
        name: RequestName,
        in_work: &InWork,
        free: bool,
    ) -> Result<Option<Job>, Trouble> {
        let now = bench.env.now();
        let quiet = self.is_quiet(entry, now);
        let path = bench.folders.req.join(&entry.name);
        let text = name.to_string();
        if in_work.taken_up.contains(&text)
            && same(&bench.env, &path, &bench.folders.work.join(&text)).await?
        {
            // A crash in the middle of the claim left both names: it is claimed.
            unless_missing(bench.env.files().remove(&path).await)?;
            return Ok(None);
        }
        if !free || !(quiet || ends(bench, &name, &path).await) {
            self.queued += 1;
            return Ok(None);
        }
        let since = self.seen.get(&entry.name).map_or(now, |seen| seen.first);
        claim(bench, &entry.name, name, since).await
    }

    fn is_quiet(&mut self, entry: &Entry, now: Time) -> bool {
        let Entry { name, len, modified } = entry;
        let fresh = Seen {
            len: *len,
            modified: *modified,
            since: now,
            first: now,
            told: false,
        };
        let seen = self.seen.entry(name.clone()).or_insert(fresh);
        if (seen.len, seen.modified) != (*len, *modified) {
            (seen.len, seen.modified, seen.since) = (*len, *modified, now);
        }
        // A clock that was set back keeps nobody waiting.
        (seen.since, seen.first) = (seen.since.min(now), seen.first.min(now));
        now.since(seen.since) >= QUIET
    }

    /// Counts what nobody will handle; each is told once, as long as it lies there.
    fn tell_strangers(&mut self, bench: &Bench, listing: &Listing) {
        let strangers = among(listing);
        for one in strangers.iter().filter(|one| !self.strangers.contains(one)) {
            tracing::warn!(
                name = one.name,
                reason = %one.why,
                "req にあるものを処理できません。回答は出ません。OQSsiquc01req_….xml などの名前で置き直すか、req から取り除いてください。"
            );
        }
        bench.tally.strangers(&strangers);
        self.strangers = strangers;
    }

    fn tell(&mut self, name: &str, error: &Trouble) {
        if let Some(seen) = self.seen.get_mut(name)
            && !std::mem::replace(&mut seen.told, true)
        {
            tracing::error!(%error, file = name, "照会を req に残しました。{}", error.remedy());
        }
    }
}

/// Moves a request into `work`; from here on it is ours and gone from `req`.
async fn claim(bench: &Bench, file: &str, name: RequestName, since: Time) -> Result<Option<Job>, Trouble> {
    if let Some(result) = bench.result_in(&bench.folders.res, &name).await? {
        bench
            .complain(&bench.folders.req, file, &Complaint::ResultExists { result })
            .await?;
        return Ok(None);
    }
    let work = bench.folders.work.join(name.to_string());
    match bench
        .env
        .files()
        .move_to(&bench.folders.req.join(file), &work)
        .await
    {
        Ok(()) => {}
        // Taken back by its writer, or another one came first: the next look knows more.
        Err(FileError::Missing(_) | FileError::Exists(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    bench.env.crash_point("institution.picked")?;
    bench.tally.picked();
    Ok(Some(Job {
        name,
        since,
        left_over: false,
    }))
}

/// Whether the file has its end: `</XmlMsg>`, then at most white space.
async fn ends(bench: &Bench, name: &RequestName, path: &Path) -> bool {
    let most = limits(name.family()).max_bytes as u64;
    match bench.env.files().read(path, most).await {
        Ok(bytes) => bytes.trim_ascii_end().ends_with(b"</XmlMsg>"),
        // Too long is for the quiet moment; one that its writer still holds cannot be read now.
        Err(error) => {
            tracing::debug!(%error, "not taken yet");
            false
        }
    }
}
