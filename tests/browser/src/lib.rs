//! Pages as people use them: what every test with a browser shares.
//!
//! A test drives a headless Chromium over WebDriver ([`driver`]): it goes to a page, presses keys, and looks. [`Browser::look`]
//! has axe judge what is there (WCAG 2.2 AA), measures what is pressed, and keeps a picture under `target/pictures`, so every
//! state that a test comes through is judged and can be seen. Nothing waits for time: the driver waits until an element is there.
//!
//! The desk ([`desk`]) is the role *institution* in this process, with virtual cards, before a scripted verification
//! ([`centre`]) that judges every signature as the real one does and knows a handful of made-up people.
//!
//! Where Chromium, its driver or axe are missing the tests fail and say what to do; none is skipped.

pub mod browser;
pub mod centre;
pub mod desk;
pub mod driver;
pub mod keyboard;
pub mod look;
pub mod tools;

pub use browser::{Browser, Window};
pub use desk::Desk;
