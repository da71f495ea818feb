//! One card, read: what is asked with it, what comes back, and what is put into `face`.

use std::sync::Arc;

use domain::calendar::Date;
use domain::consent::Said;
use domain::permit::{Action, Actor, Permit, Purpose, Tenant};
use domain::presence::Method;
use env::{Env, FileError, Origin, Time};
use exchange::oqs::Limits;
use exchange::oqs::Replacement;
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::siquc01::ResultMessage;
use exchange::presence::{Brought, CARD, ENROLMENT, Enrolled, Enrolment, Inquiry};
use identity::presence::Statement;
use identity::reader::{Session, Wire};

use super::face;
use super::fault::CardFault;
use super::line;
use crate::config::Config;
use crate::folders::Folders;
use crate::today::{Answer, Came, How, Seen, Today};

/// What came of a card.
#[derive(Debug)]
pub struct Read {
    /// The answer, as verification gave it.
    pub answer: ResultMessage,
    /// The file's name in `face`; when it could not be put there, why.
    pub face: Result<String, FileError>,
    /// Characters that were replaced in that file, because the site's encoding lacks them.
    pub replaced: Vec<Replacement>,
}

/// Reads cards for one site.
#[derive(Clone)]
pub struct CardDesk {
    env: Env,
    config: Arc<Config>,
    verification: Origin,
    folders: Folders,
    today: Arc<Today>,
    /// The day that is asked about; nothing for today.
    day: Option<Date>,
}

impl CardDesk {
    pub(crate) fn new(env: &Env, config: &Config, folders: &Folders, today: &Arc<Today>) -> CardDesk {
        CardDesk {
            env: env.clone(),
            config: Arc::new(config.clone()),
            verification: config.verification.clone(),
            folders: folders.clone(),
            today: today.clone(),
            day: None,
        }
    }

    /// A desk that asks about this day, whatever day it is: for a ward of another time.
    #[must_use]
    pub fn of_day(self, day: Date) -> CardDesk {
        CardDesk {
            day: Some(day),
            ..self
        }
    }

    /// Asks with a card that was unlocked by `method`, and puts the answer into `face`. Reception sees it too.
    ///
    /// # Errors
    /// [`CardFault`]; then nothing is in `face`, and whoever called tells reception. That the file could not be written is no error of this: the answer counts, and
    /// [`Read::face`] says it.
    pub async fn read<W: Wire>(
        &self,
        card: &mut Session<'_, W>,
        method: Method,
        consents: Vec<Said>,
    ) -> Result<Read, CardFault> {
        let me = Actor::Institution(self.config.code);
        Permit::grant(me, Action::InquireByCard, Purpose::EligibilityCheck)?;
        let certificate = card.certificate()?;
        let now = self.env.now();
        let identifier = face::token(self.env.random());
        let asked = Inquiry {
            day: self.day.unwrap_or_else(|| now.date()),
            identifier: Some(identifier.clone()),
            consents,
        };
        let asked = serde_json::to_string(&asked).map_err(|_| CardFault::Unreadable)?;
        let purpose = Purpose::EligibilityCheck;
        let response = self
            .bring(card, &certificate, CARD, purpose, method, asked)
            .await?;
        let answer = ResultMessage::read(response.body(), &Limits::SINGLE).map_err(CardFault::Message)?;
        if answer.header.segment_of_result != SegmentOfResult::Done {
            return Err(CardFault::Failed(Box::new(answer)));
        }
        // One person's answer under another person's card would be the worst of mistakes, so it is looked at here too.
        if answer.header.medical_institution_code != self.config.code.as_str() {
            return Err(CardFault::Another("MedicalInstitutionCode"));
        }
        if answer.header.arbitrary_file_identifier != Some(identifier) {
            return Err(CardFault::Another("ArbitraryFileIdentifier"));
        }
        let (face, replaced) = face::put(&self.env, &self.config, &self.folders, &answer).await;
        if let Err(error) = &face {
            tracing::error!(%error, "資格確認の結果を face フォルダに置けません。{}", crate::wording::remedy(error));
        }
        self.today.add(Seen {
            at: now,
            how: How::Card(method),
            card: Some(certificate),
            came: Came::Answer(Box::new(Answer {
                message: answer.clone(),
                face: face.as_ref().ok().cloned(),
                replaced: replaced.len(),
            })),
        });
        Ok(Read {
            answer,
            face,
            replaced,
        })
    }

    /// 利用申込: lets the card be used from now on.
    ///
    /// # Errors
    /// [`CardFault`]
    pub async fn enrol<W: Wire>(
        &self,
        card: &mut Session<'_, W>,
        method: Method,
    ) -> Result<Enrolled, CardFault> {
        let me = Actor::Institution(self.config.code);
        Permit::grant(me, Action::EnrolCard, Purpose::Enrolment)?;
        let certificate = card.certificate()?;
        let asked = serde_json::to_string(&Enrolment {}).map_err(|_| CardFault::Unreadable)?;
        let response = self
            .bring(card, &certificate, ENROLMENT, Purpose::Enrolment, method, asked)
            .await?;
        serde_json::from_slice(response.body()).map_err(|_| CardFault::Unreadable)
    }

    async fn bring<W: Wire>(
        &self,
        card: &mut Session<'_, W>,
        certificate: &[u8],
        path: &str,
        purpose: Purpose,
        method: Method,
        asked: String,
    ) -> Result<env::Response, CardFault> {
        let terminal = self.terminal().ok_or(CardFault::NoTerminal)?;
        let at: Time = self.env.now();
        let sign = |nonce: Vec<u8>| {
            let statement = Statement {
                nonce: &nonce,
                institution: self.config.code.as_str(),
                terminal: &terminal,
                purpose,
                method,
                at,
                asked: Brought::hash(&asked),
            };
            let signature = card.sign(&statement.encode())?;
            Ok(Brought {
                institution: self.config.code.as_str().to_owned(),
                terminal: terminal.clone(),
                purpose,
                nonce,
                method,
                at: at.micros(),
                certificate: certificate.to_vec(),
                signature,
                asked,
            })
        };
        line::bring(&self.env, &self.verification, path, sign).await
    }

    /// This terminal's name, as its certificate has it.
    fn terminal(&self) -> Option<String> {
        match self.env.name()?.parse() {
            Ok(Tenant::Terminal(code, name)) if code == self.config.code => Some(name),
            _ => None,
        }
    }
}
