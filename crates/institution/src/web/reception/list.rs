//! What was read today. It is shown anew by itself, so that nobody has to ask for it; there is nothing on it to be typed that could
//! be lost. Whoever reads it slowly, or aloud, can have it stand still.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use pages::{Cookies, Language, Shell, clock, day};

use super::words;
use crate::today::{Came, Seen};
use crate::web::Web;
use crate::web::answer::{self, Verdict};
use crate::web::text::Reception as T;

/// How often.
const EVERY: Duration = Duration::from_secs(15);
/// The list that stands still.
pub(super) const HELD: &str = "/reception/held";

struct Row {
    path: String,
    at: String,
    name: String,
    /// What tells two people of one name apart.
    born: Option<String>,
    how: &'static str,
    /// Why nothing came of it.
    why: Option<String>,
    verdict: &'static str,
    look: &'static str,
}

#[derive(Template)]
#[template(path = "reception/list.html")]
struct List {
    shell: Shell,
    l: Language,
    /// Whether it stands still, and the way to the other.
    held: String,
    other: (&'static str, &'static str),
    rows: Vec<Row>,
}

pub(super) async fn show(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    let l = cookies.language;
    let says = l.fill(T::ListRefreshed, &[("seconds", &EVERY.as_secs())]);
    let list = list(&web, l, "/reception", says, (HELD, l.say(T::ListHold)));
    pages::leave_after(pages::page(&list), EVERY, "/reception")
}

pub(super) async fn held(State(web): State<Arc<Web>>, cookies: Cookies) -> Response {
    let l = cookies.language;
    let says = l.say(T::ListHeld).to_owned();
    pages::page(&list(&web, l, HELD, says, ("/reception", l.say(T::ListGo))))
}

fn list(
    web: &Web,
    l: Language,
    path: &'static str,
    held: String,
    other: (&'static str, &'static str),
) -> List {
    let readings = web.today.all().into_iter();
    List {
        shell: web.reception(l, T::List, Some(path)),
        l,
        held,
        other,
        rows: readings.map(|(number, seen)| row(number, &seen, l)).collect(),
    }
}

fn row(number: u32, seen: &Seen, l: Language) -> Row {
    let aid = seen.answer().and_then(|answer| answer::aid(&answer.message));
    let name = aid.and_then(|aid| aid.name.clone());
    let born = aid.and_then(|aid| aid.birthdate);
    let (verdict, look, why) = match &seen.came {
        Came::Answer(answer) => {
            let verdict = Verdict::of(&answer.message);
            (words::verdict(verdict).0, verdict.look(), None)
        }
        Came::Fault(fault) => (T::Failed, "stop", Some(fault.told())),
    };
    Row {
        path: format!("/reception/{number}"),
        at: clock(seen.at.jst(), l),
        name: name.unwrap_or_else(|| l.say(T::Nobody).to_owned()),
        born: born.map(|born| l.fill(T::ListBorn, &[("day", &day(born, l))])),
        how: l.say(words::how(seen.how)),
        why,
        verdict: l.say(verdict),
        look,
    }
}
