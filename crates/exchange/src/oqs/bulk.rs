//! 一括照会: what the messages of every bulk inquiry share. They come in two steps:
//!
//! ```text
//!  …01req  what is asked            ──▶  …01res  [`Uploaded`]: 受付番号
//!  …02req  [`Download`]: 受付番号   ──▶  …02res  [`Downloaded`]: 処理中, or the result, or that it failed
//! ```
//!
//! The first step's request differs by family: [`mutic01`](super::mutic01) and [`muquc01`](super::muquc01).
//!
//! A result may be large. It is read and written whole where it is known to be small (one part of it), and written
//! unit by unit by [`ResultWriter`] where it is not.

mod download;
mod downloaded;
mod unit;
mod uploaded;
mod writer;

pub use download::{Download, DownloadHeader};
pub use downloaded::{Downloaded, DownloadedBody, DownloadedHeader};
pub use unit::BulkConfirmUnit;
pub use uploaded::{Uploaded, UploadedBody, UploadedHeader};
pub use writer::{ResultWriter, WriteError};
