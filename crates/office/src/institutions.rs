//! Designated institutions (指定医療機関): the office's copy of the national register, and how it is kept.
//!
//! Where the configuration names the registers, their feed is pulled, and once more before a month is run; without, the
//! list is loaded through the office's own endpoint.

use std::sync::Arc;
use std::time::Duration;

use domain::designation::Institution;
use domain::number::InstitutionCode;
use domain::permit::{Action, Permit};
use env::Stop;
use exchange::registers::institutions::{INSTITUTIONS, MOST_IN_PAGE, Page};
use service::Caller;
use storage::Tx;

use crate::store::institutions;
use crate::{Office, OfficeError};

/// Institutions in one page of the registers' feed, and in one unit.
const PAGE: usize = 500;
/// How often the feed is looked at.
const EVERY: Duration = Duration::from_secs(10);
/// How long a run waits for what is new.
const REFRESH: Duration = Duration::from_secs(5);
/// The pauses after failures, doubled from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LAST_PAUSE: Duration = Duration::from_secs(60);

impl Office {
    /// Loads institutions; who is there is replaced. How many are known now.
    pub(crate) async fn load_institutions(
        self: &Arc<Self>,
        permit: &Permit,
        list: Vec<Institution>,
    ) -> Result<i64, OfficeError> {
        permit.require(Action::DecideAtOffice)?;
        for part in list.chunks(PAGE) {
            let part = part.to_vec();
            let unit = async move |tx: &mut Tx| put_all(tx, &part).await;
            self.store.unit("office.institutions", unit).await?;
        }
        let count = async move |tx: &mut Tx| Ok(institutions::count(tx).await?);
        self.store.read("office.institutions", count).await
    }

    /// What the office knows under these codes.
    pub(crate) async fn institutions(
        &self,
        tx: &mut Tx,
        codes: &[InstitutionCode],
    ) -> Result<Vec<Institution>, OfficeError> {
        let found = institutions::find_all(tx, codes).await?;
        let read = |text: &String| {
            serde_json::from_str(text).map_err(|_| OfficeError::Shape { table: "institution" })
        };
        found.iter().map(read).collect()
    }

    /// Follows the registers' feed until told to stop.
    pub(crate) async fn follow_register(self: Arc<Self>, registers: Caller, stop: Stop) {
        let mut pause = FIRST_PAUSE;
        while !stop.is_asked() {
            let wait = match self.pull_register(&registers).await {
                Ok(true) => continue,
                Ok(false) => {
                    pause = FIRST_PAUSE;
                    EVERY
                }
                Err(error) => {
                    tracing::warn!(%error, "the register of institutions could not be read; it is tried again");
                    pause = (pause * 2).min(LAST_PAUSE);
                    pause
                }
            };
            let waiting = std::pin::pin!(self.env.sleep(wait));
            futures_util::future::select(waiting, std::pin::pin!(stop.asked())).await;
        }
    }

    /// Reads what is new in the register, where one is followed. A register that is down holds nothing up: what is known
    /// is what counts.
    pub(crate) async fn refresh_register(&self) {
        let Some(registers) = &self.registers else {
            return;
        };
        let asking = async {
            while self.pull_register(registers).await? {}
            Ok::<_, OfficeError>(())
        };
        match self.env.timeout(REFRESH, asking).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the register of institutions could not be read"),
            Err(_) => tracing::warn!("the register of institutions did not answer in time"),
        }
    }

    /// Reads a page of the feed; whether there was something new.
    async fn pull_register(&self, caller: &Caller) -> Result<bool, OfficeError> {
        let read = async move |tx: &mut Tx| Ok::<_, OfficeError>(institutions::read_through(tx).await?);
        let after = self.store.read("office.register", read).await?;
        let page: Page = caller
            .get(&format!("{INSTITUTIONS}?after={after}&most={MOST_IN_PAGE}"))
            .await?;
        let Some(last) = page.institutions.iter().map(|listed| listed.n).max() else {
            return Ok(false);
        };
        let list: Vec<Institution> = page
            .institutions
            .into_iter()
            .map(|listed| listed.institution)
            .collect();
        let unit = async move |tx: &mut Tx| {
            // Somebody else may have read on meanwhile; what they have is newer.
            if institutions::read_through(tx).await? == after {
                put_all(tx, &list).await?;
                institutions::move_to(tx, last).await?;
            }
            Ok::<_, OfficeError>(())
        };
        self.store.unit("office.register", unit).await?;
        Ok(true)
    }
}

async fn put_all(tx: &mut Tx, list: &[Institution]) -> Result<(), OfficeError> {
    let mut contents = Vec::with_capacity(list.len());
    for institution in list {
        let content =
            serde_json::to_string(institution).map_err(|_| OfficeError::Shape { table: "institution" })?;
        contents.push((institution.code.as_str(), content));
    }
    institutions::put_all(tx, &contents).await?;
    Ok(())
}
