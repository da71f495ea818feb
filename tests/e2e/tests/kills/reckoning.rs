//! The list of acknowledgements against what the roles say and what stands in their databases.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use exchange::registration::{Content, Kind, Lane, Mode, Part, Record, RecordId, Salt, Shielding};
use madoguchi_e2e::people::{DAY, OFFICE, Person};
use madoguchi_e2e::reception::Result;
use madoguchi_e2e::town::Role;
use madoguchi_e2e::wait::wait_until;
use madoguchi_e2e::{books, files};
use serde_json::json;

use crate::bulk::{self, PERSONS, VOUCHERS};
use crate::campaign::Campaign;
use crate::clerks::Acknowledged;
use crate::killing::{Scene, tell};
use crate::plan::{Decision, Subject};
use crate::standing::{Heads, end_well, lanes_in_order};

/// The lanes of the office's own program.
const LANES: [&str; 2] = ["shield", "single"];

impl Campaign {
    /// Where verification must be: one entry for each file, and one for each person who was matched.
    pub(crate) fn expected_heads(&self) -> Heads {
        let list = self.clerks.acknowledged();
        Heads {
            shield: length(&list, "shield"),
            // Each person is released once, and has one version of insurers' rows.
            single: length(&list, "single") + 2 * count(self.clerks.plans().len()),
            bulk: count(self.clerks.sent().len()),
        }
    }

    /// Compares everything with the list. Nothing is under way.
    pub(crate) fn reckoned(&mut self) {
        let list = self.clerks.acknowledged();
        in_order(&list);
        let office = self
            .office()
            .map(|office| (office.waiting, office.taken, office.refused));
        assert_eq!(office, Some((0, count(list.len()), 0)), "the office's outbox");
        assert_eq!(
            self.heads(),
            Some(self.expected_heads()),
            "verification's positions"
        );
        for lane in LANES {
            self.receipts(lane, length(&list, lane));
        }
        self.next_numbers(&list);
        self.shown(&list);
        assert_eq!(self.desk.waiting(), 0);
        wait_until("the clinic's folders are empty", || {
            self.desk.unfinished().is_empty().then_some(())
        });
        self.nothing_wrong();
    }

    /// Each number has its receipt; the hub applied the one record of each file, once.
    fn receipts(&mut self, lane: &str, last: i64) {
        let seen = self.receipts_seen.insert(lane.to_owned(), last).unwrap_or(0);
        let office = self.town.api(Role::Office);
        for number in seen + 1..=last {
            let reply = match office.get(&format!("/files/{lane}/{number}")) {
                Ok(reply) => reply,
                Err(error) => panic!("{lane} {number}: {error}"),
            };
            let said = reply.json();
            let receipt = &said["answer"]["receipt"];
            assert_eq!(
                (&receipt["lane"], &receipt["number"]),
                (&json!(lane), &json!(number)),
                "{said}"
            );
            let counted = |outcome: &str| receipt["counts"][outcome].as_i64().unwrap_or(-1);
            assert_eq!(counted("applied") + counted("held"), 1, "{said}");
            assert_eq!((counted("refused"), counted("superseded")), (0, 0), "{said}");
        }
    }

    /// What number the hub expects next in each lane: it has taken all before it, and no other.
    fn next_numbers(&self, list: &Acknowledged) {
        let sent = count(self.clerks.sent().len());
        let lanes = [
            (Lane::Shield, length(list, "shield")),
            (Lane::Single, length(list, "single")),
            (Lane::Bulk, sent),
        ];
        for (lane, last) in lanes {
            let probe = probe(lane, last + 1000);
            let reply = self
                .town
                .api(Role::Hub)
                .send("POST", files::PATH, files::KIND, &probe);
            let said = reply.map(|reply| reply.json()).unwrap_or_default();
            let expected = json!({ "refusal": { "reason": "skipped", "expected": last + 1 } });
            assert_eq!(said, expected, "{lane}");
        }
    }

    /// The clinic is shown exactly what was acknowledged last.
    fn shown(&mut self, list: &Acknowledged) {
        let expected = newest(list, self.clerks.plans().len());
        let everybody: Vec<u32> = expected.keys().copied().collect();
        for some in everybody.chunks(16) {
            for (person, result) in self.desk.ask_now(some, DAY) {
                compare(person, expected.get(&person), &result);
            }
        }
        let files: Vec<u32> = self
            .clerks
            .sent()
            .iter()
            .filter(|file| !file.refused)
            .map(|file| file.number)
            .collect();
        let listed: Vec<u32> = everybody.into_iter().filter(|person| *person < PERSONS).collect();
        for (person, result) in self.desk.next_month(&listed) {
            let of_file = |file: &u32| {
                let file = *file;
                (0..VOUCHERS)
                    .map(move |voucher| (bulk::issue_number(file, person, voucher), file.to_string()))
            };
            let vouchers: Vec<(String, String)> = files.iter().flat_map(of_file).collect();
            let hidden = expected.get(&person).is_none_or(Option::is_none);
            let vouchers = if hidden { None } else { Some(vouchers) };
            compare(person, Some(&vouchers), &result);
        }
    }

    /// Ends everything, and looks into the databases and files.
    pub(crate) fn close(mut self, took: Duration) {
        let figure = format!(
            "{} decisions and {} bulk files acknowledged, {} times nobody answered; {} results, {} of them said \
             that verification could not be reached; nothing lost, doubled or out of order; {:.0} s in all",
            self.clerks.acknowledged().len(),
            self.clerks.sent().len(),
            self.clerks.unheard(),
            self.desk.answers,
            self.desk.unreached,
            took.as_secs_f64()
        );
        let people = (0..).take(self.clerks.plans().len());
        let numbers: BTreeSet<String> = people.map(|index| Person { index }.number()).collect();
        end_well(&mut self.town, &numbers);
        self.books();
        tell(&self, &figure);
        self.town.leave();
    }

    fn books(&self) {
        let list = self.clerks.acknowledged();
        let sent = self.clerks.sent();
        let long = sent.iter().filter(|file| !file.refused).count();
        let records = count(list.len()) + count(long) * i64::from(PERSONS * VOUCHERS);
        let number = |role: Role, sql: &str| books::number(self.town.database(role), sql);
        let lanes = [
            ("shield", length(&list, "shield")),
            ("single", length(&list, "single")),
            ("bulk", count(sent.len())),
        ];
        lanes_in_order(&self.town, &lanes);
        let all = [
            (Role::Office, "SELECT COUNT(*) FROM decision", count(list.len())),
            (Role::Office, "SELECT COUNT(*) FROM outbox", count(list.len())),
            (
                Role::Office,
                "SELECT COUNT(*) FROM outbox WHERE state = 1",
                count(list.len()),
            ),
            (
                Role::Hub,
                "SELECT COUNT(*) FROM record WHERE kind <> 'insurance'",
                records,
            ),
            (
                Role::Hub,
                "SELECT COUNT(*) FROM record WHERE kind = 'insurance'",
                count(self.clerks.plans().len()),
            ),
            (Role::Hub, "SELECT COUNT(*) FROM to_ask", 0),
            (Role::Hub, "SELECT COUNT(*) FROM record WHERE held = 1", 0),
            (
                Role::Hub,
                "SELECT COUNT(*) FROM person WHERE state = 1",
                count(self.clerks.plans().len()),
            ),
            (
                Role::Verification,
                "SELECT COUNT(*) FROM version",
                records + count(self.clerks.plans().len()),
            ),
            (
                Role::Registers,
                "SELECT COUNT(*) FROM insured",
                count(self.clerks.plans().len()),
            ),
            (
                Role::Registers,
                "SELECT COUNT(*) FROM resident",
                count(self.clerks.plans().len()),
            ),
        ];
        for (role, sql, expected) in all {
            assert_eq!(number(role, sql), expected, "{}: {sql}", role.name());
        }
    }
}

/// Numbers without gaps, each once, and the revisions of a record in the order of their numbers.
fn in_order(list: &Acknowledged) {
    for lane in LANES {
        let numbers: BTreeSet<i64> = list
            .values()
            .filter(|(of, _)| of == lane)
            .map(|(_, number)| *number)
            .collect();
        let expected: BTreeSet<i64> = (1..=length(list, lane)).collect();
        assert_eq!(numbers, expected, "the office's numbers in lane {lane}");
    }
    let mut before: Option<(&Decision, i64)> = None;
    // The list's order is by person, subject, revision.
    for (decision, (_, number)) in list {
        if let Some((other, earlier)) = before
            && (other.person, other.subject) == (decision.person, decision.subject)
        {
            assert_eq!(other.revision + 1, decision.revision, "{other:?}, {decision:?}");
            assert!(earlier < *number, "{other:?} {earlier}, {decision:?} {number}");
        }
        before = Some((decision, *number));
    }
}

/// What each person's vouchers must look like: 交付番号 and revision; nothing for who is shielded.
type Shown = Option<Vec<(String, String)>>;

fn newest(list: &Acknowledged, persons: usize) -> BTreeMap<u32, Shown> {
    let mut newest: BTreeMap<(u32, Subject), &Decision> = BTreeMap::new();
    for decision in list.keys() {
        newest.insert((decision.person, decision.subject), decision);
    }
    let mut shown: BTreeMap<u32, Shown> = (0..)
        .take(persons)
        .map(|person| (person, Some(Vec::new())))
        .collect();
    for ((person, subject), decision) in &newest {
        let Some(of_person) = shown.get_mut(person) else {
            continue;
        };
        match subject {
            Subject::Shielding if decision.on => *of_person = None,
            Subject::Voucher(voucher) if !decision.on => {
                let issue_number = Person { index: *person }.issue_number(*voucher);
                of_person.iter_mut().for_each(|vouchers| {
                    vouchers.push((issue_number.clone(), decision.revision.to_string()));
                });
            }
            _ => {}
        }
    }
    shown
}

/// Whether an answer shows exactly these vouchers, in the order of their numbers.
fn compare(person: u32, expected: Option<&Shown>, result: &Result) {
    let expected = expected.cloned().flatten().unwrap_or_default();
    let validity = if expected.is_empty() { "4" } else { "1" };
    assert_eq!(result.vouchers(), expected, "person {person}");
    assert_eq!(result.validity(), Some(validity), "person {person}");
    assert_eq!(result.segment(), "1", "person {person}");
}

/// A whole, well-formed file under a number that cannot be the next. The hub says which would be.
fn probe(lane: Lane, number: i64) -> Vec<u8> {
    let content = match lane {
        Lane::Shield => Content::Shielding {
            served: Part::new(
                Salt([1; 16]),
                Shielding {
                    undisclosed: true,
                    unusable: true,
                },
            ),
        },
        Lane::Single | Lane::Bulk => Content::Withdrawn(Kind::Voucher),
    };
    let read = || -> std::result::Result<Vec<u8>, Box<dyn std::error::Error>> {
        let record = Record {
            link: serde_json::from_value(json!("nobody"))?,
            record: RecordId::parse("nothing")?,
            revision: 1,
            content,
        };
        Ok(files::file(OFFICE, lane, number, Mode::EachPerson, &[record]))
    };
    match read() {
        Ok(file) => file,
        Err(error) => panic!("a probe: {error}"),
    }
}

/// How many acknowledgements travel in a lane.
fn length(list: &Acknowledged, lane: &str) -> i64 {
    count(list.values().filter(|(of, _)| of == lane).count())
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
