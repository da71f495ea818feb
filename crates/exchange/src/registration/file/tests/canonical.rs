//! The canonical encoding, over which hashes go: a change here is another layout.

use super::samples::{everything, file};

#[test]
fn the_encoding_is_pinned() {
    let bytes = file(&everything());
    insta::assert_snapshot!(String::from_utf8(bytes).unwrap());
}
