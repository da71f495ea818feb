//! Consent: nothing is chosen beforehand, everything must be chosen, and a no takes a yes back.

use madoguchi_browser::{Browser, Desk, Window};

use crate::way;

#[tokio::test(flavor = "multi_thread")]
async fn each_scope_is_asked_and_can_be_taken_back() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        way::unlock(&browser, "1-hanako").await;
        browser.look("reader-consent").await;
        assert_eq!(browser.count("input:checked").await, 0, "nothing beforehand");
        browser.choose("label[for='drug-no']").await;
        browser.press("form[action='/consent'] button").await;
        browser.expect("見せてもよい情報を選んでください").await;
        assert_eq!(browser.count("[role=alert] li").await, 3);
        assert_eq!(browser.count("input:checked").await, 1, "what was chosen stays");
        browser.look("reader-consent-missing").await;

        way::consent(&browser, [false; 4]).await;
        browser.expect("確認できました").await;
        browser.hides(&["まで）"]).await;
        way::end(&browser).await;

        way::unlock(&browser, "1-hanako").await;
        way::consent(&browser, [true; 4]).await;
        assert_eq!(browser.words().await.matches("見せる（").count(), 4);
        way::end(&browser).await;

        way::unlock(&browser, "1-hanako").await;
        way::consent(&browser, [true, false, true, true]).await;
        assert_eq!(browser.words().await.matches("見せる（").count(), 3);
        // An older record does not say what counts no more.
        way::record(&browser, 2).await;
        browser.says(&["いま有効な同意"]).await;
        browser.hides(&["同意あり"]).await;
        browser.look("reception-older").await;
        browser.press("main p a").await;
        let words = browser.words().await;
        assert_eq!(words.matches("同意あり（").count(), 3, "{words}");
        browser.go("/reception/held").await;
        browser.press(".rows li:first-child a").await;
        let words = browser.words().await;
        assert_eq!(words.matches("同意あり（").count(), 3, "{words}");
        browser.says(&["同意なし"]).await;
    })
    .await;
}
