//! The office's tables. What is said of people is sealed; what must be found is found by link, household, state and month.

use storage::Migration;

pub(crate) mod decisions;
pub(crate) mod facts;
pub(crate) mod households;
pub(crate) mod institutions;
pub(crate) mod ledger;
pub(crate) mod runs;
pub(crate) mod states;

/// What the office keeps beside its decisions for the hub.
pub(crate) const CORE: Migration = Migration {
    name: "office-2-core",
    sql: "
        CREATE INDEX decision_but_vouchers ON decision (link, kind, record, revision) WHERE kind <> 'voucher';
        CREATE TABLE fact (
            link TEXT NOT NULL,
            kind TEXT NOT NULL,
            record TEXT NOT NULL,
            revision BIGINT NOT NULL,
            content BYTEA NOT NULL,
            said BYTEA NOT NULL,
            decided_at BIGINT NOT NULL,
            PRIMARY KEY (link, kind, record, revision)
        );
        CREATE TABLE entrusted (
            link TEXT NOT NULL,
            entrustment TEXT NOT NULL,
            first_month BIGINT NOT NULL,
            last_month BIGINT NOT NULL,
            PRIMARY KEY (link, entrustment)
        );
        CREATE TABLE household (
            household TEXT NOT NULL,
            revision BIGINT NOT NULL,
            content BYTEA NOT NULL,
            said BYTEA NOT NULL,
            decided_at BIGINT NOT NULL,
            PRIMARY KEY (household, revision)
        );
        CREATE TABLE member (link TEXT PRIMARY KEY, household TEXT NOT NULL);
        CREATE INDEX member_of_household ON member (household, link);
        CREATE TABLE voucher (
            month BIGINT NOT NULL,
            link TEXT NOT NULL,
            record TEXT NOT NULL,
            entrustment TEXT,
            revision BIGINT NOT NULL,
            lane TEXT NOT NULL,
            number BIGINT NOT NULL,
            withdrawn BIGINT NOT NULL,
            PRIMARY KEY (month, link, record)
        );
        CREATE TABLE run (
            id TEXT PRIMARY KEY,
            month BIGINT NOT NULL,
            nth BIGINT NOT NULL,
            finished BIGINT NOT NULL,
            reached TEXT NOT NULL,
            people BIGINT NOT NULL,
            people_seen BIGINT NOT NULL,
            issued BIGINT NOT NULL,
            already_issued BIGINT NOT NULL,
            withdrawn BIGINT NOT NULL,
            started_at BIGINT NOT NULL,
            finished_at BIGINT
        );
        CREATE INDEX run_of_month ON run (month, nth);
        CREATE INDEX run_unfinished ON run (finished, started_at, id);
        CREATE TABLE run_file (
            run TEXT NOT NULL,
            number BIGINT NOT NULL,
            vouchers BIGINT NOT NULL,
            PRIMARY KEY (run, number)
        );
        CREATE TABLE left_out (
            run TEXT NOT NULL,
            link TEXT NOT NULL,
            entrustment TEXT NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (run, link, entrustment, reason)
        );
        CREATE TABLE institution (code TEXT PRIMARY KEY, content TEXT NOT NULL);
        CREATE TABLE register_read (register TEXT PRIMARY KEY, n BIGINT NOT NULL)",
    sqlite: "",
    postgres: "",
};
