//! A desk that goes on asking until it is refused.

use std::sync::Arc;
use std::time::Duration;

use domain::permit::Actor;
use env::{Line, Origin, Time};
use exchange::presence::{CARD, NONCE, Nonce};
use http::{Request, StatusCode};
use rustls::ClientConfig;
use service::Caller;

use crate::Fault;
use crate::cards::{self, Cards, Reader};
use crate::load::{BROKEN, Connection, Question};
use crate::people::{CLINIC, Person};

use super::on_a_thread;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// What stands in the answer about a card that is believed, and about one that was revoked.
const BELIEVED: &str = "<QualificationValidity>1</QualificationValidity>";
const REVOKED: &str = "MDG-CRD-005";
/// What TLS says to whoever shows a certificate that was revoked.
const NOT_LET_IN: &str = "CertificateRevoked";
/// What the listener says to it when it was let in just before.
const FORBIDDEN: &str = "http/1.1 403";

/// What came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Answered,
    Refused,
    /// The connection broke, and nobody said why: it may be asked again.
    Nothing,
}

impl Said {
    /// Nothing was revoked yet.
    pub(super) fn must_be_answered(self) -> Result<(), Fault> {
        match self {
            Said::Answered => Ok(()),
            Said::Refused | Said::Nothing => Err("refused what was not revoked".into()),
        }
    }
}

/// The whole name of a terminal of the clinic.
pub(super) fn terminal(name: &str) -> String {
    format!("institution:{CLINIC}:terminal:{name}")
}

/// A terminal with a certificate of its own.
pub(super) struct Desk {
    pub(super) name: String,
    caller: Caller,
    config: Arc<ClientConfig>,
}

impl Desk {
    pub(super) fn new(at: &Origin, name: &str) -> Desk {
        let env = harness::known_as(terminal(name));
        Desk {
            name: name.to_owned(),
            caller: Caller::asking(&env, at, Actor::Verification).within(PATIENCE),
            config: harness::client(&harness::tls_of(terminal(name))),
        }
    }

    /// A connection that stands.
    pub(super) async fn connect(&self) -> Result<There, Fault> {
        Ok(There(self.caller.connect().await?))
    }

    /// One question on a connection that is made for it. By hand, because a role's own client does not tell why a new
    /// connection ended.
    pub(super) async fn anew(&self) -> Result<Said, Fault> {
        let (config, at) = (self.config.clone(), self.caller.to().clone());
        on_a_thread(move || {
            let question = Question::post(&at, NONCE, "json", "", Vec::new());
            let mut connection = Connection::open_as(config, &at)?;
            match connection.ask(&question) {
                Ok(_nonce) => Ok(Said::Answered),
                Err(why) if why.contains(NOT_LET_IN) || why.starts_with(FORBIDDEN) => Ok(Said::Refused),
                // The other end may be gone before its reason was read.
                Err(why) if why.starts_with(BROKEN) => Ok(Said::Nothing),
                Err(why) => Err(why),
            }
        })
        .await?
        .map_err(Fault::from)
    }

    /// A connection that stands, with somebody's card on the reader.
    pub(super) async fn with_card(&self, cards: &Cards, person: Person) -> Result<WithCard, Fault> {
        Ok(WithCard {
            there: self.connect().await?,
            reader: cards.put_on_reader(&self.name)?,
            certificate: cards.certificate(person)?,
            asked: cards::asked(person.day)?,
        })
    }
}

/// A connection that stands.
pub(super) struct There(Box<dyn Line>);

impl There {
    /// Asks for a nonce.
    pub(super) async fn nonce(&mut self) -> Result<Said, Fault> {
        match self.post(NONCE, String::new()).await? {
            (StatusCode::OK, _) => Ok(Said::Answered),
            (StatusCode::FORBIDDEN, _) => Ok(Said::Refused),
            (status, _) => Err(format!("no nonce: {status}").into()),
        }
    }

    async fn post(&mut self, path: &str, body: String) -> Result<(StatusCode, String), Fault> {
        let request = Request::post(path)
            .header(http::header::HOST, "127.0.0.1")
            .header(http::header::CONTENT_TYPE, "application/json")
            .body(body.into())?;
        let answer = self.0.call(request, PATIENCE).await?;
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        Ok((answer.status(), text))
    }
}

/// A card on the reader of a desk.
pub(super) struct WithCard {
    there: There,
    reader: Reader,
    certificate: Vec<u8>,
    asked: String,
}

impl WithCard {
    /// A nonce, a signature, an inquiry.
    pub(super) async fn ask(&mut self, at: Time) -> Result<Said, Fault> {
        let (_, nonce) = self.there.post(NONCE, String::new()).await?;
        let Nonce { nonce } = serde_json::from_str(&nonce)?;
        let body = self.reader.sign(&self.certificate, nonce, &self.asked, at)?;
        let (_, text) = self.there.post(CARD, body).await?;
        match (text.contains(BELIEVED), text.contains(REVOKED)) {
            (true, false) => Ok(Said::Answered),
            (false, true) => Ok(Said::Refused),
            _ => Err("an answer about a card is neither".into()),
        }
    }
}
