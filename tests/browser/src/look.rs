//! What every page is held to: axe finds nothing, and a finger finds everything.

use serde_json::{Value, json};

use crate::{Browser, tools};

/// The rules of axe: WCAG 2.2 AA, and all that it holds from before.
const RULES: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/// The least width and height of what is pressed, in CSS pixels: more than the 44 of WCAG 2.5.5 (AAA), because hands tremble.
/// Reception's pages have the same style sheet as the reader's, and keep the same promise.
pub const TARGET: f64 = 48.0;

/// All that can be pressed or typed into, with its name and its size. A circle or box to tick counts with the label around it.
const TARGETS: &str = "\
    const pressed = 'a[href], button, input:not([type=hidden]), select, textarea, summary';\
    return [...document.querySelectorAll(pressed)].filter(one => one.checkVisibility()).map(one => {\
        const target = one.closest('label') ?? one;\
        const box = target.getBoundingClientRect();\
        return [target.innerText || one.name, box.width, box.height];\
    });";

/// Something that is pressed.
#[derive(Clone, Debug)]
pub struct Target {
    /// What stands on it, or the field's name.
    pub name: String,
    /// In CSS pixels.
    pub width: f64,
    /// In CSS pixels.
    pub height: f64,
}

impl Target {
    /// Whether fingers find it.
    #[must_use]
    pub fn is_large(&self) -> bool {
        self.width >= TARGET && self.height >= TARGET
    }
}

impl Browser {
    /// Judges the page as it is now, by axe and by the size of what is pressed, and keeps a picture of it.
    ///
    /// # Panics
    /// With every violation, and everything that is too small.
    pub async fn look(&self, picture: &str) {
        self.picture(picture).await;
        if !self.scripts {
            return;
        }
        let violations = self.violations().await;
        assert!(
            violations.is_empty(),
            "{picture}: axe finds\n{}",
            violations.join("\n")
        );
        let mut small = self.targets().await;
        small.retain(|target| !target.is_large());
        assert!(small.is_empty(), "{picture}: too small to press: {small:?}");
    }

    /// Everything on the page that is pressed or typed into.
    pub async fn targets(&self) -> Vec<Target> {
        let found = self.script(TARGETS, Value::Null).await;
        let target = |one: &Value| Target {
            name: one[0].as_str().unwrap_or_default().to_owned(),
            width: one[1].as_f64().unwrap_or_default(),
            height: one[2].as_f64().unwrap_or_default(),
        };
        found.as_array().into_iter().flatten().map(target).collect()
    }

    async fn violations(&self) -> Vec<String> {
        self.script(tools::axe(), Value::Null).await;
        let ask = format!(
            "const done = arguments[0];\
             axe.run(document, {{ runOnly: {} }}).then(r => done(r.violations), e => done([{{ id: String(e), nodes: [] }}]));",
            json!(RULES)
        );
        let violations = self
            .session
            .post("/execute/async", json!({ "script": ask, "args": [] }))
            .await;
        violations.as_array().into_iter().flatten().map(tell).collect()
    }

    /// Whether nothing stands beside the page: at this width it is read without going sideways.
    pub async fn fits(&self) -> bool {
        self.holds("document.documentElement.scrollWidth <= window.innerWidth", "")
            .await
    }

    /// Whether all elements that fit stand in one row.
    pub async fn in_one_row(&self, css: &str) -> bool {
        let tops =
            "new Set([...document.querySelectorAll(arguments[0])].map(one => one.offsetTop)).size === 1";
        self.holds(tops, css).await
    }

    /// Whether no bracket of the elements that fit is broken into lines.
    pub async fn brackets_are_whole(&self, css: &str) -> bool {
        let whole = "[...document.querySelectorAll(arguments[0])].every(one => {\
            const [text, range] = [one.firstChild, document.createRange()];\
            range.setStart(text, text.data.indexOf('('));\
            range.setEnd(text, text.data.indexOf(')') + 1);\
            return new Set([...range.getClientRects()].map(box => box.top)).size === 1;\
        })";
        self.holds(whole, css).await
    }

    /// Whether something is true on the page.
    pub(crate) async fn holds(&self, expression: &str, argument: &str) -> bool {
        self.script(&format!("return {expression};"), argument.into())
            .await
            == Value::Bool(true)
    }
}

fn tell(violation: &Value) -> String {
    let nodes = violation["nodes"].as_array().into_iter().flatten();
    let places: Vec<String> = nodes
        .map(|node| format!("    {}\n    {}", node["html"], node["failureSummary"]))
        .collect();
    format!(
        "  {}: {}\n{}",
        violation["id"],
        violation["help"],
        places.join("\n")
    )
}
