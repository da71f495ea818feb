//! A router behind a listener.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use env::network::Limits;
use env::{Env, Handler, Listening, NetError, Origin};
use http::Response;
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::Problem;

/// Listens and answers with the router, and with a [`Problem`] where it has nothing.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(env: &Env, at: &Origin, router: Router, limits: Limits) -> Result<Listening, NetError> {
    let router = router
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(axum::extract::DefaultBodyLimit::disable());
    let handler: Handler = Arc::new(move |request| {
        let router = router.clone();
        Box::pin(async move {
            let (method, path) = (request.method().clone(), request.uri().path().to_owned());
            let answered = router.oneshot(request.map(Body::from)).await;
            let response = answered.unwrap_or_else(|never| match never {});
            let (head, body) = response.into_parts();
            // Our own bodies are whole already; what cannot be collected is nothing the caller may trust.
            let body = body
                .collect()
                .await
                .map_or_else(|_| Bytes::new(), http_body_util::Collected::to_bytes);
            tracing::debug!(%method, path, status = head.status.as_u16(), "answered");
            Response::from_parts(head, body)
        })
    });
    env.network().listen(at, handler, limits).await
}

async fn no_such_path() -> Problem {
    Problem::missing("there is nothing under this path")
        .next_step("パスを確かめてください (compare the path with this role's reference)")
}

async fn no_such_method() -> Problem {
    Problem::wrong_method("this path does not take this method")
        .next_step("ヘッダー allow のメソッドを使ってください (use a method that the header allow names)")
}
