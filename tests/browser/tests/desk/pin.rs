//! 暗証番号: right, wrong, and locked.

use madoguchi_browser::centre::RECIPIENT;
use madoguchi_browser::desk::PIN;
use madoguchi_browser::{Browser, Desk, Window};

use crate::way;

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_pin_then_the_right_one_and_the_result() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        browser.expect("カードを置いてください").await;
        browser.look("reader-start").await;
        way::insert(&browser, "1-hanako").await;
        browser.look("reader-unlock").await;
        browser.press("a[href='/pin']").await;
        browser.look("reader-pin").await;

        way::type_pin(&browser, "12").await;
        assert_eq!(browser.text("#pin-fault").await, "数字4桁で入力してください。");
        way::type_pin(&browser, "9999").await;
        assert_eq!(browser.text("#pin-fault").await, "暗証番号が違います。");
        browser.says_in("#pin-left", &["あと2回"]).await;
        browser.look("reader-pin-wrong").await;

        way::type_pin(&browser, PIN).await;
        browser.expect("見せてもよい情報を選んでください").await;
        way::consent(&browser, [true, false, false, true]).await;
        browser.expect("確認できました").await;
        browser.look("reader-valid").await;
        browser
            .says(&["見本　花子", "見本区福祉事務所", "1,500円", "まで）"])
            .await;
        // No more than needed.
        browser.hides(&["住所", RECIPIENT]).await;
        way::end(&browser).await;
    })
    .await;
    let [(name, face)] = &desk.faces().await[..] else {
        panic!("one card, one file")
    };
    assert!(name.starts_with("OQSsiquc01res_face_1319999015"), "{name}");
    assert_eq!(face.body.result_list[0].name.as_deref(), Some("見本　花子"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_pin_says_what_to_do_and_the_face_still_works() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        way::insert(&browser, "1-hanako").await;
        browser.go("/pin").await;
        for _ in 0..3 {
            way::type_pin(&browser, "0000").await;
        }
        browser.expect("暗証番号がロックされています").await;
        browser.look("reader-locked").await;
        browser.says(&["市区町村"]).await;
        way::end(&browser).await;
        // The card remembers.
        way::insert(&browser, "1-hanako").await;
        browser.press("a[href='/pin']").await;
        browser.expect("暗証番号がロックされています").await;
        // The face is counted by itself.
        browser.press("a[href='/face']").await;
        way::show_face(&browser, true).await;
        browser.expect("見せてもよい情報を選んでください").await;
    })
    .await;
}
