//! The page of OQS messages: what the sources have of codes, tags and values stands on it, in their words.

use std::collections::{BTreeMap, BTreeSet};

use crate::tree::File;

const PAGE: &str = "docs/src/reference/oqs-messages.md";
const VOUCHER: &str = "crates/exchange/src/oqs/siquc01/ticket.rs";
const VALUES: &str = "crates/exchange/src/oqs/codes.rs";

/// Where codes and their texts may stand: in one table for each owner.
const TABLES: [&str; 2] = ["/src/wording.rs", "/oqs/fault/rule.rs"];

/// What is wrong with the table of error codes: a row holds code, when, what the person at the desk sees, and the next
/// step. Its code must stand in a source, its text in the same one; `…` stands for what differs from case to case. And codes stand in their
/// owners' tables only ([`TABLES`]), so that who adds one sees the others.
#[must_use]
pub fn code_faults(files: &[File]) -> Vec<String> {
    let declared = declared_codes(files);
    let mut faults = Vec::new();
    let mut shown = BTreeSet::new();
    for row in rows(files).filter(|row| row[0].starts_with("`MDG-")) {
        let code = row[0].trim_matches('`').to_owned();
        if row.len() != 4 || row.iter().any(String::is_empty) {
            faults.push(format!("{code}: not code, when, what is seen, next step"));
            continue;
        }
        match declared.get(&code) {
            None => faults.push(format!("{code}: no source has it")),
            Some(sources) => {
                let missing =
                    pieces(&row[2]).filter(|piece| !sources.iter().any(|(_, text)| text.contains(piece)));
                faults.extend(missing.map(|piece| format!("{code}: its source does not say {piece:?}")));
            }
        }
        if !shown.insert(code.clone()) {
            faults.push(format!("{code}: two rows"));
        }
    }
    let places = declared
        .iter()
        .flat_map(|(code, sources)| sources.iter().map(move |(path, _)| (code, path)));
    let scattered = places.filter(|(_, path)| !TABLES.iter().any(|table| path.ends_with(table)));
    faults.extend(scattered.map(|(code, path)| format!("{code}: stands in {path}")));
    let unexplained = declared.keys().filter(|code| !shown.contains(*code));
    faults.extend(unexplained.map(|code| format!("{code}: no row")));
    faults
}

/// What is wrong with the table of the voucher's items: a row holds number, tag, Japanese name, shape and more; its
/// order and its first four cells are the record's.
#[must_use]
pub fn voucher_faults(files: &[File]) -> Vec<String> {
    let listed = (1..).zip(items(&text_of(files, VOUCHER)));
    let expected: Vec<[String; 4]> = listed
        .map(|(n, item)| {
            [
                n.to_string(),
                format!("`{}`", item.tag),
                item.name,
                shape(&item.form),
            ]
        })
        .collect();
    let found: Vec<[String; 4]> = rows(files)
        .filter(|row| row[0].parse::<u8>().is_ok())
        .filter_map(|row| row.first_chunk::<4>().cloned())
        .collect();
    let mut faults: Vec<String> = expected
        .iter()
        .filter(|row| !found.contains(row))
        .map(|row| format!("no row {row:?}"))
        .collect();
    if faults.is_empty() && expected != found {
        faults.push("the rows are in another order, or too many".to_owned());
    }
    faults
}

/// What is wrong with the table of values: a row holds the table's number, name and tag, and each code with its
/// meaning, as the source has them.
#[must_use]
pub fn value_faults(files: &[File]) -> Vec<String> {
    let rows: BTreeMap<String, Vec<String>> = rows(files).map(|row| (row[0].clone(), row)).collect();
    let mut faults = Vec::new();
    for table in tables(&text_of(files, VALUES)) {
        let Some(row) = rows.get(&table.number) else {
            faults.push(format!("{} {}: no row", table.number, table.name));
            continue;
        };
        let values: Vec<String> = table
            .values
            .iter()
            .map(|(code, meaning)| format!("`{code}` {meaning}"))
            .collect();
        if row.get(1).is_none_or(|cell| !cell.contains(&table.name)) {
            faults.push(format!("{}: not called {}", table.number, table.name));
        }
        if row.get(2).map(String::as_str) != Some(&*values.join(", ")) {
            faults.push(format!("{}: its values are {}", table.number, values.join(", ")));
        }
    }
    faults
}

/// Every tag of a message that the page does not name.
#[must_use]
pub fn missing_tags(files: &[File]) -> Vec<String> {
    let page = text_of(files, PAGE);
    let sources = files
        .iter()
        .filter(|file| file.path.starts_with("crates/exchange/src/oqs/") && !file.is_test_source());
    let tags: BTreeSet<String> = sources
        .flat_map(|file| items(&file.text()))
        .map(|item| item.tag)
        .collect();
    tags.into_iter()
        .filter(|tag| !page.contains(&format!("`{tag}`")))
        .collect()
}

fn text_of(files: &[File], path: &str) -> String {
    let file = files.iter().find(|file| file.path == path);
    file.map(|file| file.text().into_owned()).unwrap_or_default()
}

/// The page's table rows, cell by cell.
fn rows(files: &[File]) -> impl Iterator<Item = Vec<String>> {
    let page = text_of(files, PAGE);
    let rows: Vec<Vec<String>> = page
        .lines()
        .filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'))
        .map(|row| row.split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    rows.into_iter()
}

/// The fixed parts of what is seen.
fn pieces(cell: &str) -> impl Iterator<Item = String> {
    let plain = cell.replace('`', "").replace("<br>", "…");
    let pieces: Vec<String> = plain.split('…').map(|piece| piece.trim().to_owned()).collect();
    pieces.into_iter().filter(|piece| !piece.is_empty())
}

/// Codes of ours, `"MDG-ABC-001"`, each with the sources that have it: path and text.
fn declared_codes(files: &[File]) -> BTreeMap<String, Vec<(&str, String)>> {
    let mut declared: BTreeMap<String, Vec<(&str, String)>> = BTreeMap::new();
    let sources = files
        .iter()
        .filter(|file| file.path.starts_with("crates/") && file.is_rust() && !file.is_test_source());
    for file in sources {
        let text = file.text();
        let program = text.split("#[cfg(test)]").next().unwrap_or_default();
        for literal in program.split('"').filter(|literal| is_code(literal)) {
            let texts = declared.entry(literal.to_owned()).or_default();
            // A quote in a text is escaped in its source.
            texts.push((&file.path, program.replace("\\\"", "\"")));
        }
    }
    declared
}

fn is_code(literal: &str) -> bool {
    let mut parts = literal.split('-');
    parts.next() == Some("MDG")
        && parts.next().is_some_and(|family| family.len() == 3)
        && parts.next().is_some_and(|number| number.len() == 3)
        && parts.next().is_none()
}

/// One line of a `record!`: `= "Tag" "項目名" as Form`.
struct Item {
    tag: String,
    name: String,
    form: String,
}

fn items(source: &str) -> Vec<Item> {
    let starts = source.split("= \"").skip(1);
    let item = |rest: &str| {
        let (tag, rest) = rest.split_once("\" \"")?;
        let (name, rest) = rest.split_once("\" as ")?;
        // Between the two there is no other text, or this is no item.
        if name.contains('"') || tag.contains('"') {
            return None;
        }
        let form = rest.split([',', '\n']).next()?;
        // `Digits<1, 10>` has a comma of its own.
        let form = if form.contains('<') && !form.contains('>') {
            rest.split(">,").next().map(|form| format!("{form}>"))?
        } else {
            form.to_owned()
        };
        Some(Item {
            tag: tag.to_owned(),
            name: name.to_owned(),
            form,
        })
    };
    starts.filter_map(item).collect()
}

/// How the page says a form.
fn shape(form: &str) -> String {
    let numbers: Vec<&str> = form
        .split(|c: char| !c.is_ascii_digit())
        .filter(|number| !number.is_empty())
        .collect();
    match (form.split('<').next(), &numbers[..]) {
        (Some("Day"), _) => "`yyyyMMdd`".to_owned(),
        (Some("Month"), _) => "`yyyyMM`".to_owned(),
        (Some("Code"), _) => "code".to_owned(),
        (Some("Text"), _) => "text".to_owned(),
        (Some("Upto"), [most]) => format!("up to {most}"),
        (Some("Digits"), [least, most]) => format!("{least}–{most} digits"),
        _ => form.to_owned(),
    }
}

/// One code table: `/// 性別, OQSCD007.` and its values `/// 男.` `Male = "1",`.
struct Table {
    number: String,
    name: String,
    values: Vec<(String, String)>,
}

fn tables(source: &str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut said = "";
    for line in source.lines().map(str::trim) {
        if let Some(doc) = line.strip_prefix("/// ") {
            if let Some((name, rest)) = doc.split_once(", OQSCD") {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                tables.push(Table {
                    number: format!("OQSCD{digits}"),
                    name: name.to_owned(),
                    values: Vec::new(),
                });
            }
            said = doc;
        } else if let (Some((_, code)), Some(table)) = (line.split_once(" = \""), tables.last_mut()) {
            let code = code.trim_end_matches("\",").to_owned();
            let meaning = said.split(['.', ':', ';', '(']).next().unwrap_or_default();
            table.values.push((code, meaning.trim().to_owned()));
        }
    }
    tables
}

#[cfg(test)]
mod tests;
