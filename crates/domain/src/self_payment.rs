//! 本人支払額: what a person pays himself in a month, and on which vouchers it stands.
//!
//! Whole yen. What is written on a month's vouchers adds up to the month's amount exactly and never to more; an amount
//! that is not settled is not 0.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::entrustment::EntrustmentId;

/// The most that any amount of a month is, in yen: seven digits. No treatment of a month costs a person more.
pub const MOST_YEN: u32 = 9_999_999;

/// An amount of a month that cannot be. Never says which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{field}: at most {MOST_YEN} yen")]
pub struct TooMuch {
    /// The field that has it, as a path.
    pub field: &'static str,
}

/// Judges an amount of the field called `field`.
///
/// # Errors
/// [`TooMuch`]
pub const fn check_yen(field: &'static str, yen: u32) -> Result<(), TooMuch> {
    if yen > MOST_YEN {
        Err(TooMuch { field })
    } else {
        Ok(())
    }
}

/// How a person's 本人支払額 of a month stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SelfPayment {
    /// 未確定: nothing is issued until it is settled. **Never** taken as 0.
    Unsettled,
    /// 確定
    Settled {
        /// The amount of the month, in yen.
        yen: u32,
        /// How the office divides it; empty when the rule shall ([`allocate`]).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        parts: Vec<SelfPaymentPart>,
    },
}

/// What the office puts on one entrustment's vouchers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfPaymentPart {
    /// Which entrustment.
    pub entrustment: EntrustmentId,
    /// Its part of the month's amount, in yen.
    pub yen: u32,
}

impl SelfPayment {
    /// Settled, and nothing to pay.
    #[must_use]
    pub const fn nothing() -> Self {
        Self::Settled {
            yen: 0,
            parts: Vec::new(),
        }
    }

    /// Judges the amounts by themselves. Whether the parts add up is the run's question ([`parts_add_up`]).
    ///
    /// # Errors
    /// [`TooMuch`]
    pub fn check(&self) -> Result<(), TooMuch> {
        match self {
            Self::Unsettled => Ok(()),
            Self::Settled { yen, parts } => {
                check_yen("settled.yen", *yen)?;
                parts
                    .iter()
                    .try_for_each(|part| check_yen("settled.parts.yen", part.yen))
            }
        }
    }
}

/// Divides `yen` over vouchers, in their order: each takes what is left, up to its ceiling (none: all of it).
///
/// The parts add up to `yen` exactly. None when the ceilings together are lower than `yen`, or when there is no voucher and
/// something to pay.
#[must_use]
pub fn allocate(yen: u32, ceilings: &[Option<u32>]) -> Option<Vec<u32>> {
    let mut left = yen;
    let parts = ceilings
        .iter()
        .map(|ceiling| {
            let part = ceiling.map_or(left, |ceiling| ceiling.min(left));
            left -= part;
            part
        })
        .collect();
    (left == 0).then_some(parts)
}

/// Whether the office's own parts add up to `yen`, exactly, with no entrustment named twice.
#[must_use]
pub fn parts_add_up(yen: u32, parts: &[SelfPaymentPart]) -> bool {
    let sum: u64 = parts.iter().map(|part| u64::from(part.yen)).sum();
    let ids: BTreeSet<&EntrustmentId> = parts.iter().map(|part| &part.entrustment).collect();
    sum == u64::from(yen) && ids.len() == parts.len()
}

#[cfg(test)]
mod tests;
