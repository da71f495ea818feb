//! A clinic in a simulation: its folders, a receipt computer that writes and reads, and a verification that answers
//! what it is told to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use domain::number::InstitutionCode;
use env::network::Limits as NetworkLimits;
use env::sim::Simulation;
use env::{Env, Handler, Origin, Time};
use exchange::oqs::Limits;
use exchange::oqs::codes::{
    InsuredCardClassification, ProcessingResultStatus, QualificationValidity, ReferenceClassification,
    SegmentOfResult,
};
use exchange::oqs::siquc01::{
    Request, ResultBody, ResultHeader, ResultMessage, ResultOfQualificationConfirmation,
};
use exchange::text::Encoding;
use jiff::civil::date;
use service::Running;

use super::centre::Centre;
use crate::{Config, start_known};

pub(super) const CODE: &str = "1319999015";
/// Whom its terminal's certificate names.
pub(super) const TERMINAL: &str = "institution:1319999015:terminal:desk-1";

/// What a reader got that removes what it reads: the results by name, as often as each came.
pub(super) type Taken = BTreeMap<String, Vec<Vec<u8>>>;

/// What verification does.
#[derive(Clone, Debug)]
pub(super) enum Manner {
    /// Answers with a person of this name.
    Knows(&'static str),
    /// Says no with this status.
    Status(u16),
    /// Answers somebody else's inquiry.
    Confused,
    /// Answers something that is no message.
    Babbles,
}

pub(super) struct Site {
    pub(super) fleet: Simulation,
    pub(super) outside: Env,
    pub(super) manner: Arc<Mutex<Manner>>,
    pub(super) asked: Arc<AtomicU64>,
    /// What verification does with bulk inquiries.
    pub(super) centre: Arc<Mutex<Centre>>,
    pub(super) config: Config,
    running: Option<Running>,
}

impl Site {
    /// A site with verification, whose agent is not started yet.
    pub(super) fn new(seed: u64) -> Site {
        let fleet = Simulation::new(seed, Time::from_jst(date(2026, 11, 22).at(8, 45, 0, 0)));
        let outside = fleet.node("receipt", "clinic");
        let config = Config::new(
            Origin::new("clinic", 80),
            InstitutionCode::parse(CODE).unwrap(),
            Origin::new("verification", 80),
            "/oqs".into(),
        );
        let manner = Arc::new(Mutex::new(Manner::Knows("見本　花子")));
        let site = Site {
            fleet,
            outside,
            manner,
            asked: Arc::default(),
            centre: Arc::default(),
            config,
            running: None,
        };
        site.verification_up();
        site
    }

    /// A site whose agent runs.
    pub(super) fn running(seed: u64) -> Site {
        let mut site = Site::new(seed);
        site.start();
        site
    }

    pub(super) fn verification_up(&self) {
        self.somebody_up("verification");
    }

    /// At the place where verification is asked, whoever their certificate names.
    pub(super) fn somebody_up(&self, name: &str) {
        let node = self.fleet.node("verification", "verification");
        let env = node.simulated_as(name);
        let (manner, asked, at) = (
            self.manner.clone(),
            self.asked.clone(),
            self.config.verification.clone(),
        );
        let (clock, centre) = (env.clone(), self.centre.clone());
        let handler: Handler = Arc::new(move |request| {
            asked.fetch_add(1, Ordering::SeqCst);
            let manner = manner.lock().unwrap().clone();
            let answer = match (request.uri().path(), &manner) {
                ("/institution/inquiry", _) | (_, Manner::Status(_) | Manner::Babbles) => {
                    respond(&manner, &request, clock.now())
                }
                _ => centre.lock().unwrap().respond(&request, clock.now()),
            };
            Box::pin(std::future::ready(answer))
        });
        let listening = self.fleet.run(100, async move {
            env.network()
                .listen(&at, handler, NetworkLimits::default())
                .await
                .unwrap()
        });
        // In a simulation only `close` ends listening.
        drop(listening.unwrap());
    }

    /// Starts the agent (its next incarnation) and waits until it listens.
    pub(super) fn start(&mut self) {
        let node = self.fleet.node("clinic", "clinic");
        let env = node.simulated_as(TERMINAL);
        let config = self.config.clone();
        self.running = self
            .fleet
            .run(10_000, async move { start_known(&env, config).await.unwrap() });
        assert!(self.running.is_some());
    }

    pub(super) fn stop(&mut self) {
        let running = self.running.take().unwrap();
        self.fleet.run(1_000_000, running.stop()).unwrap();
    }

    pub(super) fn crash(&mut self) {
        self.fleet.crash("clinic");
        self.running = None;
    }

    /// Lets so much of the site's time pass.
    pub(super) fn pass(&self, span: Duration) {
        let env = self.outside.clone();
        self.fleet
            .run(10_000_000, async move { env.sleep(span).await })
            .unwrap();
    }

    pub(super) fn put(&self, file: &str, bytes: impl Into<Vec<u8>>) {
        let (env, path, bytes) = (self.outside.clone(), path(file), bytes.into());
        self.fleet
            .run(100_000, async move {
                env.files().create(&path, &bytes).await.unwrap();
            })
            .unwrap();
    }

    pub(super) fn remove(&self, file: &str) {
        let (env, path) = (self.outside.clone(), path(file));
        self.fleet
            .run(100_000, async move { env.files().remove(&path).await.unwrap() })
            .unwrap();
    }

    pub(super) fn names(&self, folder: &str) -> Vec<String> {
        let (env, path) = (self.outside.clone(), path(folder));
        let entries = self
            .fleet
            .run(100_000, async move { env.files().list(&path).await.unwrap() })
            .unwrap();
        entries.into_iter().map(|entry| entry.name).collect()
    }

    pub(super) fn bytes(&self, file: &str) -> Vec<u8> {
        let (env, path) = (self.outside.clone(), path(file));
        let read = self
            .fleet
            .run(100_000, async move { env.files().read(&path, 1 << 30).await })
            .unwrap();
        read.unwrap_or_else(|error| panic!("{error}"))
    }

    pub(super) fn text(&self, file: &str) -> String {
        String::from_utf8(self.bytes(file)).unwrap()
    }

    pub(super) fn result(&self, suffix: &str) -> ResultMessage {
        let bytes = self.bytes(&format!("res/OQSsiquc01res_{suffix}.xml"));
        ResultMessage::read(&bytes, &Limits::SINGLE).unwrap()
    }

    /// A receipt computer that removes results as soon as it sees them; gives how many came by each name.
    pub(super) fn greedy_reader(&self) -> Arc<Mutex<Taken>> {
        let (env, taken) = (self.outside.clone(), Arc::<Mutex<Taken>>::default());
        let (into, reader) = (taken.clone(), env.clone());
        env.spawn("greedy reader", async move {
            loop {
                for entry in reader.files().list(&path("res")).await.unwrap() {
                    let file = path("res").join(&entry.name);
                    let bytes = reader.files().read(&file, 1 << 20).await.unwrap();
                    reader.files().remove(&file).await.unwrap();
                    into.lock().unwrap().entry(entry.name).or_default().push(bytes);
                }
                let res = path("res");
                let _either = reader
                    .timeout(Duration::from_millis(100), reader.files().changed(&res))
                    .await;
            }
        });
        taken
    }
}

pub(super) fn path(file: &str) -> PathBuf {
    Path::new("/oqs").join(file)
}

/// A request that works, with its own identifier.
pub(super) fn request(identifier: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='UTF-8' standalone='no'?>\n<XmlMsg><MessageHeader>\
         <QualificationConfirmationDate>20261122</QualificationConfirmationDate>\
         <MedicalInstitutionCode>{CODE}</MedicalInstitutionCode>\
         <ArbitraryFileIdentifier>{identifier}</ArbitraryFileIdentifier></MessageHeader><MessageBody>\
         <QualificationConfirmSearchInfo><InsurerNumber>12139994</InsurerNumber>\
         <InsuredIdentificationNumber>0000018</InsuredIdentificationNumber><Birthdate>19550401</Birthdate>\
         <LimitApplicationCertificateRelatedConsFlg>1</LimitApplicationCertificateRelatedConsFlg>\
         </QualificationConfirmSearchInfo></MessageBody></XmlMsg>\n"
    )
}

/// What verification says; shared with the test in the real world.
pub(super) fn respond(manner: &Manner, request: &env::Request, now: Time) -> env::Response {
    let connection = request.extensions().get::<env::Connection>().unwrap();
    assert_eq!(&*connection.peer, TERMINAL);
    assert_eq!(
        request.headers()["content-type"],
        "application/xml; charset=utf-8"
    );
    let name = match manner {
        Manner::Knows(name) => name,
        Manner::Confused => "別人",
        Manner::Babbles => return http::Response::new(Bytes::from_static(b"<html>")),
        Manner::Status(status) => {
            let problem = format!(r#"{{"status":{status},"title":"no"}}"#);
            return http::Response::builder()
                .status(*status)
                .body(problem.into())
                .unwrap();
        }
    };
    let request = Request::read(request.body(), &Limits::SINGLE).unwrap();
    let other = matches!(manner, Manner::Confused).then(|| "SOMEBODY-ELSE".to_owned());
    let header = ResultHeader {
        process_execution_time: Some(now.jst()),
        qualification_confirmation_date: Some(request.header.qualification_confirmation_date),
        medical_institution_code: request.header.medical_institution_code,
        arbitrary_file_identifier: other.or(request.header.arbitrary_file_identifier),
        reference_classification: Some(ReferenceClassification::InsuredCard),
        segment_of_result: SegmentOfResult::Done,
        error_code: None,
        error_message: None,
    };
    let found = ResultOfQualificationConfirmation {
        insured_card_classification: Some(InsuredCardClassification::MedicalAid),
        name: Some((*name).to_owned()),
        ..ResultOfQualificationConfirmation::default()
    };
    let body = ResultBody {
        search: Some(request.search),
        processing_result_status: Some(ProcessingResultStatus::Done),
        qualification_validity: Some(QualificationValidity::Valid),
        result_list: vec![found],
        office_data_as_of: Some(now.jst()),
        ..ResultBody::default()
    };
    let message = ResultMessage {
        header,
        body,
        unknown: Vec::new(),
    };
    let bytes = message.write(Encoding::Utf8).unwrap();
    http::Response::builder()
        .header("madoguchi-computed-from", "test")
        .body(bytes.into())
        .unwrap()
}
