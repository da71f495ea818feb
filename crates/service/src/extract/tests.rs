//! A no about a path or a query: by a role's own router, over sockets, as a stranger meets it.

use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use domain::identity::Link;
use domain::month::TreatmentMonth;
use env::network::Limits;
use env::real::RealWorld;
use env::{Env, Listening, Origin};
use http::{Method, header};
use serde::Deserialize;

use super::{Path, Query, json};
use crate::{Caller, Problem};

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Colour {
    Red,
    Green,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    month: TreatmentMonth,
    #[serde(default)]
    after: i64,
    #[serde(default)]
    most: Option<u32>,
    #[serde(default)]
    text: String,
}

async fn one(Path(link): Path<Link>) -> String {
    link.to_string()
}

async fn two(Path((link, month)): Path<(Link, TreatmentMonth)>) -> String {
    format!("{link} {month}")
}

async fn coloured(Path((colour, n)): Path<(Colour, i64)>) -> String {
    match colour {
        Colour::Red => format!("red {n}"),
        Colour::Green => format!("green {n}"),
    }
}

async fn any(Path(text): Path<String>) -> String {
    text
}

async fn asked(Query(asked): Query<Asked>) -> String {
    format!("{} {} {:?} {}", asked.month, asked.after, asked.most, asked.text)
}

async fn serve(env: &Env) -> Listening {
    let router = Router::new()
        .route("/people/{link}", get(one))
        .route("/people/{link}/months/{month}", post(two))
        .route("/colours/{colour}/{number}", get(coloured))
        .route("/any/{text}", get(any))
        .route("/asked", get(asked));
    let limits = Limits {
        body: 8,
        ..Limits::default()
    };
    crate::serve(env, &Origin::plain("127.0.0.1", 0), router, limits)
        .await
        .unwrap()
}

struct Asker {
    caller: Caller,
    _listening: Listening,
}

impl Asker {
    async fn new() -> Asker {
        let env = RealWorld::env();
        let listening = serve(&env).await;
        let caller = Caller::asking(&env, listening.at(), "").within(Duration::from_secs(20));
        Asker {
            caller,
            _listening: listening,
        }
    }

    async fn send(&self, method: Method, path: &str, body: &'static [u8]) -> env::Response {
        self.caller
            .send(method, path, "text/plain", body.into())
            .await
            .unwrap()
    }

    async fn told(&self, method: Method, path: &str) -> String {
        let response = self.send(method, path, b"").await;
        assert_eq!(response.status(), 200, "{path}");
        String::from_utf8(response.body().to_vec()).unwrap()
    }

    /// A no: in the one shape, with a next step, and without anything of `secret`.
    async fn refused(&self, method: Method, path: &str, secret: &str) -> Problem {
        let response = self.send(method, path, b"").await;
        let body = String::from_utf8(response.body().to_vec()).unwrap();
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/problem+json",
            "{path}: {body}"
        );
        let problem: Problem = serde_json::from_str(&body).unwrap();
        assert_eq!(problem.status, response.status().as_u16(), "{path}");
        assert!(problem.next.is_some(), "{path}: {body}");
        assert!(secret.is_empty() || !body.contains(secret), "{path}: {body}");
        problem
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_of_the_right_shape_is_read() {
    let asker = Asker::new().await;
    for (method, path, told) in [
        (Method::GET, "/people/p-1", "p-1"),
        (Method::POST, "/people/p-1/months/202612", "p-1 202612"),
        (Method::GET, "/colours/green/-7", "green -7"),
        (Method::GET, "/any/%E8%A6%8B%E6%9C%AC", "見本"),
        (Method::GET, "/asked?month=202612", "202612 0 None "),
        (
            Method::GET,
            "/asked?text=a+b%26&most=3&after=-1&month=202612",
            "202612 -1 Some(3) a b&",
        ),
    ] {
        assert_eq!(asker.told(method, path).await, told, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_names_parameter_and_rule_and_never_the_value() {
    let asker = Asker::new().await;
    let link = "expected a link of 1 to 40 characters of A-Z a-z 0-9 -";
    let month = "expected a treatment month yyyyMM (診療年月)";
    let long = format!("/any/{}", "a".repeat(60_000));
    let cases: &[(&str, Method, Option<&str>, &str, &str)] = &[
        ("/people/kanaria_", Method::GET, Some("link"), link, "kanaria"),
        (
            "/people/kanaria%00",
            Method::GET,
            Some("link"),
            "has a character that is not allowed",
            "kanaria",
        ),
        (
            "/people/kanaria%FF",
            Method::GET,
            Some("link"),
            "not text in UTF-8",
            "kanaria",
        ),
        (
            "/people/p-1/months/kanaria",
            Method::POST,
            Some("month"),
            month,
            "kanaria",
        ),
        (
            "/people/kanaria_/months/202612",
            Method::POST,
            Some("link"),
            link,
            "kanaria",
        ),
        (
            "/colours/kanaria/1",
            Method::GET,
            Some("colour"),
            "expected one of: red, green",
            "kanaria",
        ),
        (
            "/colours/red/kanaria",
            Method::GET,
            Some("number"),
            "expected a whole number of 64 bits",
            "kanaria",
        ),
        (
            "/any/kanaria%0A",
            Method::GET,
            Some("text"),
            "has a character that is not allowed",
            "kanaria",
        ),
        (
            &long,
            Method::GET,
            Some("text"),
            "is longer than 256 characters",
            "aaa",
        ),
        ("/asked", Method::GET, Some("month"), "is required", ""),
        (
            "/asked?month=kanaria",
            Method::GET,
            Some("month"),
            month,
            "kanaria",
        ),
        (
            "/asked?month=202612&month=202612",
            Method::GET,
            Some("month"),
            "is given more than once",
            "2026",
        ),
        (
            "/asked?month=202612&after=kanaria",
            Method::GET,
            Some("after"),
            "expected a whole number of 64 bits",
            "kanaria",
        ),
        (
            "/asked?month=202612&most=-1",
            Method::GET,
            Some("most"),
            "expected a whole number from 0 to 4294967295",
            "-1",
        ),
        (
            "/asked?month=202612&text=kanaria%00",
            Method::GET,
            Some("text"),
            "has a character that is not allowed",
            "kanaria",
        ),
        (
            "/asked?month=202612&text=kanaria%FF",
            Method::GET,
            Some("text"),
            "has a character that is not allowed",
            "kanaria",
        ),
        (
            "/asked?month=202612&kanaria=1",
            Method::GET,
            None,
            "there is a parameter that is not known here; there are: month, after, most, text",
            "kanaria",
        ),
    ];
    for (path, method, field, rule, secret) in cases {
        let problem = asker.refused(method.clone(), path, secret).await;
        let told = (problem.status, problem.field.as_deref(), problem.title.as_str());
        assert_eq!(told, (400, *field, *rule), "{}", &path[..path.len().min(60)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_refused_in_the_same_shape() {
    let asker = Asker::new().await;
    assert_eq!(
        asker.refused(Method::GET, "/kanaria", "kanaria").await.status,
        404
    );
    assert_eq!(
        asker
            .refused(Method::GET, "/people/p-1/kanaria%00", "kanaria")
            .await
            .status,
        404
    );
    assert_eq!(
        asker
            .refused(Method::POST, "/people/kanaria", "kanaria")
            .await
            .status,
        405
    );
    let response = asker.send(Method::DELETE, "/people/p-1/months/202612", b"").await;
    assert_eq!(response.headers()[header::ALLOW], "POST");
    let response = asker
        .send(Method::POST, "/people/p-1/months/202612", b"123456789")
        .await;
    let problem: Problem = serde_json::from_slice(response.body()).unwrap();
    assert_eq!((response.status().as_u16(), problem.status), (413, 413));
    assert!(problem.next.is_some());
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    #[serde(default)]
    people: Vec<Said>,
    #[serde(default)]
    month: Option<TreatmentMonth>,
    #[serde(default)]
    what: Option<What>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum What {
    Amount { yen: u32 },
    Nothing,
}

#[test]
fn a_body_is_read_whole_or_refused_without_repeating_it() {
    let read = json::<Said>(br#"{"people":[{"month":"202612"}],"what":{"amount":{"yen":1}}}"#).unwrap();
    assert!(matches!(read.what, Some(What::Amount { yen: 1 })));
    assert_eq!(read.people.first().unwrap().month.unwrap().to_string(), "202612");
    assert!(matches!(json::<What>(br#""nothing""#), Ok(What::Nothing)));
    for (body, field) in [
        ("", None),
        ("kanaria", None),
        (r#"{"people":[]}kanaria"#, None),
        (r#"{"kanaria":1}"#, None),
        (r#"["kanaria"]"#, Some("[0]")),
        (r#"{"people":[{},{"kanaria":1}]}"#, Some("people[1]")),
        (r#"{"people":[{},{"month":"kanaria"}]}"#, Some("people[1].month")),
        (r#"{"people":"kanaria"}"#, Some("people")),
        (r#"{"what":"kanaria"}"#, Some("what")),
        (r#"{"what":{"kanaria":1}}"#, Some("what")),
        (
            r#"{"what":{"amount":{"yen":"kanaria"}}}"#,
            Some("what.amount.yen"),
        ),
        (
            r#"{"what":{"amount":{"yen":1,"kanaria":1}}}"#,
            Some("what.amount"),
        ),
    ] {
        let problem = json::<Said>(body.as_bytes()).unwrap_err();
        assert_eq!((problem.status, problem.field.as_deref()), (400, field), "{body}");
        assert!(
            problem
                .title
                .starts_with("not of the expected shape: line 1, column "),
            "{body}"
        );
        assert!(
            !serde_json::to_string(&problem).unwrap().contains("kanaria"),
            "{problem:?}"
        );
    }
}
