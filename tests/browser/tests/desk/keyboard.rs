//! Everything with the keyboard alone: no finger, no mouse.

use madoguchi_browser::centre::{BORN, PAYER, RECIPIENT};
use madoguchi_browser::desk::PIN;
use madoguchi_browser::keyboard::{DOWN, ENTER, SPACE};
use madoguchi_browser::{Browser, Desk, Window};

use crate::way::SCOPES;

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_visit_by_keyboard() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        browser.tab_to("見本　花子").await;
        browser.picture("keyboard-start").await;
        browser.key(ENTER).await;
        browser.expect("本人であることを確認します").await;
        browser.tab_to("暗証番号").await;
        browser.key(ENTER).await;
        browser.expect("暗証番号を入力してください").await;
        // The field has the focus already.
        browser.type_keys("9999").await;
        browser.key(ENTER).await;
        browser.text("#pin-fault").await;
        browser.type_keys(PIN).await;
        browser.key(ENTER).await;
        browser.expect("見せてもよい情報を選んでください").await;
        for (scope, given) in SCOPES.into_iter().zip([true, false, true, false]) {
            browser.tab_to_field(scope).await;
            browser.key(if given { SPACE } else { DOWN }).await;
        }
        browser.look("keyboard-consent").await;
        browser.tab_to("資格を確認する").await;
        browser.key(ENTER).await;
        browser.expect("確認できました").await;
        assert_eq!(browser.words().await.matches("見せる（").count(), 2);
        browser.tab_to("終わる").await;
        browser.key(SPACE).await;
        browser.expect("カードを置いてください").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_the_photograph_by_keyboard_and_in_english() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        browser.go("/reception/visual").await;
        browser.tab_to("English").await;
        browser.key(ENTER).await;
        browser.expect("Check by the photograph").await;
        browser.tab_to("Skip to the content").await;
        browser.key(ENTER).await;
        for (field, text) in [("payer", PAYER), ("recipient", RECIPIENT), ("born", BORN)] {
            browser.tab_to_field(field).await;
            browser.type_keys(text).await;
        }
        browser.tab_to_field("compared").await;
        browser.key(SPACE).await;
        browser.look("visual-en").await;
        browser.tab_to("Ask").await;
        browser.key(ENTER).await;
        browser.expect("見本　花子").await;
        browser.says(&["weaker"]).await;
        browser.look("visual-result-en").await;
    })
    .await;
}
