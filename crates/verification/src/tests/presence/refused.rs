//! Every way of pretending at the role itself, each with its own reason and counted; nobody is told anything.

use std::time::Duration;

use domain::permit::Purpose;
use env::sim::Simulation;
use exchange::presence::Brought;
use service::Terminal;

use super::desk::{Card, Desk, inquiry, signed, terminal};
use crate::inquiry::CardRefusal;
use crate::presence::{USED, name};
use crate::tests::town::{BORN, Townsperson};

/// How often each way is tried.
fn tries() -> u64 {
    if harness::is_soak() { 10_000 } else { 20 }
}

/// A desk, and what lies on its reader.
struct Scene {
    desk: Desk,
    here: Terminal,
    card: Card,
}

impl Scene {
    async fn new(test: &str, card: u32, revoked: &[u32]) -> Scene {
        let card = Card::new(card);
        let mut person = Townsperson::with_number(1, 1, BORN);
        person.card = Some(card.id.clone());
        Scene {
            desk: Desk::new(&harness::sqlite_database(test), &[person], revoked).await,
            here: terminal(0),
            card,
        }
    }

    fn nonce(&self) -> Vec<u8> {
        let role = &self.desk.role;
        role.presence.nonce(&role.env, &self.here).to_vec()
    }

    /// A nonce that was made so many seconds from now, by the same key.
    fn nonce_of(&self, seconds: i64) -> Vec<u8> {
        let role = &self.desk.role;
        let then = env::Time::from_micros(role.env.now().micros() + seconds * 1_000_000);
        let clock = Simulation::new(1, then).node("clock", "clock");
        role.presence.nonce(&clock, &self.here).to_vec()
    }

    fn signed(&self, nonce: &[u8], purpose: Purpose) -> Brought {
        signed(&self.here, &self.card, nonce, &inquiry(Vec::new()), purpose)
    }

    /// As it should be.
    fn honest(&self) -> Brought {
        self.signed(&self.nonce(), Purpose::EligibilityCheck)
    }

    fn with(&self, card: &Card) -> Brought {
        self.desk.bring(&self.here, card, &inquiry(Vec::new()))
    }
}

/// A way of pretending: what it is, the reason that it is counted by, and what is brought where.
type Way = (&'static str, &'static str, fn(&Scene) -> (Terminal, Brought));

/// What a terminal brings from here.
fn from_here(scene: &Scene, brought: Brought) -> (Terminal, Brought) {
    (scene.here.clone(), brought)
}

const WAYS: &[Way] = &[
    ("relayed to another terminal", "other_terminal", |scene| {
        let name = "desk-2".into();
        (
            Terminal {
                name,
                ..scene.here.clone()
            },
            scene.honest(),
        )
    }),
    ("relayed to another institution", "other_institution", |scene| {
        (terminal(1), scene.honest())
    }),
    ("relayed to another connection", "other_connection", |scene| {
        let exporter = [9; 32];
        (
            Terminal {
                exporter,
                ..scene.here.clone()
            },
            scene.honest(),
        )
    }),
    ("a nonce of more than a minute ago", "stale", |scene| {
        let brought = scene.signed(&scene.nonce_of(-61), Purpose::EligibilityCheck);
        from_here(scene, brought)
    }),
    ("a nonce of a time that has not come", "future", |scene| {
        let brought = scene.signed(&scene.nonce_of(30), Purpose::EligibilityCheck);
        from_here(scene, brought)
    }),
    ("a nonce that was made younger", "not_ours", |scene| {
        // Its time is under the MAC.
        let mut nonce = scene.nonce_of(-61);
        nonce[1..9].copy_from_slice(&scene.nonce()[1..9]);
        from_here(scene, scene.signed(&nonce, Purpose::EligibilityCheck))
    }),
    ("signed for another purpose", "other_purpose", |scene| {
        from_here(scene, scene.signed(&scene.nonce(), Purpose::Enrolment))
    }),
    (
        "signed for another purpose, and passed off for this one",
        "signature",
        |scene| {
            let purpose = Purpose::EligibilityCheck;
            let brought = scene.signed(&scene.nonce(), Purpose::Enrolment);
            from_here(scene, Brought { purpose, ..brought })
        },
    ),
    (
        "signed at another institution, with a nonce of here",
        "other_place",
        |scene| {
            let (asked, purpose) = (inquiry(Vec::new()), Purpose::EligibilityCheck);
            let brought = signed(&terminal(1), &scene.card, &scene.nonce(), &asked, purpose);
            from_here(scene, brought)
        },
    ),
    (
        "signed at another institution, and passed off for here",
        "signature",
        |scene| {
            let (asked, purpose) = (inquiry(Vec::new()), Purpose::EligibilityCheck);
            let brought = signed(&terminal(1), &scene.card, &scene.nonce(), &asked, purpose);
            let institution = scene.here.institution.as_str().to_owned();
            from_here(
                scene,
                Brought {
                    institution,
                    ..brought
                },
            )
        },
    ),
    ("another question than was signed", "signature", |scene| {
        let brought = scene.honest();
        let asked = brought.asked.replace("DESK", "DUSK");
        from_here(scene, Brought { asked, ..brought })
    }),
    ("another time than was signed", "signature", |scene| {
        let brought = scene.honest();
        from_here(
            scene,
            Brought {
                at: brought.at + 1,
                ..brought
            },
        )
    }),
    ("a certificate without its key", "signature", |scene| {
        from_here(scene, scene.with(&scene.card.stolen()))
    }),
    ("no certificate", "certificate", |scene| {
        let certificate = vec![0x30, 0];
        from_here(
            scene,
            Brought {
                certificate,
                ..scene.honest()
            },
        )
    }),
    (
        "a certificate that ended half a year ago",
        "certificate_refused",
        |scene| from_here(scene, scene.with(&Card::in_force(13, (-400, -200)))),
    ),
    ("a revoked card", "revoked", |scene| {
        from_here(scene, scene.with(&Card::new(12)))
    }),
];

#[tokio::test(flavor = "multi_thread")]
async fn presence_is_not_pretended_in_any_way() {
    let scene = Scene::new("presence_refused", 11, &[12]).await;
    let counted = |reason: &str| {
        scene
            .desk
            .role
            .presence
            .refused()
            .get(reason)
            .copied()
            .unwrap_or(0)
    };
    for (way, reason, bring) in WAYS {
        let before = counted(reason);
        for _ in 0..tries() {
            let (terminal, brought) = bring(&scene);
            match scene.desk.ask(&terminal, &brought).await {
                Err(CardRefusal::NotPresent(refused)) => assert_eq!(name(&refused), *reason, "{way}"),
                other => panic!("{way}: {other:?}"),
            }
        }
        assert_eq!(counted(reason), before + tries(), "{way}");
        println!(
            "soak: presence: {way}: {} tried, 0 accepted, counted as {reason}",
            tries()
        );
    }
    // Replayed: believed once.
    for n in 1..=tries() {
        let brought = scene.honest();
        assert!(scene.desk.ask(&scene.here, &brought).await.is_ok());
        let again = scene.desk.ask(&scene.here, &brought).await;
        assert!(matches!(again, Err(CardRefusal::Used)), "{again:?}");
        assert_eq!(counted(USED), n);
    }
    println!(
        "soak: presence: replayed on its own connection: {} tried, 0 accepted, counted as {USED}",
        tries()
    );
}

/// Over HTTP: only a terminal is given a nonce; who is no terminal, who brings too much, and who is refused are told so.
#[tokio::test(flavor = "multi_thread")]
async fn a_desk_is_told_why() {
    let Scene { desk, card, .. } = Scene::new("presence_http", 21, &[]).await;
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
    let within = Duration::from_secs(20);
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
