//! What only the inside can test.

mod permits;
