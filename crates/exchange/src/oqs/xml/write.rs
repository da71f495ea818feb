//! The tree as XML.

use crate::{
    oqs::{
        pen::{Pen, Unwritable, Written},
        tree::{Content, Element},
    },
    text::{Encoding, Substitution},
};

/// The file: declaration, then the tree without white space between tags.
pub(in crate::oqs) fn write<'m>(
    root: &'m Element<'m>,
    encoding: Encoding,
    substitution: Substitution,
) -> Result<Written, Unwritable> {
    let mut pen = Pen::new(encoding, substitution);
    declare(&mut pen, encoding);
    put(root, &mut pen);
    pen.mark("\n");
    pen.finish()
}

/// The declaration, a line of its own.
pub(in crate::oqs) fn declare(pen: &mut Pen<'_>, encoding: Encoding) {
    pen.mark("<?xml version=\"1.0\" encoding=\"");
    pen.mark(encoding.label());
    pen.mark("\" standalone=\"no\"?>\n");
}

/// An element alone, as UTF-8 without a declaration.
pub(in crate::oqs) fn fragment(element: &Element<'_>) -> String {
    let mut pen = Pen::new(Encoding::Utf8, Substitution::Geta);
    put(element, &mut pen);
    pen.finish()
        .ok()
        .and_then(|written| String::from_utf8(written.bytes).ok())
        .unwrap_or_default()
}

pub(in crate::oqs) fn put<'m>(element: &'m Element<'m>, pen: &mut Pen<'m>) {
    if let Content::Repeated(items) = &element.content {
        for item in items {
            put(item, pen);
        }
        return;
    }
    pen.mark("<");
    pen.mark(&element.tag);
    pen.mark(">");
    pen.enter(&element.tag);
    match &element.content {
        Content::Text(text) => pen.value(text, escape),
        Content::Children(children) | Content::List(children) | Content::Repeated(children) => {
            for child in children {
                put(child, pen);
            }
        }
    }
    pen.leave();
    pen.mark("</");
    pen.mark(&element.tag);
    pen.mark(">");
}

/// A carriage return is written as a reference: a reader would turn it into a newline.
fn escape(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#13;"),
        _ => None,
    }
}
