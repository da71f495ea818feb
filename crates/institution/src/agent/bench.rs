//! One request's way from `work` to `res`.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use domain::permit::Permit;
use env::{Env, FileError};
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::names::{Family, RequestName};
use exchange::oqs::siquc01::Request;
use exchange::oqs::{Echo, Fault, Rejection, Rule};

use super::job::{Job, Trouble};
use super::unless_missing;
use crate::desk::{Desk, LIMITS};
use crate::folders::{Folders, exists, note, quarantine, same};
use crate::tally::Tally;
use crate::wording::{self, Complaint};

/// Where requests are handled: the folders, the desk that answers, and the tally.
pub(crate) struct Bench {
    pub(crate) env: Env,
    pub(crate) folders: Folders,
    pub(crate) desk: Arc<Desk>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) permit: Permit,
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
        let (name, result) = (job.name.to_string(), job.name.result());
        let (request, answer) = (self.folders.work.join(&name), self.folders.work.join(&result));
        let published = self.folders.res.join(&result);
        let answered = job.left_over && exists(&self.env, &answer).await?;
        if let Some(read) = self.read(&request).await? {
            if !answered {
                if job.left_over && exists(&self.env, &published).await? {
                    return Ok(self.env.files().remove(&request).await?);
                }
                self.answer(&job, &read, &answer).await?;
            }
            self.env.crash_point("institution.answered")?;
            self.settle(&name, &request, read.err()).await?;
        } else if !answered {
            return Ok(());
        }
        self.publish(&answer, &published, &result).await?;
        self.env.crash_point("institution.published")?;
        Ok(())
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
            tracing::warn!(file = name, ?complaint, "quarantined");
            self.tally.quarantined();
        }
        Ok(())
    }

    /// The request, or what is wrong with it; nothing when the file is not there.
    async fn read(&self, request: &Path) -> Result<Option<Result<Request, Rejection>>, FileError> {
        match self.env.files().read(request, LIMITS.max_bytes as u64).await {
            Ok(bytes) => Ok(Some(Request::read(&bytes, &LIMITS))),
            Err(FileError::TooLong { len, .. }) => Ok(Some(Err(too_long(len)))),
            Err(FileError::Missing(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts the answer into `work`, where it is durable and nobody reads it yet.
    async fn answer(&self, job: &Job, read: &Result<Request, Rejection>, to: &Path) -> Result<(), Trouble> {
        let answer = match read {
            Ok(request) => {
                self.desk
                    .answer(&self.permit, request, self.desk.deadline(job.since))
                    .await?
            }
            Err(rejection) => self.desk.refuse(rejection)?,
        };
        if !answer.replaced.is_empty() {
            let result = job.name.result();
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
        Ok(self.env.files().create(to, &answer.bytes).await?)
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

    async fn publish(&self, answer: &Path, published: &Path, result: &str) -> Result<(), FileError> {
        match self.env.files().move_to(answer, published).await {
            Err(FileError::Exists(_)) => {
                // A crash in the middle of the move left both names; or somebody else writes into `res`.
                if !same(&self.env, answer, published).await? {
                    return self
                        .complain(&self.folders.work, result, &Complaint::NameTaken)
                        .await;
                }
                self.env.files().remove(answer).await?;
            }
            moved => moved?,
        }
        self.tally.answered(self.env.now());
        Ok(())
    }
}

/// The request that a file in `work` belongs to: itself, or the one that it answers.
fn request_of(file: &str) -> Option<RequestName> {
    let prefix = Family::Siquc01.prefix();
    match file
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix("res_"))
    {
        Some(rest) => RequestName::parse(&format!("{prefix}req_{rest}")).ok(),
        None => RequestName::parse(file).ok(),
    }
}

/// A file that is not even read.
fn too_long(len: u64) -> Rejection {
    let (limit, found) = (LIMITS.max_bytes, usize::try_from(len).unwrap_or(usize::MAX));
    let message = format!(
        "ファイルが大きすぎます（{found} バイト、上限 {limit} バイト）。1件の照会だけを含むファイルを作り直してください。"
    );
    let fault = Fault {
        path: String::new(),
        rule: Rule::TooLarge { limit, found },
        message,
    };
    Rejection {
        faults: vec![fault],
        left_out: 0,
        echo: Echo::default(),
    }
}
