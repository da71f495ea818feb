//! 顔認証, and a verification that does not answer.

use madoguchi_browser::desk::PIN;
use madoguchi_browser::{Browser, Desk, Window};

use crate::way;

#[tokio::test(flavor = "multi_thread")]
async fn a_face_that_is_not_seen_then_seen() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        way::insert(&browser, "2-tsutomu").await;
        browser.press("a[href='/face']").await;
        browser.look("reader-face").await;
        browser.press("button[value='other']").await;
        browser.expect("カメラを見てください").await;
        assert!(
            browser
                .text("[role=alert]")
                .await
                .contains("顔を確認できませんでした")
        );
        assert!(browser.text("[role=alert]").await.contains("あと9回"));
        browser.look("reader-face-failed").await;
        // The card remembers.
        way::end(&browser).await;
        way::insert(&browser, "2-tsutomu").await;
        browser.press("a[href='/face']").await;
        assert!(browser.text("main p.fault").await.contains("あと9回"));
        assert_eq!(browser.count("[role=alert]").await, 0, "nothing was refused yet");
        browser.press("button[value='matched']").await;
        way::consent(&browser, [false; 4]).await;
        browser.expect("確認できました").await;
        let words = browser.words().await;
        assert!(
            words.contains("𠮷田　勉") && words.contains("見本健康保険組合"),
            "{words}"
        );
        browser.look("reader-insured").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_other_faces_lock_the_face_and_the_pin_still_works() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        way::insert(&browser, "1-hanako").await;
        browser.go("/face").await;
        for _ in 0..10 {
            browser.press("button[value='other']").await;
        }
        browser.expect("顔認証がロックされています").await;
        browser.look("reader-face-locked").await;
        assert_eq!(
            browser.count("button[name='seen']").await,
            0,
            "nothing to look at"
        );
        browser.go("/unlock").await;
        assert!(
            browser
                .text("a[href='/face']")
                .await
                .contains("ロックされています")
        );
        browser.look("reader-unlock-locked").await;
        browser.press("a[href='/pin']").await;
        browser.fill("#pin", PIN).await;
        browser.press("main form.pin button").await;
        browser.expect("見せてもよい情報を選んでください").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_nobody_answers_the_reader_says_what_to_do_and_tries_again() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        *desk.centre.down.lock().unwrap() = true;
        way::read(&browser, "1-hanako").await;
        browser.expect("確認できませんでした").await;
        browser.look("reader-failed").await;
        *desk.centre.down.lock().unwrap() = false;
        browser.press("form[action='/again'] button").await;
        browser.press("a[href='/face']").await;
        browser.press("button[value='matched']").await;
        way::consent(&browser, [false; 4]).await;
        browser.expect("確認できました").await;
    })
    .await;
    assert_eq!(desk.faces().await.len(), 1);
}
