//! Cards, sealed, under their own blind index and the number's, and the position of the last change of each number.

use std::collections::BTreeMap;

use exchange::registers::cards::Ended;
use storage::{Migration, Statement, StoreError, Tx, params, positions};

pub(crate) const MIGRATION: Migration = Migration {
    name: "registers-3-cards",
    sql: "
        CREATE TABLE card (
            card_index BYTEA PRIMARY KEY,
            number_index BYTEA NOT NULL,
            content BYTEA NOT NULL,
            ended TEXT
        );
        CREATE INDEX card_of_number ON card (number_index);
        CREATE TABLE card_change (number_index BYTEA PRIMARY KEY, n BIGINT NOT NULL);
        CREATE INDEX card_change_by_position ON card_change (n)",
    sqlite: "",
    postgres: "",
};

/// A blind index: a card's, or a number's.
pub(crate) type Index = [u8; 32];

/// Whose a card is, and whether it is in force.
#[derive(Clone, Copy)]
pub(crate) struct Holding {
    pub(crate) number: Index,
    pub(crate) in_force: bool,
}

static PUT: Statement = Statement::new(
    "INSERT INTO card (card_index, number_index, content, ended) VALUES (:card, :number, :content, NULL)",
);
static END: Statement =
    Statement::new("UPDATE card SET ended = :ended WHERE card_index = :card AND ended IS NULL");
static CHANGE: Statement = Statement::new(
    "INSERT INTO card_change (number_index, n) VALUES (:number, :n)
     ON CONFLICT (number_index) DO UPDATE SET n = :n",
);
static FIND: Statement =
    Statement::new("SELECT card_index, number_index, ended FROM card WHERE card_index = :card");
static BESIDE: Statement =
    Statement::new("SELECT card_index, number_index, ended FROM card WHERE number_index = :number");
static IN_FORCE: Statement = Statement::new(
    "SELECT card_index, number_index, content FROM card WHERE number_index = :number AND ended IS NULL",
);
static CHANGES: Statement =
    Statement::new("SELECT number_index, n FROM card_change WHERE n > :after ORDER BY n LIMIT :most");

/// A card that is new, sealed.
pub(crate) struct New {
    pub(crate) card: Index,
    pub(crate) number: Index,
    pub(crate) content: Vec<u8>,
}

/// Puts new cards, ends others, and says of whose numbers something changed.
pub(crate) async fn put(
    tx: &mut Tx,
    new: &[New],
    ended: &[(Index, Ended)],
    changed: &[Index],
) -> Result<(), StoreError> {
    if changed.is_empty() {
        return Ok(());
    }
    let sets = new
        .iter()
        .map(|one| params! { card: &one.card, number: &one.number, content: &one.content });
    tx.execute_each(&PUT, &sets.collect::<Vec<_>>()).await?;
    let sets = ended
        .iter()
        .map(|(card, why)| params! { card, ended: why.name() });
    tx.execute_each(&END, &sets.collect::<Vec<_>>()).await?;
    let count = u32::try_from(changed.len()).unwrap_or(u32::MAX);
    let first = positions::take(tx, "cards", count).await?;
    let sets = (first..).zip(changed).map(|(n, number)| params! { number, n });
    tx.execute_each(&CHANGE, &sets.collect::<Vec<_>>()).await?;
    Ok(())
}

/// Whose these cards are, of those that are there.
pub(crate) async fn find(tx: &mut Tx, cards: &[Index]) -> Result<BTreeMap<Index, Holding>, StoreError> {
    let sets = cards.iter().map(|card| params! { card });
    holdings(tx.all_each(&FIND, &sets.collect::<Vec<_>>()).await?)
}

/// All cards of these numbers, those that ended too.
pub(crate) async fn beside(tx: &mut Tx, numbers: &[Index]) -> Result<BTreeMap<Index, Holding>, StoreError> {
    let sets = numbers.iter().map(|number| params! { number });
    holdings(tx.all_each(&BESIDE, &sets.collect::<Vec<_>>()).await?)
}

/// The cards in force of each of these numbers, sealed, with their indexes.
pub(crate) async fn in_force(
    tx: &mut Tx,
    numbers: &[Index],
) -> Result<BTreeMap<Index, Vec<(Index, Vec<u8>)>>, StoreError> {
    let sets = numbers.iter().map(|number| params! { number });
    let mut all: BTreeMap<Index, Vec<_>> = BTreeMap::new();
    for mut row in tx.all_each(&IN_FORCE, &sets.collect::<Vec<_>>()).await? {
        let (number, card) = (index(row.bytes("number_index")?), index(row.bytes("card_index")?));
        let content = row.take_bytes("content")?;
        all.entry(number).or_default().push((card, content));
    }
    Ok(all)
}

/// Of whose numbers cards changed after a position, with the positions.
pub(crate) async fn changes(tx: &mut Tx, after: i64, most: i64) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    super::changed(tx, &CHANGES, after, most).await
}

fn holdings(rows: Vec<storage::Row>) -> Result<BTreeMap<Index, Holding>, StoreError> {
    rows.iter()
        .map(|row| {
            let holding = Holding {
                number: index(row.bytes("number_index")?),
                in_force: row.opt_text("ended")?.is_none(),
            };
            Ok((index(row.bytes("card_index")?), holding))
        })
        .collect()
}

fn index(bytes: &[u8]) -> Index {
    bytes.try_into().unwrap_or_default()
}
