//! Looking into the nodes' databases from outside, with SQL of our own: no role's code says what stands there.

use std::collections::{BTreeMap, BTreeSet};

use env::Env;
use exchange::registration::feed::Heads;
use exchange::registration::{Answer, Kind, Lane, Receipt};
use futures_util::FutureExt;
use storage::{Row, Statement, Store, StoreError, Tx, Value};

use crate::expected::Visible;
use crate::names::{Node, Office};
use crate::truth::Key;
use crate::world::Setup;

/// Open images.
pub(crate) struct Images {
    pub(crate) registers: Store,
    pub(crate) hub: Store,
    pub(crate) verification: Store,
    pub(crate) office_a: Store,
    pub(crate) office_b: Store,
}

/// Why nothing can be seen: a node has its database in a transaction, which no sound node has between two steps.
#[derive(Debug)]
pub(crate) struct Busy(pub(crate) String);

/// A parameter that lives as long as its statement.
#[derive(Clone)]
pub(crate) enum Own {
    Int(i64),
    Text(String),
}

/// A version of a record, as a table has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Held {
    pub(crate) key: Key,
    pub(crate) revision: u32,
}

/// A decision in an office's database.
pub(crate) struct Decided {
    pub(crate) held: Held,
    pub(crate) lane: Lane,
    pub(crate) number: i64,
}

/// A record in the hub's database.
pub(crate) struct AtHub {
    pub(crate) held: Held,
    pub(crate) waits: bool,
}

/// An entry of the hub's feed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FeedEntry {
    File(Office, Lane, i64),
    Person(Office, String),
}

impl Images {
    pub(crate) fn open(setup: &Setup, env: &Env) -> Option<Images> {
        Some(Images {
            registers: setup.look_into(env, Node::Registers)?,
            hub: setup.look_into(env, Node::Hub)?,
            verification: setup.look_into(env, Node::Verification)?,
            office_a: setup.look_into(env, Node::OfficeA)?,
            office_b: setup.look_into(env, Node::OfficeB)?,
        })
    }

    pub(crate) fn office(&self, office: Office) -> Option<&Store> {
        match office {
            Office::A => Some(&self.office_a),
            Office::B => Some(&self.office_b),
            Office::C => None,
        }
    }

    /// What verification would tell of an office's link at these positions: the newest version of each record that the
    /// office has sent.
    pub(crate) fn visible(&self, office: Office, link: &str, heads: &Heads) -> Result<Visible, Busy> {
        static VISIBLE: Statement = Statement::new(
            "SELECT office, link, kind, record, MAX(revision) AS revision FROM version
             WHERE office = :office AND link = :link AND kind NOT IN ('insurance', 'card')
               AND ((lane = 'shield' AND n <= :shield) OR (lane = 'single' AND n <= :single)
                    OR (lane = 'bulk' AND n <= :bulk))
             GROUP BY office, link, kind, record",
        );
        let values = vec![
            ("office", Own::Text(office.code().to_owned())),
            ("link", Own::Text(link.to_owned())),
            ("shield", Own::Int(heads.shield)),
            ("single", Own::Int(heads.single)),
            ("bulk", Own::Int(heads.bulk)),
        ];
        let rows = rows(&self.verification, &VISIBLE, values)?;
        Ok(rows
            .iter()
            .filter_map(held)
            .map(|held| (held.key, held.revision))
            .collect())
    }

    /// All versions that verification has.
    pub(crate) fn versions(&self) -> Result<BTreeSet<Held>, Busy> {
        static VERSIONS: Statement =
            Statement::new("SELECT office, link, kind, record, revision FROM version");
        Ok(rows(&self.verification, &VERSIONS, Vec::new())?
            .iter()
            .filter_map(held)
            .collect())
    }

    /// Up to where verification has applied the feed.
    pub(crate) fn cursors(&self) -> Result<Heads, Busy> {
        static CURSORS: Statement = Statement::new("SELECT lane AS name, n FROM cursor_of_feed");
        Ok(heads(&named(&self.verification, &CURSORS)?, ""))
    }

    /// A store's counters.
    pub(crate) fn counters(store: &Store) -> Result<BTreeMap<String, i64>, Busy> {
        static POSITIONS: Statement = Statement::new("SELECT name, n FROM position");
        named(store, &POSITIONS)
    }

    /// How far the hub's feed is.
    pub(crate) fn feed_heads(&self) -> Result<Heads, Busy> {
        Ok(heads(&Images::counters(&self.hub)?, "feed/"))
    }

    /// The feed's entries of a lane between two positions.
    pub(crate) fn feed(&self, lane: Lane, after: i64, through: i64) -> Result<Vec<(i64, FeedEntry)>, Busy> {
        static FEED: Statement = Statement::new(
            "SELECT n, office, file_lane, file_number, link FROM feed
             WHERE lane = :lane AND n > :after AND n <= :through ORDER BY n",
        );
        let values = vec![
            ("lane", Own::Text(lane.name().to_owned())),
            ("after", Own::Int(after)),
            ("through", Own::Int(through)),
        ];
        let read = |row: &Row| {
            let office = Office::of_code(row.text("office").ok()?)?;
            let entry = match row.opt_text("link").ok()? {
                Some(link) => FeedEntry::Person(office, link.to_owned()),
                None => {
                    let lane = Lane::from_name(row.text("file_lane").ok()?)?;
                    FeedEntry::File(office, lane, row.int("file_number").ok()?)
                }
            };
            Some((row.int("n").ok()?, entry))
        };
        Ok(rows(&self.hub, &FEED, values)?.iter().filter_map(read).collect())
    }

    /// All records of the hub whose file was concluded, and those that the hub made, which come in none; those of files that
    /// were not concluded are nobody's yet.
    pub(crate) fn records(&self) -> Result<Vec<AtHub>, Busy> {
        static RECORDS: Statement = Statement::new(
            "SELECT r.office, link, kind, record, revision, held FROM record AS r
             LEFT JOIN inbox AS i ON i.office = r.office AND i.lane = r.file_lane AND i.number = r.file_number
             WHERE i.number IS NOT NULL OR r.kind IN ('insurance', 'card')",
        );
        let read = |row: &Row| {
            Some(AtHub {
                held: held(row)?,
                waits: row.int("held").ok()? == 1,
            })
        };
        Ok(rows(&self.hub, &RECORDS, Vec::new())?
            .iter()
            .filter_map(read)
            .collect())
    }

    /// A file's receipt.
    pub(crate) fn receipt(&self, office: Office, lane: Lane, number: i64) -> Result<Option<Receipt>, Busy> {
        static RECEIPT: Statement = Statement::new(
            "SELECT receipt FROM inbox WHERE office = :office AND lane = :lane AND number = :number",
        );
        let rows = rows(&self.hub, &RECEIPT, place(office, lane, number))?;
        let text = rows.first().and_then(|row| row.text("receipt").ok());
        Ok(text.and_then(|text| serde_json::from_str(text).ok()))
    }

    /// The records of a file that were visible with it.
    pub(crate) fn records_of(&self, office: Office, lane: Lane, number: i64) -> Result<Vec<Held>, Busy> {
        static RECORDS_OF: Statement = Statement::new(
            "SELECT office, link, kind, record, revision FROM record
             WHERE office = :office AND file_lane = :lane AND file_number = :number AND held = 0",
        );
        let rows = rows(&self.hub, &RECORDS_OF, place(office, lane, number))?;
        Ok(rows.iter().filter_map(held).collect())
    }

    /// How many persons wait to be matched.
    pub(crate) fn waiting(&self) -> Result<i64, Busy> {
        static WAITING: Statement = Statement::new("SELECT COUNT(*) AS n FROM person WHERE state = 0");
        count(&self.hub, &WAITING)
    }

    /// How many people are to be asked about at registers, and how many changes of cards the hub has not heard of.
    pub(crate) fn unasked(&self) -> Result<i64, Busy> {
        static TO_ASK: Statement = Statement::new("SELECT COUNT(*) AS n FROM to_ask");
        static KNOWN: Statement = Statement::new("SELECT n FROM asking_cursor WHERE register = 'cards'");
        let changes = Images::counters(&self.registers)?;
        let changes = changes.get("cards").copied().unwrap_or(0);
        Ok(count(&self.hub, &TO_ASK)? + changes - count(&self.hub, &KNOWN)?)
    }

    /// The hub's receipts.
    pub(crate) fn receipts(&self) -> Result<BTreeMap<(Office, Lane, i64), Receipt>, Busy> {
        static RECEIPTS: Statement = Statement::new("SELECT office, lane, number, receipt FROM inbox");
        let read = |row: &Row| {
            let office = Office::of_code(row.text("office").ok()?)?;
            let lane = Lane::from_name(row.text("lane").ok()?)?;
            let receipt = serde_json::from_str(row.text("receipt").ok()?).ok()?;
            Some(((office, lane, row.int("number").ok()?), receipt))
        };
        Ok(rows(&self.hub, &RECEIPTS, Vec::new())?
            .iter()
            .filter_map(read)
            .collect())
    }

    /// An office's decisions.
    pub(crate) fn decisions(&self, office: Office) -> Result<Vec<Decided>, Busy> {
        static DECISIONS: Statement = Statement::new(
            "SELECT link, kind, record, revision, lane, number FROM decision ORDER BY lane, number",
        );
        let Some(store) = self.office(office) else {
            return Ok(Vec::new());
        };
        let read = |row: &Row| {
            let key = Key {
                office,
                link: row.text("link").ok()?.to_owned(),
                kind: Kind::from_name(row.text("kind").ok()?)?,
                record: row.text("record").ok()?.to_owned(),
            };
            let revision = u32::try_from(row.int("revision").ok()?).ok()?;
            Some(Decided {
                held: Held { key, revision },
                lane: Lane::from_name(row.text("lane").ok()?)?,
                number: row.int("number").ok()?,
            })
        };
        Ok(rows(store, &DECISIONS, Vec::new())?
            .iter()
            .filter_map(read)
            .collect())
    }

    /// An office's files: each with the receipt that it has, if any.
    pub(crate) fn outbox(&self, office: Office) -> Result<BTreeMap<(Lane, i64), Option<Receipt>>, Busy> {
        static OUTBOX: Statement = Statement::new("SELECT lane, number, answer FROM outbox");
        let Some(store) = self.office(office) else {
            return Ok(BTreeMap::new());
        };
        let read = |row: &Row| {
            let answer = row
                .opt_text("answer")
                .ok()?
                .and_then(|text| serde_json::from_str(text).ok());
            let receipt = match answer {
                Some(Answer::Receipt(receipt)) => Some(receipt),
                _ => None,
            };
            Some((
                (Lane::from_name(row.text("lane").ok()?)?, row.int("number").ok()?),
                receipt,
            ))
        };
        Ok(rows(store, &OUTBOX, Vec::new())?
            .iter()
            .filter_map(read)
            .collect())
    }

    /// How many of an office's files have no receipt.
    pub(crate) fn unsent(&self, office: Office) -> Result<i64, Busy> {
        static UNSENT: Statement = Statement::new("SELECT COUNT(*) AS n FROM outbox WHERE state <> 1");
        self.office(office).map_or(Ok(0), |store| count(store, &UNSENT))
    }
}

fn place(office: Office, lane: Lane, number: i64) -> Vec<(&'static str, Own)> {
    vec![
        ("office", Own::Text(office.code().to_owned())),
        ("lane", Own::Text(lane.name().to_owned())),
        ("number", Own::Int(number)),
    ]
}

fn held(row: &Row) -> Option<Held> {
    let key = Key {
        office: Office::of_code(row.text("office").ok()?)?,
        link: row.text("link").ok()?.to_owned(),
        kind: Kind::from_name(row.text("kind").ok()?)?,
        record: row.text("record").ok()?.to_owned(),
    };
    let revision = u32::try_from(row.int("revision").ok()?).ok()?;
    Some(Held { key, revision })
}

fn named(store: &Store, statement: &'static Statement) -> Result<BTreeMap<String, i64>, Busy> {
    let read = |row: &Row| Some((row.text("name").ok()?.to_owned(), row.int("n").ok()?));
    Ok(rows(store, statement, Vec::new())?
        .iter()
        .filter_map(read)
        .collect())
}

fn heads(counters: &BTreeMap<String, i64>, prefix: &str) -> Heads {
    let mut heads = Heads::default();
    for lane in Lane::ALL {
        let n = counters.get(&format!("{prefix}{lane}")).copied().unwrap_or(0);
        heads.set(lane, n);
    }
    heads
}

fn count(store: &Store, statement: &'static Statement) -> Result<i64, Busy> {
    let rows = rows(store, statement, Vec::new())?;
    Ok(rows.first().and_then(|row| row.int("n").ok()).unwrap_or(0))
}

/// Runs a statement on an image, at once.
pub(crate) fn rows(
    store: &Store,
    statement: &'static Statement,
    values: Vec<(&'static str, Own)>,
) -> Result<Vec<Row>, Busy> {
    let read = async move |tx: &mut Tx| {
        let values: Vec<(&'static str, Value<'_>)> = values
            .iter()
            .map(|(name, value)| match value {
                Own::Int(number) => (*name, Value::Int(*number)),
                Own::Text(text) => (*name, Value::from(text.as_str())),
            })
            .collect();
        tx.all(statement, &values).await
    };
    let done: Option<Result<Vec<Row>, StoreError>> = store.read("simulation.look", read).now_or_never();
    match done {
        Some(Ok(rows)) => Ok(rows),
        Some(Err(error)) => Err(Busy(error.to_string())),
        None => Err(Busy("it waited".to_owned())),
    }
}
