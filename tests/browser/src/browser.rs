//! A browser and somebody before it.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use env::Origin;
use futures_util::FutureExt as _;
use serde_json::{Value, json};

use crate::driver::{IMPLICIT_MS, Session, timeouts};
use crate::tools;

/// How long a page may take to go. Far more than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a browser is set up.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// Whether it runs scripts of pages. Where it does not, axe cannot be asked.
    pub scripts: bool,
}

impl Window {
    /// A reader's screen.
    pub const READER: Window = Window {
        width: 1024,
        height: 768,
        scripts: true,
    };
}

/// A browser with a profile of its own.
pub struct Browser {
    pub(crate) session: Session,
    origin: Origin,
    pub(crate) scripts: bool,
}

impl Browser {
    /// Opens a browser, goes to the first page, does the work and closes the browser, whatever came of it.
    ///
    /// # Panics
    /// When the work does.
    pub async fn with<F: Future<Output = ()>>(
        origin: &Origin,
        window: Window,
        work: impl FnOnce(std::rc::Rc<Browser>) -> F,
    ) {
        let browser = std::rc::Rc::new(Browser::open(origin, window).await);
        browser.go("/").await;
        let done = AssertUnwindSafe(work(browser.clone())).catch_unwind().await;
        if done.is_err() {
            browser.picture("failed").await;
        }
        browser.session.end().await;
        if let Err(panic) = done {
            std::panic::resume_unwind(panic);
        }
    }

    async fn open(origin: &Origin, window: Window) -> Browser {
        let env = harness::real_env();
        let driver = tools::driver();
        let profile = tools::profiles().join(hex::encode(env.random::<8>()));
        let mut preferences = json!({ "intl.accept_languages": "ja,en" });
        if !window.scripts {
            preferences["profile.managed_default_content_settings.javascript"] = 2.into();
        }
        let capabilities = json!({
            "browserName": "chrome",
            "timeouts": timeouts(IMPLICIT_MS),
            "goog:chromeOptions": {
                "binary": tools::chromium(),
                "prefs": preferences,
                "args": [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
                    "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--hide-scrollbars", "--force-device-scale-factor=1", "--lang=ja",
                    format!("--user-data-dir={}", profile.display()),
                ],
            },
        });
        let session = Session::begin(&env, driver, capabilities).await;
        let browser = Browser {
            session,
            origin: origin.clone(),
            scripts: window.scripts,
        };
        let size = json!({
            "width": window.width, "height": window.height, "deviceScaleFactor": 1, "mobile": false,
        });
        browser
            .session
            .chromium("Emulation.setDeviceMetricsOverride", size)
            .await;
        browser
    }

    /// Goes to a page by its path.
    pub async fn go(&self, path: &str) {
        let url = format!("{}{path}", self.origin);
        self.session.post("/url", json!({ "url": url })).await;
    }

    /// Loads the page again, as F5 does.
    pub async fn reload(&self) {
        self.session.post("/refresh", json!({})).await;
    }

    /// One page back.
    pub async fn back(&self) {
        self.session.post("/back", json!({})).await;
    }

    /// The path of the page.
    pub async fn path(&self) -> String {
        let url = self.session.get("/url").await;
        let url = url.as_str().unwrap_or_default();
        url.strip_prefix(&self.origin.to_string())
            .unwrap_or(url)
            .to_owned()
    }

    /// Presses something that leads to another page, and waits until this one is gone. A page that comes anew just before by
    /// itself is pressed in its place.
    ///
    /// # Panics
    /// When it never goes.
    pub async fn press(&self, css: &str) {
        let page = loop {
            // In this order: where the page comes anew in between, there is no press.
            let element = self.session.find(css).await;
            let page = self.session.find("html").await;
            if self.session.click(&element).await.is_some() {
                break page;
            }
        };
        let gone = async { while !self.session.is_gone(&page).await {} };
        let env = harness::real_env();
        let left = env.timeout(PATIENCE, gone).await;
        assert!(left.is_ok(), "`{css}` leads nowhere from {}", self.path().await);
    }

    /// Presses something that stays on the page.
    pub async fn choose(&self, css: &str) {
        while self.session.click(&self.session.find(css).await).await.is_none() {}
    }

    /// Types into a field.
    pub async fn fill(&self, css: &str, text: &str) {
        let element = self.session.find(css).await;
        self.session.fill(&element, text).await;
    }

    /// The text of the first element that fits; waits for it.
    pub async fn text(&self, css: &str) -> String {
        loop {
            let element = self.session.find(css).await;
            if let Some(text) = self.session.of(&element, "text").await {
                return text;
            }
        }
    }

    /// Waits until the page with this heading is there.
    ///
    /// # Panics
    /// When it is another one.
    pub async fn expect(&self, heading: &str) {
        let there = format!("//h1[normalize-space() = '{heading}']");
        if self.session.find_by_path(&there).await.is_none() {
            panic!("`{heading}` never comes; there is:\n{}", self.words().await);
        }
    }

    /// Everything that can be read on the page.
    pub async fn words(&self) -> String {
        self.text("body").await
    }

    /// Sees to it that all of these can be read on the page.
    ///
    /// # Panics
    /// With the first one that cannot.
    pub async fn says(&self, wanted: &[&str]) {
        self.says_in("body", wanted).await;
    }

    /// Sees to it that all of these can be read in the first element that fits; waits for the element.
    ///
    /// # Panics
    /// With the first one that cannot.
    pub async fn says_in(&self, css: &str, wanted: &[&str]) {
        let said = self.text(css).await;
        for words in wanted {
            assert!(said.contains(words), "`{css}` does not say `{words}`:\n{said}");
        }
    }

    /// Sees to it that none of these can be read on the page.
    ///
    /// # Panics
    /// With the first one that can.
    pub async fn hides(&self, unwanted: &[&str]) {
        let (path, said) = (self.path().await, self.words().await);
        for words in unwanted {
            assert!(!said.contains(words), "{path} says `{words}`:\n{said}");
        }
    }

    /// How many elements fit.
    pub async fn count(&self, css: &str) -> usize {
        self.session.count(css).await
    }

    /// What a script of ours gives back on this page.
    pub(crate) async fn script(&self, script: &str, argument: Value) -> Value {
        let asked = json!({ "script": script, "args": [argument] });
        self.session.post("/execute/sync", asked).await
    }

    /// Keeps a picture of the whole page.
    pub async fn picture(&self, name: &str) {
        let whole = json!({ "format": "png", "captureBeyondViewport": true });
        let taken = self.session.chromium("Page.captureScreenshot", whole).await;
        let png = STANDARD.decode(taken["data"].as_str().unwrap_or_default());
        let folder = tools::pictures();
        let kept = std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(folder.join(format!("{name}.png")), png.unwrap_or_default()));
        kept.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    }
}
