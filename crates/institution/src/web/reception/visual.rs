//! 目視確認: the staff compares the photograph and types the numbers in. Nothing was signed, so it is a number inquiry, and the page
//! says that it is weaker.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::calendar::Date;
use domain::number::{PayerNumber, RecipientNumber};
use domain::permit::Actor;
use exchange::oqs::codes::{LimitConsent, SegmentOfResult};
use exchange::oqs::siquc01::{Request, RequestHeader, ResultMessage, SearchInfo};
use http::StatusCode;
use http::header::LOCATION;
use pages::{Cookies, Form, Language, Shell};

use crate::desk::Permits;
use crate::today::{How, Seen};
use crate::web::Web;
use crate::web::text::Reception as T;
use crate::wording;

#[derive(Template)]
#[template(path = "reception/visual.html")]
struct Visual {
    shell: Shell,
    l: Language,
    /// What was typed.
    payer: String,
    recipient: String,
    born: String,
    faults: Vec<(&'static str, String)>,
    /// Why it could not be asked.
    failed: Option<String>,
}

impl Visual {
    fn fault(&self, field: &str) -> &str {
        let found = self.faults.iter().find(|(own, _)| *own == field);
        found.map_or("", |(_, text)| text)
    }
}

pub(super) async fn show(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    pages::page(&blank(&web, cookies.language))
}

fn blank(web: &Web, l: Language) -> Visual {
    Visual {
        shell: web.reception(l, T::VisualTitle, Some("/reception/visual")),
        l,
        payer: String::new(),
        recipient: String::new(),
        born: String::new(),
        faults: Vec::new(),
        failed: None,
    }
}

pub(super) async fn ask(State(web): State<Arc<Web>>, cookies: Cookies, body: Bytes) -> Response {
    let (l, form) = (cookies.language, Form::read(&body));
    let mut page = blank(&web, l);
    page.payer = form.get("payer").to_owned();
    page.recipient = form.get("recipient").to_owned();
    page.born = form.get("born").to_owned();
    let search = match search(&page) {
        Ok(search) if form.get("compared") == "yes" => search,
        read => {
            page.faults = read.err().unwrap_or_default();
            if form.get("compared") != "yes" {
                page.faults
                    .push(("compared", l.say(T::VisualComparedMissing).to_owned()));
            }
            return pages::refused(&page);
        }
    };
    match inquire(&web, search).await {
        Ok(answer) => {
            let number = web.today.add(Seen {
                at: web.env.now(),
                how: How::Visual,
                face: None,
                replaced: 0,
                answer,
            });
            (
                StatusCode::SEE_OTHER,
                [(LOCATION, format!("/reception/{number}"))],
            )
                .into_response()
        }
        Err(why) => {
            page.failed = Some(why);
            pages::page(&page)
        }
    }
}

/// What was typed, as a question; every field that is wrong otherwise.
fn search(page: &Visual) -> Result<SearchInfo, Vec<(&'static str, String)>> {
    let wrong = |field, name| {
        let name = page.l.say(name);
        (field, page.l.fill(T::Digits, &[("name", &name)]))
    };
    let payer = PayerNumber::parse(&page.payer);
    let recipient = RecipientNumber::parse(&page.recipient);
    let born = (page.born.len() == 8)
        .then(|| Date::strptime("%Y%m%d", &page.born).ok())
        .flatten();
    match (payer, recipient, born) {
        (Ok(payer), Ok(recipient), Some(birthdate)) => Ok(SearchInfo {
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
            ];
            Err(faults.into_iter().flatten().collect())
        }
    }
}

/// Asks as a request file would; what it says when it failed is for the staff.
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
        .ask(&permits, &request)
        .await
        .map_err(|error| wording::failure(&error).1)?;
    if answer.header.segment_of_result == SegmentOfResult::Done {
        Ok(answer)
    } else {
        Err(answer.header.error_message.unwrap_or_default())
    }
}
