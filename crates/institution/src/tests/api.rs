//! `POST /ask`, `GET /status`, `GET /health`.

use std::time::Duration;

use domain::permit::Actor;
use exchange::oqs::Limits;
use exchange::oqs::bulk::Uploaded;
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::siquc01::{Request, ResultMessage};
use exchange::text::Encoding;
use http::{Method, StatusCode};
use service::Caller;

use super::centre::{download, month};
use super::site::{Site, request};
use crate::SiteEncoding;

fn call(site: &Site, me: &Actor, method: Method, path: &'static str, body: Vec<u8>) -> env::Response {
    let caller = Caller::new(&site.outside, &site.config.listen, me);
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
    let answer = call(&site, &Actor::Operator, Method::GET, "/status", Vec::new());
    let status: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
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
