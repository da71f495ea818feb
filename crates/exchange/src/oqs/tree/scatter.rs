//! The order in which real files have their elements: none.
//!
//! The files that readers push look as if they came out of a hash map, so software that counted on an order would break
//! there. Ours are like them: under every element its children stand by a hash of their tag. Items of one list keep their
//! order, because it means something (medical aid pays last).

use sha2::{Digest, Sha256};

use super::{Content, Element};

/// Scatters the children of an element, and theirs: the same way for the same `seed`. What is tagged `last` stays behind.
pub(in crate::oqs) fn scatter(element: &mut Element<'_>, seed: &[u8], last: &str) {
    match &mut element.content {
        Content::Text(_) => {}
        Content::Children(children) => {
            children.sort_by_cached_key(|child| (child.tag == last, place(seed, &child.tag)));
            each(children, seed, last);
        }
        Content::List(items) | Content::Repeated(items) => each(items, seed, last),
    }
}

fn each(elements: &mut [Element<'_>], seed: &[u8], last: &str) {
    for element in elements {
        scatter(element, seed, last);
    }
}

fn place(seed: &[u8], tag: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(seed)
        .chain_update(tag)
        .finalize()
        .into()
}
