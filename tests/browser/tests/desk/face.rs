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
        way::show_face(&browser, false).await;
        browser.expect("カメラを見てください").await;
        browser
            .says_in("[role=alert]", &["顔を確認できませんでした"])
            .await;
        browser.says_in("[role=alert]", &["あと9回"]).await;
        browser.look("reader-face-failed").await;
        // The card remembers.
        way::end(&browser).await;
        way::insert(&browser, "2-tsutomu").await;
        browser.press("a[href='/face']").await;
        browser.says_in("main p.fault", &["あと9回"]).await;
        assert_eq!(browser.count("[role=alert]").await, 0, "nothing was refused yet");
        way::show_face(&browser, true).await;
        way::consent(&browser, [false; 4]).await;
        browser.expect("確認できました").await;
        browser.says(&["𠮷田　勉", "見本健康保険組合"]).await;
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
            way::show_face(&browser, false).await;
        }
        browser.expect("顔認証がロックされています").await;
        browser.look("reader-face-locked").await;
        assert_eq!(
            browser.count("button[name='seen']").await,
            0,
            "nothing to look at"
        );
        browser.go("/unlock").await;
        browser.says_in("a[href='/face']", &["ロックされています"]).await;
        browser.look("reader-unlock-locked").await;
        browser.press("a[href='/pin']").await;
        way::type_pin(&browser, PIN).await;
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
        way::show_face(&browser, true).await;
        way::consent(&browser, [false; 4]).await;
        browser.expect("確認できました").await;
    })
    .await;
    assert_eq!(desk.faces().await.len(), 1);
}
