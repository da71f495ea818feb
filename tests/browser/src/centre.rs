//! A scripted verification: it judges what a terminal brings as the real one does, and knows a handful of made-up people.

mod answers;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use domain::consent::{LIFE, Said, Scope};
use domain::number::InstitutionCode;
use domain::permit::Purpose;
use env::{Env, Handler, Listening, Origin, Response, Time};
use exchange::oqs::Limits;
use exchange::oqs::codes::{Consent, QualificationValidity, ReferenceClassification};
use exchange::oqs::siquc01::{ConsentTold, Request, ResultMessage, ResultOfQualificationConfirmation};
use exchange::presence::{Brought, CARD, ENROLMENT, Enrolled, Inquiry, NONCE, Nonce, STANDS_BEHIND, VISUAL};
use exchange::text::Encoding;
use identity::card::CardCertificate;
use identity::presence::Statement;

use answers::{message, refusal, told};

/// The terminal that asks.
pub const TERMINAL: &str = "desk-1";
/// The numbers of whoever has a voucher.
pub const PAYER: &str = "12139994";
/// As above.
pub const RECIPIENT: &str = "0000018";
/// Their birth date, as it is typed.
pub const BORN: &str = "19550401";

/// How somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// On aid, with a voucher for the asking institution.
    Voucher,
    /// The same, and insured too.
    Insured,
    /// On aid, and no voucher here.
    NoVoucher,
    /// Not on aid any more.
    Ended,
    /// Registered, but the card is not enrolled; enrolled it is [`Standing::Voucher`].
    NotEnrolled,
    /// No office knows them.
    Nobody,
}

/// One person and their card.
#[derive(Clone, Debug)]
pub struct Person {
    /// 氏名
    pub name: String,
    /// 氏名カナ
    pub kana: String,
    /// How they stand.
    pub standing: Standing,
}

/// What it knows.
pub struct Centre {
    code: InstitutionCode,
    /// By the card's certificate.
    people: Mutex<BTreeMap<Vec<u8>, Person>>,
    /// What was said, by certificate and scope, and when.
    consents: Mutex<BTreeMap<(Vec<u8>, Scope), Time>>,
    /// Nonces that were given and not used.
    nonces: Mutex<Vec<Vec<u8>>>,
    /// Whether it says that it cannot answer now.
    pub down: Mutex<bool>,
    /// A code and its text: no card is believed.
    pub refuses: Mutex<Option<(&'static str, &'static str)>>,
}

impl Centre {
    /// Listens.
    ///
    /// # Panics
    /// When it cannot.
    pub async fn start(code: InstitutionCode, people: Vec<(Vec<u8>, Person)>) -> (Arc<Centre>, Listening) {
        let centre = Arc::new(Centre {
            code,
            people: Mutex::new(people.into_iter().collect()),
            consents: Mutex::default(),
            nonces: Mutex::default(),
            down: Mutex::default(),
            refuses: Mutex::default(),
        });
        let env = harness::known_as("verification");
        let (answering, clock) = (centre.clone(), env.clone());
        let handler: Handler = Arc::new(move |request| {
            let answer = answering.answer(&request, &clock);
            Box::pin(std::future::ready(answer))
        });
        let any = Origin::new("127.0.0.1", 0);
        let listening = env
            .network()
            .listen(&any, handler, env::network::Limits::default())
            .await;
        (centre, listening.unwrap_or_else(|error| panic!("{error}")))
    }

    fn answer(&self, request: &env::Request, env: &Env) -> Response {
        if *held(&self.down) {
            return no(503, "this cannot be answered now");
        }
        match request.uri().path() {
            NONCE => {
                let nonce = env.random::<32>().to_vec();
                held(&self.nonces).push(nonce.clone());
                ok(serde_json::to_vec(&Nonce { nonce }).unwrap_or_default())
            }
            CARD => match self.judge(request.body(), Purpose::EligibilityCheck) {
                Ok(brought) => self.by_card(&brought, env.now()),
                Err(why) => no(403, why),
            },
            ENROLMENT => match self.judge(request.body(), Purpose::Enrolment) {
                Ok(brought) => self.enrol(&brought.certificate),
                Err(why) => no(403, why),
            },
            // The pages ask so after 目視確認 alone, and say it.
            "/institution/inquiry" => match request.headers().get(STANDS_BEHIND) {
                Some(said) if said == VISUAL => self.by_number(request.body(), env.now()),
                _ => no(400, "nobody says that the photograph was compared"),
            },
            _ => no(404, "there is nothing under this path"),
        }
    }

    /// Whether the card signed exactly this, with a nonce that was given once.
    fn judge(&self, body: &[u8], purpose: Purpose) -> Result<Brought, &'static str> {
        let brought: Brought = serde_json::from_slice(body).map_err(|_| "not of the agreed shape")?;
        let mut nonces = held(&self.nonces);
        let given = nonces.iter().position(|nonce| *nonce == brought.nonce);
        nonces.swap_remove(given.ok_or("nobody gave this nonce")?);
        let statement = Statement {
            nonce: &brought.nonce,
            institution: self.code.as_str(),
            terminal: TERMINAL,
            purpose,
            method: brought.method,
            at: Time::from_micros(brought.at),
            asked: Brought::hash(&brought.asked),
        };
        let certificate =
            CardCertificate::parse(&brought.certificate).map_err(|_| "no card's certificate")?;
        if certificate.has_signed(&statement.encode(), &brought.signature) {
            Ok(brought)
        } else {
            Err("the card did not sign this")
        }
    }

    fn by_card(&self, brought: &Brought, now: Time) -> Response {
        let Ok(asked) = serde_json::from_str::<Inquiry>(&brought.asked) else {
            return no(400, "not of the agreed shape");
        };
        let Some(person) = held(&self.people).get(&brought.certificate).cloned() else {
            return no(404, "no such card");
        };
        if let Some((code, text)) = *held(&self.refuses) {
            return written(&refusal(&self.code, now, code, text));
        }
        for Said { scope, given } in asked.consents {
            let key = (brought.certificate.clone(), scope);
            let mut consents = held(&self.consents);
            if given {
                consents.insert(key, now);
            } else {
                consents.remove(&key);
            }
        }
        let (validity, mut items) = told(&person, asked.day, true);
        for item in &mut items {
            self.tell_consents(&brought.certificate, item);
        }
        let how = ReferenceClassification::MyNumberCard;
        written(&message(&self.code, asked.identifier, how, now, validity, items))
    }

    fn tell_consents(&self, card: &[u8], item: &mut ResultOfQualificationConfirmation) {
        let consents = held(&self.consents);
        for scope in Scope::ALL {
            let at = consents.get(&(card.to_vec(), *scope)).copied();
            let told = ConsentTold {
                consent: at.map_or(Consent::NotGiven, |_| Consent::Given),
                time: at.map(Time::jst),
                until: at.map(|at| (at + LIFE).jst()),
            };
            item.set_consent(*scope, told);
        }
    }

    fn enrol(&self, certificate: &[u8]) -> Response {
        let mut people = held(&self.people);
        let enrolled = match people.get_mut(certificate) {
            Some(person) if person.standing == Standing::NotEnrolled => {
                person.standing = Standing::Voucher;
                Enrolled::Linked
            }
            Some(person) if person.standing == Standing::Nobody => Enrolled::NobodyHere,
            Some(_) => Enrolled::Linked,
            None => Enrolled::NotThisCard,
        };
        ok(serde_json::to_vec(&enrolled).unwrap_or_default())
    }

    /// A number inquiry: whoever has these numbers is the first person; everybody else is nobody.
    fn by_number(&self, body: &[u8], now: Time) -> Response {
        let Ok(asked) = Request::read(body, &Limits::SINGLE) else {
            return no(400, "not of the agreed shape");
        };
        let search = &asked.search;
        let typed = (
            search.insurer_number.as_str(),
            search.insured_identification_number.as_str(),
            search.birthdate.strftime("%Y%m%d").to_string(),
        );
        let people = held(&self.people);
        let known = people
            .values()
            .find(|person| person.standing == Standing::Voucher);
        let known = known.filter(|_| typed == (PAYER, RECIPIENT, BORN.to_owned()));
        let (validity, items) = known.map_or((QualificationValidity::NotFound, Vec::new()), |person| {
            told(person, asked.header.qualification_confirmation_date, false)
        });
        let how = ReferenceClassification::InsuredCard;
        let identifier = asked.header.arbitrary_file_identifier;
        written(&message(&self.code, identifier, how, now, validity, items))
    }
}

fn written(message: &ResultMessage) -> Response {
    ok(message.write(Encoding::Utf8).unwrap_or_default())
}

fn ok(body: Vec<u8>) -> Response {
    http::Response::new(Bytes::from(body))
}

fn no(status: u16, title: &str) -> Response {
    let body = serde_json::json!({ "status": status, "title": title }).to_string();
    let mut response = http::Response::new(Bytes::from(body));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    response
}

/// A lock that no panic keeps.
fn held<T>(what: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
