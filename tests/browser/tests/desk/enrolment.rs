//! 利用申込 at the reader.

use madoguchi_browser::{Browser, Desk, Window};

use crate::way;

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_nobody_knows_is_enrolled_and_works() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        way::read(&browser, "4-jiro").await;
        browser.expect("このカードでは確認できませんでした").await;
        browser.look("reader-not-found").await;
        browser.press("form[action='/enrol'] button").await;
        browser.expect("見せてもよい情報を選んでください").await;
        browser.says_in("[role=status]", &["利用申込ができました"]).await;
        browser.look("reader-enrolled").await;
        // What was said before stands there and needs only a yes to it.
        assert_eq!(browser.count("input:checked").await, 4);
        browser.press("form[action='/consent'] button").await;
        browser.expect("確認できました").await;
        assert_eq!(browser.words().await.matches("見せる（").count(), 2);
        browser.says(&["見本　次郎"]).await;
        way::end(&browser).await;

        way::read(&browser, "6-saburo").await;
        browser.press("form[action='/enrol'] button").await;
        browser
            .says_in("[role=alert]", &["福祉事務所の登録がまだありません"])
            .await;
        assert_eq!(
            browser.count("form[action='/enrol']").await,
            0,
            "not offered again"
        );
        browser.look("reader-not-enrolled").await;
    })
    .await;
}
