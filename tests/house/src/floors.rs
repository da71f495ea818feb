//! Floors: which crate may use which.
//!
//! The root manifest gives each crate a floor in `[workspace.metadata.floors]`. An arrow may only point down.
//! That keeps roles from calling each other past the interfaces, and keeps the law's rules free of I/O.

use std::collections::BTreeMap;

/// The harness is what tests stand on; as a dev-dependency it may be used from any floor.
const HARNESS: &str = "madoguchi-harness";

/// How one package uses another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// In the program: a normal or a build dependency. It goes strictly down.
    Program,
    /// In tests only: a dev-dependency. It does not go up.
    Tests,
}

/// One arrow between two packages of the workspace.
#[derive(Clone, Debug)]
pub struct Arrow {
    /// Name of the package that uses.
    pub from: String,
    /// Name of the package that is used.
    pub to: String,
    /// For the program or for tests.
    pub for_use: Use,
}

/// Every breach of the floors, as one sentence each; empty when the house stands.
///
/// `crates` are the packages under `crates/`: each needs a floor, and each floor needs its crate. Arrows that
/// start outside `crates/` are free: tests, benches and tasks may use what they like.
#[must_use]
pub fn faults(floors: &BTreeMap<String, u64>, crates: &[String], arrows: &[Arrow]) -> Vec<String> {
    let without_floor = crates
        .iter()
        .filter(|name| !floors.contains_key(*name))
        .map(|name| format!("{name} has no floor"));
    let without_crate = floors
        .keys()
        .filter(|name| !crates.contains(name))
        .map(|name| format!("the floor of {name} has no crate: an empty room"));
    let upward = arrows.iter().filter_map(|arrow| fault_of(floors, arrow));
    without_floor.chain(without_crate).chain(upward).collect()
}

/// The floors as the page of architecture shows them: rows `| 3 | `storage` | … |`, by the packages' names.
#[must_use]
pub fn shown(page: &str) -> BTreeMap<String, u64> {
    let section = page.split("## The floors").nth(1).unwrap_or_default();
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix('|'));
    let floor = |row: &str| {
        let mut cells = row.split('|').map(str::trim);
        let floor = cells.next()?.parse().ok()?;
        let name = cells.next()?.trim_matches('`');
        let package = match name {
            "madoguchi" => name.to_owned(),
            _ => format!("madoguchi-{name}"),
        };
        Some((package, floor))
    };
    rows.filter_map(floor).collect()
}

fn fault_of(floors: &BTreeMap<String, u64>, arrow: &Arrow) -> Option<String> {
    let from = floors.get(&arrow.from)?;
    let Arrow {
        from: user,
        to: used,
        for_use,
    } = arrow;
    let allowed = match (floors.get(used), for_use) {
        (Some(to), Use::Program) => to < from,
        (Some(to), Use::Tests) => to <= from,
        (None, Use::Tests) => used == HARNESS,
        (None, Use::Program) => false,
    };
    let to = floors.get(used).map_or("none".to_owned(), ToString::to_string);
    (!allowed).then(|| format!("{user} (floor {from}) uses {used} (floor {to}, {for_use:?})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrow(from: &str, to: &str, for_use: Use) -> Arrow {
        Arrow {
            from: from.to_owned(),
            to: to.to_owned(),
            for_use,
        }
    }

    fn found(arrows: &[Arrow]) -> Vec<String> {
        let floors = [("a", 1), ("b", 1), ("c", 2)].map(|(name, floor)| (name.to_owned(), floor));
        faults(
            &BTreeMap::from(floors),
            &["a", "b", "c"].map(str::to_owned),
            arrows,
        )
    }

    #[test]
    fn down_is_allowed_up_and_sideways_are_not() {
        assert_eq!(found(&[arrow("c", "a", Use::Program)]), Vec::<String>::new());
        assert_eq!(
            found(&[arrow("a", "b", Use::Program)]),
            ["a (floor 1) uses b (floor 1, Program)"]
        );
        assert_eq!(
            found(&[arrow("a", "c", Use::Program)]),
            ["a (floor 1) uses c (floor 2, Program)"]
        );
    }

    #[test]
    fn tests_may_look_sideways_and_use_the_harness_but_not_look_up() {
        assert_eq!(
            found(&[arrow("a", "b", Use::Tests), arrow("a", HARNESS, Use::Tests)]),
            Vec::<String>::new()
        );
        assert_eq!(found(&[arrow("a", "c", Use::Tests)]).len(), 1);
        assert_eq!(found(&[arrow("a", HARNESS, Use::Program)]).len(), 1);
    }

    #[test]
    fn crates_and_floors_name_each_other() {
        let floors = BTreeMap::from([("gone".to_owned(), 1)]);
        let faults = faults(&floors, &["new".to_owned()], &[]);
        assert_eq!(
            faults,
            [
                "new has no floor",
                "the floor of gone has no crate: an empty room"
            ]
        );
    }

    #[test]
    fn the_page_s_floors_are_read_from_its_table_only() {
        let page = "| 9 | `other` | x |\n## The floors\n\n| floor | crate | |\n|---|---|---|\n| 3 | `storage` | x |\n\
                    | 7 | `madoguchi` | x |\n## Next\n| 8 | `later` | x |\n";
        let expected = [("madoguchi", 7), ("madoguchi-storage", 3)];
        assert_eq!(
            shown(page),
            expected.map(|(name, floor)| (name.to_owned(), floor)).into()
        );
    }
}
