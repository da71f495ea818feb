//! The first page, when there is no card to lay down.

use madoguchi_browser::{Browser, Desk, Window};

use crate::way;

#[tokio::test(flavor = "multi_thread")]
async fn without_cards_the_reader_sends_to_reception() {
    let desk = Desk::with(|config| config.cards = None).await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        browser
            .says(&["カードがありません", "受付の職員にお声がけください"])
            .await;
        assert_eq!(browser.count("button[name=card]").await, 0);
        browser.look("reader-no-cards").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_in_another_reader_is_told() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |first| {
        Browser::with(&desk.pages, Window::READER, async |second| {
            way::insert(&first, "1-hanako").await;
            second.press("button[value='1-hanako']").await;
            second.says_in("[role=alert]", &["使用中"]).await;
            second.look("reader-card-in-use").await;
            second.reload().await;
            second.expect("カードを置いてください").await;
        })
        .await;
    })
    .await;
}
