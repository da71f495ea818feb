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

/// Listens and answers with the router.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(env: &Env, at: &Origin, router: Router, limits: Limits) -> Result<Listening, NetError> {
    let router = router.layer(axum::extract::DefaultBodyLimit::disable());
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
