//! Progress on standard error, where somebody looks at it.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of so many steps, with what is counted.
pub(super) fn bar(steps: u64, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(steps).with_message(what);
    match ProgressStyle::with_template("{msg:<28} {bar:30} {human_pos} / {human_len}、残り {eta}") {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        Err(_) => bar,
    }
}
