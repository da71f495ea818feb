//! What must stand in the database: after each answer that was heard, and when everything rests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use domain::consent::{Said, Scope};
use storage::{Row, Statement, StoreError, Tx, params};

use super::fleet::Around;
use super::journal::{Door, Heard, Pages, Proof};
use crate::store::presence::code;

static NONCES: Statement = Statement::new("SELECT nonce, at FROM nonce_used");
static VISITS: Statement = Statement::new("SELECT person, institution, at, nonce, request_key FROM visit");
static SAID: Statement = Statement::new("SELECT person, institution, scope, at, given FROM consent");

/// A visit: person, institution, when, with which nonce; and its key.
type Visits = BTreeMap<(Vec<u8>, String, i64, Vec<u8>), Vec<u8>>;

/// What the database has.
pub(super) struct Books {
    /// When each nonce was used.
    pub(super) nonces: BTreeMap<Vec<u8>, i64>,
    visits: Visits,
    /// Person, institution, scope, when; and whether it was a yes.
    said: BTreeMap<(Vec<u8>, String, i64, i64), bool>,
}

impl Books {
    pub(super) async fn read(around: &Around) -> Result<Books, StoreError> {
        let read = async move |tx: &mut Tx| {
            let (nonces, visits, said) = (
                tx.all(&NONCES, &params! {}).await?,
                tx.all(&VISITS, &params! {}).await?,
                tx.all(&SAID, &params! {}).await?,
            );
            Books::of(&nonces, &visits, &said)
        };
        around.books.read("test.books", read).await
    }

    fn of(nonces: &[Row], visits: &[Row], said: &[Row]) -> Result<Books, StoreError> {
        let whose = |row: &Row| {
            Ok::<_, StoreError>((row.bytes("person")?.to_vec(), row.text("institution")?.to_owned()))
        };
        let nonce = |row: &Row| Ok((row.bytes("nonce")?.to_vec(), row.int("at")?));
        let visit = |row: &Row| {
            let (person, institution) = whose(row)?;
            let key = row.opt_bytes("request_key")?.unwrap_or_default().to_vec();
            let nonce = row.bytes("nonce")?.to_vec();
            Ok(((person, institution, row.int("at")?, nonce), key))
        };
        let one_said = |row: &Row| {
            let (person, institution) = whose(row)?;
            let (scope, at, given) = (row.int("scope")?, row.int("at")?, row.int("given")?);
            Ok(((person, institution, scope, at), given == 1))
        };
        Ok(Books {
            nonces: nonces.iter().map(nonce).collect::<Result<_, StoreError>>()?,
            visits: visits.iter().map(visit).collect::<Result<_, StoreError>>()?,
            said: said.iter().map(one_said).collect::<Result<_, StoreError>>()?,
        })
    }
}

/// Whom a proof finds at its institution; nobody for an enrolment.
fn finds(around: &Around, proof: &Proof) -> Option<(Vec<u8>, String)> {
    let (_, person) = &around.cards[proof.card];
    let person = person.filter(|_| proof.door == Door::Inquiry)?;
    Some((
        person.as_bytes().to_vec(),
        proof.terminal.institution.as_str().to_owned(),
    ))
}

/// Whether what an answer says is durable at the moment in which it is heard.
pub(super) async fn stands(around: &Arc<Around>, proof: &Proof, heard: &Heard) -> Result<(), String> {
    if matches!(heard, Heard::Nothing | Heard::Nonsense(_)) {
        return Ok(());
    }
    let wrong = |what: &str| Err(format!("proof {} heard {}: {what}", proof.n, heard.word()));
    let Ok(books) = Books::read(around).await else {
        return wrong("somebody has not committed yet");
    };
    let used = books.nonces.get(&proof.nonce[..]);
    match heard {
        Heard::Told { at, key, .. } => {
            if used != Some(&at.micros()) {
                return wrong("its nonce is not used at that moment");
            }
            let Some((person, institution)) = finds(around, proof) else {
                return Ok(());
            };
            let visit = (person, institution, at.micros(), proof.nonce.to_vec());
            let kept = books.visits.get(&visit);
            let key = key.map(|key| key.to_vec()).unwrap_or_default();
            if kept != Some(&key) {
                return wrong("its visit is not there, or has another key");
            }
        }
        Heard::Enrolled => {
            let passed_on = around.passed_on.lock().unwrap_or_else(PoisonError::into_inner);
            let (card, _) = &around.cards[proof.card];
            if used.is_none() || !passed_on.contains(&card.id) {
                return wrong("its nonce is not used, or the hub does not know");
            }
        }
        Heard::No(code, _) if code == "MDG-CRD-007" && used.is_none() => {
            return wrong("nobody has used its nonce");
        }
        _ => {}
    }
    Ok(())
}

impl Books {
    /// What does not follow from the nonces that were used. Nothing is under way.
    pub(super) fn reckon(&self, around: &Around, pages: &Pages) -> Vec<String> {
        let mut wrong = Vec::new();
        let by_nonce: BTreeMap<&[u8], &Arc<Proof>> = pages
            .proofs
            .iter()
            .map(|proof| (&proof.nonce[..], proof))
            .collect();
        let (mut visits, mut said, mut enrolled) = (BTreeSet::new(), BTreeMap::new(), BTreeSet::new());
        for (nonce, at) in &self.nonces {
            let Some(proof) = by_nonce.get(&nonce[..]) else {
                wrong.push(format!("a nonce was used at {at} with which nobody signed"));
                continue;
            };
            if around.is_revoked(proof.card) {
                wrong.push(format!("a revoked card used the nonce of proof {}", proof.n));
            }
            if proof.door == Door::Enrolment {
                enrolled.insert(around.cards[proof.card].0.id.clone());
            }
            let Some((person, institution)) = finds(around, proof) else {
                continue;
            };
            for Said { scope, given } in &proof.said {
                let about = (person.clone(), institution.clone(), code(*scope), *at);
                // Of a yes and a no at the same moment the no stands.
                *said.entry(about).or_insert(true) &= given;
            }
            visits.insert((person, institution, *at, nonce.clone()));
        }
        if !visits.iter().eq(self.visits.keys()) {
            wrong.push(format!(
                "{} visits, and {} nonces were used that found somebody",
                self.visits.len(),
                visits.len()
            ));
        }
        if said != self.said {
            wrong.push("what people said is not what was brought with the nonces that were used".into());
        }
        let passed_on = around.passed_on.lock().unwrap_or_else(PoisonError::into_inner);
        if !passed_on.iter().all(|card| enrolled.contains(card)) {
            wrong.push("the hub was passed a card that used no nonce".into());
        }
        for (n, told) in &pages.told {
            if !told.is_empty() && !self.nonces.contains_key(&pages.proofs[*n].nonce[..]) {
                wrong.push(format!("proof {n} was told something, and its nonce is not used"));
            }
        }
        wrong
    }

    /// What somebody said last to an institution, of each scope.
    pub(super) fn said_last(&self, around: &Around, proof: &Proof) -> Vec<(Scope, bool)> {
        let Some((person, institution)) = finds(around, proof) else {
            return Vec::new();
        };
        let last = |scope: &Scope| {
            let said = self
                .said
                .iter()
                .rfind(|((of, to, about, _), _)| (of, to, *about) == (&person, &institution, code(*scope)));
            said.map(|(_, given)| (*scope, *given))
        };
        Scope::ALL.iter().filter_map(last).collect()
    }
}
