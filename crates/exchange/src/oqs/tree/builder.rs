//! From a syntax's events to a tree, within the limits.

use std::borrow::Cow;

use super::{Content, Element, is_blank};
use crate::oqs::{fault::Rule, limits::Limits, message::ROOT, siquc01};

/// Grows a tree from a stream of openings, texts and closings, and stops at the limits.
///
/// Both syntaxes feed it, so both have the same bounds. A bulk reader can later feed one per unit.
pub(crate) struct Builder<'t, 'l> {
    limits: &'l Limits,
    open: Vec<Element<'t>>,
    root: Option<Element<'t>>,
    elements: usize,
    work: usize,
}

/// How a tag that the layout does not have is called.
const UNKNOWN: &str = "（不明なタグ）";

/// Trees are dropped and written recursively, so the depth stays far from any stack's end.
const DEEPEST: usize = 100;

impl<'t, 'l> Builder<'t, 'l> {
    pub(crate) fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            open: Vec::with_capacity(8),
            root: None,
            elements: 0,
            work: 0,
        }
    }

    /// Charges one piece of markup.
    pub(crate) fn spend(&mut self) -> Result<(), Rule> {
        self.work += 1;
        if self.work > self.limits.max_work {
            return Err(Rule::TooMuchWork {
                limit: self.limits.max_work,
            });
        }
        Ok(())
    }

    /// Whether an element is open: outside the root there are only white space, comments and instructions.
    pub(crate) fn inside(&self) -> bool {
        !self.open.is_empty()
    }

    pub(crate) fn open(&mut self, tag: Cow<'t, str>) -> Result<(), Rule> {
        self.elements += 1;
        if self.elements > self.limits.max_elements {
            return Err(Rule::TooManyElements {
                limit: self.limits.max_elements,
            });
        }
        let deepest = self.limits.max_depth.min(DEEPEST);
        if self.open.len() >= deepest {
            return Err(Rule::TooDeep { limit: deepest });
        }
        if !is_name(&tag) || (self.open.is_empty() && self.root.is_some()) {
            return Err(Rule::NotWellFormed);
        }
        if let Some(parent) = self.open.last_mut()
            && let Content::Text(text) = &parent.content
        {
            if !is_blank(text) {
                return Err(Rule::MixedContent);
            }
            parent.content = Content::Children(Vec::with_capacity(8));
        }
        self.open.push(Element {
            tag,
            content: Content::Text(Cow::Borrowed("")),
        });
        Ok(())
    }

    pub(crate) fn text(&mut self, piece: Cow<'t, str>) -> Result<(), Rule> {
        let Some(element) = self.open.last_mut() else {
            return if is_blank(&piece) {
                Ok(())
            } else {
                Err(Rule::NotWellFormed)
            };
        };
        let Content::Text(text) = &mut element.content else {
            return if is_blank(&piece) {
                Ok(())
            } else {
                Err(Rule::MixedContent)
            };
        };
        if text.len() + piece.len() > self.limits.max_text {
            return Err(Rule::TextTooLong {
                limit: self.limits.max_text,
            });
        }
        if text.is_empty() {
            *text = piece;
        } else {
            text.to_mut().push_str(&piece);
        }
        Ok(())
    }

    /// JSON only: the open element's tag.
    pub(crate) fn tag(&self) -> Option<Cow<'t, str>> {
        self.open.last().map(|element| element.tag.clone())
    }

    /// JSON only: the open element is an array.
    pub(crate) fn array(&mut self) {
        if let Some(element) = self.open.last_mut() {
            element.content = Content::List(Vec::new());
        }
    }

    pub(crate) fn close(&mut self) -> Result<(), Rule> {
        let element = self.open.pop().ok_or(Rule::NotWellFormed)?;
        match self.open.last_mut() {
            None => self.root = Some(element),
            Some(Element {
                content: Content::Children(children) | Content::List(children) | Content::Repeated(children),
                ..
            }) => {
                children.push(element);
            }
            Some(Element {
                content: Content::Text(_),
                ..
            }) => return Err(Rule::MixedContent),
        }
        Ok(())
    }

    /// The whole tree, once everything that was opened is closed.
    pub(crate) fn finish(&mut self) -> Result<Element<'t>, Rule> {
        if !self.open.is_empty() {
            return Err(Rule::NotWellFormed);
        }
        self.root.take().ok_or(Rule::Empty)
    }

    /// Where we stand, for a fault. A tag that the layout does not have may be anything, a name for instance, and is
    /// not shown.
    pub(crate) fn path(&self) -> String {
        let names: Vec<&str> = self
            .open
            .iter()
            .map(|element| match &*element.tag {
                tag if tag == ROOT => ROOT,
                tag => siquc01::field(tag).map_or(UNKNOWN, |field| field.tag),
            })
            .collect();
        names.join("/")
    }

    /// The innermost open element for the staff: 項目名 and tag, as far as the layout has it.
    pub(crate) fn place(&self) -> String {
        let tag = self.open.last().map_or("", |element| &element.tag);
        match siquc01::field(tag) {
            Some(field) => field.place(),
            None if tag == ROOT => ROOT.to_owned(),
            None => UNKNOWN.to_owned(),
        }
    }

    /// What could be read of a broken message. A text that was being read is left out: it may be cut.
    pub(crate) fn partial(mut self) -> Option<Element<'t>> {
        if let Some(Element {
            content: Content::Text(_),
            ..
        }) = self.open.last()
        {
            self.open.pop();
        }
        while !self.open.is_empty() {
            self.close().ok()?;
        }
        self.root
    }
}

/// Names as XML has them, a little wider outside ASCII.
fn is_name(tag: &str) -> bool {
    let mut bytes = tag.bytes();
    let first = bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii());
    first
        && bytes.all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':') || !byte.is_ascii()
        })
}
