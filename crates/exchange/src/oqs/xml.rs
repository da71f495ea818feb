//! XML to the neutral tree and back.
//!
//! Read as a stream of pull events: no DTD, no entities but the five predefined ones and numeric
//! references, comments and processing instructions skipped, attributes counted and ignored.

use std::borrow::Cow;

use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};

use super::{
    fault::{Fault, Rule},
    limits::Limits,
    tree::{Builder, Element},
};
use crate::text::{self, Encoding};

mod declaration;
mod write;

pub use declaration::declared_encoding;
pub(super) use write::{declare, fragment, put, write};

/// A file's characters. `fault` says why they are not the whole story; the text before it is still there,
/// so that an error answer can repeat the header.
pub(super) struct Document<'b> {
    pub(super) encoding: Encoding,
    pub(super) text: Cow<'b, str>,
    pub(super) fault: Option<Fault>,
}

/// A message that could not be read to its end, and the part before the break.
pub(super) struct Broken<'t> {
    pub(super) fault: Fault,
    pub(super) partial: Option<Element<'t>>,
}

/// Size first, then the declared encoding, then the characters.
pub(super) fn decode<'b>(bytes: &'b [u8], limits: &Limits) -> Result<Document<'b>, Fault> {
    if bytes.len() > limits.max_bytes {
        return Err(Fault::of_file(Rule::TooLarge {
            limit: limits.max_bytes,
            found: bytes.len(),
        }));
    }
    let (encoding, body) = declaration::declared(bytes).map_err(Fault::of_file)?;
    let skipped = bytes.len() - body.len();
    Ok(characters(body, encoding, skipped))
}

/// `skipped` is what of the file stands before `body`: a byte order mark or nothing.
pub(super) fn characters(body: &[u8], encoding: Encoding, skipped: usize) -> Document<'_> {
    match text::decode(body, encoding) {
        Ok(text) => {
            let fault = text::illegal_character(&text).map(|(offset, character)| {
                let rule = Rule::IllegalCharacter {
                    code_point: u32::from(character),
                };
                Fault::new(String::new(), &line(&text, offset), rule)
            });
            Document {
                encoding,
                text,
                fault,
            }
        }
        Err(error) => {
            let rule = Rule::InvalidBytes {
                encoding,
                offset: skipped + error.offset,
            };
            let text = text::decode(&body[..error.offset], encoding).unwrap_or_default();
            Document {
                encoding,
                text,
                fault: Some(Fault::of_file(rule)),
            }
        }
    }
}

pub(super) fn read<'t>(text: &'t str, limits: &Limits) -> Result<Element<'t>, Box<Broken<'t>>> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().check_comments = true;
    let mut builder = Builder::new(limits);
    match grow(&mut reader, text, limits, &mut builder) {
        Ok(root) => Ok(root),
        Err(rule) => {
            let offset =
                usize::try_from(reader.buffer_position().max(reader.error_position())).unwrap_or(usize::MAX);
            let fault = Fault::new(builder.path(), &line(text, offset), rule);
            Err(Box::new(Broken {
                fault,
                partial: builder.partial(),
            }))
        }
    }
}

fn grow<'t>(
    reader: &mut Reader<&'t [u8]>,
    text: &'t str,
    limits: &Limits,
    builder: &mut Builder<'t, '_>,
) -> Result<Element<'t>, Rule> {
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event().map_err(|_| Rule::NotWellFormed)?;
        builder.spend()?;
        match event {
            Event::Start(tag) => {
                check_attributes(&tag, limits)?;
                builder.open(name_in(text, start, &tag))?;
            }
            Event::End(_) => builder.close()?,
            Event::Text(piece) => builder.text(piece.xml10_content())?,
            Event::CData(_) | Event::GeneralRef(_) if !builder.inside() => return Err(Rule::NotWellFormed),
            Event::CData(piece) => builder.text(piece.xml10_content())?,
            Event::GeneralRef(reference) => builder.text(Cow::Owned(resolve(&reference)?.into()))?,
            Event::Decl(_) if start == 0 => {}
            Event::Decl(_) => return Err(Rule::NotWellFormed),
            Event::DocType(_) => return Err(Rule::Doctype),
            Event::Comment(_) | Event::PI(_) => {}
            // `expand_empty_elements` turns these into Start and End.
            Event::Empty(_) => return Err(Rule::NotWellFormed),
            Event::Eof => return builder.finish(),
        }
    }
}

/// The tag's name, borrowed from the file: the event itself cannot lend it for so long.
fn name_in<'t>(text: &'t str, start: usize, tag: &BytesStart<'_>) -> Cow<'t, str> {
    let name = tag.name();
    let name = name.as_ref();
    let from = start + 1;
    match text.get(from..from + name.len()) {
        Some(lent) if lent == name => Cow::Borrowed(lent),
        _ => Cow::Owned(name.to_owned()),
    }
}

fn check_attributes(tag: &BytesStart<'_>, limits: &Limits) -> Result<(), Rule> {
    if tag.attributes_raw().is_empty() {
        return Ok(());
    }
    // Comparing each name with each other one would be quadratic; attributes mean nothing here anyway.
    for (index, attribute) in tag.attributes().with_checks(false).enumerate() {
        if index >= limits.max_attributes {
            return Err(Rule::TooManyAttributes {
                limit: limits.max_attributes,
            });
        }
        let attribute = attribute.map_err(|_| Rule::NotWellFormed)?;
        if attribute.value.contains('<') {
            return Err(Rule::NotWellFormed);
        }
        quick_xml::escape::unescape(&attribute.value).map_err(|_| Rule::Entity)?;
    }
    Ok(())
}

fn resolve(reference: &BytesRef<'_>) -> Result<char, Rule> {
    if reference.is_char_ref() {
        let character = reference
            .resolve_char_ref()
            .ok()
            .flatten()
            .ok_or(Rule::NotWellFormed)?;
        return if text::is_xml_character(character) {
            Ok(character)
        } else {
            Err(Rule::IllegalCharacter {
                code_point: u32::from(character),
            })
        };
    }
    match &**reference {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => Err(Rule::Entity),
    }
}

/// Where in the file, for people: 「12行目」.
pub(super) fn line(text: &str, offset: usize) -> String {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let line = before
        .iter()
        .fold(1_usize, |count, &byte| count + usize::from(byte == b'\n'));
    format!("{line}行目")
}
