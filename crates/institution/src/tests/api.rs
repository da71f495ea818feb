//! `POST /ask`, `GET /status`, `GET /health`.

use std::time::Duration;

use domain::identity::OfficeCode;
use domain::number::InstitutionCode;
use domain::permit::Actor;
use exchange::oqs::Limits;
use exchange::oqs::bulk::Uploaded;
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::siquc01::{Request, ResultMessage};
use exchange::text::Encoding;
use http::{Method, StatusCode};
use service::Caller;

use super::centre::{download, month};
use super::site::{Site, TERMINAL, path, request};
use crate::SiteEncoding;

fn call(site: &Site, me: &Actor, method: Method, path: &'static str, body: Vec<u8>) -> env::Response {
    let caller = Caller::asking(&site.outside.simulated_as(me), &site.config.listen, TERMINAL);
    let call = async move {
        caller
            .send(method, path, "application/xml", body.into())
            .await
            .unwrap()
    };
    site.fleet.run(1_000_000, call).unwrap()
}

#[test]
fn asking_without_folders_gives_what_the_folder_would_have() {
    let mut site = Site::new(51);
    site.config.encoding = SiteEncoding::ShiftJis;
    site.start();
    let us = Actor::Institution(site.config.code);
    let body = Request::read(request("ASK").as_bytes(), &Limits::SINGLE).unwrap();
    let body = body.write(Encoding::ShiftJis).unwrap();
    let answer = call(&site, &us, Method::POST, "/ask", body);
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(
        answer.headers()["content-type"],
        "application/xml; charset=shift_jis"
    );
    assert_eq!(answer.headers()["madoguchi-segment-of-result"], "1");
    assert_eq!(answer.headers()["madoguchi-replaced"], "0");
    let message = ResultMessage::read(answer.body(), &Limits::SINGLE).unwrap();
    assert_eq!(message.header.arbitrary_file_identifier.as_deref(), Some("ASK"));

    let answer = call(&site, &us, Method::POST, "/ask", b"<!DOCTYPE a>".to_vec());
    assert_eq!(answer.headers()["madoguchi-segment-of-result"], "9");
    let message = ResultMessage::read(answer.body(), &Limits::SINGLE).unwrap();
    assert_eq!(message.header.segment_of_result, SegmentOfResult::Failed);
    assert!(site.names("res").is_empty() && site.names("work").is_empty());

    for other in [Actor::Operator, Actor::Verification] {
        let answer = call(&site, &other, Method::POST, "/ask", request("ASK").into());
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    }
}

#[test]
fn status_counts_and_names_the_folders() {
    let site = Site::running(52);
    site.put("req/OQSsiquc01req_1.xml", request("ONE"));
    site.put("req/OQSsiquc01req_2.xml", "<XmlMsg></XmlMsg>");
    site.pass(Duration::from_secs(1));
    let status = status(&site);
    assert_eq!(status["picked"], 2);
    assert_eq!(status["answered"], 2);
    assert_eq!(status["quarantined"], 1);
    assert_eq!(status["waiting"], 0);
    assert_eq!(status["folders"]["quarantine"], "/oqs/quarantine");
    assert!(
        status["last_answer"]
            .as_str()
            .unwrap()
            .starts_with("2026-11-22T08:45:0")
    );
    let health = call(&site, &Actor::Operator, Method::GET, "/health", Vec::new());
    assert_eq!(health.body().as_ref(), br#"{"role":"institution"}"#);
}

fn status(site: &Site) -> serde_json::Value {
    let us = Actor::Institution(site.config.code);
    let answer = call(site, &us, Method::GET, "/status", Vec::new());
    serde_json::from_slice(answer.body()).unwrap()
}

#[test]
fn status_is_the_institutions_own() {
    let site = Site::running(57);
    site.put("req/氏名　見本.pdf", "somebody's");
    site.pass(Duration::from_secs(1));
    let another = InstitutionCode::parse("1319999023").unwrap();
    let others = [
        Actor::Institution(another),
        Actor::Office(OfficeCode::parse("13104").unwrap()),
        Actor::Operator,
        Actor::Verification,
        Actor::Hub,
        Actor::Registers,
    ];
    for other in others {
        let answer = call(&site, &other, Method::GET, "/status", Vec::new());
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{other}");
        let told = String::from_utf8_lossy(answer.body()).into_owned();
        assert!(!told.contains("見本") && !told.contains("/oqs"), "{told}");
    }
    assert_eq!(status(&site)["strangers"], 1);
    // A terminal of the institution is the institution.
    let env = site.outside.simulated_as(TERMINAL);
    let caller = Caller::asking(&env, &site.config.listen, TERMINAL);
    let told = async move { caller.get::<serde_json::Value>("/status").await };
    assert!(site.fleet.run(1_000_000, told).unwrap().is_ok());
}

#[test]
fn status_counts_what_rests_in_work() {
    // Ten were claimed before a crash. Eight of them are asked again at once, and two rest until there is room.
    let mut site = Site::new(54);
    site.fleet.crash("verification");
    for n in 0..10 {
        site.put(&format!("work/OQSsiquc01req_{n}.xml"), request("REST"));
    }
    site.put("req/OQSsiquc01req_new.xml", request("NEW"));
    site.start();
    site.pass(Duration::from_secs(1));
    assert_eq!(status(&site)["waiting"], 11);
    site.verification_up();
    site.pass(Duration::from_secs(30));
    let status = status(&site);
    assert_eq!((&status["waiting"], &status["answered"]), (&0.into(), &11.into()));
}

#[test]
fn status_counts_what_cannot_be_taken() {
    let site = Site::running(56);
    let (stuck, good) = ("req/OQSsiquc01req_1.xml", "req/OQSsiquc01req_2.xml");
    site.fleet.grip("clinic", &path(stuck));
    site.put(stuck, request("STUCK"));
    site.put(good, request("GOOD"));
    site.pass(Duration::from_secs(30));
    let told = status(&site);
    assert_eq!((&told["waiting"], &told["answered"]), (&1.into(), &1.into()));
    assert_eq!(site.names("req"), ["OQSsiquc01req_1.xml"]);
    site.fleet.let_go("clinic", &path(stuck));
    site.pass(Duration::from_secs(30));
    let told = status(&site);
    assert_eq!((&told["waiting"], &told["answered"]), (&0.into(), &2.into()));
}

#[test]
fn status_names_what_is_nobodys_request() {
    let site = Site::running(55);
    site.put("req/request.xml", request("UNKNOWN"));
    site.put("req/folder/OQSsiquc01req_1.xml", request("BELOW"));
    site.put("req/OQSsiquc01req_2.xml.tmp", "being written");
    site.put("req/OQSsiquc01req_3.xml", request("GOOD"));
    site.pass(Duration::from_secs(1));
    let told = status(&site);
    assert_eq!(
        (&told["strangers"], &told["answered"], &told["waiting"]),
        (&2.into(), &1.into(), &0.into())
    );
    let named = serde_json::json!([
        { "name": "folder", "why": "folder" },
        { "name": "request.xml", "why": "unknown_name" },
    ]);
    assert_eq!(told["strangers_named"], named);
    // They stay where they are, and are forgotten when they are taken away.
    site.remove("req/request.xml");
    site.pass(Duration::from_secs(1));
    assert_eq!(status(&site)["strangers"], 1);
}

#[test]
fn bulk_inquiries_are_asked_by_their_names() {
    let mut site = Site::new(53);
    site.config.encoding = SiteEncoding::ShiftJis;
    site.config.zip_over_kib = 1;
    site.centre.lock().unwrap().name = "𠮷田　花子";
    site.start();
    let us = Actor::Institution(site.config.code);
    let answer = call(&site, &us, Method::POST, "/ask/OQSmutic01", month("ASK").into());
    assert_eq!(answer.headers()["madoguchi-segment-of-result"], "1");
    let number = Uploaded::read(answer.body(), &Limits::SINGLE)
        .unwrap()
        .body
        .reception_number
        .unwrap();
    let answer = call(
        &site,
        &us,
        Method::POST,
        "/ask/OQSmutic02",
        download(&number).into(),
    );
    assert_eq!(answer.headers()["madoguchi-segment-of-result"], "1");
    assert_eq!(answer.headers()["madoguchi-replaced"], "3");
    assert_eq!(answer.headers()["content-type"], "application/zip");
    assert!(answer.body().starts_with(b"PK"));
    let answer = call(&site, &us, Method::POST, "/ask/OQSmutic02", download("1").into());
    assert_eq!(answer.headers()["madoguchi-segment-of-result"], "9");
    let answer = call(&site, &us, Method::POST, "/ask/OQSmuimm01", month("ASK").into());
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    let answer = call(
        &site,
        &Actor::Operator,
        Method::POST,
        "/ask/OQSmutic01",
        month("ASK").into(),
    );
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
}
