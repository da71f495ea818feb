//! Takes receptions to their end, step by step. Each step is one commit, so that whatever dies goes on where it was.
//!
//! Versions never change and the positions of a reception stand fixed, so steps read whenever they like and see one
//! snapshot all the same.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use domain::eligibility::RULE_VERSION;
use domain::number::InstitutionCode;
use env::{Stop, Time};
use exchange::oqs::bulk::BulkConfirmUnit;
use exchange::registration::feed::Heads;
use futures_util::future::{Either, select};
use storage::{StoreError, Tx};

use crate::inquiry::is_visible;
use crate::reception::{Condition, NOT_KNOWN, SHAPE};
use crate::store::Stored;
use crate::store::presence;
use crate::store::reception::{self, Reception, State, Step};
use crate::{Verification, VerificationError};

/// The pause after each step, in which whoever asks about one person comes in between.
const BREATH: Duration = Duration::from_millis(1);
/// How often it looks by itself when nobody rings: for what has expired, and for a reception of which the client went away before
/// the bell was rung.
pub(crate) const OWN_LOOK: Duration = Duration::from_mins(1);
/// How long it rests when the database said no.
const REST: Duration = Duration::from_secs(1);
/// Expired receptions that one commit removes.
const FORGET_AT_ONCE: u32 = 20;
/// For how long after it was made it is remembered that a nonce was used: longer than any nonce may be used. In µs.
const NONCES_KEPT: i64 = 600_000_000;
/// Nonces that one commit forgets.
const NONCES_AT_ONCE: i64 = 500;

impl Verification {
    /// Works until told to stop.
    pub(crate) async fn work(self: Arc<Self>, stop: Stop) {
        while !stop.is_asked() {
            let span = match self.work_once().await {
                Ok(true) => {
                    self.env.sleep(BREATH).await;
                    continue;
                }
                Ok(false) => OWN_LOOK,
                Err(error) => {
                    tracing::warn!(%error, "a reception could not be processed now; it is tried again");
                    REST
                }
            };
            let waiting = pin!(async {
                let (rung, late) = (pin!(self.bell.notified()), pin!(self.env.sleep(span)));
                if let Either::Right(_) = select(rung, late).await {}
            });
            select(waiting, pin!(stop.asked())).await;
        }
    }

    /// One step of the reception of which least is done, or else clearing away what has expired. Whether there was
    /// anything to do.
    pub(crate) async fn work_once(self: &Arc<Self>) -> Result<bool, VerificationError> {
        let now = self.env.now().micros();
        let next = async move |tx: &mut Tx| Ok::<_, VerificationError>(reception::next(tx, now).await?);
        let Some(of) = self.store.read("verification.next", next).await? else {
            let forget = async move |tx: &mut Tx| {
                let used = Time::from_micros(now.saturating_sub(NONCES_KEPT));
                let receptions = reception::forget(tx, now, FORGET_AT_ONCE).await?;
                let nonces = presence::forget_nonces(tx, used, NONCES_AT_ONCE).await?;
                Ok::<_, VerificationError>(receptions > 0 || nonces > 0)
            };
            return self.store.unit("verification.forget", forget).await;
        };
        let number = of.number.clone();
        if of.rules != RULE_VERSION {
            let again = async move |tx: &mut Tx| {
                Ok::<_, VerificationError>(reception::restart(tx, &number, RULE_VERSION).await?)
            };
            self.store.unit("verification.restart", again).await?;
            return Ok(true);
        }
        match self.step(&of).await {
            Ok((step, misses)) => {
                let institution = of.institution.clone();
                let add = async move |tx: &mut Tx| {
                    Ok::<_, VerificationError>(reception::step(tx, &of, &step).await?)
                };
                let added = self.store.unit("verification.step", add).await;
                // Counted before anything else is looked for, and not when it is looked for again.
                if !matches!(&added, Err(error) if !may_stand(error)) {
                    self.guessing.bulk_misses(&institution, misses, self.env.now());
                }
                added?;
            }
            // What is stored does not open or is of another shape: that does not pass by itself.
            Err(error @ (VerificationError::Sealed { .. } | VerificationError::Shape { .. })) => {
                tracing::error!(%error, "a reception cannot be processed");
                let fail =
                    async move |tx: &mut Tx| Ok::<_, VerificationError>(reception::fail(tx, &number).await?);
                self.store.unit("verification.fail", fail).await?;
            }
            Err(error) => return Err(error),
        }
        Ok(true)
    }

    /// The next step, and how many were looked for in it and were nobody.
    async fn step(self: &Arc<Self>, of: &Reception) -> Result<(Step, u32), VerificationError> {
        let known = Freshness::of(of);
        match self.head(of)?.condition {
            Condition::Month(asked) => {
                let after = of.last_person.clone().unwrap_or_default();
                let page = self
                    .month_page(institution_of(of)?, asked, after, &of.heads)
                    .await?;
                let (mut units, mut as_of) = (Vec::new(), of.as_of);
                for (told, versions) in page.people {
                    as_of = known.least(as_of, &versions, &of.heads);
                    units.extend(told);
                }
                Ok((self.seal_step(of, units, 0, as_of, page.last)?, 0))
            }
            Condition::Day(day) => {
                let (number, part) = (of.number.clone(), of.parts + 1);
                let read = async move |tx: &mut Tx| {
                    Ok::<_, VerificationError>(reception::asked(tx, &number, part).await?)
                };
                let Some(asked) = self.store.read("verification.asked", read).await? else {
                    return Ok((self.seal_step(of, Vec::new(), 0, of.as_of, None)?, 0));
                };
                let people = self.people(of, part, &asked)?;
                let at = Time::from_micros(of.received);
                let may_miss = self.guessing.bulk_left(&of.institution, self.env.now());
                let told = self
                    .tell_all(institution_of(of)?, day, people, &of.heads, at, may_miss)
                    .await?;
                let (mut units, mut as_of) = (Vec::with_capacity(told.len()), of.as_of);
                let (mut misses, mut errors) = (0, 0);
                for told in told {
                    misses += u32::from(told.is_miss());
                    errors += u32::from(!told.is_looked_for);
                    if let Some(versions) = told.somebody {
                        as_of = known.least(as_of, &versions, &of.heads);
                    }
                    units.push(told.unit);
                }
                // Never none: a part asks about somebody.
                let step = self.seal_step(of, units, errors, as_of, Some(Vec::new()))?;
                Ok((step, misses))
            }
        }
    }

    /// A step; without a `last` person it is the last step.
    fn seal_step(
        &self,
        of: &Reception,
        units: Vec<BulkConfirmUnit>,
        errors: u32,
        as_of: Option<i64>,
        last: Option<Vec<u8>>,
    ) -> Result<Step, VerificationError> {
        let count = u32::try_from(units.len()).unwrap_or(u32::MAX);
        let told = if units.is_empty() {
            None
        } else {
            Some(self.seal_units(of, of.parts + 1, units)?)
        };
        Ok(Step {
            told,
            state: if last.is_some() { State::Open } else { State::Done },
            last_person: last,
            units: count,
            errors,
            as_of,
        })
    }
}

/// Whether what was to be committed may stand all the same.
fn may_stand(error: &VerificationError) -> bool {
    matches!(
        error,
        VerificationError::Store(StoreError::OutcomeUnknown | StoreError::Crashed)
    )
}

fn institution_of(of: &Reception) -> Result<InstitutionCode, VerificationError> {
    InstitutionCode::parse(&of.institution).map_err(|_| SHAPE)
}

/// As of when each office was known in a reception's snapshot.
struct Freshness<'a>(BTreeMap<&'a str, i64>);

impl<'a> Freshness<'a> {
    fn of(of: &'a Reception) -> Freshness<'a> {
        let offices = of.known.split_terminator(';').filter_map(|one| {
            let (office, as_of) = one.split_once('=')?;
            Some((office, as_of.parse().ok()?))
        });
        Freshness(offices.collect())
    }

    /// Who is known to several offices is known as of the one that is known least, and so is a whole result.
    fn least(&self, so_far: Option<i64>, versions: &[Stored], heads: &Heads) -> Option<i64> {
        let offices = versions
            .iter()
            .filter(|version| is_visible(version, heads))
            .map(|version| self.0.get(version.office.as_str()).copied().unwrap_or(NOT_KNOWN));
        offices.chain(so_far).min()
    }
}
