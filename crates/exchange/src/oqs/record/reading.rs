//! What is noted on the way through a message: the place, the faults, the unknown.

use super::Field;
use crate::oqs::{
    fault::{Echo, Fault, Rejection, Rule},
    limits::Limits,
    tree::Element,
    xml,
};

/// An element that this version does not know. Kept for who wants to look, never written again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownElement {
    /// The tags from the root to it.
    pub path: String,
    /// The element with all that is in it, as XML (also when it came as JSON).
    pub xml: String,
}

/// The way through one message: where we are, what was wrong, what was unknown.
pub(crate) struct Reading<'l> {
    limits: &'l Limits,
    path: Vec<(&'static str, Option<usize>)>,
    faults: Vec<Fault>,
    left_out: usize,
    unknown: Vec<UnknownElement>,
    unknown_bytes: usize,
}

impl<'l> Reading<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            path: Vec::with_capacity(8),
            faults: Vec::new(),
            left_out: 0,
            unknown: Vec::new(),
            unknown_bytes: 0,
        }
    }

    fn path_to(&self, tag: &str) -> String {
        let mut path = String::with_capacity(80);
        for (step, index) in &self.path {
            path.push_str(step);
            if let Some(index) = index {
                path.push_str(&format!("[{index}]"));
            }
            path.push('/');
        }
        path.push_str(tag);
        path
    }

    pub(crate) fn fault(&mut self, field: &Field, rule: Rule) {
        if self.faults.len() >= self.limits.max_faults.max(1) {
            self.left_out += 1;
            return;
        }
        let path = self.path_to(field.tag);
        self.faults.push(Fault::new(path, &field.place(), rule));
    }

    pub(crate) fn unknown(&mut self, element: &Element<'_>) {
        if self.unknown.len() >= self.limits.max_unknown
            || self.unknown_bytes >= self.limits.max_unknown_bytes
        {
            return;
        }
        let xml = xml::fragment(element);
        self.unknown_bytes += xml.len();
        if self.unknown_bytes <= self.limits.max_unknown_bytes {
            self.unknown.push(UnknownElement {
                path: self.path_to(&element.tag),
                xml,
            });
        }
    }

    /// Reads one level deeper.
    pub(crate) fn within<T>(
        &mut self,
        tag: &'static str,
        index: Option<usize>,
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.path.push((tag, index));
        let read = read(self);
        self.path.pop();
        read
    }

    /// Puts a found element into its place; a second one is a fault.
    pub(crate) fn place<'e, 't>(
        &mut self,
        place: &mut Option<&'e Element<'t>>,
        field: &Field,
        element: &'e Element<'t>,
    ) {
        if place.replace(element).is_some() {
            self.fault(field, Rule::Repeated);
        }
    }

    /// The unknown elements of a message without faults, or the refusal.
    pub(crate) fn finish(self, root: &Element<'_>) -> Result<Vec<UnknownElement>, Rejection> {
        if self.faults.is_empty() {
            return Ok(self.unknown);
        }
        Err(Rejection {
            faults: self.faults,
            left_out: self.left_out,
            echo: Echo::gather(Some(root)),
        })
    }
}
