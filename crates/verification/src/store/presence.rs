//! Cards that were here: nonces that were used, visits, and what people let an institution see.
//!
//! All of one inquiry's rows stand in one commit, with which the nonce is used. A nonce's row exists once, whichever process
//! writes it; the token says whose it is, so that whoever does not know whether their commit stands can ask again.

use std::collections::BTreeMap;

use domain::consent::{Said, Scope};
use domain::identity::PersonId;
use domain::number::InstitutionCode;
use domain::presence::Method;
use env::Time;
use identity::presence::NonceId;
use storage::{Migration, Row, Statement, Store, StoreError, Tx, params};

pub(crate) const MIGRATION: Migration = Migration {
    name: "verification-5-presence",
    sql: "
        CREATE TABLE nonce_used (nonce BYTEA PRIMARY KEY, token BYTEA NOT NULL, at BIGINT NOT NULL);
        CREATE INDEX nonce_used_at ON nonce_used (at);
        CREATE TABLE visit (
            person BYTEA NOT NULL,
            institution TEXT NOT NULL,
            at BIGINT NOT NULL,
            method BIGINT NOT NULL,
            request_key BYTEA,
            PRIMARY KEY (person, institution, at)
        );
        CREATE INDEX visit_by_key ON visit (request_key);
        CREATE TABLE consent (
            person BYTEA NOT NULL,
            institution TEXT NOT NULL,
            scope BIGINT NOT NULL,
            at BIGINT NOT NULL,
            given BIGINT NOT NULL,
            PRIMARY KEY (person, institution, scope, at)
        )",
    sqlite: "",
    postgres: "",
};

/// A nonce's key begins with when it was made, so nonces are written and forgotten at the ends of one tree. Of nonces
/// of before nothing is kept: each was good on a connection that did not outlive the program of then. Only a visit that has a
/// request key is found by one. On SQLite both tables are their key's tree and nothing beside it, so that a visit writes
/// half as many pages.
pub(crate) const MIGRATION_2: Migration = Migration {
    name: "verification-7-presence-in-order",
    sql: "
        DROP TABLE nonce_used;
        DROP INDEX visit_by_key",
    sqlite: "
        CREATE TABLE nonce_used (nonce BLOB PRIMARY KEY, token BLOB NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        ALTER TABLE visit RENAME TO visit_before;
        CREATE TABLE visit (
            person BLOB NOT NULL,
            institution TEXT NOT NULL,
            at INTEGER NOT NULL,
            method INTEGER NOT NULL,
            request_key BLOB,
            PRIMARY KEY (person, institution, at)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO visit SELECT person, institution, at, method, request_key FROM visit_before;
        DROP TABLE visit_before;
        CREATE INDEX visit_by_key ON visit (request_key) WHERE request_key IS NOT NULL",
    postgres: "
        CREATE TABLE nonce_used (nonce BYTEA PRIMARY KEY, token BYTEA NOT NULL, at BIGINT NOT NULL);
        CREATE INDEX visit_by_key ON visit (request_key) WHERE request_key IS NOT NULL",
};

/// Two cards that are read at one desk in the same µs are two visits: a visit is known by the nonce that proved it too. Of those of
/// before nobody knows the nonce any more.
pub(crate) const MIGRATION_3: Migration = Migration {
    name: "verification-8-visit-by-nonce",
    sql: "",
    sqlite: "
        ALTER TABLE visit RENAME TO visit_before;
        CREATE TABLE visit (
            person BLOB NOT NULL,
            institution TEXT NOT NULL,
            at INTEGER NOT NULL,
            nonce BLOB NOT NULL,
            method INTEGER NOT NULL,
            request_key BLOB,
            PRIMARY KEY (person, institution, at, nonce)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO visit SELECT person, institution, at, X'', method, request_key FROM visit_before;
        DROP TABLE visit_before;
        CREATE INDEX visit_by_key ON visit (request_key) WHERE request_key IS NOT NULL",
    postgres: "
        ALTER TABLE visit ADD COLUMN nonce BYTEA NOT NULL DEFAULT '';
        ALTER TABLE visit ALTER COLUMN nonce DROP DEFAULT;
        ALTER TABLE visit DROP CONSTRAINT visit_pkey;
        ALTER TABLE visit ADD PRIMARY KEY (person, institution, at, nonce)",
};

static USE: Statement = Statement::new(
    "INSERT INTO nonce_used (nonce, token, at) VALUES (:nonce, :token, :at) ON CONFLICT (nonce) DO NOTHING",
);
static USED_BY: Statement = Statement::new("SELECT token FROM nonce_used WHERE nonce = :nonce");
static FORGET: Statement = Statement::new(
    "DELETE FROM nonce_used
     WHERE nonce IN (SELECT nonce FROM nonce_used WHERE nonce < :before ORDER BY nonce LIMIT :most)",
);
static VISIT: Statement = Statement::new(
    "INSERT INTO visit (person, institution, at, nonce, method, request_key)
     VALUES (:person, :institution, :at, :nonce, :method, :request_key)
     ON CONFLICT (person, institution, at, nonce) DO NOTHING",
);
// Of a yes and a no at the same moment the no stands, whichever came first.
static SAID: Statement = Statement::new(
    "INSERT INTO consent (person, institution, scope, at, given) VALUES (:person, :institution, :scope, :at, :given)
     ON CONFLICT (person, institution, scope, at) DO UPDATE SET given = 0 WHERE excluded.given = 0",
);
// Said by a clock that was ahead of this one; nobody says twice within the moment that inquiries are under way together.
static SAID_LATER: Statement = Statement::new(
    "SELECT scope, MAX(at) AS at FROM consent
     WHERE person = :person AND institution = :institution AND at > :together GROUP BY scope",
);
static SAID_THEN: Statement = Statement::new(
    "SELECT scope, at, given FROM consent
     WHERE person = :person AND institution = :institution AND scope = :scope AND at = :at",
);
// Each scope is looked for by itself, at the end of what was said of it: what was said before is not read.
static LAST_SAID: Statement = Statement::new(
    "SELECT c.scope, c.at, c.given
     FROM (SELECT 1 AS scope UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) AS s
     JOIN consent AS c
       ON c.person = :person AND c.institution = :institution AND c.scope = s.scope
      AND c.at = (SELECT MAX(d.at) FROM consent AS d
                  WHERE d.person = :person AND d.institution = :institution AND d.scope = s.scope)",
);

/// For how long two inquiries of one person may be under way together, in µs: then their clocks say which was later, and not
/// which is committed first.
const TOGETHER: i64 = 1_000_000;

/// A visit, as the card proved it.
pub(crate) struct Visit {
    pub(crate) person: PersonId,
    pub(crate) institution: InstitutionCode,
    pub(crate) at: Time,
    pub(crate) nonce: NonceId,
    pub(crate) method: Method,
    /// What a missing voucher can be asked for with; nothing when none is missing.
    pub(crate) request_key: Option<[u8; 16]>,
}

/// What became of using a nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// It was nobody's before.
    First,
    /// This very inquiry used it, in a commit of which it did not know whether it stands: it does, with all that came with it.
    Again,
    /// Somebody else used it.
    Other,
}

/// Uses a nonce.
pub(crate) async fn use_nonce(
    tx: &mut Tx,
    nonce: &NonceId,
    token: &[u8; 16],
    at: Time,
) -> Result<Use, StoreError> {
    let row = params! { nonce: &nonce.0[..], token: &token[..], at: at.micros() };
    if tx.execute(&USE, &row).await? == 1 {
        return Ok(Use::First);
    }
    let by = tx.one(&USED_BY, &params! { nonce: &nonce.0[..] }).await?;
    Ok(if by.bytes("token")? == token {
        Use::Again
    } else {
        Use::Other
    })
}

/// Forgets some of the used nonces that were made before a moment; how many.
pub(crate) async fn forget_nonces(tx: &mut Tx, before: Time, most: i64) -> Result<u64, StoreError> {
    let before = before.micros().to_be_bytes();
    tx.execute(&FORGET, &params! { before: &before[..], most }).await
}

/// Keeps a visit and what the person said. What is said now comes after what was said before, also when
/// a clock that was ahead wrote that: else an earlier yes would outlive a no.
pub(crate) async fn keep(tx: &mut Tx, visit: &Visit, said: &[Said]) -> Result<(), StoreError> {
    let (person, institution, at) = (
        visit.person.as_bytes(),
        visit.institution.as_str(),
        visit.at.micros(),
    );
    let method = match visit.method {
        Method::Pin => 1,
        Method::Face => 2,
    };
    let (nonce, request_key) = (&visit.nonce.0[..], visit.request_key.as_ref().map(|key| &key[..]));
    let row = params! { person, institution, at, nonce, method, request_key };
    tx.execute(&VISIT, &row).await?;
    if said.is_empty() {
        return Ok(());
    }
    let together = at.saturating_add(TOGETHER);
    let rows = tx
        .all(&SAID_LATER, &params! { person, institution, together })
        .await?;
    let mut later = BTreeMap::new();
    for row in rows {
        later.insert(row.int("scope")?, row.int("at")? + 1);
    }
    let sets: Vec<_> = said
        .iter()
        .map(|said| {
            let (scope, given) = (code(said.scope), i64::from(said.given));
            let at = later.get(&scope).copied().unwrap_or(at);
            params! { person, institution, scope, at, given }
        })
        .collect();
    tx.execute_each(&SAID, &sets).await?;
    Ok(())
}

/// What a person said last of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LastSaid {
    pub(crate) scope: Scope,
    pub(crate) at: Time,
    /// Whether it was a yes.
    pub(crate) given: bool,
}

/// What a person said last to an institution of each scope, whatever the clocks say.
pub(crate) async fn last_said(
    store: &Store,
    person: PersonId,
    institution: InstitutionCode,
) -> Result<Vec<LastSaid>, StoreError> {
    let (person, institution) = (person.as_bytes(), institution.as_str());
    let rows = store.look(&LAST_SAID, &params! { person, institution }).await?;
    rows.iter().filter_map(|row| said(row).transpose()).collect()
}

/// What a person said to an institution of these scopes at these moments.
pub(crate) async fn said_then(
    store: &Store,
    person: PersonId,
    institution: InstitutionCode,
    moments: &BTreeMap<Scope, Time>,
) -> Result<Vec<LastSaid>, StoreError> {
    let (person, institution) = (person.as_bytes(), institution.as_str());
    let mut rows = Vec::new();
    for (scope, at) in moments {
        let (scope, at) = (code(*scope), at.micros());
        let found = store
            .look(&SAID_THEN, &params! { person, institution, scope, at })
            .await?;
        rows.extend(found);
    }
    rows.iter().filter_map(|row| said(row).transpose()).collect()
}

/// The same within the unit that has kept what they say now.
pub(crate) async fn last_said_within(
    tx: &mut Tx,
    person: PersonId,
    institution: InstitutionCode,
) -> Result<Vec<LastSaid>, StoreError> {
    let (person, institution) = (person.as_bytes(), institution.as_str());
    let rows = tx.all(&LAST_SAID, &params! { person, institution }).await?;
    rows.iter().filter_map(|row| said(row).transpose()).collect()
}

/// Nothing for a scope that is none here.
fn said(row: &Row) -> Result<Option<LastSaid>, StoreError> {
    let (scope, at, given) = (row.int("scope")?, row.int("at")?, row.int("given")? == 1);
    let scope = Scope::ALL.iter().copied().find(|known| code(*known) == scope);
    let at = Time::from_micros(at);
    Ok(scope.map(|scope| LastSaid { scope, at, given }))
}

pub(crate) const fn code(scope: Scope) -> i64 {
    match scope {
        Scope::Drug => 1,
        Scope::Diagnosis => 2,
        Scope::Operation => 3,
        Scope::CheckUp => 4,
    }
}
