//! People who walk in while the month is run: written down, entrusted, with a voucher at once, and suspended. It is for a month
//! before those that are run, so that the runs are the same whoever walks in.

use madoguchi_e2e::people::Person;
use serde_json::{Value, json};

use super::clerks::Place;
use super::ward::far_away;
use crate::clerks::register;
use crate::errands::{Said, expect};

/// The month in which those who walk in were treated: before the first that is run.
const PAST: &str = "202610";

/// What is done for somebody who walks in, in this order.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Register,
    Institution,
    Person,
    Household,
    Circumstances,
    Eligibility,
    Entrustment,
    SelfPayment,
    Voucher,
    Suspension,
}

/// All of them.
pub(super) const STEPS: [Step; 10] = [
    Step::Register,
    Step::Institution,
    Step::Person,
    Step::Household,
    Step::Circumstances,
    Step::Eligibility,
    Step::Entrustment,
    Step::SelfPayment,
    Step::Voucher,
    Step::Suspension,
];

impl Step {
    /// Says it once.
    pub(super) fn say(self, place: &Place, person: &Person) -> Said {
        let (index, under) = (person.index, format!("/people/{}", person.link()));
        let household = format!("W-{index}");
        let (path, body) = match self {
            Step::Register => {
                let opened = json!([{ "code": far_away(), "name": format!("見本{index}クリニック"),
                    "kinds": ["clinic"], "designated": [] }]);
                return register(&place.registers, std::iter::once(person.clone()), &opened);
            }
            Step::Institution => {
                let list = json!([{ "code": far_away(), "name": format!("見本{index}医院"), "kinds": ["clinic"],
                    "designated": [] }]);
                return Said::judge(place.office.post("/institutions", &list), |_| Ok(()));
            }
            Step::Person => ("/people".to_owned(), person.written_down(1)),
            Step::Household => (
                "/households".to_owned(),
                json!({ "id": household, "revision": 1 }),
            ),
            Step::Circumstances => {
                let circumstances = json!({ "household": household, "self_pays": true });
                (
                    under + "/circumstances",
                    json!({ "revision": 1, "circumstances": circumstances }),
                )
            }
            Step::Eligibility => (under + "/eligibilities", person.eligibility()),
            Step::Entrustment => {
                let entrustment = json!({
                    "id": "e-1", "institution": place.clinic, "treatment": "02", "from": "2026-10-05",
                    "through": "2026-10-31", "opinion": "first_visit", "injury_names": ["見本病"], "infection_37_2": "02",
                });
                (
                    under + "/entrustments",
                    json!({ "revision": 1, "entrustment": entrustment }),
                )
            }
            Step::SelfPayment => {
                let settled = json!({ "settled": { "yen": self_pay_yen(index) } });
                (
                    under + "/self-payments",
                    json!({ "month": PAST, "revision": 1, "self_payment": settled }),
                )
            }
            Step::Voucher => {
                let issued = place.office.post(&format!("{under}/months/{PAST}"), &Value::Null);
                // Whoever did not hear that it was issued hears that there is nothing to issue.
                return Said::judge(issued, |said| match said["vouchers"].as_array().map(Vec::len) {
                    Some(0 | 1) => Ok(()),
                    _ => Err("vouchers".to_owned()),
                });
            }
            Step::Suspension => {
                let what = json!({ "event": "end", "date": "2026-10-20", "reason": "suspension" });
                let entered = place
                    .office
                    .post(&(under + "/events"), &json!({ "id": "ev-1", "what": what }));
                return Said::judge(entered, |said| {
                    expect("change", &said["vouchers"][0]["change"], &json!("shortened"))?;
                    expect("vouchers", &said["vouchers"][1], &Value::Null)
                });
            }
        };
        let revision = json!(1);
        Said::judge(place.office.post(&path, &body), |said| {
            expect("revision", &said["revision"], &revision)
        })
    }
}

/// What somebody who walks in pays.
pub(super) fn self_pay_yen(index: u32) -> u32 {
    1000 + index
}
