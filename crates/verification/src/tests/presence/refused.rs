//! Every way of pretending, each with its own reason and counted; nobody is told anything.

use domain::permit::Purpose;
use exchange::presence::Brought;
use service::Terminal;

use super::desk::{Card, Desk, inquiry, signed, terminal};
use crate::inquiry::CardRefusal;
use crate::presence::{USED, name};
use crate::tests::town::{BORN, Townsperson};

/// How often each way is tried; the judgement alone is tried ten thousand times in crate identity.
const TRIES: u64 = 20;

#[tokio::test(flavor = "multi_thread")]
async fn each_is_refused_with_its_reason_and_counted() {
    let database = harness::sqlite_database("presence_refused");
    let card = Card::new(11);
    let mut person = Townsperson::with_number(1, 1, BORN);
    person.card = Some(card.id.clone());
    let desk = Desk::new(&database, &[person], &[12]).await;
    let here = terminal(0);
    let nonce_of = |terminal: &Terminal| desk.role.presence.nonce(&desk.role.env, terminal).to_vec();
    let request = inquiry(Vec::new());
    let honest = || desk.bring(&here, &card, &request);
    let other_terminal = Terminal {
        name: "desk-2".into(),
        ..here.clone()
    };
    let other_connection = Terminal {
        exporter: [9; 32],
        ..here.clone()
    };
    let elsewhere = terminal(1);
    let mut stale = nonce_of(&here);
    // Its time is under the MAC, so an old one cannot be made young; a younger one of another key is nobody's.
    stale[3] ^= 1;
    type Way<'a> = (&'static str, Box<dyn Fn() -> (Terminal, Brought) + 'a>);
    let ways: Vec<Way<'_>> = vec![
        ("other_terminal", Box::new(|| (other_terminal.clone(), honest()))),
        ("other_institution", Box::new(|| (elsewhere.clone(), honest()))),
        (
            "other_connection",
            Box::new(|| (other_connection.clone(), honest())),
        ),
        (
            "not_ours",
            Box::new(|| {
                (
                    here.clone(),
                    Brought {
                        nonce: stale.clone(),
                        ..honest()
                    },
                )
            }),
        ),
        (
            "signature",
            Box::new(|| {
                // The same nonce, another question: somebody on the way changed it.
                let asked = honest().asked.replace("DESK", "DUSK");
                (here.clone(), Brought { asked, ..honest() })
            }),
        ),
        (
            "signature",
            Box::new(|| {
                let nonce = nonce_of(&here);
                (
                    here.clone(),
                    signed(&here, &card, &nonce, &request, Purpose::Enrolment),
                )
            }),
        ),
        (
            "signature",
            Box::new(|| {
                // The card was read at another desk, and its signature is passed on.
                let nonce = nonce_of(&here);
                (
                    here.clone(),
                    signed(&elsewhere, &card, &nonce, &request, Purpose::EligibilityCheck),
                )
            }),
        ),
        (
            "signature",
            Box::new(|| {
                let nonce = nonce_of(&here);
                (
                    here.clone(),
                    signed(&here, &card.stolen(), &nonce, &request, Purpose::EligibilityCheck),
                )
            }),
        ),
        (
            "certificate",
            Box::new(|| {
                (
                    here.clone(),
                    Brought {
                        certificate: vec![0x30, 0],
                        ..honest()
                    },
                )
            }),
        ),
        (
            "certificate_refused",
            Box::new(|| {
                let old = Card::in_force(13, (-400, -200));
                (here.clone(), desk.bring(&here, &old, &request))
            }),
        ),
        (
            "revoked",
            Box::new(|| (here.clone(), desk.bring(&here, &Card::new(12), &request))),
        ),
    ];
    for (reason, way) in &ways {
        let before = desk.role.presence.refused().get(reason).copied().unwrap_or(0);
        for _ in 0..TRIES {
            let (terminal, brought) = way();
            match desk.ask(&terminal, &brought).await {
                Err(CardRefusal::NotPresent(refused)) => assert_eq!(name(&refused), *reason),
                other => panic!("{reason}: {other:?}"),
            }
        }
        assert_eq!(desk.role.presence.refused()[reason], before + TRIES);
    }
    // Replayed: believed once.
    let brought = honest();
    assert!(desk.ask(&here, &brought).await.is_ok());
    for _ in 0..TRIES {
        let again = desk.ask(&here, &brought).await;
        assert!(matches!(again, Err(CardRefusal::Used)), "{again:?}");
    }
    assert_eq!(desk.role.presence.refused()[USED], TRIES);
}

/// Over HTTP: only a terminal is given a nonce; who is no terminal, who brings too much, and who is refused are told so.
#[tokio::test(flavor = "multi_thread")]
async fn a_desk_is_told_why() {
    let database = harness::sqlite_database("presence_http");
    let card = Card::new(21);
    let mut person = Townsperson::with_number(1, 1, BORN);
    person.card = Some(card.id.clone());
    let desk = Desk::new(&database, &[person], &[]).await;
    let listening = desk.listen().await;
    let ask = async |whom: &str, path: &str, body: Vec<u8>| {
        let caller = service::Caller::asking(&harness::known_as(whom), listening.at(), "verification");
        let sent = caller
            .send(http::Method::POST, path, "application/json", body.into())
            .await
            .unwrap();
        (
            sent.status().as_u16(),
            String::from_utf8_lossy(sent.body()).into_owned(),
        )
    };
    let clinic = "institution:1319999015";
    let desk_1 = "institution:1319999015:terminal:desk-1";
    for whom in [clinic, "hub", "office:13104", "operator"] {
        let (status, body) = ask(whom, "/institution/nonce", Vec::new()).await;
        assert_eq!(status, 403, "{whom}: {body}");
    }
    let (status, _) = ask(desk_1, "/institution/nonce", Vec::new()).await;
    assert_eq!(status, 200);
    // On one connection it is answered; the nonce of one is nothing on another.
    let request = inquiry(Vec::new());
    let one_connection = harness::known_as(desk_1);
    let caller = service::Caller::asking(&one_connection, listening.at(), "verification");
    let mut line = caller.connect().await.unwrap();
    let post = |path: &str, body: Vec<u8>| {
        http::Request::post(path)
            .header("host", "127.0.0.1")
            .body(body.into())
            .unwrap()
    };
    let within = std::time::Duration::from_secs(20);
    let nonce = line
        .call(post("/institution/nonce", Vec::new()), within)
        .await
        .unwrap();
    let nonce: exchange::presence::Nonce = serde_json::from_slice(nonce.body()).unwrap();
    let brought = signed(
        &terminal(0),
        &card,
        &nonce.nonce,
        &request,
        Purpose::EligibilityCheck,
    );
    let body = serde_json::to_vec(&brought).unwrap();
    let (status, text) = ask(desk_1, "/institution/card", body.clone()).await;
    assert!(
        status == 200 && text.contains("MDG-CRD-001") && text.contains("別の接続"),
        "{text}"
    );
    assert!(
        text.contains("<ReferenceClassification>1</ReferenceClassification>"),
        "{text}"
    );
    let answer = line
        .call(post("/institution/card", body.clone()), within)
        .await
        .unwrap();
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    assert!(
        text.contains("<QualificationValidity>1</QualificationValidity>"),
        "{text}"
    );
    let answer = line.call(post("/institution/card", body), within).await.unwrap();
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    assert!(text.contains("MDG-CRD-007"), "{text}");
    for (body, status) in [(b"{}".to_vec(), 400), (vec![b' '; 20_000], 400)] {
        assert_eq!(ask(desk_1, "/institution/card", body).await.0, status);
    }
    // What was refused is the operator's to read, and nobody else's.
    let operator = harness::known_as("operator");
    let caller = service::Caller::asking(&operator, listening.at(), "verification");
    let refusals: serde_json::Value = caller.get("/refusals").await.unwrap();
    assert_eq!(refusals["cards"]["used"], 1);
    assert_eq!(refusals["cards"]["other_connection"], 1);
    let caller = service::Caller::asking(&harness::known_as(desk_1), listening.at(), "verification");
    assert!(caller.get::<serde_json::Value>("/refusals").await.is_err());
    listening.close().await;
}
