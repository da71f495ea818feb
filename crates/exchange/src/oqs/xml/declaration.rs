//! The first bytes of a file: byte order mark and XML declaration, which decide its encoding.

use super::Rule;
use crate::text::Encoding;

/// No honest declaration is longer, in bytes.
const LONGEST: usize = 256;

/// The encoding that an XML file declares, UTF-8 when it says nothing; for who wants to answer in kind.
///
/// # Errors
/// [`Rule::UnknownEncoding`] for every other one, [`Rule::NotWellFormed`] for a broken declaration.
pub fn declared_encoding(bytes: &[u8]) -> Result<Encoding, Rule> {
    declared(bytes).map(|(encoding, _)| encoding)
}

/// The declared encoding, and the file without its byte order mark.
pub(super) fn declared(bytes: &[u8]) -> Result<(Encoding, &[u8]), Rule> {
    if bytes.starts_with(&[0xFE, 0xFF]) || bytes.starts_with(&[0xFF, 0xFE]) {
        return Err(Rule::UnknownEncoding { label: "UTF-16" });
    }
    let (marked, body) = match bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        Some(body) => (true, body),
        None => (false, bytes),
    };
    let encoding = match label(body)? {
        None => Encoding::Utf8,
        Some(label) => match Encoding::from_label(label) {
            // The mark is UTF-8's own; with another name in the declaration one of the two lies.
            Some(encoding) if !marked || encoding == Encoding::Utf8 => encoding,
            _ => {
                return Err(Rule::UnknownEncoding { label: name(label) });
            }
        },
    };
    Ok((encoding, body))
}

/// The value of `encoding="…"` in `<?xml …?>`, without judging the rest: the reader does that.
fn label(body: &[u8]) -> Result<Option<&str>, Rule> {
    let Some(rest) = body.strip_prefix(b"<?xml") else {
        return Ok(None);
    };
    if !rest.first().is_some_and(u8::is_ascii_whitespace) {
        return Ok(None); // another instruction, <?xml-stylesheet …?>
    }
    let head = &rest[..rest.len().min(LONGEST)];
    let end = head
        .windows(2)
        .position(|two| two == b"?>")
        .ok_or(Rule::NotWellFormed)?;
    let mut head = std::str::from_utf8(&head[..end])
        .map_err(|_| Rule::NotWellFormed)?
        .trim();
    let mut found = None;
    while !head.is_empty() {
        let (name, rest) = head.split_once('=').ok_or(Rule::NotWellFormed)?;
        let rest = rest.trim_start();
        let quote = rest
            .chars()
            .next()
            .filter(|quote| matches!(quote, '"' | '\''))
            .ok_or(Rule::NotWellFormed)?;
        let (value, rest) = rest[1..].split_once(quote).ok_or(Rule::NotWellFormed)?;
        match name.trim() {
            "version" if value.starts_with("1.") => {}
            "standalone" if matches!(value, "yes" | "no") => {}
            "encoding" if found.is_none() => found = Some(value),
            _ => return Err(Rule::NotWellFormed),
        }
        head = rest.trim_start();
    }
    Ok(found)
}

/// The usual name of the encoding that is meant. A label that means none may be anything and is not shown.
fn name(label: &str) -> &'static str {
    encoding_rs::Encoding::for_label(label.as_bytes()).map_or("不明", encoding_rs::Encoding::name)
}
