//! 利用申込, and when the card finds its person now, the inquiry once more.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use pages::{Cookies, see_other};

use crate::web::Web;
use crate::web::visit::{Outcome, Place};

/// What was said to the questions was said for nobody, so it is shown once more.
pub(super) async fn enrol(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    let card = match super::at(&web, &cookies, Place::Result, |visit| visit.unlocked()) {
        Ok(Some(card)) => card,
        Ok(None) => return see_other("/unlock"),
        Err(elsewhere) => return elsewhere.into_response(),
    };
    let (asking, session) = (web.clone(), cookies.session);
    let enrol = async move {
        let web = asking;
        // Pressed twice, the second finds another page than the one that offers it.
        let is_over = || {
            let offered = web.visits.with(session, |visit| visit.offers_enrolment());
            !offered.unwrap_or(false)
        };
        let keep = |enrolled| {
            let _gone_meanwhile = web.visits.with(session, |visit| match enrolled {
                Ok(Ok(())) => (visit.outcome, visit.enrolled) = (None, true),
                Ok(Err(why)) => {
                    if let Some(Outcome::Told { not_enrolled, .. }) = &mut visit.outcome {
                        *not_enrolled = Some(why);
                    }
                }
                Err(fault) => visit.outcome = Some(Outcome::Failed(web.failed(card.method(), fault))),
            });
        };
        card.enrol(&web.cards, is_over, keep).await;
    };
    web.env.to_the_end("a card is enrolled", enrol).await;
    see_other("/result")
}
