//! What the door itself says no with, before or instead of a handler: in the shape of every no here (RFC 9457).

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use http_body_util::Full;

pub(super) type No = http::Response<Full<Bytes>>;

/// The body is longer than this listener takes, in bytes.
pub(super) fn too_long(most: usize) -> No {
    problem(
        StatusCode::PAYLOAD_TOO_LARGE,
        &format!("the body is longer than {most} bytes"),
        "分けて送ってください (send it in several requests)",
    )
}

/// What this caller's requests hold together would be more than one caller's may, in bytes.
pub(super) fn too_much(most: usize) -> No {
    problem(
        StatusCode::TOO_MANY_REQUESTS,
        &format!("the bodies under way from this caller are longer than {most} bytes together"),
        "前の要求の回答を受け取ってから送ってください (send it when the earlier requests are answered)",
    )
}

/// The client went away, or did not keep to HTTP.
pub(super) fn broke_off() -> No {
    problem(StatusCode::BAD_REQUEST, "the body broke off", AGAIN)
}

/// The client took too long.
pub(super) fn too_slow() -> No {
    problem(StatusCode::REQUEST_TIMEOUT, "the body came too slowly", AGAIN)
}

/// The certificate at the other end was revoked or has ended since the connection was made. The connection ends too.
pub(super) fn not_believed() -> No {
    last(problem(
        StatusCode::FORBIDDEN,
        "the certificate of this connection is not in force any more",
        "証明書を更新してください (renew the certificate and connect again)",
    ))
}

/// The list of revoked certificates is too old, so nobody's certificate says anything.
pub(super) fn nobody_is_believed() -> No {
    last(problem(
        StatusCode::SERVICE_UNAVAILABLE,
        "the list of revoked certificates is too old here",
        "この相手の運用者に失効リストの更新を依頼してください (whoever runs this role must renew its list of revoked certificates)",
    ))
}

/// The last answer on its connection.
fn last(mut no: No) -> No {
    let close = HeaderValue::from_static("close");
    no.headers_mut().insert(header::CONNECTION, close);
    no
}

/// A handler panicked.
pub(super) fn fault_of_ours() -> No {
    problem(
        StatusCode::INTERNAL_SERVER_ERROR,
        "this could not be answered, by a fault of ours",
        "システム担当者へ連絡してください (tell whoever runs this role; its log names the time)",
    )
}

const AGAIN: &str = "もう一度送ってください (send it again)";

/// None of the texts has a character that JSON would escape.
fn problem(status: StatusCode, title: &str, next: &str) -> No {
    let code = status.as_u16();
    let body = format!(r#"{{"status":{code},"title":"{title}","next":"{next}"}}"#);
    let mut response = http::Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
