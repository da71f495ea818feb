//! Progress on standard error: a bar where somebody looks at it, and a line for each part where a file takes it.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use crate::outcome::tell;

/// A bar of so many steps, with what is counted.
pub(super) fn bar(steps: u64, what: &'static str) -> ProgressBar {
    if !is_terminal() {
        tell(&format!("{what} …"));
    }
    let bar = ProgressBar::new(steps).with_message(what);
    match ProgressStyle::with_template("{msg:<28} {bar:30} {human_pos} / {human_len}、残り {eta}") {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        Err(_) => bar,
    }
}

fn is_terminal() -> bool {
    std::io::stderr().is_terminal()
}
