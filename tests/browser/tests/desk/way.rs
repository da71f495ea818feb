//! The way through the reader, for tests that are about its end.

use madoguchi_browser::Browser;
use madoguchi_browser::desk::PIN;

/// Lays a card on the reader.
pub(crate) async fn insert(browser: &Browser, card: &str) {
    browser.press(&format!("button[value='{card}']")).await;
    browser.expect("本人であることを確認します").await;
}

/// Lays a card on the reader and unlocks it by its PIN.
pub(crate) async fn unlock(browser: &Browser, card: &str) {
    insert(browser, card).await;
    browser.press("a[href='/pin']").await;
    type_pin(browser, PIN).await;
    browser.expect("見せてもよい情報を選んでください").await;
}

/// Types a PIN, and sends it.
pub(crate) async fn type_pin(browser: &Browser, pin: &str) {
    browser.fill("#pin", pin).await;
    browser.press("main form.pin button").await;
}

/// The trial's camera sees the card's holder, or somebody else.
pub(crate) async fn show_face(browser: &Browser, matched: bool) {
    let seen = if matched { "matched" } else { "other" };
    browser.press(&format!("button[value='{seen}']")).await;
}

/// What reception sees of the so manieth reading of the day.
pub(crate) async fn record(browser: &Browser, n: usize) {
    browser.go("/reception/held").await;
    browser.press(&format!(".rows li:nth-last-child({n}) a")).await;
}

/// The scopes, as the fields name them.
pub(crate) const SCOPES: [&str; 4] = ["drug", "diagnosis", "operation", "check-up"];

/// Answers all four questions, and asks.
pub(crate) async fn consent(browser: &Browser, answers: [bool; 4]) {
    for (scope, given) in SCOPES.into_iter().zip(answers) {
        let said = if given { "yes" } else { "no" };
        browser.choose(&format!("label[for='{scope}-{said}']")).await;
    }
    browser.press("form[action='/consent'] button").await;
}

/// From the card to the result.
pub(crate) async fn read(browser: &Browser, card: &str) {
    unlock(browser, card).await;
    consent(browser, [true, true, false, false]).await;
}

/// Leaves.
pub(crate) async fn end(browser: &Browser) {
    browser.press("form[action='/end'] button").await;
    browser.expect("カードを置いてください").await;
}

/// Asks by 公費負担者番号, 受給者番号 and birth date, for somebody whose photograph was compared.
pub(crate) async fn by_number(browser: &Browser, numbers: [&str; 3]) {
    for (field, number) in ["#payer", "#recipient", "#born"].into_iter().zip(numbers) {
        browser.fill(field, number).await;
    }
    browser.choose("label[for='compared']").await;
    browser.press("main form button").await;
}
