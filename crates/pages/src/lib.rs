//! Pages for people: what every role shows its pages with.
//!
//! Pages are whole HTML from the server. There is no script in them, so nothing depends on one, and the policy that a browser
//! is given forbids every one. They are used with a finger, with a keyboard, enlarged four times, read aloud, printed.
//!
//! ```text
//! GET  /pin ─▶ guard (this machine? same origin?) ─▶ session ─▶ a template on the shell ─▶ headers ─▶ the page
//! POST /pin ─▶ guard ─▶ form ─▶ the use case ─▶ 303, always: to the next page, or to the same one,
//!                                                 which tells what is wrong with what was sent
//! ```
//!
//! - [`Language`], and [`catalogue!`]: every text that somebody reads, in Japanese and in English, under a typed key.
//! - [`Shell`]: what stands around every page. Templates extend `shell.html` and use the components of `components.html`
//!   (button, field, choice, notice, steps, list), which lie in this crate's `templates`; a role names that folder in its
//!   `askama.toml`. Everything that stands in a template is escaped; a test of the house keeps `safe` out of them.
//! - [`Sessions`]: who has a browser window open here; ids are random, few are held, and those left alone end.
//! - [`guard`]: who may ask at all. Pages listen on this machine only, so a page of somewhere else must not reach them through
//!   a name that points here, nor post to them.
//! - [`Form`]: what was typed. [`Cookies`]: what the browser remembers for us: the session, and the language.
//! - [`day`] and others: dates as people read them.

mod catalogue;
mod cookie;
mod dates;
mod form;
mod guard;
mod language;
mod page;
mod session;

pub use catalogue::{Catalogue, faults};
pub use cookie::{Cookies, LANGUAGE_COOKIE, forget, remember};
pub use dates::{clock, day, moment, month};
pub use form::Form;
pub use guard::{STYLE_PATH, guarded};
pub use language::Language;
pub use page::{Shell, Step, leave_after, page, see_other};
pub use session::{SessionId, Sessions};
