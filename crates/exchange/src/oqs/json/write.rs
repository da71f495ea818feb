//! The tree as JSON.

use crate::{
    oqs::{
        pen::{Pen, Unwritable, Written},
        tree::{Content, Element},
    },
    text::{Encoding, Substitution},
};

/// The body of a request or answer of the Web API, UTF-8.
pub(in crate::oqs) fn write<'m>(root: &'m Element<'m>) -> Result<Written, Unwritable> {
    let mut pen = Pen::new(Encoding::Utf8, Substitution::Refuse);
    put_object(std::slice::from_ref(root), &mut pen);
    pen.finish()
}

fn put_object<'m>(members: &'m [Element<'m>], pen: &mut Pen<'m>) {
    pen.mark("{");
    for (index, member) in members.iter().enumerate() {
        if index > 0 {
            pen.mark(",");
        }
        pen.enter(&member.tag);
        pen.mark("\"");
        pen.mark(&member.tag);
        pen.mark("\":");
        match &member.content {
            Content::Text(text) => {
                pen.mark("\"");
                pen.value(text, escape);
                pen.mark("\"");
            }
            Content::Children(children) => put_object(children, pen),
            Content::Repeated(items) => {
                pen.mark("[");
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        pen.mark(",");
                    }
                    put_object(item.children().unwrap_or_default(), pen);
                }
                pen.mark("]");
            }
            Content::List(items) => {
                pen.mark("[");
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        pen.mark(",");
                    }
                    put_object(std::slice::from_ref(item), pen);
                }
                pen.mark("]");
            }
        }
        pen.leave();
    }
    pen.mark("}");
}

/// The other controls never come this far: no OQS text may hold them.
fn escape(byte: u8) -> Option<&'static str> {
    match byte {
        b'"' => Some("\\\""),
        b'\\' => Some("\\\\"),
        b'\n' => Some("\\n"),
        b'\r' => Some("\\r"),
        b'\t' => Some("\\t"),
        _ => None,
    }
}
