//! Cards of which nothing comes: what the person is told, and what reception sees.

use madoguchi_browser::{Browser, Desk, Window};

use crate::way;

const REVOKED: (&str, &str) = (
    "MDG-CRD-005",
    "カードの電子証明書が失効しています。番号による照会か医療券（紙）で受け付けてください。",
);
const STALE: (&str, &str) = (
    "MDG-CRD-001",
    "読み取りから時間がたっています。もう一度カードを読み取ってください。",
);

#[tokio::test(flavor = "multi_thread")]
async fn reception_sees_a_revoked_card_and_nobody_tries_in_vain() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        *desk.centre.refuses.lock().unwrap() = Some(REVOKED);
        way::read(&browser, "1-hanako").await;
        browser.expect("確認できませんでした").await;
        assert_eq!(browser.count("form[action='/again']").await, 0, "in vain");
        browser.look("reader-refused").await;
        way::end(&browser).await;

        *desk.centre.refuses.lock().unwrap() = Some(STALE);
        way::read(&browser, "1-hanako").await;
        browser.press("form[action='/again'] button").await;
        browser.expect("本人であることを確認します").await;
        way::end(&browser).await;

        browser.go("/reception/held").await;
        assert_eq!(browser.count(".rows li").await, 2);
        browser.says(&["失効しています"]).await;
        browser.hides(&["花子"]).await;
        browser.look("reception-refused").await;
        way::record(&browser, 1).await;
        browser
            .says(&[
                "失効しています",
                "番号（目視確認）か医療券（紙）",
                "市区町村",
                "カード（暗証番号）",
            ])
            .await;
        browser.look("reception-fault").await;
        way::record(&browser, 2).await;
        browser.says(&["もう一度読み取ってください"]).await;
    })
    .await;
    assert!(desk.faces().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn reception_sees_locks_and_a_verification_that_does_not_answer() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        way::insert(&browser, "1-hanako").await;
        browser.go("/pin").await;
        for _ in 0..3 {
            way::type_pin(&browser, "0000").await;
        }
        browser.expect("暗証番号がロックされています").await;
        browser.reload().await;
        browser.press("a[href='/face']").await;
        assert_eq!(browser.count("main a[href='/pin']").await, 0, "the PIN is locked");
        for _ in 0..10 {
            way::show_face(&browser, false).await;
        }
        browser.expect("暗証番号も顔認証もロックされています").await;
        assert_eq!(browser.count("main a").await, 0, "nothing is left to do here");
        browser.look("reader-both-locked").await;
        way::end(&browser).await;

        *desk.centre.down.lock().unwrap() = true;
        way::read(&browser, "2-tsutomu").await;
        browser.expect("確認できませんでした").await;
        browser.go("/reception/held").await;
        assert_eq!(browser.count(".rows li").await, 3);
        browser
            .says(&["暗証番号がロック", "顔認証がロック", "接続できません"])
            .await;
        way::record(&browser, 3).await;
        browser.says(&["少し待って"]).await;
    })
    .await;
}

/// Without F5: by a header, and only where nothing is typed.
#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_shown_anew_by_itself_unless_it_is_held() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |list| {
        list.go("/reception").await;
        list.expect("今日の資格確認").await;
        Browser::with(&desk.pages, Window::READER, async |reader| {
            way::read(&reader, "1-hanako").await;
            reader.expect("確認できました").await;
        })
        .await;
        list.says_in(".rows li", &["昭和30年4月1日生まれ"]).await;
        list.press("a[href='/reception/held']").await;
        list.says(&["自動では新しくなりません"]).await;
        list.look("reception-held").await;
        list.press("main a[href='/reception']").await;
        list.expect("今日の資格確認").await;
    })
    .await;
}
