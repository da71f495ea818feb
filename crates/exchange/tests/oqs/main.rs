//! The OQS messages from outside: files as they come, what is written, and what is refused.
#![expect(clippy::unwrap_used, reason = "a test's helpers may stop the test")]

mod bulk;
mod damage;
mod examples;
mod hostile;
mod round_trip;
mod sample_files;
mod written;
