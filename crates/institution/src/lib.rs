//! 医療機関・薬局: the folder agent between the receipt computer and verification.
//!
//! A clinic's receipt computer (レセコン) knows nothing of networks. It writes a request file into a folder and waits
//! for a file of the same suffix in another one. This role stands behind these folders, as the link application
//! (連携アプリケーション) of the eligibility terminal (資格確認端末) does:
//!
//! ```text
//!             req/OQSsiquc01req_0001.xml ──claim──▶ work/ ──POST /institution/inquiry──▶ verification
//!  レセコン                                           │ ◀──────────── answer ───────────────┘
//!             res/OQSsiquc01res_0001.xml ◀──publish──┘     broken ones: quarantine/ with a reason beside it
//! ```
//!
//! What it promises to the receipt computer:
//!
//! - a request is removed from `req` when it is picked up, and only when it has been written to its end;
//! - each picked request ends with exactly one result of the same suffix, whatever dies whenever, also when the
//!   receipt computer removes results as soon as it has read them;
//! - a result appears whole and is never rewritten;
//! - what cannot be read is answered with 処理結果区分 9 and kept in `quarantine` with a readable reason; the others
//!   go on;
//! - when verification cannot be reached it waits a little, then says so in the answer, with paper as the next step;
//! - a character that the site's encoding lacks is replaced by its ordinary form or 〓, told to the staff and listed in
//!   `report`.
//!
//! Bulk inquiries (`OQSmutic`, `OQSmuquc`) come in two steps, each a request and a result like any other.
//!
//! A card that is read at the desk needs no request: its answer is pushed into `face`.
//!
//! The parts:
//!
//! - `agent`: the loop over the folders ([`Config`], `folders`); `strangers`: what in `req` is nobody's request.
//! - `asked`, `desk`, `bulk`: one request in, one result file's bytes out; `pack`: large results.
//! - `inquiry`: asks verification, again and again for a while; `no`: what comes instead of an answer.
//! - [`card`]: a card that is read at the desk, and the file in `face`.
//! - `today`, `web`: the pages for the desk, reader and reception.
//! - `api`: `POST /ask`, `GET /status`, `GET /health`, with the counts of `tally`.
//! - `wording`: all that the staff is told.

mod agent;
mod api;
mod asked;
mod bulk;
pub mod card;
mod config;
mod desk;
mod folders;
mod inquiry;
mod no;
mod pack;
mod strangers;
mod tally;
#[cfg(test)]
mod tests;
mod today;
mod web;
mod wording;

use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;

use domain::permit::{Actor, Denied};
use env::network::Limits as NetworkLimits;
use env::{Env, FileError, NetError, StopHandle};
use exchange::oqs::Limits;
use service::Running;

pub use api::{REPLACED_HEADER, SEGMENT_HEADER};
pub use card::{CardDesk, CardFault, Next, Read, TrialCard};
pub use config::{Config, SiteEncoding, SiteSubstitution};
pub use strangers::{Stranger, Why, strangers};

use agent::{Agent, Bench};
use desk::{Desk, Permits};
use folders::Folders;
use futures_util::future::{Either, select};
use tally::Tally;
use today::Today;
use web::Web;

/// Why the role does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// One of the folders cannot be made.
    #[error("共有フォルダを用意できません: {0}")]
    Folders(#[from] FileError),
    /// Another agent works on these folders.
    #[error("フォルダ {folders} は、ほかの連携アプリケーション（madoguchi）が使っています（{by}）。")]
    Held {
        /// The folder that holds `req` and the others.
        folders: PathBuf,
        /// Which process, and where it listens.
        by: String,
    },
    /// The address cannot be listened on.
    #[error("listen: {0}")]
    Listen(#[from] NetError),
    /// Pages are for this machine's own browser, which has no certificate.
    #[error(
        "pages: http://127.0.0.1:PORT の形で書いてください。受付の画面は、この端末のブラウザーだけで開けます。"
    )]
    Pages,
    /// Its certificate, or whom it believes.
    #[error(transparent)]
    Tls(#[from] env::tls::TlsFault),
    /// An institution may not ask, says the permission table.
    #[error(transparent)]
    Denied(#[from] Denied),
}

/// The desk's cards without the role: for a command beside it. What it reads is put into `face` as the role does.
///
/// # Errors
/// See [`StartError`].
pub async fn card_desk(env: &Env, config: &Config) -> Result<CardDesk, StartError> {
    let env = config.tls.env(env, &Actor::Institution(config.code))?;
    let folders = Folders::under(&config.folders);
    folders.ensure(&env).await?;
    Ok(CardDesk::new(&env, config, &folders, &Today::new(&env)))
}

/// Starts as whoever the certificate names.
///
/// # Errors
/// See [`StartError`]. Verification need not be there yet.
pub async fn start(env: &Env, config: Config) -> Result<Running, StartError> {
    let env = config.tls.env(env, &Actor::Institution(config.code))?;
    start_known(&env, config).await
}

/// Starts the agent and its small API in a world in which one is somebody already, as simulations do. What an earlier run left
/// in `work` is taken up first.
///
/// # Errors
/// See [`StartError`].
pub async fn start_known(env: &Env, config: Config) -> Result<Running, StartError> {
    let folders = Folders::under(&config.folders);
    folders.ensure(env).await?;
    let held = env
        .files()
        .hold(&folders.lock)
        .await
        .map_err(|error| match error {
            FileError::Held { by, .. } => StartError::Held {
                folders: config.folders.clone(),
                by,
            },
            error => error.into(),
        })?;
    let me = Actor::Institution(config.code);
    let permits = Permits::of(&me)?;
    let (stop_handle, stop) = StopHandle::new();
    let pages_stop = stop.clone();
    let tally = Arc::new(Tally::default());
    let desk = Arc::new(Desk::new(env, &config, stop.clone()));
    let today = Today::new(env);
    let cards = CardDesk::new(env, &config, &folders, &today);
    let web = match &config.pages {
        Some(at) if !at.is_plain() => return Err(StartError::Pages),
        Some(at) => {
            let web = Arc::new(Web::new(env, &config, cards, &desk, &today));
            Some((web::listen(env, at, &web).await?, web))
        }
        None => None,
    };
    let pages_at = web.as_ref().map(|(listening, _)| listening.at().clone());
    let router = api::router(&desk, &tally, &folders, pages_at.as_ref());
    let limits = NetworkLimits {
        body: 2 * Limits::MANY.max_bytes,
        ..NetworkLimits::default()
    };
    let listening = service::serve(env, &config.listen, router, limits).await?;
    held.tell(&listening.at().to_string()).await;
    let bench = Bench {
        env: env.clone(),
        folders,
        desk,
        tally,
        permits,
    };
    let agent = Agent::new(bench, config.rescan());
    let running = env.spawn("institution.agent", async move {
        agent.run(stop).await;
        drop(held);
    });
    let mut tasks = vec![running];
    if let Some((listening, web)) = web {
        tracing::info!(at = %listening.at(), "pages for the desk");
        let (env, stop) = (env.clone(), pages_stop);
        tasks.push(env.clone().spawn("institution.pages", async move {
            while let Either::Left(_) = select(pin!(env.sleep(web.idle())), pin!(stop.asked())).await {
                web.sweep();
            }
            listening.close().await;
        }));
    }
    tracing::info!(at = %listening.at(), folders = %config.folders.display(), "institution runs");
    Ok(Running::new("institution", listening, stop_handle, tasks))
}
