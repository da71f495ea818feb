//! What crosses an organisation's border; one folder per family.
//!
//! - [`oqs`]: the messages between a medical institution's software and the eligibility terminal.
//! - [`presence`]: what a terminal and verification say when a card is read.
//! - [`registers`]: what the registers outside are asked: insurers' rows, designated institutions.
//! - [`registration`]: what an office tells the hub, and what comes back.
//! - [`text`]: the encodings they are written in, UTF-8 and CP932.

pub mod oqs;
pub mod presence;
pub mod registers;
pub mod registration;
pub mod text;
