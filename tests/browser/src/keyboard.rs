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

/// More stops than any page has.
const MOST_STOPS: usize = 40;

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

    /// Goes on with Tab until what has the focus is called so, in whole or in part.
    ///
    /// # Panics
    /// When nothing is.
    pub async fn tab_to(&self, name: &str) {
        self.tab_until("computedlabel", name).await;
    }

    /// Goes on with Tab until what has the focus is the field of this name.
    ///
    /// # Panics
    /// When there is none.
    pub async fn tab_to_field(&self, name: &str) {
        self.tab_until("attribute/name", name).await;
    }

    async fn tab_until(&self, what: &str, wanted: &str) {
        let mut passed = Vec::new();
        for _ in 0..MOST_STOPS {
            self.key(TAB).await;
            let here = self.session.active().await;
            let said = self.session.of(&here, what).await;
            if said.contains(wanted) {
                return;
            }
            passed.push(said);
        }
        panic!("Tab never comes to `{wanted}`, only to {passed:?}");
    }
}
