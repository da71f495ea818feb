//! The people of a part that is about cards: registered as everybody, and enrolled.

use std::path::Path;
use std::time::Duration;

use domain::calendar::Date;
use env::Env;
use exchange::presence::{Enrolled, PASSED_ON, PassedOn};
use futures_util::future::try_join_all;
use serde_json::Value;

use crate::cluster::Cluster;
use crate::cpu::Whose;
use crate::fill::{self, AT_ONCE, Files, RESIDENTS};
use crate::fleet::{Fleet, Keys};
use crate::options::{Database, Options};
use crate::people::{Kind, Person};
use crate::watch::Watch;
use crate::{Fault, say};

/// People who have a card, at most; they stand evenly among the others.
const HOLDERS: u64 = 10_000;
/// The hub rests when it uses no more than this in each such time.
const AT_REST: Duration = Duration::from_millis(30);
const EACH: Duration = Duration::from_millis(500);

/// Who is in a part that is about cards.
pub(crate) struct Town {
    pub(crate) day: Date,
    pub(crate) keys: Keys,
    people: Vec<Person>,
    files: Files,
    /// Those with a card.
    pub(crate) holders: Vec<Person>,
}

impl Town {
    /// As many people as the options say.
    pub(crate) fn of(env: &Env, data: &Path, options: &Options) -> Result<Town, Fault> {
        let day = env.now().date();
        let person = |index| Person {
            index,
            day,
            kind: Kind::Usual,
        };
        let people: Vec<Person> = (0..options.people).map(person).collect();
        let apart = options.people.div_ceil(HOLDERS);
        let keys = Keys::make(env, data)?;
        Ok(Town {
            day,
            files: fill::make(env, data, &keys, &people)?,
            keys,
            holders: (0..options.people / apart).map(|n| person(n * apart)).collect(),
            people,
        })
    }

    /// The roles on a database, with all of them registered and the cards enrolled.
    pub(crate) async fn fleet(
        &self,
        env: &Env,
        data: &Path,
        database: Database,
        cluster: Option<&Cluster>,
    ) -> Result<Fleet, Fault> {
        let fleet = Fleet::start(env, data, &self.keys, database, cluster.map(Cluster::url)).await?;
        fill::load_residents(&fleet, &self.people).await?;
        fill::register(env, &fleet, &self.files).await?;
        self.enrol(&fleet).await?;
        let people = i64::try_from(self.people.len())?;
        fill::until_matched(env, &fleet, people, Watch::start()).await?;
        until_at_rest(env, &fleet).await?;
        Ok(fleet)
    }

    /// Issues the cards at the register, and passes the enrolments on as verification does.
    async fn enrol(&self, fleet: &Fleet) -> Result<(), Fault> {
        let (cards, holders, database) = (&self.keys.cards, &self.holders, fleet.database.name());
        say(&format!("enrolling {} cards, {database}", holders.len()));
        for some in holders.chunks(RESIDENTS) {
            let events: Vec<Value> = some.iter().map(|one| one.card(&cards.of(*one))).collect();
            let _loaded: usize = fleet.registers().post("/residents/cards", &events).await?;
        }
        let hub = &fleet.hub_as_verification();
        let share = holders.len().div_ceil(AT_ONCE).max(1);
        let enrolling = holders.chunks(share).map(async |some| {
            for one in some {
                let card = cards.of(*one);
                match hub.post(PASSED_ON, &PassedOn { card }).await? {
                    Enrolled::Linked => {}
                    other => return Err(format!("a card was not enrolled: {other:?}").into()),
                }
            }
            Ok::<_, Fault>(())
        });
        try_join_all(enrolling).await?;
        Ok(())
    }

    /// Somebody with a card, by any number.
    pub(crate) fn holder(&self, number: u64) -> Option<Person> {
        let holders = u64::try_from(self.holders.len()).ok()?;
        let place = usize::try_from(number.checked_rem(holders)?).ok()?;
        self.holders.get(place).copied()
    }
}

/// Waits until the hub has asked the registers all that it asks by itself after an enrolment: its database may be the one
/// whose processor time is read.
async fn until_at_rest(env: &Env, fleet: &Fleet) -> Result<(), Fault> {
    let hub = Whose::Process(fleet.hub().pid());
    let mut before = hub.used()?;
    loop {
        env.sleep(EACH).await;
        let now = hub.used()?;
        if now.saturating_sub(before) <= AT_REST {
            return Ok(());
        }
        before = now;
    }
}
