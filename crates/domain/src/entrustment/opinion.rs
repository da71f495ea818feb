//! 医療要否意見書: what the institution says on whether treatment is necessary, and how long that carries a decision.

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::month::TreatmentMonth;

/// How the medical-necessity opinion (医療要否意見書) of an entrustment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Opinion {
    /// 初診: none is needed in the month of the first day; treatment that goes on needs one.
    FirstVisit,
    /// Sent to the institution and not back yet (未返送).
    Awaited {
        /// The one before it, which may still carry some months.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous: Option<ReturnedOpinion>,
    },
    /// Returned, and the office's physician (嘱託医) has agreed.
    Returned(ReturnedOpinion),
}

/// An opinion that came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnedOpinion {
    /// The first month that it supports.
    pub from: TreatmentMonth,
    /// Months that the physician expects, when fewer than the rule's; more do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u8>,
}

/// Why an opinion does not carry a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpinionFault {
    /// None has been returned for this month.
    NotReturned,
    /// The last one returned carries no longer.
    Expired,
}

impl ReturnedOpinion {
    /// Whether it carries `month`, when opinions of this 診療別 carry `longest` months.
    #[must_use]
    pub fn carries(&self, month: TreatmentMonth, longest: u8) -> bool {
        let months = self.months.map_or(longest, |months| months.min(longest));
        self.from <= month && month < self.from.plus(months)
    }
}

impl Opinion {
    /// Whether an entrustment since `from` may have a voucher in `month`.
    ///
    /// `longest` is how many months an opinion of the 診療別 carries; none for a 診療別 that needs none.
    ///
    /// # Errors
    /// [`OpinionFault`]; while a new one is awaited, what is missing is its return.
    pub fn carries(
        &self,
        from: Date,
        month: TreatmentMonth,
        longest: Option<u8>,
    ) -> Result<(), OpinionFault> {
        let Some(longest) = longest else { return Ok(()) };
        let (last, otherwise) = match self {
            Self::FirstVisit if TreatmentMonth::of(from) == month => return Ok(()),
            Self::FirstVisit => (None, OpinionFault::NotReturned),
            Self::Awaited { previous } => (previous.as_ref(), OpinionFault::NotReturned),
            Self::Returned(last) if month < last.from => (None, OpinionFault::NotReturned),
            Self::Returned(last) => (Some(last), OpinionFault::Expired),
        };
        if last.is_some_and(|last| last.carries(month, longest)) {
            Ok(())
        } else {
            Err(otherwise)
        }
    }
}
