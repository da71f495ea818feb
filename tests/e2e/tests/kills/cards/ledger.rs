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

/// A visit: when, and the nonce that proved it.
type Visit = (i64, String);

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
            .iter()
            .map(|row| (digits(&row[0]), row[1].parse().unwrap()))
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
            "SELECT v.at, v.nonce, n.at FROM visit v LEFT JOIN nonce_used n ON n.nonce = v.nonce",
        );
        let alone = visits
            .iter()
            .filter(|row| row[2] != row[0] && !(row[2].is_empty() && forgotten(&row[0].parse().unwrap())));
        self.wrong
            .extend(alone.map(|row| format!("the visit of {} has not used its nonce then", row[0])));
        let visits: BTreeSet<Visit> = visits.iter().map(|row| visit(row)).collect();
        for Told { nonce, at } in &self.told {
            if self.used.get(nonce) != Some(at) || !visits.contains(&(*at, nonce.clone())) {
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
        assert_eq!(self.wrong, Vec::<String>::new());
        let mut visits = BTreeSet::new();
        // By whose it is, of what and when.
        let mut said: BTreeMap<(usize, i64, i64), i64> = BTreeMap::new();
        for (nonce, at) in &self.used {
            if let Some(For::Reading(person, consents)) = self.signed.get(nonce) {
                visits.insert((*at, nonce.clone()));
                for (scope, given) in consents {
                    // Of a yes and a no at the same moment the no stands.
                    let stands = said.entry((*person, *scope, *at)).or_insert(1);
                    *stands &= i64::from(*given);
                }
            }
        }
        let kept = books::rows(database, "SELECT at, nonce FROM visit");
        let kept: BTreeSet<Visit> = kept.iter().map(|row| visit(row)).collect();
        let differing: Vec<&Visit> = kept.symmetric_difference(&visits).collect();
        assert!(
            differing.is_empty(),
            "not a visit for each nonce that was used for an inquiry: {differing:?}"
        );
        let mut said: Vec<(i64, i64, i64)> = said
            .into_iter()
            .map(|((_, scope, at), given)| (at, scope, given))
            .collect();
        said.sort_unstable();
        let heard = books::rows(database, "SELECT at, scope, given FROM consent");
        let mut heard: Vec<(i64, i64, i64)> = heard
            .iter()
            .map(|row| {
                let number = |n: usize| row[n].parse().unwrap();
                (number(0), number(1), number(2))
            })
            .collect();
        heard.sort_unstable();
        assert_eq!(heard, said);
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
        said.max_by_key(|(at, given)| (*at, !given))
            .map(|(_, given)| given)
    }

    /// Nonces that were used.
    pub(crate) fn uses(&self) -> usize {
        self.used.len()
    }
}

fn visit(row: &[String]) -> Visit {
    (row[0].parse().unwrap(), digits(&row[1]))
}

/// Bytes as the ledger writes them.
fn digits(bytes: &str) -> String {
    bytes.trim_start_matches("\\x").to_owned()
}
