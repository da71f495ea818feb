//! The neutral tree between a typed message and its two syntaxes, XML and JSON.
//!
//! An OQS message has no attributes and no mixed content: an element holds text or elements. Texts are
//! borrowed where possible, from the file when reading and from the message when writing.

use std::borrow::Cow;

mod builder;
mod scatter;

pub(super) use builder::Builder;
pub(super) use scatter::scatter;

/// One element: `<Tag>text</Tag>`, or in JSON `"Tag": "text"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element<'t> {
    pub(crate) tag: Cow<'t, str>,
    pub(crate) content: Content<'t>,
}

/// What an element holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content<'t> {
    Text(Cow<'t, str>),
    /// JSON: an object.
    Children(Vec<Element<'t>>),
    /// As [`Content::Children`] in XML; in JSON an array of objects with one member each.
    List(Vec<Element<'t>>),
    /// Only for writing: these elements, all of this tag, stand in its place; in JSON an array of objects.
    Repeated(Vec<Element<'t>>),
}

impl<'t> Element<'t> {
    pub(crate) fn leaf(tag: &'static str, text: impl Into<Cow<'t, str>>) -> Self {
        Self {
            tag: Cow::Borrowed(tag),
            content: Content::Text(text.into()),
        }
    }

    pub(crate) fn branch(tag: &'static str, children: Vec<Self>) -> Self {
        Self {
            tag: Cow::Borrowed(tag),
            content: Content::Children(children),
        }
    }

    pub(crate) fn list(tag: &'static str, items: Vec<Self>) -> Self {
        Self {
            tag: Cow::Borrowed(tag),
            content: Content::List(items),
        }
    }

    pub(crate) fn repeated(tag: &'static str, items: Vec<Self>) -> Self {
        Self {
            tag: Cow::Borrowed(tag),
            content: Content::Repeated(items),
        }
    }

    /// The text; `None` for an element that holds elements.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            Content::Children(_) | Content::List(_) | Content::Repeated(_) => None,
        }
    }

    /// The elements inside; none for an empty element; `None` for one that holds text.
    pub(crate) fn children(&self) -> Option<&[Element<'t>]> {
        match &self.content {
            Content::Children(children) | Content::List(children) | Content::Repeated(children) => {
                Some(children)
            }
            Content::Text(text) => is_blank(text).then_some(&[]),
        }
    }

    /// The first child of that name.
    pub(crate) fn child(&self, tag: &str) -> Option<&Element<'t>> {
        self.children()?.iter().find(|child| child.tag == tag)
    }
}

/// White space of XML; the full-width space is a character like any other.
pub(crate) const WHITE: [char; 4] = [' ', '\t', '\r', '\n'];

pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}
