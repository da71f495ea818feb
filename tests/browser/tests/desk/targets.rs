//! What is pressed is large: every state is measured where axe judges it. Here it is seen to that nothing is left unmeasured.

use madoguchi_browser::look::Target;
use madoguchi_browser::{Browser, Desk, Window};

use crate::way;

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_pressed_is_measured() {
    let desk = Desk::open().await;
    Browser::with(&desk.pages, Window::READER, async |browser| {
        let start = browser.targets().await;
        for name in ["本文へ進む", "日本語", "English", "見本　花子"] {
            assert!(has(&start, name), "{name}: {start:?}");
        }
        way::unlock(&browser, "1-hanako").await;
        let consent = browser.targets().await;
        let answers = consent.iter().filter(|one| one.name.contains("見せ"));
        assert_eq!(answers.count(), 8, "each circle with its label: {consent:?}");
        browser.go("/reception/visual").await;
        let visual = browser.targets().await;
        for name in [
            "payer",
            "recipient",
            "born",
            "見比べ",
            "照会する",
            "今日の資格確認",
        ] {
            assert!(has(&visual, name), "{name}: {visual:?}");
        }
    })
    .await;
}

fn has(targets: &[Target], name: &str) -> bool {
    targets.iter().any(|target| target.name.contains(name))
}

#[test]
fn what_is_narrow_or_low_is_not_large() {
    let target = |width, height| Target {
        name: String::new(),
        width,
        height,
    };
    assert!(target(48.0, 48.0).is_large());
    assert!(!target(47.9, 300.0).is_large());
    assert!(!target(300.0, 47.9).is_large());
}
