//! How people stand, in plain words.

use madoguchi_browser::{Browser, Desk, Window};

use crate::way;

#[tokio::test(flavor = "multi_thread")]
async fn no_voucher_yet_and_no_cover_any_more() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        way::read(&browser, "3-taro").await;
        browser
            .expect("資格は確認できました。医療券はまだ届いていません")
            .await;
        browser.says(&["福祉事務所に確認します", "髙﨑　太郎"]).await;
        browser.look("reader-waiting").await;
        way::end(&browser).await;

        way::read(&browser, "5-kazuko").await;
        browser.expect("いまは医療扶助の資格がありません").await;
        browser.says(&["令和8年9月30日"]).await;
        browser.look("reader-ended").await;
        way::end(&browser).await;
    })
    .await;
}
