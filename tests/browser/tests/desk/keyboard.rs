//! The reader with the keyboard alone: no finger, no mouse.

use madoguchi_browser::desk::PIN;
use madoguchi_browser::keyboard::{DOWN, ENTER, SPACE, UP};
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
        browser.enter("暗証番号").await;
        browser.expect("暗証番号を入力してください").await;
        // The field has the focus already.
        browser.type_keys("9999").await;
        browser.key(ENTER).await;
        browser.text("#pin-fault").await;
        browser.type_keys(PIN).await;
        browser.key(ENTER).await;
        consent(&browser, [true, false, true, false]).await;
        browser.look("keyboard-consent").await;
        browser.enter("資格を確認する").await;
        browser.expect("確認できました").await;
        assert_eq!(browser.words().await.matches("見せる（").count(), 2);
        browser.skip().await;
        browser.tab_to("終わる").await;
        browser.key(SPACE).await;
        browser.expect("カードを置いてください").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_face_by_keyboard() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        insert(&browser, "見本　花子").await;
        browser.enter("顔認証").await;
        browser.expect("カメラを見てください").await;
        browser.skip().await;
        browser.tab_to("一致しない").await;
        browser.key(SPACE).await;
        browser.says_in("[role=alert]", &["あと9回"]).await;
        // Over to the PIN and back.
        browser.enter("暗証番号に変える").await;
        browser.expect("暗証番号を入力してください").await;
        browser.enter("顔認証に変える").await;
        browser.expect("カメラを見てください").await;
        browser.skip().await;
        browser.tab_to("一致した").await;
        browser.look("keyboard-face").await;
        browser.key(ENTER).await;
        browser.expect("見せてもよい情報を選んでください").await;
        browser.enter("やめて終わる").await;
        browser.expect("カードを置いてください").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn enrolment_by_keyboard() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        insert(&browser, "見本　次郎").await;
        unlock(&browser).await;
        consent(&browser, [true, true, false, false]).await;
        browser.enter("資格を確認する").await;
        browser.expect("このカードでは確認できませんでした").await;
        browser.skip().await;
        browser.tab_to("利用を申し込む").await;
        browser.look("keyboard-enrol").await;
        browser.key(SPACE).await;
        browser.says_in("[role=status]", &["利用申込ができました"]).await;
        // The answers stand there. Tab comes to the one that is chosen, and an arrow changes it: one to no, two to yes.
        browser.skip().await;
        for (scope, arrow) in SCOPES.into_iter().skip(1).zip([DOWN, UP, UP]) {
            browser.tab_to_field(scope).await;
            browser.key(arrow).await;
        }
        browser.enter("資格を確認する").await;
        browser.expect("確認できました").await;
        assert_eq!(browser.words().await.matches("見せる（").count(), 3);
    })
    .await;
}

/// The page that the screen goes to by itself when nobody touches it.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_still_there_says_so_by_keyboard() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        insert(&browser, "見本　花子").await;
        unlock(&browser).await;
        browser.go("/still").await;
        browser.expect("まだ続けますか").await;
        browser.skip().await;
        browser.tab_to("続ける").await;
        browser.look("keyboard-still").await;
        browser.key(ENTER).await;
        browser.expect("見せてもよい情報を選んでください").await;
        browser.go("/still").await;
        browser.expect("まだ続けますか").await;
        browser.tab_to("終わる").await;
        browser.key(SPACE).await;
        browser.expect("カードを置いてください").await;
    })
    .await;
}

/// Lays somebody's card on the reader.
async fn insert(browser: &Browser, holder: &str) {
    browser.skip().await;
    browser.enter(holder).await;
    browser.expect("本人であることを確認します").await;
    browser.skip().await;
}

/// Unlocks the card by its PIN.
async fn unlock(browser: &Browser) {
    browser.enter("暗証番号").await;
    browser.expect("暗証番号を入力してください").await;
    browser.type_keys(PIN).await;
    browser.key(ENTER).await;
    browser.expect("見せてもよい情報を選んでください").await;
}

/// Answers all four questions: the first answer with Space, the second with an arrow.
async fn consent(browser: &Browser, answers: [bool; 4]) {
    browser.expect("見せてもよい情報を選んでください").await;
    browser.skip().await;
    for (scope, given) in SCOPES.into_iter().zip(answers) {
        browser.tab_to_field(scope).await;
        browser.key(if given { SPACE } else { DOWN }).await;
    }
}
