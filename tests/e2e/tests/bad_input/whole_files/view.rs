//! Verification's view of what a file brings, watched all the time.

use std::sync::atomic::{AtomicBool, Ordering};

use exchange::oqs::Limits;
use exchange::oqs::siquc01::ResultMessage;
use exchange::registration::{Lane, Mode, Record};
use madoguchi_e2e::api::Reply;
use madoguchi_e2e::files;
use madoguchi_e2e::people::{CLINIC, DAY, MONTH, OFFICE, Person};
use madoguchi_e2e::town::{Kind, Role, Town};
use madoguchi_e2e::wait::{PATIENCE, Watch, wait_until};
use serde_json::Value;

/// What can be seen of a month: all vouchers as verification counts them, and those of three people as the clinic is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) vouchers: i64,
    /// Of the first person of a file.
    pub(super) first: usize,
    /// Of the person in the middle, of whom a record is bad.
    pub(super) bad: usize,
    /// Of the last person.
    pub(super) last: usize,
}

/// A town whose people are known and matched.
pub(super) struct View {
    town: Town,
    people: u32,
    /// How often was looked while a file was being sent.
    looks: usize,
}

/// A voucher of a person in a file.
pub(super) fn voucher(person: u32, edition: u32, voucher: u32) -> Record {
    let (record, issued) = (
        format!("file-{edition}-{voucher}"),
        format!("{MONTH}{person:04}{edition:03}{voucher:03}"),
    );
    files::voucher(&Person { index: person }, &record, &issued, MONTH, 1)
}

/// A file of the bulk lane.
pub(super) fn file(number: i64, mode: Mode, records: &[Record]) -> Vec<u8> {
    files::file(OFFICE, Lane::Bulk, number, mode, records)
}

impl View {
    pub(super) fn open(name: &str, kind: Kind, people: u32) -> View {
        let mut town = Town::found(&format!("{name}-{}", kind.name()), kind);
        for role in [Role::Registers, Role::Hub, Role::Verification, Role::Office] {
            town.start(role, None);
        }
        let everybody: Vec<Person> = (0..people).map(|index| Person { index }).collect();
        let residents: Value = everybody.iter().map(Person::resident).collect();
        let loaded = town.api(Role::Registers).post("/residents", &residents).unwrap();
        assert_eq!(loaded.status, 200, "{}", loaded.text());
        let office = town.api(Role::Office);
        for person in &everybody {
            let eligibilities = format!("/people/{}/eligibilities", person.link());
            for (path, body) in [
                ("/people", person.written_down(1)),
                (&*eligibilities, person.eligibility()),
            ] {
                let decided = office.post(path, &body).unwrap();
                assert_eq!(decided.status, 200, "{}", decided.text());
            }
        }
        let view = View {
            town,
            people,
            looks: 0,
        };
        wait_until("everybody is matched", || {
            (view.counts(Role::Hub)["people"]["matched"] == people).then_some(())
        });
        // Who has no voucher here is not told from who is nobody; what is known of everybody is where the feed stands.
        wait_until("verification knows everybody", || {
            (view.counts(Role::Verification)["heads"] == view.counts(Role::Hub)["heads"]).then_some(())
        });
        view
    }

    /// What is seen now. The last person is looked at first: who comes earlier in a file is never seen without them.
    pub(super) fn seen(&self) -> Seen {
        let (last, bad) = (self.told(self.people - 1), self.told(self.people / 2));
        Seen {
            last,
            bad,
            first: self.told(0),
            vouchers: self.counts(Role::Verification)["vouchers"].as_i64().unwrap(),
        }
    }

    /// Sends a file to the hub and looks at verification again and again, until there is an answer and the last of these
    /// moments is seen. Each of what is looked at shows one of them, in their order.
    pub(super) fn while_watched(&mut self, file: &[u8], moments: &[Seen]) -> Reply {
        let sent = AtomicBool::new(false);
        let hub = self.town.api(Role::Hub);
        let (reply, looks) = std::thread::scope(|scope| {
            let sending = scope.spawn(|| {
                let reply = hub.send("POST", files::PATH, files::KIND, file);
                sent.store(true, Ordering::SeqCst);
                reply
            });
            let (mut at, mut looks) = (0, 0);
            let watch = Watch::start();
            loop {
                let over = sent.load(Ordering::SeqCst);
                // What is looked at one after the other may lie on both sides of a commit, and only in this order.
                let seen = self.seen();
                for one in [
                    |seen: &Seen| seen.last as i64,
                    |seen: &Seen| seen.bad as i64,
                    |seen: &Seen| seen.first as i64,
                    |seen: &Seen| seen.vouchers,
                ] {
                    let ahead = moments[at..].iter().position(|moment| one(moment) == one(&seen));
                    let Some(ahead) = ahead else {
                        panic!("{seen:?} is none of {:?}", &moments[at..]);
                    };
                    at += ahead;
                }
                if over && moments.last() == Some(&seen) {
                    break;
                }
                assert!(
                    // A long file takes a busy machine its time.
                    watch.elapsed() < PATIENCE * 5,
                    "{seen:?} and never {:?}",
                    moments.last()
                );
                looks += 1;
            }
            (sending.join().unwrap().unwrap(), looks)
        });
        self.looks += looks;
        reply
    }

    /// How often was looked while files were being sent.
    pub(super) fn looks(&self) -> usize {
        self.looks
    }

    /// Vouchers of a person, as the clinic is told straight by verification.
    fn told(&self, person: u32) -> usize {
        let clinic = self
            .town
            .api_as(Role::Verification, &format!("institution:{CLINIC}"));
        let request = Person { index: person }.request(DAY, CLINIC);
        let (path, kind) = ("/institution/inquiry", "application/xml; charset=utf-8");
        let reply = clinic.send("POST", path, kind, request.as_bytes()).unwrap();
        let message = ResultMessage::read(&reply.body, &Limits::SINGLE).unwrap();
        let told = message.body.result_list.iter();
        told.map(|person| person.public_expense_result_list.len()).sum()
    }

    fn counts(&self, role: Role) -> Value {
        let operator = self.town.api_as(role, "operator");
        operator.get(&format!("/counts?month={MONTH}")).unwrap().json()
    }

    /// Ends the town.
    pub(super) fn close(mut self) {
        for role in [Role::Office, Role::Verification, Role::Hub, Role::Registers] {
            let ended = self.town.process(role).stop();
            assert_eq!(ended.code(), Some(0), "{role:?}");
        }
        assert_eq!(self.town.panics(), Vec::<String>::new());
        self.town.leave();
    }
}
