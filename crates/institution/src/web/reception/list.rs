//! What was read today.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use pages::{Cookies, Language, Shell, clock};

use super::words;
use crate::today::Seen;
use crate::web::Web;
use crate::web::answer::{self, Verdict};
use crate::web::text::Reception as T;

struct Row {
    path: String,
    at: String,
    name: String,
    how: &'static str,
    verdict: &'static str,
    look: &'static str,
}

#[derive(Template)]
#[template(path = "reception/list.html")]
struct List {
    shell: Shell,
    l: Language,
    rows: Vec<Row>,
}

pub(super) async fn show(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    let l = cookies.language;
    let row = |(number, seen): (u32, Arc<Seen>)| {
        let verdict = Verdict::of(&seen.answer);
        let name = answer::aid(&seen.answer).and_then(|aid| aid.name.clone());
        Row {
            path: format!("/reception/{number}"),
            at: clock(seen.at.jst(), l),
            name: name.unwrap_or_else(|| l.say(T::Nobody).to_owned()),
            how: l.say(words::how(seen.how)),
            verdict: l.say(words::verdict(verdict).0),
            look: verdict.look(),
        }
    };
    pages::page(&List {
        shell: web.reception(l, T::List, Some("/reception")),
        l,
        rows: web.today.all().into_iter().map(row).collect(),
    })
}
