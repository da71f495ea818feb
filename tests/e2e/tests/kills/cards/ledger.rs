//! What was brought and what was answered, as the desk knows it, and what verification's database must have of it.

use std::collections::{BTreeMap, BTreeSet};

use madoguchi_e2e::books;
use storage::DatabaseConfig;

/// How far back a nonce is surely remembered, in µs: somewhat less than verification does.
const REMEMBERED: i64 = 500_000_000;

/// What a nonce was for.
#[derive(Clone, Debug)]
pub(crate) enum For {
    /// An inquiry with somebody's card, and what they said: scopes by their codes.
    Reading(usize, Vec<(i64, bool)>),
    /// An inquiry with a card that finds nobody.
    Nobody,
    /// An enrolment.
    Enrolment,
}

/// An inquiry that was answered.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) nonce: String,
    /// When it was computed, in µs.
    pub(crate) at: i64,
}

/// The desk's list. Nonces by what their uses are remembered by, in hexadecimal digits.
#[derive(Default)]
pub(crate) struct Ledger {
    /// Every nonce that was signed over, before it was brought.
    pub(crate) signed: BTreeMap<String, For>,
    pub(crate) told: Vec<Told>,
    pub(crate) enrolled: Vec<String>,
    /// Proofs that were brought once more, and refused.
    pub(crate) refused: u64,
    /// Every use that the database ever showed, and when it was.
    used: BTreeMap<String, i64>,
    pub(crate) wrong: Vec<String>,
}

impl Ledger {
    /// Looks into the database of a verification that does not run. `told` was heard before this look.
    pub(crate) fn look(&mut self, database: &DatabaseConfig) {
        let rows = books::rows(database, "SELECT nonce, at FROM nonce_used");
        let now: BTreeMap<String, i64> = rows
            .into_iter()
            .map(|row| {
                (
                    row[0].trim_start_matches("\\x").to_owned(),
                    row[1].parse().unwrap(),
                )
            })
            .collect();
        for (nonce, at) in &now {
            if !self.signed.contains_key(nonce) {
                self.wrong
                    .push(format!("nonce {nonce} is used, and nobody signed over it"));
            }
            if self
                .used
                .insert(nonce.clone(), *at)
                .is_some_and(|before| before != *at)
            {
                self.wrong.push(format!("nonce {nonce} was used anew"));
            }
        }
        let newest = now.values().max().copied().unwrap_or(0);
        let forgotten = |at: &i64| *at < newest - REMEMBERED;
        let gone = self
            .used
            .iter()
            .filter(|(nonce, at)| !forgotten(at) && !now.contains_key(*nonce));
        self.wrong
            .extend(gone.map(|(nonce, _)| format!("nonce {nonce} is forgotten too early")));
        // One statement sees one state, also while an answer of the killed process is still being committed.
        let visits = books::rows(
            database,
            "SELECT v.at, n.nonce FROM visit v LEFT JOIN nonce_used n ON n.at = v.at",
        );
        let alone = visits
            .iter()
            .filter(|row| row[1].is_empty() && !forgotten(&row[0].parse().unwrap()));
        self.wrong
            .extend(alone.map(|row| format!("the visit of {} has no nonce", row[0])));
        let visits: BTreeSet<i64> = visits.iter().map(|row| row[0].parse().unwrap()).collect();
        for Told { nonce, at } in &self.told {
            if self.used.get(nonce) != Some(at) || !visits.contains(at) {
                self.wrong.push(format!(
                    "nonce {nonce} was answered, and its use or its visit is not there"
                ));
            }
        }
        for nonce in &self.enrolled {
            if !self.used.contains_key(nonce) {
                self.wrong
                    .push(format!("nonce {nonce} enrolled a card, and is not used"));
            }
        }
    }

    /// The same when nothing is under way: exactly what follows from the nonces that were used.
    pub(crate) fn reckon(&mut self, database: &DatabaseConfig) {
        self.look(database);
        let (mut visits, mut said) = (Vec::new(), Vec::new());
        for (nonce, at) in &self.used {
            if let Some(For::Reading(_, consents)) = self.signed.get(nonce) {
                visits.push(*at);
                said.extend(
                    consents
                        .iter()
                        .map(|(scope, given)| (*at, *scope, i64::from(*given))),
                );
            }
        }
        visits.sort_unstable();
        said.sort_unstable();
        let numbers = |sql: &str| -> Vec<Vec<i64>> {
            let rows = books::rows(database, sql).into_iter();
            let mut numbers: Vec<Vec<i64>> = rows
                .map(|row| row.iter().map(|text| text.parse().unwrap()).collect())
                .collect();
            numbers.sort_unstable();
            numbers
        };
        let kept: Vec<i64> = numbers("SELECT at FROM visit").concat();
        let heard: Vec<(i64, i64, i64)> = numbers("SELECT at, scope, given FROM consent")
            .iter()
            .map(|row| (row[0], row[1], row[2]))
            .collect();
        assert_eq!(
            kept.len(),
            visits.len(),
            "a visit for each nonce that was used for an inquiry"
        );
        assert_eq!((kept, heard), (visits, said));
        assert_eq!(self.wrong, Vec::<String>::new());
    }

    /// What somebody said last of a scope, as far as the last look goes.
    pub(crate) fn said_last(&self, person: usize, scope: i64) -> Option<bool> {
        let said = self
            .used
            .iter()
            .filter_map(|(nonce, at)| match self.signed.get(nonce) {
                Some(For::Reading(of, said)) if *of == person => {
                    let said = said.iter().find(|(about, _)| *about == scope)?;
                    Some((at, said.1))
                }
                _ => None,
            });
        said.max().map(|(_, given)| given)
    }

    /// Nonces that were used.
    pub(crate) fn uses(&self) -> usize {
        self.used.len()
    }
}
