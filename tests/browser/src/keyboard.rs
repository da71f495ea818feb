//! Somebody who uses nothing but the keyboard.

use serde_json::json;

use crate::Browser;

/// Keys by their place in WebDriver's table.
pub const TAB: char = '\u{e004}';
/// Return.
pub const ENTER: char = '\u{e007}';
/// Space.
pub const SPACE: char = ' ';
/// Arrow down.
pub const DOWN: char = '\u{e015}';
/// Arrow up.
pub const UP: char = '\u{e013}';

/// More stops than any page has.
const MOST_STOPS: usize = 40;

/// Whether one sees what has the focus: it is on the screen, with a line around it or around its label. Behind the last stop
/// nothing has it.
const FOCUS_IS_SEEN: &str = "(() => {\
    const here = document.activeElement;\
    if (here === document.body) return true;\
    const shown = here.closest('label') ?? here;\
    const [style, box] = [getComputedStyle(shown), shown.getBoundingClientRect()];\
    const on_screen = box.left >= 0 && box.bottom > 0 && box.top < innerHeight;\
    return on_screen && style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2;\
})()";

impl Browser {
    /// Presses one key.
    pub async fn key(&self, key: char) {
        let key = key.to_string();
        let actions = json!({ "actions": [{
            "type": "key",
            "id": "keyboard",
            "actions": [{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }],
        }] });
        self.session.post("/actions", actions).await;
    }

    /// Types digits or letters, wherever the focus is.
    pub async fn type_keys(&self, text: &str) {
        for key in text.chars() {
            self.key(key).await;
        }
    }

    /// Goes by the link that passes over the top of a page, which is the first stop of one that has just come.
    ///
    /// # Panics
    /// When it is not the first stop, cannot be seen, or leads nowhere.
    pub async fn skip(&self) {
        self.tab().await;
        let first = self.holds("document.activeElement.matches('.skip')", "").await;
        assert!(first, "{} begins with another stop", self.path().await);
        self.key(ENTER).await;
        let content = self.holds("document.activeElement.matches('main')", "").await;
        assert!(content, "{} goes on elsewhere", self.path().await);
    }

    /// Goes on with Tab until what has the focus is called so, in whole or in part.
    ///
    /// # Panics
    /// When nothing is, or when the focus cannot be seen on the way.
    pub async fn tab_to(&self, name: &str) {
        self.tab_until("computedlabel", name).await;
    }

    /// Goes on with Tab until what has the focus is the field of this name.
    ///
    /// # Panics
    /// When there is none, or when the focus cannot be seen on the way.
    pub async fn tab_to_field(&self, name: &str) {
        self.tab_until("attribute/name", name).await;
    }

    /// Goes on with Tab to what is called so, and presses Return.
    ///
    /// # Panics
    /// As [`Browser::tab_to`].
    pub async fn enter(&self, name: &str) {
        self.tab_to(name).await;
        self.key(ENTER).await;
    }

    async fn tab_until(&self, what: &str, wanted: &str) {
        let mut passed = Vec::new();
        for _ in 0..MOST_STOPS {
            self.tab().await;
            let here = self.session.active().await;
            // Of a page that has just come anew nothing has the focus.
            let said = self.session.of(&here, what).await.unwrap_or_default();
            if said.contains(wanted) {
                return;
            }
            passed.push(said);
        }
        panic!("Tab never comes to `{wanted}`, only to {passed:?}");
    }

    async fn tab(&self) {
        self.key(TAB).await;
        if !self.holds(FOCUS_IS_SEEN, "").await {
            let here = self.session.active().await;
            let name = self.session.of(&here, "computedlabel").await;
            panic!("{}: the focus is on {name:?} and not seen", self.path().await);
        }
    }
}
