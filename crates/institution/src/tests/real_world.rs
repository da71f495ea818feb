//! Once in real folders with real HTTP.

use std::sync::Arc;
use std::time::Duration;

use domain::number::InstitutionCode;
use env::network::Limits as NetworkLimits;
use env::{FileError, Handler, Origin, Time};
use exchange::oqs::Limits;
use exchange::oqs::siquc01::ResultMessage;

use super::site::{CODE, Manner, request, respond};
use crate::{Config, start};

#[tokio::test]
async fn a_file_in_req_becomes_a_file_in_res() {
    let dir = tempfile::tempdir().unwrap();
    let env = harness::known_as("verification");
    let any = Origin::new("127.0.0.1", 0);
    let handler: Handler = Arc::new(|request| {
        let answer = respond(
            &Manner::Knows("見本　花子"),
            &request,
            Time::from_micros(1_795_000_000_000_000),
        );
        Box::pin(std::future::ready(answer))
    });
    let verification = env
        .network()
        .listen(&any, handler, NetworkLimits::default())
        .await
        .unwrap();
    let code = InstitutionCode::parse(CODE).unwrap();
    let config = Config::new(any, code, verification.at().clone(), dir.path().to_owned());
    let config = Config {
        tls: harness::tls_of(format!("institution:{CODE}:terminal:desk-1")),
        ..config
    };
    let running = start(&env, config).await.unwrap();
    let request_file = dir.path().join("req/OQSsiquc01req_0001.xml");
    let result_file = dir.path().join("res/OQSsiquc01res_0001.xml");
    let res = dir.path().join("res");
    env.files()
        .create(&request_file, request("REAL").as_bytes())
        .await
        .unwrap();
    let bytes = loop {
        match env.files().read(&result_file, 1 << 20).await {
            Ok(bytes) => break bytes,
            Err(FileError::Missing(_)) => {
                let changed = env.files().changed(&res);
                let _looked_again_anyway = env.timeout(Duration::from_millis(100), changed).await;
            }
            Err(error) => panic!("{error}"),
        }
    };
    let result = ResultMessage::read(&bytes, &Limits::SINGLE).unwrap();
    assert_eq!(result.header.arbitrary_file_identifier.as_deref(), Some("REAL"));
    running.stop().await;
    for empty in ["req", "work", "quarantine", "report"] {
        assert!(
            env.files()
                .list(&dir.path().join(empty))
                .await
                .unwrap()
                .is_empty(),
            "{empty}"
        );
    }
    verification.close().await;
}
