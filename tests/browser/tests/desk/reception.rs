//! Reception, and 目視確認.

use madoguchi_browser::centre::{BORN, PAYER, RECIPIENT};
use madoguchi_browser::{Browser, Desk, Window};

use crate::way;

#[tokio::test(flavor = "multi_thread")]
async fn reception_sees_what_was_read() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        browser.go("/reception/held").await;
        browser.expect("今日の資格確認").await;
        browser.look("reception-empty").await;
        for card in ["1-hanako", "2-tsutomu", "3-taro", "6-saburo"] {
            browser.go("/").await;
            way::read(&browser, card).await;
            way::end(&browser).await;
        }
        browser.go("/reception/held").await;
        assert_eq!(browser.count(".rows li").await, 4);
        browser.look("reception-list").await;
        way::record(&browser, 1).await;
        browser.look("reception-one").await;
        browser
            .says(&[
                PAYER,
                RECIPIENT,
                "東京都見本区中央一丁目２番３号",
                "2611000000018",
                "1,500円",
                "通院移送費は事前に連絡してください",
                "同意あり（",
                "OQSsiquc01res_face_1319999015",
                "福祉事務所の情報の時点",
                "もう一度カードを置いて",
            ])
            .await;
        way::record(&browser, 2).await;
        browser.says(&["𠮷田　勉", "2文字"]).await;
        browser.look("reception-insured").await;
        way::record(&browser, 3).await;
        browser.says(&["福祉事務所に発行を依頼"]).await;
        browser.look("reception-waiting").await;
        browser.go("/reception/99").await;
        browser.expect("この記録はありません").await;
        browser.look("reception-gone").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_the_photograph_is_weaker_and_says_so() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        browser.go("/reception/visual").await;
        browser.look("visual").await;
        browser.fill("#payer", "12345678").await;
        browser.press("main form button").await;
        assert_eq!(browser.count("[role=alert] li").await, 4);
        browser.look("visual-faults").await;

        way::by_number(&browser, [PAYER, RECIPIENT, BORN]).await;
        browser.expect("見本　花子").await;
        browser
            .says(&["目視確認", "より弱い", "表示されません", "2611000000018"])
            .await;
        // No address.
        browser.hides(&["東京都"]).await;
        browser.look("visual-result").await;

        browser.go("/reception/visual").await;
        way::by_number(&browser, [PAYER, RECIPIENT, "19550402"]).await;
        browser.says(&["受給していないことを意味しません"]).await;
        browser.look("visual-not-found").await;
        *desk.centre.down.lock().unwrap() = true;
        browser.go("/reception/visual").await;
        way::by_number(&browser, [PAYER, RECIPIENT, BORN]).await;
        browser.says_in("[role=alert]", &["照会できませんでした"]).await;
        browser.look("visual-failed").await;
    })
    .await;
    assert!(desk.faces().await.is_empty(), "no reader, no file");
}
