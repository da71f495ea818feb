//! The table in `docs/src/reference/registration.md`: what came, what the hub answers, what is kept.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use madoguchi_e2e::api::Reply;
use serde_json::Value;

/// The heading above the table.
const HEADING: &str = "## What can happen to a file";

/// The table: what came, the status, and the word of the answer that names the reason.
pub(super) struct Page {
    rows: Vec<(String, String, String)>,
    held: RefCell<BTreeSet<String>>,
}

impl Page {
    pub(super) fn read() -> Page {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/reference/registration.md");
        let text = fs::read_to_string(path).unwrap();
        let (_, section) = text.split_once(HEADING).unwrap();
        let rows = section
            .lines()
            .skip_while(|line| !line.starts_with("|---"))
            .skip(1);
        let rows = rows.take_while(|line| line.starts_with('|')).map(row);
        Page {
            rows: rows.collect(),
            held: RefCell::default(),
        }
    }

    /// The hub's answer is what the page says; gives the answer.
    #[track_caller]
    pub(super) fn holds(&self, what: &str, reply: &Reply) -> Value {
        let row = self.rows.iter().find(|(came, _, _)| came == what);
        let Some((_, status, word)) = row else {
            panic!("{what}: not in the table: {} {}", reply.status, reply.text());
        };
        let said = reply.json();
        let fault = &said["refusal"]["faults"][0]["rule"];
        let words = [fault, &said["refusal"]["reason"], &said["receipt"]["outcome"]];
        let found = words.iter().find_map(|word| word.as_str()).unwrap_or_default();
        assert_eq!(
            (&reply.status.to_string(), found),
            (status, &**word),
            "{what}: {}",
            reply.text()
        );
        self.held.borrow_mut().insert(what.to_owned());
        said
    }

    /// Everything in the table that is not about long files was seen.
    pub(super) fn is_whole(&self) {
        let held = self.held.borrow();
        let missing = self.rows.iter().map(|(came, _, _)| came);
        let missing: Vec<&String> = missing
            .filter(|came| !held.contains(*came) && !came.contains("of thousands"))
            .collect();
        assert_eq!(missing, Vec::<&String>::new());
    }
}

/// `| what came | 422 `rule` … | what is kept |`
fn row(line: &str) -> (String, String, String) {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let (status, rest) = cells[2].split_once(' ').unwrap();
    let word = rest.split('`').nth(1).unwrap_or_default();
    (cells[1].to_owned(), status.to_owned(), word.to_owned())
}
