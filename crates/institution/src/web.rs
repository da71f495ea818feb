//! Pages at the desk: the reader, for the person with the card, and reception, for the staff. They have a listener of their own,
//! on this machine only, and a page of one never links into the other's data.
//!
//! ```text
//! /          カード ─▶ /unlock ─▶ /pin or /face ─▶ /consent ─▶ /result ─▶ 終わる ─▶ /
//! /reception 今日の資格確認 ─▶ /reception/1795650305 /reception/visual 目視確認
//! ```
//!
//! Every form is answered with a way to a page: what is wrong with it is kept, in the visit or, of 目視確認, as a draft for a few
//! minutes, and that page tells it. So a page that is loaded again sends nothing again.
//!
//! What a visit to the reader knows lives in its session ([`visit`]), in memory, and ends with 終わる or when nobody touches the
//! screen for a while: first it asks, then it begins anew ([`reader::leave`]). What stands on the screen is told in [`answer`];
//! every text is in [`text`].

mod answer;
mod reader;
mod reception;
mod text;
mod visit;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use domain::number::InstitutionCode;
use domain::presence::Method;
use env::network::Limits;
use env::{Env, Listening, NetError, Origin};
use pages::{Cookies, Language, Sessions, Shell};

use crate::card::{CardDesk, CardFault, Rack};
use crate::config::Config;
use crate::desk::Desk;
use crate::today::Today;
use reception::Draft;
use text::{Patient, Reception};
use visit::Visit;

/// Visits at the same time: a desk has one or two screens.
const MOST_VISITS: usize = 32;
/// How long what was typed at reception is kept.
const DRAFT_IDLE: Duration = Duration::from_mins(10);
/// The longest form.
const LONGEST_FORM: usize = 16 << 10;
/// Shorter than this nobody could answer in time.
const LEAST_IDLE: Duration = Duration::from_secs(20);

/// What the pages work with.
pub(crate) struct Web {
    pub(crate) env: Env,
    pub(crate) code: InstitutionCode,
    pub(crate) cards: CardDesk,
    pub(crate) rack: Rack,
    pub(crate) desk: Arc<Desk>,
    pub(crate) today: Arc<Today>,
    visits: Sessions<Visit>,
    /// What reception typed and has to mend.
    drafts: Sessions<Draft>,
    idle: Duration,
    /// Whether there are virtual cards: every page says so.
    trial: bool,
}

impl Web {
    pub(crate) fn new(
        env: &Env,
        config: &Config,
        cards: CardDesk,
        desk: &Arc<Desk>,
        today: &Arc<Today>,
    ) -> Web {
        let idle = Duration::from_secs(config.idle_s).max(LEAST_IDLE);
        Web {
            env: env.clone(),
            code: config.code,
            cards,
            rack: Rack::new(env, config.cards.clone()),
            desk: desk.clone(),
            today: today.clone(),
            // The screen asks after `idle` and begins anew after twice that; then nothing is left to come back to.
            visits: Sessions::new(env, idle * 2 + Duration::from_secs(5), MOST_VISITS),
            drafts: Sessions::new(env, DRAFT_IDLE, MOST_VISITS),
            idle,
            trial: config.cards.is_some(),
        }
    }

    /// Ends visits that nobody touches, for a browser that was closed says nothing; and what was read on a day that is over.
    pub(crate) fn sweep(&self) {
        self.today.sweep();
        self.visits.sweep();
        self.drafts.sweep();
    }

    /// How long a screen may be left alone.
    pub(crate) fn idle(&self) -> Duration {
        self.idle
    }

    /// What stands around a page of the reader.
    fn patient(&self, cookies: &Cookies, title: Patient, switch_to: Option<&'static str>) -> Shell {
        let l = cookies.language;
        Shell {
            language: l,
            title: l.say(title).to_owned(),
            place: l.say(Patient::Place).to_owned(),
            notice: self.trial.then(|| l.say(Patient::Trial)),
            switch_to,
            skip: l.say(Patient::Skip),
            links: Vec::new(),
        }
    }

    /// What stands around a page of reception.
    fn reception(&self, language: Language, title: Reception, switch_to: Option<&'static str>) -> Shell {
        Shell {
            language,
            title: language.say(title).to_owned(),
            place: language.fill(Reception::Place, &[("code", &self.code.as_str())]),
            notice: self.trial.then(|| language.say(Patient::Trial)),
            switch_to,
            skip: language.say(Patient::Skip),
            links: vec![
                ("/reception", language.say(Reception::List)),
                ("/reception/visual", language.say(Reception::Visual)),
            ],
        }
    }

    /// Nothing came of a card: it is told in the log, and to reception.
    fn failed(&self, method: Method, fault: CardFault) -> Arc<CardFault> {
        tracing::warn!(%fault, next = fault.next().text(), "nothing came of a card");
        let fault = Arc::new(fault);
        self.today.add_fault(method, &fault);
        fault
    }

    /// A page that is left by itself when nobody touches it.
    fn attended(&self, response: Response) -> Response {
        pages::leave_after(response, self.idle, "/still")
    }
}

/// Listens for the desk's browser.
pub(crate) async fn listen(env: &Env, at: &Origin, web: &Arc<Web>) -> Result<Listening, NetError> {
    let router = Router::new()
        .merge(reader::router())
        .merge(reception::router())
        .method_not_allowed_fallback(reader::gone)
        .with_state(web.clone());
    let limits = Limits {
        body: LONGEST_FORM,
        connections: 64,
        ..Limits::default()
    };
    service::serve(env, at, pages::guarded(router), limits).await
}
