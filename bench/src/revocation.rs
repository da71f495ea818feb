//! `--only revocation`: how long it takes until what was revoked is refused.
//!
//! ```text
//! a terminal's certificate, at the authority ─▶ its list, at which roles look   ─▶ 403 on the connection that stands;
//!                                                                                a new one is not let in
//! a card, at its authority ─▶ its list, at which verification looks             ─▶ MDG-CRD-005
//! ```
//!
//! The clock starts before the authority is told. Revocations follow one another while earlier ones are still on their way, at
//! moments that fall on every part of the seconds in which roles look.

use std::cell::RefCell;
use std::time::Duration;

use env::Env;
use env::real::RealWorld;
use futures_util::future::{try_join_all, try_join3};
use tokio::sync::oneshot;

use crate::cards::Cards;
use crate::fleet::Fleet;
use crate::options::{Database, Options};
use crate::people::Person;
use crate::report::{Made, revocation_page};
use crate::run::put;
use crate::town::Town;
use crate::watch::Watch;
use crate::{Fault, say};

mod desk;

use desk::{Desk, Said, terminal};

/// Between two revocations: no simple part of a second.
const APART: Duration = Duration::from_millis(137);
/// Between two questions of a desk on the connection that it has.
pub(crate) const EVERY: Duration = Duration::from_millis(5);
/// Between two that connect anew, or have a card sign.
pub(crate) const SELDOM: Duration = Duration::from_millis(20);
/// How long a revocation may take.
pub(crate) const ALLOWED: Duration = Duration::from_mins(1);

/// How long it took until each was refused.
pub(crate) struct Refused {
    /// Terminals, on the connection that they had.
    pub(crate) standing: Vec<Duration>,
    /// The same terminals, on a new connection.
    pub(crate) anew: Vec<Duration>,
    /// Cards.
    pub(crate) cards: Vec<Duration>,
}

/// Measures, prints, and writes where the options say.
pub(crate) async fn run(options: &Options) -> Result<(), Fault> {
    let mut options = options.settled();
    // One card more than are revoked.
    options.people = options.revocations + 1;
    let (env, data) = (RealWorld::env(), harness::attendant::folder());
    let mut made = Made::before(data);
    let town = Town::of(&env, data, &options)?;
    let fleet = town.fleet(&env, data, Database::Sqlite, None).await?;
    let (standing, anew) = of_terminals(&env, &fleet, options.revocations).await?;
    let cards = of_cards(&env, &fleet, &town).await?;
    made.after();
    let refused = Refused {
        standing,
        anew,
        cards,
    };
    put(&revocation_page(&made, &refused), options.report())
}

/// Revokes the certificates of so many terminals; until when each was refused on its connection, and on a new one.
async fn of_terminals(env: &Env, fleet: &Fleet, count: u64) -> Result<(Vec<Duration>, Vec<Duration>), Fault> {
    say(&format!("revoking the certificates of {count} terminals"));
    let at = fleet.verification().at();
    let desks: Vec<Desk> = (0..count).map(|n| Desk::new(at, &format!("desk-r{n}"))).collect();
    let stays = Desk::new(at, "desk-stays");
    let mut stays_there = stays.connect().await?;
    let revoking = (0_u32..).zip(&desks).map(async |(n, desk)| {
        env.sleep(APART * n).await;
        let mut there = desk.connect().await?;
        there.nonce().await?.must_be_answered()?;
        let (clock, name) = (Watch::start(), terminal(&desk.name));
        let revoked = on_a_thread(move || harness::revoke(name));
        let standing = until_refused(env, clock, EVERY, async || there.nonce().await);
        let anew = until_refused(env, clock, SELDOM, async || desk.anew().await);
        let ((), standing, anew) = try_join3(revoked, standing, anew).await?;
        Ok::<_, Fault>((standing, anew))
    });
    let refused = try_join_all(revoking).await?;
    // Who was not revoked goes on.
    stays_there.nonce().await?.must_be_answered()?;
    stays.anew().await?.must_be_answered()?;
    Ok(refused.into_iter().unzip())
}

/// Revokes all cards but one; until when each was refused.
async fn of_cards(env: &Env, fleet: &Fleet, town: &Town) -> Result<Vec<Duration>, Fault> {
    let cards = &town.keys.cards;
    let (stays, all) = town.holders.split_last().ok_or("nobody has a card")?;
    say(&format!("revoking {} cards", all.len()));
    let desk = Desk::new(fleet.verification().at(), "desk-cards");
    let revoked = RefCell::new(Vec::new());
    let revoking = (0_u32..).zip(all).map(async |(n, person)| {
        env.sleep(APART * n).await;
        let mut there = desk.with_card(cards, *person).await?;
        there.ask(env.now()).await?.must_be_answered()?;
        let clock = Watch::start();
        revoke(env, cards, &revoked, *person)?;
        until_refused(env, clock, SELDOM, async || there.ask(env.now()).await).await
    });
    let refused = try_join_all(revoking).await?;
    let mut there = desk.with_card(cards, *stays).await?;
    there.ask(env.now()).await?.must_be_answered()?;
    Ok(refused)
}

/// One card more on the list.
fn revoke(env: &Env, cards: &Cards, revoked: &RefCell<Vec<Person>>, person: Person) -> Result<(), Fault> {
    let mut revoked = revoked.borrow_mut();
    revoked.push(person);
    cards.revoke(env.now(), &revoked)
}

/// Asks again and again; how long since the clock began until the first refusal.
async fn until_refused(
    env: &Env,
    clock: Watch,
    every: Duration,
    mut ask: impl AsyncFnMut() -> Result<Said, Fault>,
) -> Result<Duration, Fault> {
    while ask().await? != Said::Refused {
        if clock.elapsed() > ALLOWED {
            return Err("what was revoked is answered after a minute".into());
        }
        env.sleep(every).await;
    }
    Ok(clock.elapsed())
}

/// Does something that takes long, while others go on asking.
async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    let (done, wait) = oneshot::channel();
    std::thread::spawn(move || {
        let _nobody_waits = done.send(work());
    });
    Ok(wait.await?)
}
