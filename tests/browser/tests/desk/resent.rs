//! A page that is loaded again, or come back to, sends nothing again.

use madoguchi_browser::centre::{BORN, PAYER};
use madoguchi_browser::{Browser, Desk, Window};

use crate::way;

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_is_no_try() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        way::insert(&browser, "1-hanako").await;
        browser.press("a[href='/pin']").await;
        way::type_pin(&browser, "9999").await;
        for _ in 0..2 {
            browser.reload().await;
            assert_eq!(browser.text("#pin-fault").await, "暗証番号が違います。");
            browser.says_in("#pin-left", &["あと2回"]).await;
        }
        browser.press("a[href='/face']").await;
        assert_eq!(browser.count("[role=alert]").await, 0, "that was the PIN's");
        way::show_face(&browser, false).await;
        browser.reload().await;
        browser.says_in("[role=alert]", &["あと9回"]).await;
        way::show_face(&browser, true).await;

        browser.choose("label[for='drug-no']").await;
        browser.press("form[action='/consent'] button").await;
        browser.reload().await;
        assert_eq!(browser.count("[role=alert] li").await, 3);
        assert_eq!(browser.count("input:checked").await, 1);
        // Back leads to pages of ours, none of which was the answer to a form that the browser would ask to send again.
        for _ in 0..3 {
            browser.back().await;
            browser.reload().await;
            browser.expect("見せてもよい情報を選んでください").await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reception_typed_is_kept_and_not_sent_again() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        browser.go("/reception/visual").await;
        way::by_number(&browser, [PAYER, "", BORN]).await;
        browser.reload().await;
        assert_eq!(browser.count("[role=alert] li").await, 1);
        assert_eq!(browser.count("#compared:checked").await, 1);
        assert_eq!(browser.count(&format!("#payer[value='{PAYER}']")).await, 1);
        assert!(!browser.path().await.contains(PAYER), "not in the address");
        browser.go("/reception/visual").await;
        assert_eq!(browser.count(&format!("#payer[value='{PAYER}']")).await, 0);
    })
    .await;
}
