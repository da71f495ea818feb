//! Every crash point: before and after each commit of each role, and each hand-over of the folder agent.

use madoguchi_e2e::town::Role;

/// What must be going on for a point to be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// Decisions.
    Decisions,
    /// New persons.
    Introductions,
    /// A long file of the bulk lane.
    LongFile,
    /// An all-or-nothing file that is refused.
    RefusedFile,
    /// Requests of the clinic.
    Requests,
}

/// A unit of work, or a hand-over.
pub(crate) struct Point {
    /// Whose it is.
    pub(crate) role: Role,
    /// Its name: a unit's name, to which `.before_commit` and `.after_commit` belong, or the whole name.
    pub(crate) name: &'static str,
    /// What reaches it.
    pub(crate) work: Work,
    /// In which of its occurrences, at most, the process is killed.
    pub(crate) within: usize,
}

const fn point(role: Role, name: &'static str, work: Work, within: usize) -> Point {
    Point {
        role,
        name,
        work,
        within,
    }
}

/// All of them. [`tests`] compares the list with the sources.
pub(crate) static POINTS: [Point; 21] = [
    point(Role::Office, "office.decide", Work::Decisions, 4),
    point(Role::Office, "courier.settle", Work::Decisions, 4),
    point(Role::Office, "courier.progress", Work::Decisions, 2),
    point(Role::Hub, "hub.take", Work::Decisions, 4),
    point(Role::Hub, "hub.match", Work::Introductions, 4),
    point(Role::Hub, "hub.insurers-changes", Work::Introductions, 2),
    point(Role::Hub, "hub.insurers-rows", Work::Introductions, 2),
    point(Role::Hub, "hub.mark", Work::Decisions, 2),
    point(Role::Hub, "hub.confirm", Work::Decisions, 4),
    point(Role::Hub, "hub.admit", Work::LongFile, 1),
    point(Role::Hub, "hub.stage", Work::LongFile, 2),
    point(Role::Hub, "hub.conclude", Work::LongFile, 1),
    point(Role::Hub, "hub.refuse", Work::RefusedFile, 1),
    point(Role::Verification, "reader.apply", Work::Decisions, 4),
    point(Role::Verification, "reader.marks", Work::Decisions, 2),
    point(Role::Registers, "registers.load", Work::Introductions, 6),
    point(Role::Registers, "registers.insured", Work::Introductions, 4),
    point(Role::Registers, "registers.institutions", Work::Introductions, 4),
    point(Role::Institution, "institution.picked", Work::Requests, 4),
    point(Role::Institution, "institution.answered", Work::Requests, 4),
    point(Role::Institution, "institution.published", Work::Requests, 4),
];

/// Units that judge and are always undone: there is no commit to die at.
const NEVER_COMMITTED: [&str; 1] = ["hub.rehearse"];

/// Units that no work of this campaign reaches, by where they die.
const ELSEWHERE: [&str; 19] = [
    // A courier that nobody hears: the relay's own tests, and every seed of the simulation.
    "courier.tried",
    // The monthly run: `commands::office`, and at any step in the office's own tests on a simulated fleet.
    "office.run",
    "office.start_run",
    // What a page of the office is about; one commit each, said again until it is answered.
    "office.circumstances",
    "office.entrust",
    "office.event",
    "office.household",
    "office.institutions",
    "office.issue",
    "office.load",
    "office.register",
    "office.self_payment",
    // Receptions and the index of old vouchers: at any step in verification's own tests (`tests/bulk`) on a simulated
    // fleet. Whatever of them was cut off is done again from the last commit.
    "verification.backfill",
    "verification.fail",
    "verification.forget",
    "verification.indexed",
    "verification.receive",
    "verification.restart",
    "verification.step",
];

impl Point {
    /// The crash points as `MADOGUCHI_KILL_AT` takes them.
    pub(crate) fn names(&self) -> Vec<String> {
        if self.role == Role::Institution {
            return vec![self.name.to_owned()];
        }
        ["before_commit", "after_commit"]
            .map(|moment| format!("{}.{moment}", self.name))
            .into()
    }
}

/// The points of a role.
pub(crate) fn of(role: Role) -> impl Iterator<Item = &'static Point> {
    POINTS.iter().filter(move |point| point.role == role)
}

mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The names after `call` in the sources of the roles.
    fn named(folder: &Path, call: &str, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() && name != "tests" {
                named(&path, call, found);
            } else if name.ends_with(".rs") && name != "tests.rs" {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                let code: String = code.collect::<Vec<_>>().join("\n");
                let code = code.split("#[cfg(test)]").next().unwrap_or_default();
                let names = code.split(call).skip(1).filter_map(|rest| rest.split('"').next());
                found.extend(names.map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_commit_and_hand_over_in_the_sources_is_on_the_list() {
        let mut found = BTreeSet::new();
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates");
        for role in [
            "office",
            "hub",
            "verification",
            "institution",
            "registers",
            "relay",
        ] {
            named(&crates.join(role).join("src"), ".unit(\"", &mut found);
            named(&crates.join(role).join("src"), "crash_point(\"", &mut found);
        }
        for name in NEVER_COMMITTED.into_iter().chain(ELSEWHERE) {
            assert!(found.remove(name), "{name} is not there any more");
        }
        let listed: BTreeSet<String> = Role::ALL
            .into_iter()
            .flat_map(of)
            .map(|point| point.name.to_owned())
            .collect();
        assert_eq!(found, listed);
    }
}
