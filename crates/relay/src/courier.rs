//! Sends an outbox's files, lane by lane, until each has its receipt, and asks what became of them.

use std::sync::Arc;
use std::time::Duration;

use env::{Env, Origin, Stop, TaskHandle};
use exchange::registration::feed::Mark;
use exchange::registration::progress::Progress;
use exchange::registration::{Answer, Lane, Refusal};
use http::{Method, StatusCode};
use storage::{Store, Tx};
use tokio::sync::Notify;

use crate::outbox::{Outbox, Waiting};
use crate::{RelayError, tracking, wire};

/// How long the courier waits after a failure: doubled from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(5);
/// How often it looks by itself when nobody rings.
const OWN_LOOK: Duration = Duration::from_secs(2);

/// Sends an outbox's files to the hub.
#[derive(Clone)]
pub struct Courier {
    env: Env,
    store: Store,
    outbox: Outbox,
    hub: Origin,
    bell: Arc<Notify>,
    mark_every: Duration,
}

impl Courier {
    /// A courier from an outbox to the hub. It marks how far the office is as often as `mark_every`.
    pub fn new(env: &Env, store: &Store, outbox: &Outbox, hub: &Origin, mark_every: Duration) -> Courier {
        Courier {
            env: env.clone(),
            store: store.clone(),
            outbox: outbox.clone(),
            hub: hub.clone(),
            bell: Arc::new(Notify::new()),
            mark_every,
        }
    }

    /// Tells the courier that something was put into the outbox.
    pub fn ring(&self) {
        self.bell.notify_waiters();
    }

    /// Starts a task for each lane, and one for the marks.
    pub fn start(&self, stop: &Stop) -> Vec<TaskHandle> {
        let lanes = Lane::ALL.into_iter().map(|lane| {
            let (courier, stop) = (self.clone(), stop.clone());
            self.env
                .spawn("courier", async move { courier.run(lane, stop).await })
        });
        let (courier, stop) = (self.clone(), stop.clone());
        let marks = self
            .env
            .spawn("courier-marks", async move { courier.mark(stop).await });
        lanes.chain([marks]).collect()
    }

    async fn run(&self, lane: Lane, stop: Stop) {
        let mut pause = FIRST_PAUSE;
        while !stop.is_asked() {
            // Registered before looking, so that a ring between the look and the wait is heard.
            let mut rung = std::pin::pin!(self.bell.notified());
            rung.as_mut().enable();
            let wait = match self.send_next(lane).await {
                Ok(true) => {
                    pause = FIRST_PAUSE;
                    continue;
                }
                Ok(false) => OWN_LOOK,
                Err(error) => {
                    tracing::warn!(%lane, %error, "a file could not be sent; it is tried again");
                    pause = (pause * 2).min(LAST_PAUSE);
                    pause
                }
            };
            let waiting = std::pin::pin!(self.env.sleep(wait));
            let asked = std::pin::pin!(stop.asked());
            if wait == OWN_LOOK {
                futures_util::future::select(rung, futures_util::future::select(waiting, asked)).await;
            } else {
                futures_util::future::select(waiting, asked).await;
            }
        }
    }

    /// Sends the next file of a lane; whether there was one.
    async fn send_next(&self, lane: Lane) -> Result<bool, RelayError> {
        let outbox = self.outbox.clone();
        let next = self
            .store
            .read("courier.next", async move |tx| outbox.next(tx, lane).await)
            .await?;
        let Some(Waiting { number, bytes }) = next else {
            return Ok(false);
        };
        let sent_at = self.env.now().micros();
        let answer = match self.send(bytes).await {
            Ok(answer) => answer,
            Err(error) => {
                let tried = async move |tx: &mut Tx| tracking::tried(tx, lane, number, sent_at).await;
                self.store.unit("courier.tried", tried).await?;
                return Err(error);
            }
        };
        let answered_at = self.env.now().micros();
        tracing::debug!(%lane, number, "a file was answered");
        if let Answer::Refusal(refusal) = &answer
            && !matches!(refusal, Refusal::Skipped { .. })
        {
            // Nothing goes after it until somebody has looked: so it is told, by its place and never by its content.
            tracing::error!(
                %lane, number,
                "中間サーバーがファイルを拒否しました。この系統の登録は止まっています。GET /files/{lane}/{number} で理由を確認し、システム担当者へ連絡してください。"
            );
        }
        let outbox = self.outbox.clone();
        let settle = async move |tx: &mut Tx| match &answer {
            Answer::Refusal(Refusal::Skipped { expected }) if *expected < number => {
                outbox.rewind(tx, lane, *expected).await?;
                tracking::rewound(tx, lane, *expected).await
            }
            answer => {
                outbox.settle(tx, lane, number, answer).await?;
                tracking::answered(tx, lane, number, answer, sent_at, answered_at).await
            }
        };
        self.store.unit("courier.settle", settle).await?;
        // Other lanes may have waited for this one.
        self.ring();
        Ok(true)
    }

    async fn send(&self, bytes: Vec<u8>) -> Result<Answer, RelayError> {
        let sent = wire::send(&self.env, &self.hub, Method::POST, wire::FILES, bytes).await?;
        match sent.status() {
            StatusCode::OK | StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY => {
                serde_json::from_slice(sent.body()).map_err(|source| RelayError::Shape {
                    what: "the hub's answer to a file",
                    source,
                })
            }
            status => Err(RelayError::Refused {
                what: "a file",
                status: status.as_u16(),
            }),
        }
    }

    /// Tells the hub, again and again, how far the office is, and asks how far everything has come. What is lost is
    /// made up for by the next.
    async fn mark(&self, stop: Stop) {
        while !stop.is_asked() {
            if let Err(error) = self.send_mark().await {
                tracing::debug!(%error, "a mark was not heard");
            }
            if let Err(error) = self.ask_progress().await {
                tracing::debug!(%error, "how far everything has come was not heard");
            }
            let waiting = std::pin::pin!(self.env.sleep(self.mark_every));
            futures_util::future::select(waiting, std::pin::pin!(stop.asked())).await;
        }
    }

    async fn send_mark(&self) -> Result<(), RelayError> {
        // The moment comes first: everything decided before it is in what is read after it.
        let at = self.outbox.now();
        let outbox = self.outbox.clone();
        let heads = self
            .store
            .read("courier.heads", async move |tx| outbox.heads(tx).await)
            .await?;
        let mark = Mark {
            office: self.outbox.office().clone(),
            n: 0,
            at: at.micros(),
            heads,
        };
        let body = serde_json::to_vec(&mark).map_err(|source| RelayError::Shape {
            what: "a mark",
            source,
        })?;
        let sent = wire::send(&self.env, &self.hub, Method::POST, wire::MARKS, body).await?;
        if sent.status() == StatusCode::OK {
            Ok(())
        } else {
            Err(RelayError::Refused {
                what: "a mark",
                status: sent.status().as_u16(),
            })
        }
    }

    /// Asks how far everything has come, and keeps it.
    async fn ask_progress(&self) -> Result<(), RelayError> {
        let known = async move |tx: &mut Tx| tracking::known(tx).await;
        let (files, let_go) = self.store.read("courier.known", known).await?;
        let path = format!(
            "{}?shield={}&single={}&bulk={}&let_go={let_go}",
            wire::PROGRESS,
            files.shield,
            files.single,
            files.bulk
        );
        let heard = wire::send(&self.env, &self.hub, Method::GET, &path, Vec::new()).await?;
        if heard.status() != StatusCode::OK {
            return Err(RelayError::Refused {
                what: "progress",
                status: heard.status().as_u16(),
            });
        }
        let progress: Progress =
            serde_json::from_slice(heard.body()).map_err(|source| RelayError::Shape {
                what: "progress",
                source,
            })?;
        if progress == Progress::default() {
            return Ok(());
        }
        let keep = async move |tx: &mut Tx| tracking::advance(tx, &progress).await;
        self.store.unit("courier.progress", keep).await
    }
}
