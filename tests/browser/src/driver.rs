//! WebDriver (W3C), as far as it is used here: JSON over HTTP to chromedriver.

use std::time::Duration;

use bytes::Bytes;
use env::{Callee, Env, Origin};
use http::{Method, Request};
use serde_json::{Value, json};

/// How an element is named on the wire.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// What the driver calls an element of a page that is gone.
const STALE: &str = "stale element reference";
/// The longest that a command may take.
const WITHIN: Duration = Duration::from_secs(120);

/// One browser's session with the driver.
pub struct Session {
    env: Env,
    driver: Origin,
    path: String,
}

/// An element of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element(String);

impl Session {
    /// Begins one.
    pub(crate) async fn begin(env: &Env, driver: &Origin, capabilities: Value) -> Session {
        let mut session = Session {
            env: env.clone(),
            driver: driver.clone(),
            path: "/session".to_owned(),
        };
        let asked = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let begun = session.post("", asked).await;
        let id = begun["sessionId"].as_str().unwrap_or_default();
        session.path = format!("/session/{id}");
        session
    }

    /// Ends it, and its browser.
    pub(crate) async fn end(&self) {
        self.send(Method::DELETE, "", None).await;
    }

    /// Asks for something.
    pub(crate) async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, None).await
    }

    /// Has something done.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        self.send(Method::POST, path, Some(body)).await
    }

    /// The first element that fits the selector; waits for it.
    pub(crate) async fn find(&self, css: &str) -> Element {
        let by = json!({ "using": "css selector", "value": css });
        let found = self.try_send(Method::POST, "/element", Some(by)).await;
        element(&found.unwrap_or_else(|refused| panic!("`{css}`: {refused}")))
    }

    /// The element that the XPath names; waits for it, and gives nothing when it does not come.
    pub(crate) async fn find_by_path(&self, path: &str) -> Option<Element> {
        let by = json!({ "using": "xpath", "value": path });
        let found = self.try_send(Method::POST, "/element", Some(by)).await;
        found.ok().map(|found| element(&found))
    }

    /// How many fit the selector now.
    pub(crate) async fn count(&self, css: &str) -> usize {
        self.post("/timeouts", timeouts(0)).await;
        let found = self
            .post("/elements", json!({ "using": "css selector", "value": css }))
            .await;
        self.post("/timeouts", timeouts(IMPLICIT_MS)).await;
        found.as_array().map_or(0, Vec::len)
    }

    /// The element that has the focus.
    pub(crate) async fn active(&self) -> Element {
        element(&self.get("/element/active").await)
    }

    /// Something of an element: `text`, `computedlabel`, `attribute/NAME`; empty when it has none. No text when the element
    /// went with its page before it was asked.
    pub(crate) async fn of(&self, Element(id): &Element, what: &str) -> Option<String> {
        let path = format!("/element/{id}/{what}");
        let said = here(self.try_send(Method::GET, &path, None).await, &path)?;
        Some(said.as_str().unwrap_or_default().to_owned())
    }

    /// Presses it. No press when it went with its page before that.
    pub(crate) async fn click(&self, Element(id): &Element) -> Option<()> {
        let path = format!("/element/{id}/click");
        here(self.try_send(Method::POST, &path, Some(json!({}))).await, &path).map(drop)
    }

    /// Types into it, in place of what stands there.
    pub(crate) async fn fill(&self, Element(id): &Element, text: &str) {
        self.post(&format!("/element/{id}/clear"), json!({})).await;
        self.post(&format!("/element/{id}/value"), json!({ "text": text }))
            .await;
    }

    /// Chromium's own commands.
    pub(crate) async fn chromium(&self, command: &str, parameters: Value) -> Value {
        let asked = json!({ "cmd": command, "params": parameters });
        self.post("/goog/cdp/execute", asked).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let said = self.try_send(method, path, body).await;
        said.unwrap_or_else(|refused| panic!("{path}: {refused}"))
    }

    /// Whether an element belongs to a page that is gone.
    pub(crate) async fn is_gone(&self, Element(id): &Element) -> bool {
        let said = self
            .try_send(Method::GET, &format!("/element/{id}/name"), None)
            .await;
        said.is_err()
    }

    /// Says no instead of panicking, when the driver does.
    async fn try_send(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, String> {
        let path = format!("{}{path}", self.path);
        let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
        let request = Request::builder()
            .method(method)
            .uri(&path)
            .header("host", format!("{}:{}", self.driver.host(), self.driver.port()))
            .header("content-type", "application/json; charset=utf-8")
            .body(body);
        let request = request.unwrap_or_else(|error| panic!("{path}: {error}"));
        let driver = Callee {
            at: self.driver.clone(),
            name: "".into(),
        };
        let answered = self.env.network().call(&driver, request, WITHIN).await;
        let answer = answered.unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut said: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        if answer.status().is_success() {
            return Ok(said["value"].take());
        }
        Err(format!(
            "{}: {}",
            said["value"]["error"], said["value"]["message"]
        ))
    }
}

/// How long the driver waits for an element. Far more than anything takes on a busy machine.
pub(crate) const IMPLICIT_MS: u32 = 45_000;
/// How long it waits for a script, such as axe's: nearly as long as for any command.
const SCRIPT_MS: u32 = 110_000;

/// How long the driver waits, where it waits so long for an element.
pub(crate) fn timeouts(implicit_ms: u32) -> Value {
    json!({ "implicit": implicit_ms, "script": SCRIPT_MS })
}

/// What was said of an element; nothing when the page has become another one and the element is not there any more.
///
/// # Panics
/// When the driver refuses for any other reason.
fn here(said: Result<Value, String>, path: &str) -> Option<Value> {
    match said {
        Ok(said) => Some(said),
        Err(refused) if refused.contains(STALE) => None,
        Err(refused) => panic!("{path}: {refused}"),
    }
}

fn element(said: &Value) -> Element {
    Element(said[ELEMENT].as_str().unwrap_or_default().to_owned())
}
