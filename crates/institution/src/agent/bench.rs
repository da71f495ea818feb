//! One request's way from `work` to `res`.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use env::{Env, FileError};
use exchange::oqs::Rejection;
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::names::RequestName;

use super::job::{Job, Trouble};
use super::unless_missing;
use crate::asked::{Asked, limits};
use crate::desk::{Desk, Permits};
use crate::folders::{Folders, exists, note, quarantine, same};
use crate::tally::Tally;
use crate::wording::{self, Complaint};

/// Where requests are handled: the folders, the desk that answers, and the tally.
pub(crate) struct Bench {
    pub(crate) env: Env,
    pub(crate) folders: Folders,
    pub(crate) desk: Arc<Desk>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) permits: Permits,
}

impl Bench {
    /// The requests of which something is in `work`, in the order of their names.
    pub(super) async fn kept(&self) -> Result<Vec<RequestName>, FileError> {
        let entries = self.env.files().list(&self.folders.work).await?;
        let names = entries.iter().filter_map(|entry| request_of(&entry.name));
        let unique: BTreeSet<String> = names.map(|name| name.to_string()).collect();
        Ok(unique
            .iter()
            .filter_map(|name| RequestName::parse(name).ok())
            .collect())
    }

    /// Takes a request that is in `work` to its end: one result in `res`, and nothing in `work`.
    pub(super) async fn handle(&self, job: Job) -> Result<(), Trouble> {
        let name = job.name.to_string();
        let request = self.folders.work.join(&name);
        let mut answer = match job.left_over {
            true => self.result_in(&self.folders.work, &job.name).await?,
            false => None,
        };
        if let Some(read) = self.read(&job.name, &request).await? {
            if answer.is_none() {
                if job.left_over && self.result_in(&self.folders.res, &job.name).await?.is_some() {
                    return Ok(self.env.files().remove(&request).await?);
                }
                answer = Some(self.answer(&job, &read).await?);
            }
            self.env.crash_point("institution.answered")?;
            self.settle(&name, &request, read.err()).await?;
        }
        let Some(result) = answer else { return Ok(()) };
        self.publish(&result).await?;
        self.env.crash_point("institution.published")?;
        Ok(())
    }

    /// The name of the request's result that is in a folder, packed or not.
    pub(super) async fn result_in(
        &self,
        dir: &Path,
        request: &RequestName,
    ) -> Result<Option<String>, FileError> {
        let packed = request.family().is_download().then(|| request.packed_result());
        for result in [Some(request.result()), packed].into_iter().flatten() {
            if exists(&self.env, &dir.join(&result)).await? {
                return Ok(Some(result));
            }
        }
        Ok(None)
    }

    /// Quarantines a file of a folder with the complaint beside it.
    pub(super) async fn complain(
        &self,
        dir: &Path,
        name: &str,
        complaint: &Complaint,
    ) -> Result<(), FileError> {
        let (reason, from) = (complaint.reason(name), dir.join(name));
        let moved = quarantine(&self.env, &self.folders.quarantine, &from, name, &reason).await;
        if unless_missing(moved)?.is_some() {
            let (code, reason) = complaint.logged();
            tracing::warn!(file = name, code, reason, "quarantined");
            self.tally.quarantined();
        }
        Ok(())
    }

    /// The request, or what is wrong with it; nothing when the file is not there.
    async fn read(
        &self,
        name: &RequestName,
        request: &Path,
    ) -> Result<Option<Result<Asked, Rejection>>, FileError> {
        let most = limits(name.family()).max_bytes;
        match self.env.files().read(request, most as u64).await {
            Ok(bytes) => Ok(Some(Asked::read(name.family(), &bytes))),
            Err(FileError::TooLong { len, .. }) => {
                let found = usize::try_from(len).unwrap_or(usize::MAX);
                Ok(Some(Err(Rejection::too_large(most, found))))
            }
            Err(FileError::Missing(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts the answer into `work`, where it is durable and nobody reads it yet. Gives its name.
    async fn answer(&self, job: &Job, read: &Result<Asked, Rejection>) -> Result<String, Trouble> {
        let (family, plain) = (job.name.family(), job.name.result());
        let answer = match read {
            Ok(asked) => self.desk.answer(&self.permits, asked, &plain, job.since).await?,
            Err(rejection) => self.desk.refuse(family, rejection, &plain)?,
        };
        let result = if answer.packed {
            job.name.packed_result()
        } else {
            plain
        };
        if !answer.replaced.is_empty() {
            let text = wording::report(&result, &answer.replaced);
            let report = note(
                &self.env,
                &self.folders.report,
                &format!("{result}.replaced.txt"),
                &text,
            )
            .await?;
            tracing::warn!(
                result,
                report,
                count = answer.replaced.len(),
                "characters were replaced"
            );
        }
        if answer.segment == SegmentOfResult::Failed {
            tracing::info!(request = %job.name, "answered with an error");
        }
        let to = self.folders.work.join(&result);
        self.env.files().create(&to, &answer.bytes).await?;
        Ok(result)
    }

    /// The request has its answer: a good one is removed, a broken one is kept for whoever must repair its writer.
    async fn settle(&self, name: &str, request: &Path, broken: Option<Rejection>) -> Result<(), FileError> {
        let Some(rejection) = broken else {
            return self.env.files().remove(request).await;
        };
        let reason = wording::rejection(name, &rejection);
        quarantine(&self.env, &self.folders.quarantine, request, name, &reason).await?;
        tracing::warn!(file = name, %rejection, "quarantined");
        self.tally.quarantined();
        Ok(())
    }

    async fn publish(&self, result: &str) -> Result<(), FileError> {
        let (answer, published) = (self.folders.work.join(result), self.folders.res.join(result));
        match self.env.files().move_to(&answer, &published).await {
            Err(FileError::Exists(_)) => {
                // A crash in the middle of the move left both names; or somebody else writes into `res`.
                if !same(&self.env, &answer, &published).await? {
                    return self
                        .complain(&self.folders.work, result, &Complaint::NameTaken)
                        .await;
                }
                self.env.files().remove(&answer).await?;
            }
            moved => moved?,
        }
        self.tally.answered(self.env.now());
        Ok(())
    }
}

/// The request that a file in `work` belongs to: itself, or the one that it answers.
fn request_of(file: &str) -> Option<RequestName> {
    RequestName::of_result(file).or_else(|| RequestName::parse(file).ok())
}
