//! 目視確認: the staff compares the photograph and types the numbers in. Nothing was signed, so it is a number inquiry, and the page
//! says that it is weaker.

use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use bytes::Bytes;
use domain::calendar::Date;
use domain::number::{PayerNumber, RecipientNumber};
use domain::permit::Actor;
use exchange::oqs::codes::{LimitConsent, SegmentOfResult};
use exchange::oqs::siquc01::{Request, RequestHeader, ResultMessage, SearchInfo};
use pages::{Cookies, Form, Language, SessionId, Shell, see_other};

use crate::desk::Permits;
use crate::today::{Answer, Came, How, Seen};
use crate::web::Web;
use crate::web::text::Reception as T;
use crate::wording;

/// What was typed, and what came of asking. It is kept, because the page that tells what is wrong is loaded by itself.
#[derive(Clone, Default)]
pub(crate) struct Draft {
    payer: String,
    recipient: String,
    born: String,
    compared: bool,
    /// Why it could not be asked.
    failed: Option<String>,
}

#[derive(Template)]
#[template(path = "reception/visual.html")]
struct Visual {
    shell: Shell,
    l: Language,
    draft: Draft,
    faults: Vec<(&'static str, String)>,
}

impl Visual {
    fn fault(&self, field: &str) -> &str {
        let found = self.faults.iter().find(|(own, _)| *own == field);
        found.map_or("", |(_, text)| text)
    }
}

/// The form; with the number of a draft, what was typed and what is wrong with it.
pub(super) async fn show(
    State(web): State<Arc<Web>>,
    cookies: Cookies,
    RawQuery(number): RawQuery,
) -> Response {
    let l = cookies.language;
    let number = number.as_deref().and_then(SessionId::parse);
    let draft = web.drafts.with(number, |draft| draft.clone());
    let faults = draft.as_ref().and_then(|draft| search(draft, l).err());
    pages::page(&Visual {
        shell: web.reception(l, T::VisualTitle, Some("/reception/visual")),
        l,
        draft: draft.unwrap_or_default(),
        faults: faults.unwrap_or_default(),
    })
}

pub(super) async fn ask(State(web): State<Arc<Web>>, cookies: Cookies, body: Bytes) -> Response {
    let form = Form::read(&body);
    let draft = Draft {
        payer: form.get("payer").to_owned(),
        recipient: form.get("recipient").to_owned(),
        born: form.get("born").to_owned(),
        compared: form.get("compared") == "yes",
        failed: None,
    };
    let asked = match search(&draft, cookies.language) {
        Ok(search) => inquire(&web, search).await.map_err(Some),
        Err(_told_by_the_form) => Err(None),
    };
    match asked {
        Ok(message) => {
            let number = web.today.add(Seen {
                at: web.env.now(),
                how: How::Visual,
                card: None,
                came: Came::Answer(Box::new(Answer {
                    message,
                    face: None,
                    replaced: 0,
                })),
            });
            see_other(format!("/reception/{number}"))
        }
        Err(failed) => {
            let number = web.drafts.begin(Draft { failed, ..draft });
            see_other(format!("/reception/visual?{number}"))
        }
    }
}

/// What was typed, as a question; every field that is wrong otherwise.
fn search(draft: &Draft, l: Language) -> Result<SearchInfo, Vec<(&'static str, String)>> {
    let wrong = |field, name| {
        let name = l.say(name);
        (field, l.fill(T::Digits, &[("name", &name)]))
    };
    let payer = PayerNumber::parse(&draft.payer);
    let recipient = RecipientNumber::parse(&draft.recipient);
    let born = (draft.born.len() == 8)
        .then(|| Date::strptime("%Y%m%d", &draft.born).ok())
        .flatten();
    match (payer, recipient, born) {
        (Ok(payer), Ok(recipient), Some(birthdate)) if draft.compared => Ok(SearchInfo {
            insurer_number: payer.as_str().to_owned(),
            insured_card_symbol: None,
            insured_identification_number: recipient.as_str().to_owned(),
            insured_branch_number: None,
            birthdate,
            limit_consent_flag: LimitConsent::NotGiven,
            arbitrary_identifier: None,
        }),
        (payer, recipient, born) => {
            let faults = [
                payer.err().map(|_| wrong("payer", T::Payer)),
                recipient.err().map(|_| wrong("recipient", T::Recipient)),
                born.is_none().then(|| wrong("born", T::Born)),
                (!draft.compared).then(|| ("compared", l.say(T::VisualComparedMissing).to_owned())),
            ];
            Err(faults.into_iter().flatten().collect())
        }
    }
}

/// Asks as a request file would, and says that the photograph was compared; what it says when it failed is for the staff.
async fn inquire(web: &Web, search: SearchInfo) -> Result<ResultMessage, String> {
    let permits = Permits::of(&Actor::Institution(web.code)).map_err(|denied| denied.to_string())?;
    let request = Request {
        header: RequestHeader {
            qualification_confirmation_date: web.env.now().date(),
            medical_institution_code: web.code.as_str().to_owned(),
            arbitrary_file_identifier: None,
        },
        search,
        unknown: Vec::new(),
    };
    let answer = web
        .desk
        .ask_after_visual(&permits, &request)
        .await
        .map_err(|error| wording::failure(&error).1)?;
    if answer.header.segment_of_result == SegmentOfResult::Done {
        Ok(answer)
    } else {
        Err(answer.header.error_message.unwrap_or_default())
    }
}
