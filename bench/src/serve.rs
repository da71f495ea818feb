//! A child of the bench: one server, until its standard input ends, which is when the bench is gone.

use std::io::Write;
use std::path::Path;

use axum::Router;
use axum::routing::post;
use bytes::Bytes;
use domain::permit::Actor;
use env::network::Limits;
use env::real::RealWorld;
use env::{Env, Origin};
use http::header;
use identity::Tls;
use serde::Deserialize;
use service::Running;
use tokio::sync::oneshot;

use crate::Fault;

/// The fixed answer of the bare handler, in bytes: about what an inquiry's answer has.
pub(crate) const BARE_BYTES: usize = 2_560;
/// What stands in that answer.
pub(crate) const BARE_MARK: &str = "<Bare/>";
/// Where both the bare handler and verification take questions.
pub(crate) const PATH: &str = exchange::oqs::http::path(exchange::oqs::names::Family::Siquc01);

/// What a child serves: a role as the program's configuration files describe it, or the bare handler.
#[derive(Deserialize)]
#[serde(tag = "role", rename_all = "lowercase")]
enum Served {
    Bare { listen: Origin, tls: Tls },
    Office(office::Config),
    Hub(hub::Config),
    Verification(verification::Config),
    Institution(institution::Config),
    Registers(registers::Config),
}

/// Serves, tells the address on standard output, and ends with standard input.
pub(crate) async fn run(config: &Path) -> Result<(), Fault> {
    let env = RealWorld::env();
    let served: Served = env::config::load(config)?;
    match served {
        Served::Bare { listen, tls } => {
            let env = tls.env(&env, &Actor::Operator)?;
            let listening = service::serve(&env, &listen, bare(), Limits::default()).await?;
            until_input_ends(listening.at()).await?;
            listening.close().await;
        }
        role => {
            let running = start(&env, role).await?;
            until_input_ends(running.at()).await?;
            running.stop().await;
        }
    }
    Ok(())
}

async fn start(env: &Env, role: Served) -> Result<Running, Fault> {
    Ok(match role {
        Served::Office(config) => office::start(env, &config).await?,
        Served::Hub(config) => hub::start(env, &config).await?,
        Served::Verification(config) => verification::start(env, &config).await?,
        Served::Institution(config) => institution::start(env, config).await?,
        Served::Registers(config) => registers::start(env, &config).await?,
        Served::Bare { .. } => return Err("the bare handler is no role".into()),
    })
}

/// Everything that an inquiry passes through but the inquiry: listener, router, body in, body out.
fn bare() -> Router {
    let mut answer = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{BARE_MARK}");
    answer.extend(std::iter::repeat_n(' ', BARE_BYTES - answer.len()));
    let answer = Bytes::from(answer);
    let handler = async move |question: Bytes| {
        // Looked at, so that the body is really taken.
        let whole = if question.is_empty() { Bytes::new() } else { answer };
        ([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], whole)
    };
    Router::new().route(PATH, post(handler))
}

/// Waits on a thread: reading standard input has no other way to be waited for.
async fn until_input_ends(at: &Origin) -> Result<(), Fault> {
    writeln!(std::io::stdout(), "{at}")?;
    let (ended, end) = oneshot::channel();
    std::thread::spawn(move || {
        let _whatever_came = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _nobody_waits = ended.send(());
    });
    Ok(end.await?)
}
