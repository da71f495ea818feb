//! Without scripts, and on the narrowest screen.

use madoguchi_browser::{Browser, Desk, Window};

use crate::way;

#[tokio::test(flavor = "multi_thread")]
async fn everything_works_without_scripts() {
    let desk = Desk::open().await;
    let window = Window {
        scripts: false,
        ..Window::READER
    };
    Browser::with(&desk.pages, window, async |browser| {
        way::read(&browser, "4-jiro").await;
        browser.press("form[action='/enrol'] button").await;
        way::consent(&browser, [true; 4]).await;
        browser.expect("確認できました").await;
        way::end(&browser).await;
        browser.press("button[value=en]").await;
        browser.expect("Place your card on the reader").await;
    })
    .await;
}

/// WCAG 1.4.10: at 320 CSS pixels, as somebody sees it who enlarges four times.
#[tokio::test(flavor = "multi_thread")]
async fn pages_flow_at_320_pixels_in_both_languages() {
    let desk = Desk::open().await;
    let window = Window {
        width: 320,
        height: 640,
        ..Window::READER
    };
    Browser::with(&desk.pages, window, async |browser| {
        way::read(&browser, "1-hanako").await;
        way::record(&browser, 1).await;
        let one = browser.path().await;
        browser.go("/result").await;
        for language in ["ja", "en"] {
            browser.press(&format!("button[value={language}]")).await;
            for (name, path) in [
                ("result", "/result"),
                ("reception-held", "/reception/held"),
                ("reception-one", &one),
                ("reception-visual", "/reception/visual"),
                ("nowhere", "/nowhere"),
            ] {
                browser.go(path).await;
                assert!(browser.fits().await, "{path} in {language}");
                browser.look(&format!("narrow-{name}-{language}")).await;
            }
            browser.go("/result").await;
        }
        way::end(&browser).await;
        for language in ["ja", "en"] {
            browser.go("/").await;
            browser.press(&format!("button[value={language}]")).await;
            assert!(browser.fits().await);
            browser.look(&format!("narrow-start-{language}")).await;
            browser.press("button[value='1-hanako']").await;
            for path in ["/unlock", "/pin", "/face", "/still"] {
                browser.go(path).await;
                assert!(browser.fits().await, "{path} in {language}");
                browser
                    .look(&format!("narrow{}-{language}", path.replace('/', "-")))
                    .await;
            }
            browser.go("/face").await;
            way::show_face(&browser, true).await;
            browser.text("fieldset").await;
            assert!(browser.fits().await, "/consent in {language}");
            browser.look(&format!("narrow-consent-{language}")).await;
        }
    })
    .await;
}

/// A small tablet: the steps stay in one row, and a Japanese word behind an English one in one line.
#[tokio::test(flavor = "multi_thread")]
async fn steps_and_brackets_are_whole_at_every_width() {
    let desk = Desk::open().await;
    for width in [320, 390, 500, 600, 768] {
        let window = Window {
            width,
            height: 800,
            ..Window::READER
        };
        Browser::with(&desk.pages, window, async |browser| {
            way::unlock(&browser, "1-hanako").await;
            for language in ["ja", "en"] {
                browser.press(&format!("button[value={language}]")).await;
                assert!(
                    width < 480 || browser.in_one_row(".steps li").await,
                    "{width} in {language}"
                );
            }
            assert!(browser.brackets_are_whole("legend").await, "{width}");
            browser.look(&format!("wide-{width}-consent-en")).await;
            way::end(&browser).await;
        })
        .await;
    }
}
