//! The registers' tables.

pub(crate) mod institutions;
pub(crate) mod insurers;
pub(crate) mod residents;

/// The counters that positions come from.
pub(crate) const POSITIONS: storage::Migration = storage::Migration {
    name: "registers-2-positions",
    sql: storage::positions::POSITIONS_SQL,
    sqlite: "",
    postgres: "",
};
