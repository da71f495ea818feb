//! What the killed roles have, against each other and against an office that nobody disturbed.

use std::collections::{BTreeMap, BTreeSet};

use madoguchi_e2e::books;
use madoguchi_e2e::people::Person;
use madoguchi_e2e::town::{Kind, Role, Town};
use madoguchi_e2e::wait::{Watch, wait_while_it_goes_on};
use serde_json::Value;

use super::MonthlyRun;
use super::clerks::Clerks;
use super::desk::Vouchers;
use super::walk_in::self_pay_yen;
use super::ward::MadeUp;
use crate::killing::tell;
use crate::standing::{end_well, lanes_in_order};

/// What must be the same in an office that was not disturbed; people who walked in aside, and no times.
const SAME: [&str; 6] = [
    "SELECT id, month, nth, finished, reached, people, people_seen, issued, already_issued, withdrawn FROM run",
    "SELECT run, number, vouchers FROM run_file",
    "SELECT run, link, entrustment, reason FROM left_out",
    "SELECT month, link, record, entrustment, revision, lane, number, withdrawn FROM voucher WHERE month > 202611",
    "SELECT link, kind, record, revision, lane, number FROM decision WHERE link NOT LIKE 'person-%'",
    "SELECT link, kind, record, revision FROM fact WHERE link NOT LIKE 'person-%'",
];

impl MonthlyRun {
    /// Compares what the roles say. Nothing is under way.
    pub(super) fn reckoned(&mut self) {
        let month = self.clerks.month();
        let office = self.town.api(Role::Office);
        let report = office.get(&format!("/runs/{month}-1")).unwrap().json();
        let mut states = Value::Null;
        wait_while_it_goes_on("the office knows what is visible", || {
            let reply = office.get(&format!("/months/{month}")).map_err(|_| None)?;
            states = reply.json()["states"].clone();
            match ["decided", "sent", "applied"].map(|state| states[state].as_i64().unwrap_or(0)) {
                [0, 0, 0] => Ok(()),
                under_way => Err(Some(under_way)),
            }
        });
        let of = |state: &str| states[state].as_i64().unwrap_or(-1);
        let issued = report["issued"].as_i64();
        assert_eq!(issued, Some(of("visible") + of("held")), "{month}: {states}");
        assert_eq!((of("refused"), of("superseded")), (0, 0), "{month}: {states}");
        let hub = self.counts(Role::Hub).unwrap();
        assert_eq!(
            (&hub["vouchers"]["applied"], &hub["vouchers"]["held"]),
            (&states["visible"], &states["held"]),
            "{month}"
        );
        let verification = self.counts(Role::Verification).unwrap();
        assert_eq!(verification["vouchers"], states["visible"], "{month}");
        self.walked_in_well();
        self.shown_well(&month);
    }

    /// Each of those who walked in has one voucher, shortened to the day before the suspension, and everything is visible.
    fn walked_in_well(&self) {
        let office = self.town.api(Role::Office);
        for person in self.clerks.walked_in() {
            let file = office.get(&format!("/people/{}", person.link())).unwrap().json();
            let vouchers = file["vouchers"].as_array().map_or(0, Vec::len);
            let voucher = &file["vouchers"][0];
            let body = &voucher["body"];
            let found = (
                vouchers,
                &voucher["revision"],
                &body["valid_through"],
                &body["self_pay_yen"],
            );
            let (revision, day, yen) = (2.into(), "2026-10-19".into(), self_pay_yen(person.index).into());
            assert_eq!(found, (1, &revision, &day, &yen), "{}: {file}", person.link());
        }
    }

    /// The clinic's list of the month, what it is told about each patient, and what the office has issued are the same.
    fn shown_well(&mut self, month: &str) {
        self.desk.ask_for_list(month.to_owned());
        for patient in 0..self.desk.patients().len() {
            self.desk.ask_about(patient, month);
        }
        self.until_answered();
        let single: Vouchers = (0..self.desk.patients().len())
            .flat_map(|patient| self.desk.shown(patient, month))
            .collect();
        let listed = self.desk.lists().newest(month);
        let list: Vouchers = listed.iter().cloned().collect();
        assert_eq!(listed.len(), list.len(), "{month}: a voucher twice in the list");
        assert_eq!(list, single, "{month}: the list, and single inquiries");
        assert!(!list.is_empty(), "{month}: nobody has a voucher here");
    }

    /// Ends everything, looks into the databases, and runs the same months undisturbed.
    pub(super) fn close(mut self, watch: &Watch) {
        self.desk.fetch_again();
        self.until_answered();
        let contents = contents(&self.town, &self.ward);
        let mut numbers: BTreeSet<String> = self.ward.numbers().collect();
        numbers.extend(self.clerks.walked_in().map(|person| Person::number(&person)));
        end_well(&mut self.town, &numbers);
        let (vouchers, held) = self.everywhere_once();
        self.receptions();
        let undisturbed = Undisturbed::run(&self.ward, self.clerks.months());
        for (link, expected) in &undisturbed.contents {
            assert_eq!(contents.get(link), Some(expected), "what {link} has");
        }
        for (sql, expected) in SAME.iter().zip(&undisturbed.tables) {
            let found = sorted(&self.town, sql);
            assert!(
                found == *expected,
                "{sql}: {} rows, undisturbed {}",
                found.len(),
                expected.len()
            );
        }
        let figure = format!(
            "{} months run, {vouchers} versions of vouchers ({held} held), {} loads, {} who walked in, {} lists; {} \
             times nobody answered, {} results, {} of them said that verification could not be reached; 0 lost, 0 \
             doubled, 0 out of order, the same as undisturbed; {:.0} s in all",
            self.clerks.months(),
            self.clerks.loads(),
            self.clerks.walked_in().count(),
            self.desk.lists().count(),
            self.clerks.unheard(),
            self.desk.answers,
            self.desk.unreached(),
            watch.elapsed().as_secs_f64()
        );
        tell(&self, &figure);
        self.town.leave();
    }

    /// Every version of every voucher stands once at the office, at the hub and, unless it is held, at verification.
    fn everywhere_once(&self) -> (usize, usize) {
        let of = |role: Role, sql: &str| -> Vec<String> {
            let rows = books::rows(self.town.database(role), sql).into_iter();
            let mut rows: Vec<String> = rows.map(|row| row.join(" ")).collect();
            rows.sort();
            rows
        };
        let office = of(
            Role::Office,
            "SELECT record, revision FROM decision WHERE kind = 'voucher'",
        );
        let hub = of(
            Role::Hub,
            "SELECT record, revision FROM record WHERE kind = 'voucher'",
        );
        let held = "SELECT record, revision FROM record WHERE kind = 'voucher' AND held = 1";
        let held: BTreeSet<String> = of(Role::Hub, held).into_iter().collect();
        let verification = of(
            Role::Verification,
            "SELECT record, revision FROM version WHERE kind = 'voucher'",
        );
        assert!(
            office.windows(2).all(|two| two[0] != two[1]),
            "doubled at the office"
        );
        assert_eq!(office, hub, "office and hub");
        let expected: Vec<String> = hub.iter().filter(|one| !held.contains(*one)).cloned().collect();
        assert_eq!(expected, verification, "hub and verification");
        let of_lane = |lane: &str| {
            let sql = format!("SELECT COALESCE(MAX(number), 0) FROM outbox WHERE lane = '{lane}'");
            books::number(self.town.database(Role::Office), &sql)
        };
        let lanes = ["shield", "single", "bulk"].map(|lane| (lane, of_lane(lane)));
        lanes_in_order(&self.town, &lanes);
        // 交付番号 count in the order of the files that carry them.
        let sql = "SELECT number FROM voucher WHERE month > 202611 ORDER BY month, record";
        let files = books::rows(self.town.database(Role::Office), sql)
            .into_iter()
            .flatten();
        let files: Vec<i64> = files.map(|number| number.parse().unwrap()).collect();
        assert!(files.is_sorted(), "the run's files are out of order");
        (office.len(), held.len())
    }

    /// Each request for a list is one reception, which was completed once. An agent that came back after more than the
    /// minute in which the same request is the same reception has made another; a request that was answered with an error
    /// may have one of which nobody was told.
    fn receptions(&self) {
        let number = |sql: &str| books::number(self.town.database(Role::Verification), sql);
        let of_lists = "FROM reception WHERE family = 'mutic'";
        let received = number(&format!("SELECT COUNT(*) {of_lists}"));
        let done = number(&format!("SELECT COUNT(*) {of_lists} AND state = 'done'"));
        assert_eq!(done, received);
        let requests = number(&format!("SELECT COUNT(DISTINCT digest) {of_lists}"));
        let told = self.desk.lists().count();
        let asked = told + self.desk.lists().unheard();
        let range = told..=asked;
        assert!(
            range.contains(&usize::try_from(requests).unwrap()),
            "{requests} requests were received, {told} of {asked} were told so"
        );
        let twice = "SELECT COUNT(*) FROM reception AS one JOIN reception AS other
             ON one.digest = other.digest AND one.number <> other.number
             WHERE one.received <= other.received AND other.received - one.received < 60000000";
        assert_eq!(number(twice), 0, "the same request within a minute");
        let parts = number(&format!("SELECT COALESCE(SUM(parts), 0) {of_lists}"));
        assert_eq!(
            number("SELECT COUNT(*) FROM reception_part WHERE told IS NOT NULL"),
            parts
        );
        assert_eq!(
            number("SELECT COUNT(*) FROM reception WHERE family <> 'mutic'"),
            0
        );
    }
}

/// An office that ran the same months and was not disturbed, with nobody to send anything to.
struct Undisturbed {
    contents: BTreeMap<String, Value>,
    tables: Vec<Vec<Vec<String>>>,
}

impl Undisturbed {
    fn run(ward: &MadeUp, months: usize) -> Undisturbed {
        let clinic = ward.clinic().as_str();
        let mut town = Town::found_with("undisturbed", Kind::Sqlite, clinic);
        town.start(Role::Registers, None);
        town.start(Role::Office, None);
        let mut clerks = Clerks::hire(&town.api(Role::Office), &town.api(Role::Registers), clinic);
        clerks.fill_registers(ward);
        for _ in 0..months {
            clerks.begin_month(ward);
            let (office, run) = (town.api(Role::Office), format!("/runs/{}-1", clerks.month()));
            wait_while_it_goes_on("a month is run undisturbed", || match clerks.open() {
                0 => Ok(()),
                open => {
                    let seen = office.get(&run).ok().map(|run| run.json()["people_seen"].clone());
                    Err(Some((open, seen)))
                }
            });
        }
        assert_eq!(clerks.wrong(), Vec::<String>::new());
        let contents = contents(&town, ward);
        town.process(Role::Office).kill();
        Undisturbed {
            contents,
            tables: SAME.iter().map(|sql| sorted(&town, sql)).collect(),
        }
    }
}

/// The files of everybody in the ward.
fn contents(town: &Town, ward: &MadeUp) -> BTreeMap<String, Value> {
    let office = town.api(Role::Office);
    let file = |link: &str| {
        let file = office.get(&format!("/people/{link}")).unwrap();
        assert_eq!(file.status, 200, "{link}: {}", file.text());
        (link.to_owned(), file.json())
    };
    ward.links().map(file).collect()
}

fn sorted(town: &Town, sql: &str) -> Vec<Vec<String>> {
    let mut rows = books::rows(town.database(Role::Office), sql);
    rows.sort();
    rows
}
