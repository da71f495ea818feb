//! A way that is locked: what is left to do today. Reception sees it too, once in a visit.

use askama::Template;
use axum::response::{IntoResponse, Response};
use domain::presence::Method;
use identity::reader::CardError;
use pages::{Cookies, Language, Shell, Step};

use crate::web::Web;
use crate::web::text::Patient as T;
use crate::web::visit::{Place, Visit};

#[derive(Template)]
#[template(path = "reader/locked.html")]
struct Locked {
    shell: Shell,
    l: Language,
    steps: Vec<Step>,
    text: &'static str,
    /// The other way, when that is open.
    other: Option<(&'static str, &'static str)>,
}

pub(super) fn screen(web: &Web, cookies: &Cookies, way: Method) -> Response {
    let found = super::at(web, cookies, Place::Unlock, |visit: &mut Visit| {
        let mut locked = vec![way];
        locked.extend(Some(super::other(way)).filter(|other| !visit.is_open(*other)));
        let other_is_open = locked.len() == 1;
        locked.retain(|way| visit.is_news(*way));
        (locked, other_is_open)
    });
    let (news, other_is_open) = match found {
        Ok(found) => found,
        Err(elsewhere) => return elsewhere.into_response(),
    };
    for way in news {
        web.failed(way, error(way).into());
    }
    let l = cookies.language;
    let (title, text, path, by_other) = match way {
        Method::Pin => (T::LockedTitle, T::LockedText, "/pin", ("/face", T::PinByFace)),
        Method::Face => (T::FaceLockedTitle, T::FaceLocked, "/face", ("/pin", T::FaceByPin)),
    };
    let (title, text) = if other_is_open {
        (title, text)
    } else {
        (T::BothLockedTitle, T::BothLockedText)
    };
    let page = Locked {
        shell: web.patient(cookies, title, Some(path)),
        l,
        steps: super::steps(l, T::StepUnlock),
        text: l.say(text),
        other: other_is_open.then(|| (by_other.0, l.say(by_other.1))),
    };
    web.attended(pages::page(&page))
}

const fn error(way: Method) -> CardError {
    match way {
        Method::Pin => CardError::Locked,
        Method::Face => CardError::FaceLocked,
    }
}
