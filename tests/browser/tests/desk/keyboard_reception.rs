//! Reception with the keyboard alone.

use madoguchi_browser::centre::{BORN, PAYER, RECIPIENT};
use madoguchi_browser::keyboard::{ENTER, SPACE};
use madoguchi_browser::{Browser, Desk, Window};

use crate::way;

#[tokio::test(flavor = "multi_thread")]
async fn by_the_photograph_by_keyboard_and_in_english() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        browser.go("/reception/visual").await;
        browser.enter("English").await;
        browser.expect("Check by the photograph").await;
        browser.skip().await;
        for (field, text) in [("payer", PAYER), ("recipient", RECIPIENT), ("born", BORN)] {
            browser.tab_to_field(field).await;
            browser.type_keys(text).await;
        }
        browser.tab_to_field("compared").await;
        browser.key(SPACE).await;
        browser.look("visual-en").await;
        browser.enter("Ask").await;
        browser.expect("見本　花子").await;
        browser.says(&["weaker"]).await;
        browser.look("visual-result-en").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_and_one_person_by_keyboard() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        // Somebody was at the reader twice: the page of the first time leads on to the second.
        for _ in 0..2 {
            way::read(&browser, "1-hanako").await;
            way::end(&browser).await;
        }
        browser.go("/reception").await;
        browser.enter("止める").await;
        browser.says(&["自動では新しくなりません"]).await;
        browser.skip().await;
        browser.tab_to("見本　花子").await;
        browser.look("keyboard-list").await;
        browser.key(ENTER).await;
        browser.expect("見本　花子").await;
        browser.says(&["もう一度カードを置いて"]).await;
        browser.skip().await;
        browser.enter("一覧に戻る").await;
        browser.expect("今日の資格確認").await;
        // Here it stands still, and the focus stays where it is.
        browser.go("/reception/held").await;
        browser.skip().await;
        // The newest stands first, so the one behind it is the older one.
        browser.tab_to("見本　花子").await;
        browser.enter("見本　花子").await;
        browser.expect("見本　花子").await;
        browser.says(&["いま有効な同意"]).await;
        browser.skip().await;
        browser.enter("の記録を見る").await;
        browser.says(&["もう一度カードを置いて"]).await;
    })
    .await;
}
