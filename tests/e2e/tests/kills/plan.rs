//! What is decided about each person, one decision after the other: revisions and records are named here, so that
//! a decision that nobody acknowledged can be said again without being another one.

use madoguchi_e2e::dice::Dice;
use madoguchi_e2e::people::Person;
use serde_json::{Value, json};

/// What a decision is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// The person.
    Person,
    /// The eligibility.
    Eligibility,
    /// A voucher of the month.
    Voucher(u32),
    /// The shielding flags.
    Shielding,
}

/// A version of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Decision {
    /// The person's index.
    pub(crate) person: u32,
    /// What it is about.
    pub(crate) subject: Subject,
    /// Which version.
    pub(crate) revision: u32,
    /// Whether a voucher is withdrawn by it, or flags are set by it.
    pub(crate) on: bool,
}

impl Decision {
    /// The lane in which it must travel.
    pub(crate) fn lane(&self) -> &'static str {
        match self.subject {
            Subject::Shielding => "shield",
            _ => "single",
        }
    }

    /// How the office is asked for it: path and body.
    pub(crate) fn request(&self) -> (String, Value) {
        let (person, revision) = (Person { index: self.person }, self.revision);
        let under = format!("/people/{}", person.link());
        match self.subject {
            Subject::Person => ("/people".into(), person.written_down(revision)),
            Subject::Eligibility => (under + "/eligibilities", person.eligibility()),
            Subject::Voucher(voucher) if self.on => (
                format!("{under}/vouchers/voucher-{voucher}/withdrawal"),
                json!({ "revision": revision }),
            ),
            Subject::Voucher(voucher) => (under + "/vouchers", person.voucher(voucher, revision)),
            Subject::Shielding => (
                under + "/shielding",
                json!({ "revision": revision, "undisclosed": self.on, "unusable": false }),
            ),
        }
    }
}

/// How far the plan for one person is.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    person: u32,
    step: u32,
    revision: u32,
    shielding: u32,
    /// Each voucher's newest revision, and whether that withdraws it.
    vouchers: Vec<(u32, bool)>,
}

impl Plan {
    /// Whoever is new is written down, entitled, and gets a voucher.
    pub(crate) fn new(person: u32) -> (Plan, [Decision; 3]) {
        let plan = Plan {
            person,
            step: 0,
            revision: 1,
            shielding: 0,
            vouchers: vec![(1, false)],
        };
        let decisions = [Subject::Person, Subject::Eligibility, Subject::Voucher(0)];
        let decisions = decisions.map(|subject| plan.decision(subject, 1, false));
        (plan, decisions)
    }

    /// The next decision.
    pub(crate) fn next(&mut self, dice: &mut Dice) -> Decision {
        self.step += 1;
        match self.step % 7 {
            2 | 6 => {
                self.vouchers.push((1, false));
                let newest = self.vouchers.len() - 1;
                self.decision(Subject::Voucher(index(newest)), 1, false)
            }
            3 => {
                self.shielding += 1;
                // Most people are never shielded, so that their vouchers can be looked at at any time.
                let on = self.may_be_shielded() && !self.shielding.is_multiple_of(2);
                self.decision(Subject::Shielding, self.shielding, on)
            }
            5 => {
                self.revision += 1;
                self.decision(Subject::Person, self.revision, false)
            }
            0 => self.change(self.vouchers.len() - 1, true),
            _ => self.change(dice.below(self.vouchers.len()), false),
        }
    }

    /// Corrects or withdraws a voucher. One that was withdrawn is issued again by the next correction.
    fn change(&mut self, voucher: usize, withdrawn: bool) -> Decision {
        let Some(held) = self.vouchers.get_mut(voucher) else {
            return self.decision(Subject::Person, self.revision, false);
        };
        *held = (held.0 + 1, withdrawn);
        let revision = held.0;
        self.decision(Subject::Voucher(index(voucher)), revision, withdrawn)
    }

    /// Whether this person's flags are ever set.
    pub(crate) fn may_be_shielded(&self) -> bool {
        self.person % 8 == 3
    }

    /// Whether a withdrawal of this voucher may be under way.
    pub(crate) fn was_ever_withdrawn(&self, voucher: u32, until: u32) -> bool {
        let held = self.vouchers.get(voucher as usize);
        held.is_none_or(|(revision, withdrawn)| *withdrawn || *revision > until)
    }

    fn decision(&self, subject: Subject, revision: u32, on: bool) -> Decision {
        Decision {
            person: self.person,
            subject,
            revision,
            on,
        }
    }
}

fn index(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
