//! Every version of what the office decides for itself and registers nowhere, sealed; and which months it is about.

use domain::month::TreatmentMonth;
use storage::{Row, Statement, StoreError, Tx, params};

use crate::store::ledger::month_number;

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FactKind {
    /// A person's circumstances.
    Circumstances,
    /// An entrustment (委託); its record is the entrustment's own name.
    Entrustment,
    /// 本人支払額 of a month; its record is the month.
    SelfPayment,
    /// An event (異動) and what it did.
    Event,
}

impl FactKind {
    /// The kind's name, as the database writes it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            FactKind::Circumstances => "circumstances",
            FactKind::Entrustment => "entrustment",
            FactKind::SelfPayment => "self_payment",
            FactKind::Event => "event",
        }
    }

    /// The kind of this name.
    pub(crate) fn from_name(name: &str) -> Option<FactKind> {
        [
            FactKind::Circumstances,
            FactKind::Entrustment,
            FactKind::SelfPayment,
            FactKind::Event,
        ]
        .into_iter()
        .find(|kind| kind.name() == name)
    }
}

/// The key of a version.
#[derive(Clone, Copy)]
pub(crate) struct Key<'a> {
    pub(crate) link: &'a str,
    pub(crate) kind: FactKind,
    pub(crate) record: &'a str,
    pub(crate) revision: u32,
}

/// A version as it is stored.
pub(crate) struct Stored {
    pub(crate) link: String,
    pub(crate) kind: String,
    pub(crate) record: String,
    pub(crate) revision: u32,
    pub(crate) content: Vec<u8>,
    pub(crate) said: Vec<u8>,
    pub(crate) decided_at: i64,
}

static NEWEST: Statement = Statement::new(
    "SELECT link, kind, record, revision, content, said, decided_at FROM fact
     WHERE link = :link AND kind = :kind AND record = :record ORDER BY revision DESC LIMIT 1",
);
static SAYING: Statement = Statement::new(
    "SELECT COUNT(*) AS versions FROM fact
     WHERE link = :link AND kind = :kind AND record = :record AND said = :said",
);
/// Of 本人支払額 only the asked month's: a person has one for each month of many years.
static BETWEEN: Statement = Statement::new(
    "SELECT link, kind, record, revision, content, said, decided_at FROM fact
     WHERE link >= :first AND link <= :last
       AND (kind IN ('circumstances', 'entrustment') OR (kind = 'self_payment' AND record = :month))
     ORDER BY link, kind, record, revision",
);
static OF_PERSON: Statement = Statement::new(
    "SELECT link, kind, record, revision, content, said, decided_at FROM fact
     WHERE link = :link ORDER BY kind, record, revision",
);
static OF_PERSON_AND_KIND: Statement = Statement::new(
    "SELECT link, kind, record, revision, content, said, decided_at FROM fact
     WHERE link = :link AND kind = :kind ORDER BY record, revision",
);
static PUT: Statement = Statement::new(
    "INSERT INTO fact (link, kind, record, revision, content, said, decided_at)
     VALUES (:link, :kind, :record, :revision, :content, :said, :decided_at)",
);
static ENTRUST: Statement = Statement::new(
    "INSERT INTO entrusted (link, entrustment, first_month, last_month)
     VALUES (:link, :entrustment, :first, :last)
     ON CONFLICT (link, entrustment) DO UPDATE SET first_month = :first, last_month = :last",
);
static DUE: Statement = Statement::new(
    "SELECT DISTINCT link FROM entrusted
     WHERE link > :after AND first_month <= :month AND last_month >= :month ORDER BY link LIMIT :most",
);
static COUNT_DUE: Statement = Statement::new(
    "SELECT COUNT(DISTINCT link) AS people FROM entrusted WHERE first_month <= :month AND last_month >= :month",
);

/// The newest version of a fact.
pub(crate) async fn newest(
    tx: &mut Tx,
    link: &str,
    kind: FactKind,
    record: &str,
) -> Result<Option<Stored>, StoreError> {
    let row = tx
        .optional(&NEWEST, &params! { link, kind: kind.name(), record })
        .await?;
    row.as_ref().map(read).transpose()
}

/// Whether some version of a fact says exactly this.
pub(crate) async fn was_said(
    tx: &mut Tx,
    link: &str,
    kind: FactKind,
    record: &str,
    said: &[u8],
) -> Result<bool, StoreError> {
    let values = params! { link, kind: kind.name(), record, said };
    Ok(tx.one(&SAYING, &values).await?.int("versions")? > 0)
}

/// The newest version of everything that matters to a month about the people from `first` to `last`, in the order of
/// links.
pub(crate) async fn between(
    tx: &mut Tx,
    first: &str,
    last: &str,
    month: TreatmentMonth,
) -> Result<Vec<Stored>, StoreError> {
    let month = month.to_string();
    newest_of(&tx.all(&BETWEEN, &params! { first, last, month: &month }).await?)
}

/// The newest version of every fact about a person.
pub(crate) async fn of_person(tx: &mut Tx, link: &str) -> Result<Vec<Stored>, StoreError> {
    newest_of(&tx.all(&OF_PERSON, &params! { link }).await?)
}

/// The newest version of every fact of a kind about a person.
pub(crate) async fn of_person_and_kind(
    tx: &mut Tx,
    link: &str,
    kind: FactKind,
) -> Result<Vec<Stored>, StoreError> {
    let values = params! { link, kind: kind.name() };
    newest_of(&tx.all(&OF_PERSON_AND_KIND, &values).await?)
}

fn newest_of(rows: &[Row]) -> Result<Vec<Stored>, StoreError> {
    let mut newest: Vec<Stored> = Vec::new();
    for row in rows {
        let stored = read(row)?;
        let same = |last: &Stored| {
            (&last.link, &last.kind, &last.record) == (&stored.link, &stored.kind, &stored.record)
        };
        match newest.last_mut() {
            Some(last) if same(last) => *last = stored,
            _ => newest.push(stored),
        }
    }
    Ok(newest)
}

/// Puts a version.
pub(crate) async fn put(
    tx: &mut Tx,
    key: Key<'_>,
    content: &[u8],
    said: &[u8],
    decided_at: i64,
) -> Result<(), StoreError> {
    let values = params! {
        link: key.link, kind: key.kind.name(), record: key.record, revision: key.revision,
        content, said, decided_at,
    };
    tx.execute(&PUT, &values).await?;
    Ok(())
}

/// Lets the monthly run find a person in the months of an entrustment.
pub(crate) async fn entrust(
    tx: &mut Tx,
    link: &str,
    entrustment: &str,
    first: TreatmentMonth,
    last: Option<TreatmentMonth>,
) -> Result<(), StoreError> {
    let last = last.map_or(i64::MAX, month_number);
    let values = params! { link, entrustment, first: month_number(first), last };
    tx.execute(&ENTRUST, &values).await?;
    Ok(())
}

/// The people after a link who have an entrustment in a month, at most `most`.
pub(crate) async fn due(
    tx: &mut Tx,
    month: TreatmentMonth,
    after: &str,
    most: i64,
) -> Result<Vec<String>, StoreError> {
    let values = params! { after, month: month_number(month), most };
    let rows = tx.all(&DUE, &values).await?;
    rows.iter()
        .map(|row| row.text("link").map(str::to_owned))
        .collect()
}

/// How many people have an entrustment in a month.
pub(crate) async fn count_due(tx: &mut Tx, month: TreatmentMonth) -> Result<i64, StoreError> {
    tx.one(&COUNT_DUE, &params! { month: month_number(month) })
        .await?
        .int("people")
}

fn read(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        link: row.text("link")?.to_owned(),
        kind: row.text("kind")?.to_owned(),
        record: row.text("record")?.to_owned(),
        revision: u32::try_from(row.int("revision")?).unwrap_or(u32::MAX),
        content: row.bytes("content")?.to_vec(),
        said: row.bytes("said")?.to_vec(),
        decided_at: row.int("decided_at")?,
    })
}
