//! Canonical encodings put together from pieces, for whoever writes many records: each body is serialised once, for its
//! hash, its row and its file. What comes out is, byte for byte, what serialising the types would give.

use domain::identity::Link;
use domain::voucher::Voucher;

use super::part::{Salt, canonical, hash_of};
use super::record::RecordId;

/// The canonical content of a voucher.
pub fn voucher_content(salt: Salt, voucher: &Voucher) -> Vec<u8> {
    let body = canonical(voucher);
    let hash = hash_of(salt, &body);
    let mut content = Vec::with_capacity(body.len() + 160);
    content.extend_from_slice(br#"{"voucher":{"served":{"salt":""#);
    content.extend_from_slice(hex::encode(salt.0).as_bytes());
    content.extend_from_slice(br#"","hash":""#);
    content.extend_from_slice(hex::encode(hash.0).as_bytes());
    content.extend_from_slice(br#"","body":"#);
    content.extend_from_slice(&body);
    content.extend_from_slice(b"}}}");
    content
}

/// Adds a record's line to a file's body. `content` is canonical already.
pub fn add_line(body: &mut Vec<u8>, link: &Link, record: &RecordId, revision: u32, content: &[u8]) {
    // Neither links nor names of records have characters that JSON escapes.
    body.extend_from_slice(br#"{"link":""#);
    body.extend_from_slice(link.as_str().as_bytes());
    body.extend_from_slice(br#"","record":""#);
    body.extend_from_slice(record.as_str().as_bytes());
    body.extend_from_slice(br#"","revision":"#);
    body.extend_from_slice(revision.to_string().as_bytes());
    body.extend_from_slice(br#","content":"#);
    body.extend_from_slice(content);
    body.extend_from_slice(b"}\n");
}
