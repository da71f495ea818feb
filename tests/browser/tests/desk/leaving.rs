//! What stays: nothing.

use madoguchi_browser::{Browser, Desk, Window};

use crate::way;

#[tokio::test(flavor = "multi_thread")]
async fn after_the_end_no_way_leads_back() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        way::read(&browser, "1-hanako").await;
        browser.expect("確認できました").await;
        way::end(&browser).await;
        for _ in 0..4 {
            browser.back().await;
            browser.hides(&["見本区福祉事務所"]).await;
        }
        browser.go("/result").await;
        browser.expect("カードを置いてください").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_browser_sees_nothing_of_the_first() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |first| {
        way::read(&first, "1-hanako").await;
        first.expect("確認できました").await;
        Browser::with(&desk.pages, Window::READER, async |second| {
            for path in ["/result", "/consent", "/pin", "/face", "/unlock"] {
                second.go(path).await;
                second.expect("カードを置いてください").await;
            }
            // The first one's card is in the first one's reader.
            assert_eq!(second.count("button[value='1-hanako']").await, 0);
            way::read(&second, "3-taro").await;
            second.hides(&["花子"]).await;
        })
        .await;
        first.go("/result").await;
        first.says(&["見本　花子"]).await;
    })
    .await;
}

/// The screen asks after a while, waits as long again, and begins anew: without scripts, by itself.
#[tokio::test(flavor = "multi_thread")]
async fn who_walks_away_leaves_nothing_on_the_screen() {
    // Long enough for the few steps between two screens, and shorter than the driver waits for an element.
    let desk = Desk::with(|config| config.idle_s = 25).await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        in_english(&browser).await;
        browser.text("form[action='/still']").await;
        browser.expect("Are you still there?").await;
        browser.hides(&["花子"]).await;
        browser.press("form[action='/still'] button").await;
        browser.expect("You are covered here").await;
        browser.text("form[action='/still']").await;
        browser.text("form[action='/insert']").await;
        browser.expect("カードを置いてください").await;
        assert_eq!(
            browser.count("button[value='1-hanako']").await,
            1,
            "the card was taken out"
        );
    })
    .await;
}

/// The same screens where they stay, to be looked at closely.
#[tokio::test(flavor = "multi_thread")]
async fn the_screens_of_who_walks_away_are_for_everybody() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        in_english(&browser).await;
        browser.look("reader-valid-en").await;
        browser.go("/still").await;
        browser.expect("Are you still there?").await;
        browser.hides(&["花子"]).await;
        browser.look("reader-still-en").await;
    })
    .await;
}

/// From the card to the result, in English, by the face.
async fn in_english(browser: &Browser) {
    browser.press("button[value=en]").await;
    browser.press("button[value='1-hanako']").await;
    browser.press("a[href='/face']").await;
    way::show_face(browser, true).await;
    way::consent(browser, [true; 4]).await;
    browser.expect("You are covered here").await;
}
