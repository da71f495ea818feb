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
    /// A month's load and run.
    Month,
    /// A month's load and run, while the hub is down.
    MonthWithoutHub,
    /// Somebody new, who is entrusted, gets a voucher at once, and is suspended.
    WalkIns,
    /// Requests of the clinic, single ones and those for a month's list.
    Asking,
    /// Cards that are read at the desk.
    Readings,
    /// A card that is issued and enrolled.
    Enrolments,
    /// Nothing: a row was changed in the role's database while it was down, as only time or a newer program does.
    Left(&'static str),
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
    point(Role::Hub, "hub.changes", Work::Introductions, 2),
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

/// Those of the campaign in the monthly run; some are of both.
pub(crate) static MONTH_POINTS: [Point; 33] = [
    point(Role::Office, "office.load", Work::Month, 4),
    point(Role::Office, "office.start_run", Work::Month, 1),
    point(Role::Office, "office.run", Work::Month, 3),
    point(Role::Office, "office.register", Work::Month, 1),
    point(Role::Office, "office.institutions", Work::WalkIns, 2),
    point(Role::Office, "office.household", Work::WalkIns, 2),
    point(Role::Office, "office.circumstances", Work::WalkIns, 2),
    point(Role::Office, "office.entrust", Work::WalkIns, 2),
    point(Role::Office, "office.self_payment", Work::WalkIns, 2),
    point(Role::Office, "office.issue", Work::WalkIns, 2),
    point(Role::Office, "office.event", Work::WalkIns, 2),
    point(Role::Office, "courier.settle", Work::Month, 2),
    point(Role::Office, "courier.progress", Work::Month, 2),
    point(Role::Office, "courier.tried", Work::MonthWithoutHub, 2),
    point(Role::Hub, "hub.take", Work::Month, 2),
    point(Role::Hub, "hub.confirm", Work::Month, 2),
    point(Role::Hub, "hub.mark", Work::Month, 2),
    point(Role::Hub, "hub.match", Work::WalkIns, 2),
    point(Role::Hub, "hub.changes", Work::WalkIns, 1),
    point(Role::Hub, "hub.insurers-rows", Work::WalkIns, 1),
    point(Role::Verification, "reader.apply", Work::Month, 2),
    point(Role::Verification, "verification.receive", Work::Asking, 1),
    point(Role::Verification, "verification.step", Work::Asking, 1),
    point(
        Role::Verification,
        "verification.restart",
        Work::Left(OTHER_RULES),
        2,
    ),
    point(Role::Verification, "verification.fail", Work::Left(BROKEN), 1),
    point(Role::Verification, "verification.forget", Work::Left(EXPIRED), 1),
    point(Role::Registers, "registers.load", Work::WalkIns, 2),
    point(Role::Registers, "registers.insured", Work::WalkIns, 2),
    point(Role::Registers, "registers.institutions", Work::WalkIns, 2),
    point(Role::Institution, "institution.picked", Work::Asking, 4),
    point(Role::Institution, "institution.answered", Work::Asking, 4),
    point(Role::Institution, "institution.published", Work::Asking, 4),
    point(Role::Verification, "reader.marks", Work::Month, 2),
];

/// Those of the campaign with cards.
pub(crate) static CARD_POINTS: [Point; 5] = [
    point(Role::Verification, "verification.card", Work::Readings, 4),
    point(Role::Verification, "verification.enrolment", Work::Enrolments, 2),
    point(Role::Hub, "hub.enrol", Work::Enrolments, 2),
    point(Role::Hub, "hub.cards", Work::Enrolments, 2),
    point(Role::Registers, "registers.cards", Work::Enrolments, 2),
];

/// As after an update of the program: some of what was received is computed again, and must come out the same.
const OTHER_RULES: &str = "UPDATE reception SET rules = 'others', state = 'open', steps = 0 WHERE number IN
     (SELECT number FROM reception WHERE family = 'mutic' ORDER BY number LIMIT 5)";
/// What nobody can open. The receptions of many people are the test's own, and nobody waits for them.
pub(crate) const BROKEN: &str =
    "UPDATE reception SET head = digest, state = 'open', steps = 0 WHERE family = 'muquc'";
/// What nobody may fetch any more.
const EXPIRED: &str = "UPDATE reception SET expires = 0 WHERE family = 'muquc'";

/// Units that judge and are always undone: there is no commit to die at.
const NEVER_COMMITTED: [&str; 1] = ["hub.rehearse"];

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
            named(&crates.join(role).join("src"), ".settled(\"", &mut found);
            named(&crates.join(role).join("src"), "crash_point(\"", &mut found);
        }
        for name in NEVER_COMMITTED {
            assert!(found.remove(name), "{name} is not there any more");
        }
        let points = POINTS.iter().chain(&MONTH_POINTS).chain(&CARD_POINTS);
        let listed: BTreeSet<String> = points.map(|point| point.name.to_owned()).collect();
        assert_eq!(found, listed);
    }
}
