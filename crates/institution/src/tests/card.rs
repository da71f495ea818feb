//! A card at the desk: what is asked, what comes into `face`, and what never does.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use domain::consent::{Said, Scope};
use domain::number::InstitutionCode;
use domain::presence::Method;
use env::sim::Simulation;
use env::{Connection, Env, Handler, Origin, Time};
use exchange::oqs::Limits;
use exchange::oqs::codes::{
    InsuredCardClassification, QualificationValidity, ReferenceClassification, SegmentOfResult,
};
use exchange::oqs::siquc01::{ResultBody, ResultHeader, ResultMessage, ResultOfQualificationConfirmation};
use exchange::presence::{Brought, CARD, Enrolled, Inquiry, NONCE, Nonce};
use exchange::text::Encoding;
use identity::authority::Authorities;
use identity::reader::{Pin, Session, VirtualCard};
use jiff::civil::date;

use super::site::{CODE, TERMINAL};
use crate::card::{CardDesk, CardFault, Next, Read};
use crate::folders::Folders;
use crate::today::Today;
use crate::{Config, SiteEncoding};

/// What verification answers to a card.
#[derive(Clone, Copy)]
enum Manner {
    Knows(&'static str),
    AnotherInstitution,
    AnotherInquiry,
    Failed(&'static str),
    Status(u16),
}

/// What reached verification, and over which connections.
#[derive(Default)]
struct Heard {
    connections: Vec<[u8; 32]>,
    brought: Option<Brought>,
}

struct Room {
    fleet: Simulation,
    env: Env,
    config: Config,
    folders: Folders,
    today: Arc<Today>,
    heard: Arc<Mutex<Heard>>,
}

impl Room {
    fn new(manner: Manner) -> Room {
        let fleet = Simulation::new(7, Time::from_jst(date(2026, 11, 22).at(8, 45, 0, 0)));
        let verification = fleet
            .node("verification", "verification")
            .simulated_as("verification");
        let heard = Arc::<Mutex<Heard>>::default();
        let (into, clock) = (heard.clone(), verification.clone());
        let handler: Handler = Arc::new(move |request| {
            let answer = answer(manner, &request, &mut into.lock().unwrap(), clock.now());
            Box::pin(std::future::ready(answer))
        });
        let at = Origin::new("verification", 80);
        let listening = fleet.run(100, async move {
            let limits = env::network::Limits::default();
            verification.network().listen(&at, handler, limits).await.unwrap()
        });
        drop(listening.unwrap());
        let env = fleet.node("clinic", "clinic").simulated_as(TERMINAL);
        let code = InstitutionCode::parse(CODE).unwrap();
        let (own, verification) = (Origin::new("clinic", 80), Origin::new("verification", 80));
        let mut config = Config::new(own, code, verification, "/oqs".into());
        config.encoding = SiteEncoding::ShiftJis;
        let folders = Folders::under(&config.folders);
        let (made, world) = (folders.clone(), env.clone());
        fleet
            .run(100, async move { made.ensure(&world).await.unwrap() })
            .unwrap();
        Room {
            today: Today::new(&env),
            fleet,
            env,
            config,
            folders,
            heard,
        }
    }

    fn read(&self) -> Result<Read, CardFault> {
        let desk = CardDesk::new(&self.env, &self.config, &self.folders, &self.today);
        let consents = vec![Said {
            scope: Scope::Drug,
            given: true,
        }];
        let reading = async move {
            let mut card = card();
            let mut session = Session::open(&mut card)?;
            session.verify(&Pin::parse("1234").unwrap())?;
            desk.read(&mut session, Method::Pin, consents).await
        };
        self.fleet.run(100_000, reading).unwrap()
    }

    fn files(&self, folder: &Path) -> Vec<(String, Vec<u8>)> {
        let (env, folder) = (self.env.clone(), folder.to_owned());
        let listed = self.fleet.run(10_000, async move {
            let mut files = Vec::new();
            for entry in env.files().list(&folder).await.unwrap() {
                let bytes = env
                    .files()
                    .read(&folder.join(&entry.name), 1 << 20)
                    .await
                    .unwrap();
                files.push((entry.name, bytes));
            }
            files
        });
        listed.unwrap()
    }
}

/// A card of the sandbox.
fn card() -> VirtualCard {
    static ISSUED: OnceLock<(Vec<u8>, Vec<u8>)> = OnceLock::new();
    let (certificate, key) = ISSUED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let env = Simulation::new(1, Time::from_jst(date(2026, 11, 1).at(0, 0, 0, 0))).node("a", "a");
        let authorities = Authorities::create(folder.path(), env.now()).unwrap();
        let issued = authorities
            .issue_card("card-2", 5, env.now(), &mut env.rng())
            .unwrap();
        (
            issued.certificate,
            identity::show::unarmoured(issued.key.as_bytes()).unwrap(),
        )
    });
    VirtualCard::new(certificate.clone(), key, *b"1234").unwrap()
}

fn answer(manner: Manner, request: &env::Request, heard: &mut Heard, now: Time) -> env::Response {
    let connection = request.extensions().get::<Connection>().unwrap();
    assert_eq!(&*connection.peer, TERMINAL);
    heard.connections.push(connection.exporter);
    let body: Vec<u8> = match request.uri().path() {
        NONCE => serde_json::to_vec(&Nonce { nonce: vec![7; 65] }).unwrap(),
        CARD => {
            let brought: Brought = serde_json::from_slice(request.body()).unwrap();
            let asked: Inquiry = serde_json::from_str(&brought.asked).unwrap();
            heard.brought = Some(brought);
            match manner {
                Manner::Status(status) => {
                    let problem = format!(r#"{{"status":{status},"title":"no"}}"#);
                    return http::Response::builder()
                        .status(status)
                        .body(problem.into())
                        .unwrap();
                }
                _ => message(manner, asked.identifier, now)
                    .write(Encoding::Utf8)
                    .unwrap(),
            }
        }
        _ => serde_json::to_vec(&Enrolled::Linked).unwrap(),
    };
    http::Response::new(body.into())
}

fn message(manner: Manner, identifier: Option<String>, now: Time) -> ResultMessage {
    let failed = match manner {
        Manner::Failed(code) => Some(code),
        _ => None,
    };
    let name = match manner {
        Manner::Knows(name) => name,
        _ => "別人",
    };
    let item = ResultOfQualificationConfirmation {
        insured_card_classification: Some(InsuredCardClassification::MedicalAid),
        name: Some(name.to_owned()),
        name_kana: Some("ﾐﾎﾝ ﾊﾅｺ".to_owned()),
        birthdate: Some(date(1955, 4, 1)),
        insurer_name: Some("見本区福祉事務所".to_owned()),
        ..ResultOfQualificationConfirmation::default()
    };
    ResultMessage {
        header: ResultHeader {
            process_execution_time: Some(now.jst()),
            qualification_confirmation_date: Some(now.date()),
            medical_institution_code: match manner {
                Manner::AnotherInstitution => "1310012342".to_owned(),
                _ => CODE.to_owned(),
            },
            arbitrary_file_identifier: match manner {
                Manner::AnotherInquiry => Some("SOMEBODY-ELSE".to_owned()),
                _ => identifier,
            },
            reference_classification: Some(ReferenceClassification::MyNumberCard),
            segment_of_result: if failed.is_some() {
                SegmentOfResult::Failed
            } else {
                SegmentOfResult::Done
            },
            error_code: failed.map(str::to_owned),
            error_message: failed.map(|_| "だめ".to_owned()),
        },
        body: ResultBody {
            qualification_validity: failed.is_none().then_some(QualificationValidity::Valid),
            result_list: if failed.is_some() { Vec::new() } else { vec![item] },
            office_data_as_of: failed.is_none().then(|| now.jst()),
            ..ResultBody::default()
        },
        unknown: Vec::new(),
    }
}

#[test]
fn a_card_becomes_a_file_in_face() {
    let room = Room::new(Manner::Knows("見本　花子"));
    let read = room.read().unwrap();
    let [(name, bytes)] = &room.files(&room.folders.face)[..] else {
        panic!("one file");
    };
    assert_eq!(read.face.as_deref().ok(), Some(&**name));
    let own = name.strip_prefix("OQSsiquc01res_face_1319999015").unwrap();
    let own = own.strip_suffix("_20261122084500.xml").unwrap();
    assert!(
        own.len() == 20 && own.bytes().all(|b| b.is_ascii_hexdigit()),
        "{name}"
    );
    // As it came, in the site's encoding, and in another order than the layout's.
    let face = ResultMessage::read(bytes, &Limits::SINGLE).unwrap();
    assert_eq!(face, read.answer);
    assert!(bytes.starts_with(b"<?xml version=\"1.0\" encoding=\"Shift_JIS\""));
    assert_ne!(*bytes, read.answer.write(Encoding::ShiftJis).unwrap());
    let identifier = face.header.arbitrary_file_identifier.unwrap();
    assert_eq!(identifier.len(), 16, "{identifier}");
    // Nonce and proof came over one connection, and reception knows of it.
    let heard = room.heard.lock().unwrap();
    assert!(matches!(heard.connections[..], [first, second] if first == second));
    assert_eq!(heard.brought.as_ref().unwrap().method, Method::Pin);
    assert_eq!(room.today.all().len(), 1);
}

#[test]
fn no_two_files_have_a_name_or_an_order_in_common() {
    let room = Room::new(Manner::Knows("見本　花子"));
    for _ in 0..3 {
        room.read().unwrap();
    }
    let files = room.files(&room.folders.face);
    assert_eq!(files.len(), 3);
    let order = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let tags = text.split("</").skip(1).filter_map(|rest| rest.split_once('>'));
        tags.map(|(tag, _)| tag.to_owned()).collect::<Vec<_>>()
    };
    assert!(order(&files[0].1) != order(&files[1].1) || order(&files[1].1) != order(&files[2].1));
    for (_, bytes) in &files {
        let last = order(bytes).into_iter().rev().nth(2);
        assert_eq!(
            last.as_deref(),
            Some("OfficeDataAsOf"),
            "our own addition is last in the body"
        );
    }
}

#[test]
fn characters_that_the_site_lacks_are_replaced_told_and_reported() {
    let room = Room::new(Manner::Knows("𠮷田　花子"));
    let read = room.read().unwrap();
    assert_eq!(read.replaced.len(), 1);
    let face = ResultMessage::read(&room.files(&room.folders.face)[0].1, &Limits::SINGLE).unwrap();
    assert_eq!(face.body.result_list[0].name.as_deref(), Some("吉田　花子"));
    assert!(face.body.processing_result_message.unwrap().contains("1か所"));
    let reports = room.files(&room.folders.report);
    assert!(reports[0].0.starts_with("OQSsiquc01res_face_") && reports[0].0.ends_with(".replaced.txt"));
    assert_eq!(room.today.all()[0].1.answer().unwrap().replaced, 1);
    // What was read stays what it was.
    assert_eq!(
        read.answer.body.result_list[0].name.as_deref(),
        Some("𠮷田　花子")
    );
}

#[test]
fn what_is_not_ours_or_went_wrong_never_comes_into_face() {
    for (manner, next) in [
        (Manner::AnotherInstitution, Next::Staff),
        (Manner::AnotherInquiry, Next::Staff),
        (Manner::Failed("MDG-CRD-001"), Next::CardAgain),
        (Manner::Failed("MDG-CRD-002"), Next::Staff),
        (Manner::Failed("MDG-CRD-003"), Next::OtherWay),
        (Manner::Failed("MDG-CRD-004"), Next::OtherWay),
        (Manner::Failed("MDG-CRD-005"), Next::OtherWay),
        (Manner::Failed("MDG-CRD-006"), Next::OtherWay),
        (Manner::Failed("MDG-CRD-007"), Next::CardAgain),
        (Manner::Status(403), Next::Staff),
        (Manner::Status(503), Next::Later),
    ] {
        let room = Room::new(manner);
        let fault = room.read().unwrap_err();
        assert_eq!(fault.next(), next, "{fault}");
        let may_do = matches!(next, Next::CardAgain | Next::Later);
        assert_eq!(fault.next().is_again(), may_do, "{fault}");
        assert!(!fault.to_string().contains("別人"), "{fault}");
        assert!(
            room.files(&room.folders.face).is_empty() && room.today.all().is_empty(),
            "{fault}"
        );
    }
}

#[test]
fn only_a_terminal_reads_cards() {
    let mut room = Room::new(Manner::Knows("見本　花子"));
    room.env = room.env.simulated_as(format!("institution:{CODE}"));
    assert!(matches!(room.read(), Err(CardFault::NoTerminal)));
    assert!(
        room.heard.lock().unwrap().connections.is_empty(),
        "nobody was asked"
    );
}

#[test]
fn a_card_that_is_read_again_is_known_again() {
    let room = Room::new(Manner::Knows("見本　花子"));
    room.read().unwrap();
    let first = room.today.all()[0].0;
    assert!(room.today.newer(first).is_none());
    room.read().unwrap();
    room.today
        .add_fault(Method::Pin, &Arc::new(CardFault::Unreadable));
    let [(third, _), (second, _), _] = &room.today.all()[..] else {
        panic!("three came");
    };
    assert_eq!(room.today.newer(first).map(|(number, _)| number), Some(*second));
    assert!(
        room.today.newer(*second).is_none() && room.today.newer(*third).is_none(),
        "nothing came of the third"
    );
}

#[test]
fn what_was_read_goes_with_the_day() {
    let room = Room::new(Manner::Knows("見本　花子"));
    room.read().unwrap();
    let [(number, _)] = room.today.all()[..] else {
        panic!("one came");
    };
    let env = room.env.clone();
    let until_midnight = std::time::Duration::from_hours(16);
    room.fleet
        .run(1000, async move { env.sleep(until_midnight).await });
    assert!(room.today.all().is_empty() && room.today.one(number).is_none());
    // Nobody else ever has its number: not the first of the next day, and not after a start.
    room.read().unwrap();
    assert!(room.today.all()[0].0 > number && room.today.one(number).is_none());
    let anew = Today::new(&room.env);
    anew.add_fault(Method::Pin, &Arc::new(CardFault::Unreadable));
    assert!(anew.all()[0].0 > number);
}
