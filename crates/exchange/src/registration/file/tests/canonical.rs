//! The canonical encoding, over which hashes go: a change here is another layout.

use super::samples::{everything, file};
use crate::registration::content::Content;
use crate::registration::part::canonical;
use crate::registration::written::{add_line, voucher_content};

#[test]
fn the_encoding_is_pinned() {
    let bytes = file(&everything());
    insta::assert_snapshot!(String::from_utf8(bytes).unwrap());
}

#[test]
fn what_is_put_together_from_pieces_is_the_same() {
    let mut vouchers = 0;
    for record in everything() {
        let content = canonical(&record.content);
        if let Content::Voucher { served } = &record.content {
            assert_eq!(voucher_content(served.salt, &served.body), content);
            vouchers += 1;
        }
        let mut line = Vec::new();
        add_line(&mut line, &record.link, &record.record, record.revision, &content);
        let mut expected = canonical(&record);
        expected.push(b'\n');
        assert_eq!(line, expected);
    }
    assert!(vouchers > 0);
}
