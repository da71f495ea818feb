//! OQS: the messages between a receipt computer (レセコン) and the terminal of online eligibility
//! verification (オンライン資格確認), as files in folders and as the Web API's JSON.
//!
//! ```text
//!  bytes ─text─▶ characters ─xml│json─▶ tree ─record─▶ Request, ResultMessage
//! ```
//!
//! - [`siquc01`]: one person's inquiry and its answer (資格確認要求・結果), both read and written.
//! - [`muquc01`]: the same about many people (資格確認一括照会), [`mutic01`]: the month's vouchers of an institution
//!   (委託先資格情報の一括取得); what their two steps share is in [`bulk`].
//! - [`names`]: the names of their files; [`http`]: where verification takes them.
//! - [`codes`]: the closed code tables (別紙5-1).
//! - [`Limits`]: what a message may cost; [`Rejection`]: what was wrong with it, and what an error answer
//!   needs; [`Unwritable`]: what an encoding cannot carry.
//!
//! The official layout (別紙3-1) is given to registered vendors only; ours follows public software that
//! implements it. Each field list stands once, as a `record!`, and serves XML and JSON, reading and
//! writing. Tags are taken in any order. Values stay as the wire has them (numbers are strings with
//! their leading zeros); whether they are right is for the `domain` to say.
//!
//! Messages hold personal data: do not print them. Errors and faults never quote a value.

pub mod bulk;
pub mod codes;
mod fault;
mod forms;
pub mod http;
mod json;
mod limits;
mod message;
pub mod muquc01;
pub mod mutic01;
pub mod names;
mod pen;
mod record;
mod result;
pub mod siquc01;
mod tree;
mod xml;

pub use fault::{Echo, Fault, Rejection, Rule};
pub use forms::YearMonth;
pub use limits::Limits;
pub use message::{Syntax, Wire};
pub use pen::{Replacement, Unmappable, Unwritable, Written};
pub use record::UnknownElement;
pub use xml::declared_encoding;
