//! What all messages share: `XmlMsg` with a header and a body, in XML or JSON.

use super::{
    fault::{Fault, Rejection, Rule},
    json,
    limits::Limits,
    pen::{Unwritable, Written},
    record::{Field, Reading, Record, UnknownElement},
    tree::{Content, Element, scatter},
    xml::{self, Broken, Document},
};
use crate::text::{Encoding, Substitution};

pub(super) const ROOT: &str = "XmlMsg";
pub(super) const HEADER: Field = Field {
    tag: "MessageHeader",
    name: "電文ヘッダ",
};
pub(super) const BODY: Field = Field {
    tag: "MessageBody",
    name: "電文本体",
};

/// A typed message and its tree.
pub(super) trait Message: Sized {
    /// From the header's and the body's elements; `None` when a fault was noted that leaves no value.
    fn take(parts: &Parts<'_, '_>, reading: &mut Reading<'_>) -> Option<Self>;
    /// The header's and the body's elements; `encoding` is the file's.
    fn give(&self, encoding: Encoding) -> (Vec<Element<'_>>, Vec<Element<'_>>);
    /// Receives what was unknown.
    fn keep(&mut self, unknown: Vec<UnknownElement>);
}

/// A message's two parts and the encoding it came in.
pub(super) struct Parts<'e, 't> {
    pub(super) encoding: Encoding,
    pub(super) header: &'e [Element<'t>],
    /// Error results may have none.
    pub(super) body: Option<&'e [Element<'t>]>,
}

impl Parts<'_, '_> {
    /// Both as records; a body that is not there has nothing in it.
    pub(super) fn read<H: Record, B: Record>(&self, reading: &mut Reading<'_>) -> Option<(H, B)> {
        let header = reading.within(HEADER.tag, None, |reading| H::read(self.header, reading));
        let body = reading.within(BODY.tag, None, |reading| {
            B::read(self.body.unwrap_or_default(), reading)
        });
        // Both are read before the first that is missing ends it, so that all faults are listed.
        Some((header?, body?))
    }
}

pub(super) fn read_xml<M: Message>(bytes: &[u8], limits: &Limits) -> Result<M, Rejection> {
    read(
        &xml::decode(bytes, limits).map_err(|fault| Rejection::one(fault, None))?,
        limits,
        xml::read,
    )
}

pub(super) fn read_json<M: Message>(bytes: &[u8], limits: &Limits) -> Result<M, Rejection> {
    read(
        &json::decode(bytes, limits).map_err(|fault| Rejection::one(fault, None))?,
        limits,
        json::read,
    )
}

fn read<'d, M: Message>(
    document: &'d Document<'_>,
    limits: &Limits,
    parse: impl Fn(&'d str, &Limits) -> Result<Element<'d>, Box<Broken<'d>>>,
) -> Result<M, Rejection> {
    let root = match (parse(&document.text, limits), &document.fault) {
        (Ok(root), None) => root,
        // Already known to be refused; what could be read serves the answer only.
        (Ok(root), Some(fault)) => return Err(Rejection::one(fault.clone(), Some(&root))),
        (Err(broken), Some(fault)) => return Err(Rejection::one(fault.clone(), broken.partial.as_ref())),
        (Err(broken), None) => return Err(Rejection::one(broken.fault, broken.partial.as_ref())),
    };
    if root.tag != ROOT {
        return Err(Rejection::one(Fault::of_file(Rule::WrongRoot), None));
    }
    let mut reading = Reading::new(limits);
    let message = reading.within(ROOT, None, |reading| {
        let parts = split(&root, document.encoding, reading)?;
        M::take(&parts, reading)
    });
    let unknown = reading.finish(&root)?;
    // Without a fault there is a value; the other way round cannot happen.
    let mut message = message.ok_or_else(|| Rejection::one(Fault::of_file(Rule::Empty), Some(&root)))?;
    message.keep(unknown);
    Ok(message)
}

fn split<'e, 't>(
    root: &'e Element<'t>,
    encoding: Encoding,
    reading: &mut Reading<'_>,
) -> Option<Parts<'e, 't>> {
    let (mut header, mut body) = (None, None);
    let Some(children) = root.children() else {
        reading.fault(&HEADER, Rule::Missing);
        return None;
    };
    for child in children {
        match &*child.tag {
            tag if tag == HEADER.tag => reading.place(&mut header, &HEADER, child),
            tag if tag == BODY.tag => reading.place(&mut body, &BODY, child),
            _ => reading.unknown(child),
        }
    }
    let Some(header) = header else {
        reading.fault(&HEADER, Rule::Missing);
        return None;
    };
    let Some(header) = header.children() else {
        reading.fault(&HEADER, Rule::HoldsText);
        return None;
    };
    let body = match body {
        None => None,
        Some(body) => match body.children() {
            Some(children) => Some(children),
            None => {
                reading.fault(&BODY, Rule::HoldsText);
                return None;
            }
        },
    };
    Some(Parts {
        encoding,
        header,
        body,
    })
}

fn tree(message: &impl Message, encoding: Encoding) -> Element<'_> {
    let (header, body) = message.give(encoding);
    let mut parts = vec![Element::branch(HEADER.tag, header)];
    if !body.is_empty() {
        parts.push(Element::branch(BODY.tag, body));
    }
    Element::branch(ROOT, parts)
}

pub(super) fn write_xml(
    message: &impl Message,
    encoding: Encoding,
    substitution: Substitution,
) -> Result<Written, Unwritable> {
    xml::write(&tree(message, encoding), encoding, substitution)
}

/// As [`write_xml`], with the elements under header and body scattered as those of real files; `last` stays behind.
pub(super) fn write_scattered(
    message: &impl Message,
    encoding: Encoding,
    substitution: Substitution,
    (seed, last): (&[u8], &str),
) -> Result<Written, Unwritable> {
    let mut root = tree(message, encoding);
    if let Content::Children(parts) = &mut root.content {
        for part in parts {
            scatter(part, seed, last);
        }
    }
    xml::write(&root, encoding, substitution)
}

pub(super) fn write_json(message: &impl Message) -> Result<Vec<u8>, Unwritable> {
    json::write(&tree(message, Encoding::Utf8)).map(|written| written.bytes)
}

/// The two ways to write a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// XML; a file's encoding is its declaration's, on the network it is UTF-8.
    Xml,
    /// The Web API's JSON twin, UTF-8.
    Json,
}

/// A message on the network, in either syntax.
pub trait Wire: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// Every fault found, and what an error answer must repeat.
    fn read_as(syntax: Syntax, bytes: &[u8], limits: &Limits) -> Result<Self, Rejection>;

    /// Writes it exactly, in UTF-8.
    ///
    /// # Errors
    /// Control characters, which no OQS text may hold.
    fn write_as(&self, syntax: Syntax) -> Result<Vec<u8>, Unwritable>;
}

/// The public face of every message: the same functions.
macro_rules! faces {
    ($message:ty) => {
        impl $crate::oqs::Wire for $message {
            fn read_as(
                syntax: $crate::oqs::Syntax,
                bytes: &[u8],
                limits: &$crate::oqs::Limits,
            ) -> Result<Self, $crate::oqs::Rejection> {
                match syntax {
                    $crate::oqs::Syntax::Xml => Self::read(bytes, limits),
                    $crate::oqs::Syntax::Json => Self::read_json(bytes, limits),
                }
            }

            fn write_as(&self, syntax: $crate::oqs::Syntax) -> Result<Vec<u8>, $crate::oqs::Unwritable> {
                match syntax {
                    $crate::oqs::Syntax::Xml => self.write($crate::text::Encoding::Utf8),
                    $crate::oqs::Syntax::Json => self.write_json(),
                }
            }
        }

        impl $message {
            /// Reads an XML file; its declaration decides the encoding. Tags may stand in any order.
            ///
            /// # Errors
            /// Every fault found, and what an error answer must repeat.
            pub fn read(bytes: &[u8], limits: &$crate::oqs::Limits) -> Result<Self, $crate::oqs::Rejection> {
                $crate::oqs::message::read_xml(bytes, limits)
            }

            /// Reads the Web API's JSON twin.
            ///
            /// # Errors
            /// As [`Self::read`].
            pub fn read_json(
                bytes: &[u8],
                limits: &$crate::oqs::Limits,
            ) -> Result<Self, $crate::oqs::Rejection> {
                $crate::oqs::message::read_json(bytes, limits)
            }

            /// Writes an XML file exactly, or not at all.
            ///
            /// # Errors
            /// The characters that `encoding` cannot carry.
            pub fn write(
                &self,
                encoding: $crate::text::Encoding,
            ) -> Result<Vec<u8>, $crate::oqs::Unwritable> {
                self.write_with(encoding, $crate::text::Substitution::Refuse)
                    .map(|written| written.bytes)
            }

            /// Writes an XML file under a policy for characters that `encoding` cannot carry.
            ///
            /// # Errors
            /// As [`Self::write`], under [`Substitution::Refuse`](crate::text::Substitution::Refuse) only.
            pub fn write_with(
                &self,
                encoding: $crate::text::Encoding,
                substitution: $crate::text::Substitution,
            ) -> Result<$crate::oqs::Written, $crate::oqs::Unwritable> {
                $crate::oqs::message::write_xml(self, encoding, substitution)
            }

            /// Writes the Web API's JSON twin, UTF-8.
            ///
            /// # Errors
            /// Control characters, which no OQS text may hold.
            pub fn write_json(&self) -> Result<Vec<u8>, $crate::oqs::Unwritable> {
                $crate::oqs::message::write_json(self)
            }
        }
    };
}

pub(super) use faces;
