//! Who may ask for a page at all, and what every page tells the browser.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

/// Where the style sheet is.
pub const STYLE_PATH: &str = "/pages.css";
const STYLE: &str = include_str!("../assets/pages.css");

/// What every page tells the browser. No script runs, nothing comes from elsewhere, nobody frames it, nothing is kept.
///
/// The referrer stays within the origin: without one a browser says `Origin: null`, and its own forms would be refused.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (CACHE_CONTROL, "no-store"),
    (REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Puts the checks and the headers around pages, and the style sheet beside them.
pub fn guarded(pages: Router) -> Router {
    pages.route(STYLE_PATH, get(style)).layer(from_fn(guard))
}

async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

async fn guard(request: Request, next: Next) -> Response {
    let mut response = match judge(request.method(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(why) => {
            tracing::warn!(why, "a page was refused");
            (StatusCode::FORBIDDEN, why).into_response()
        }
    };
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Pages are for this machine's own browser, by this machine's own name: another name that points here is somebody's trick
/// (DNS rebinding). What changes something must come from a page of ours; a browser says so itself, and no page can make it lie.
fn judge(method: &Method, headers: &HeaderMap) -> Result<(), &'static str> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let host = text(HOST).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if !["127.0.0.1", "localhost"].contains(&name) {
        return Err("このアドレスでは開けません。http://127.0.0.1:… で開いてください。");
    }
    if method.is_safe() {
        return Ok(());
    }
    let ours = text(ORIGIN).is_some_and(|origin| origin.strip_prefix("http://") == Some(host));
    let said = text(HeaderName::from_static("sec-fetch-site"));
    if ours && said.is_none_or(|site| site == "same-origin") {
        Ok(())
    } else {
        Err("ほかのページからの送信は受け付けません。画面を開き直してください。")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(method: &Method, headers: &[(&'static str, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_static(value));
        }
        judge(method, &map).is_ok()
    }

    #[test]
    fn pages_are_for_this_machine_and_forms_for_our_own_pages() {
        let (host, origin) = (("host", "127.0.0.1:18094"), ("origin", "http://127.0.0.1:18094"));
        assert!(judged(&Method::GET, &[host]));
        assert!(judged(&Method::GET, &[("host", "localhost:18094")]));
        for elsewhere in ["evil.example", "127.0.0.1.evil.example:18094", "[::1]:18094", ""] {
            assert!(!judged(&Method::GET, &[("host", elsewhere)]), "{elsewhere}");
        }
        assert!(!judged(&Method::GET, &[]));
        assert!(judged(&Method::POST, &[host, origin]));
        assert!(judged(
            &Method::POST,
            &[host, origin, ("sec-fetch-site", "same-origin")]
        ));
        for others in [
            &[host][..],
            &[host, ("origin", "null")],
            &[host, ("origin", "http://evil.example")],
            &[host, ("origin", "http://127.0.0.1:18095")],
            &[host, ("origin", "https://127.0.0.1:18094")],
            &[host, origin, ("sec-fetch-site", "same-site")],
        ] {
            assert!(!judged(&Method::POST, others), "{others:?}");
        }
    }
}
