//! Every rule by its name.

use crate::calendar::Date;

/// One rule: a function with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name: stable, snake_case.
    pub id: &'static str,
    /// What it says, in one sentence.
    pub summary: &'static str,
    /// 日本語
    pub japanese: &'static str,
    /// The first day it is applied to.
    pub effective_from: Date,
    /// The function that is the rule, as a path in this crate.
    pub function: &'static str,
}

/// Every rule, in the order of the handbook's page.
pub const CATALOGUE: &[Rule] = &[];
