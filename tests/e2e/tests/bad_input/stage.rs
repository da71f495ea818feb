//! Five roles that say everything they can say, and one person whose voucher has reached the clinic.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use domain::number::check_digit;
use madoguchi_e2e::api::Api;
use madoguchi_e2e::leaks;
use madoguchi_e2e::people::{CLINIC, DAY, MONTH, Person};
use madoguchi_e2e::reception::Reception;
use madoguchi_e2e::town::{Kind, Role, Town};
use madoguchi_e2e::wait::wait_until;
use serde_json::json;

/// Who is there.
pub(crate) const PERSON: Person = Person { index: 3 };
/// Their voucher.
pub(crate) const ISSUE_NUMBER: &str = "20261100000003";

/// The running roles.
pub(crate) struct Stage {
    town: Town,
}

impl Stage {
    /// Starts them and waits until the voucher has reached the clinic.
    pub(crate) fn set(name: &str) -> Stage {
        let mut town = Town::found(name, Kind::Sqlite);
        town.say_everything();
        town.start_all();
        let stage = Stage { town };
        let (office, link) = (stage.api(Role::Office), PERSON.link());
        let voucher = json!({ "record": "voucher", "voucher": PERSON.voucher_body(ISSUE_NUMBER, MONTH, 0) });
        let words = [
            (
                stage.api(Role::Registers),
                "/residents".to_owned(),
                json!([PERSON.resident()]),
            ),
            (office.clone(), "/people".to_owned(), PERSON.written_down(1)),
            (
                office.clone(),
                format!("/people/{link}/eligibilities"),
                PERSON.eligibility(),
            ),
            (office, format!("/people/{link}/vouchers"), voucher),
        ];
        for (api, path, body) in words {
            let reply = api.post(&path, &body).unwrap();
            assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        }
        let mut reception = stage.reception();
        for n in 0.. {
            let suffix = format!("set-{n}");
            reception.put(&suffix, stage.good_request().as_bytes());
            let result = wait_until("a request is answered", || reception.take(&suffix));
            if result.validity() == Some("1") {
                return stage;
            }
        }
        stage
    }

    /// The receipt computer.
    pub(crate) fn reception(&self) -> Reception {
        Reception::at(&self.town.site())
    }

    /// A request that finds the voucher.
    pub(crate) fn good_request(&self) -> String {
        PERSON.request(DAY, CLINIC)
    }

    /// A role's API, spoken to as the peer that usually does.
    pub(crate) fn api(&self, role: Role) -> Api {
        self.town.api(role)
    }

    /// A role's API, spoken to as somebody else.
    pub(crate) fn api_as(&self, role: Role, peer: &str) -> Api {
        self.town.api_as(role, peer)
    }

    /// Drops a good request; its vouchers, after checking that the answer is 有効.
    pub(crate) fn vouchers(&self, reception: &mut Reception, suffix: &str) -> Vec<(String, String)> {
        reception.put(suffix, self.good_request().as_bytes());
        let result = wait_until("a good request is answered", || reception.take(suffix));
        assert_eq!(
            result.validity(),
            Some("1"),
            "{}",
            String::from_utf8_lossy(&result.bytes)
        );
        result.vouchers()
    }

    /// Ends the roles, and looks into everything that they left behind, while they ran and after.
    pub(crate) fn strike(mut self, more_numbers: &[String]) {
        let mut numbers: BTreeSet<String> = more_numbers.iter().cloned().collect();
        numbers.insert(PERSON.number());
        assert_eq!(
            leaks::in_folder(self.town.folder(), &numbers),
            Vec::<String>::new()
        );
        assert_eq!(self.town.stop_all(), Vec::<String>::new());
        assert_eq!(
            leaks::in_folder(self.town.folder(), &numbers),
            Vec::<String>::new()
        );
        assert_eq!(self.town.panics(), Vec::<String>::new());
        says_everything(&self.town.log(Role::Office));
    }
}

/// Looks whether a log is one that would show what it should not.
pub(crate) fn says_everything(log: &Path) {
    let said = fs::read(log).unwrap();
    let said = String::from_utf8_lossy(&said);
    assert!(said.contains("DEBUG"), "{}", log.display());
}

/// Eleven digits and their check digit.
pub(crate) fn with_check(body: &str) -> String {
    let digits: [u8; 11] = body.as_bytes().try_into().unwrap();
    format!("{body}{}", check_digit::individual(&digits))
}
