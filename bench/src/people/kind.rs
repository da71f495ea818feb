//! How a person stands to the clinic that asks.

use domain::calendar::Date;
use serde_json::{Value, json};

use super::Person;

/// Another institution than the one that asks.
const ELSEWHERE: &str = "1310000011";

/// What is registered about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Eligible, with the month's voucher at the clinic.
    Usual,
    /// Eligible, with the month's voucher elsewhere.
    Elsewhere,
    /// Eligible, without a voucher.
    WithoutVoucher,
    /// No longer eligible on the day, with a voucher at the clinic.
    Ended,
    /// Eligible from the next month.
    NotBegun,
    /// As usual, and 不開示該当.
    Shielded,
}

impl Kind {
    /// Those of whom the clinic is told nothing.
    pub(crate) const UNTOLD: [Kind; 5] = [
        Kind::Elsewhere,
        Kind::WithoutVoucher,
        Kind::Ended,
        Kind::NotBegun,
        Kind::Shielded,
    ];
}

impl Person {
    /// The eligibility's last day and reason, when there is one.
    pub(super) fn end(self) -> Option<Value> {
        (self.kind == Kind::Ended)
            .then(|| json!({ "date": self.month().first_day(), "reason": "termination" }))
    }

    /// The first day of aid: since the spring of 2024, or since the asked month when that is earlier.
    pub(super) fn start(self) -> Date {
        match self.kind {
            Kind::NotBegun => self.month().next().first_day(),
            _ => Date::constant(2024, 4, 1).min(self.month().first_day()),
        }
    }

    /// The month's voucher, when there is one.
    pub(super) fn voucher_here_or_elsewhere(self) -> Option<Value> {
        let mut ticket = self.ticket();
        match self.kind {
            Kind::WithoutVoucher | Kind::NotBegun => return None,
            Kind::Elsewhere => {
                if let Some(code) = ticket.get_mut("institution_code") {
                    *code = json!(ELSEWHERE);
                }
            }
            Kind::Usual | Kind::Ended | Kind::Shielded => {}
        }
        Some(ticket)
    }

    /// The shielding flags, when one is set.
    pub(super) fn shielding(self) -> Option<Value> {
        (self.kind == Kind::Shielded).then(|| json!({ "undisclosed": true, "unusable": false }))
    }
}
