//! What was read at this desk today, and what could not be, for reception. It lives in memory only, and goes with the day and with the process.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::calendar::Date;
use domain::presence::Method;
use env::{Env, Time};
use exchange::oqs::siquc01::ResultMessage;

use crate::card::CardFault;

/// The most that are remembered; the oldest goes first.
const MOST: usize = 500;

/// How somebody was told from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// The card signed.
    Card(Method),
    /// 目視確認: the staff compared the photograph, and the number was typed in.
    Visual,
}

/// One reading, as reception sees it. It says nothing of itself in `Debug`.
pub(crate) struct Seen {
    pub(crate) at: Time,
    pub(crate) how: How,
    /// The certificate of the card that was answered, to know it again.
    pub(crate) card: Option<Vec<u8>>,
    pub(crate) came: Came,
}

/// What came of it.
pub(crate) enum Came {
    Answer(Box<Answer>),
    /// Nothing: reception sees why, and nobody's name.
    Fault(Arc<CardFault>),
}

/// What verification said, and what was handed on of it.
pub(crate) struct Answer {
    pub(crate) message: ResultMessage,
    /// The file in `face`; none when there is none.
    pub(crate) face: Option<String>,
    /// How many characters were replaced in it.
    pub(crate) replaced: usize,
}

impl Seen {
    /// What verification said; nothing when it came to nothing.
    pub(crate) fn answer(&self) -> Option<&Answer> {
        match &self.came {
            Came::Answer(answer) => Some(answer),
            Came::Fault(_) => None,
        }
    }
}

/// Today's readings, each under a number. Numbers only grow, also from one day to the next and when the program starts anew, for
/// they begin at the clock's second: a list that was left on the screen never leads to somebody else.
pub(crate) struct Today {
    env: Env,
    list: Mutex<List>,
}

#[derive(Default)]
struct List {
    day: Option<Date>,
    /// The number of the last one.
    last: u32,
    seen: VecDeque<(u32, Arc<Seen>)>,
}

impl Today {
    pub(crate) fn new(env: &Env) -> Arc<Today> {
        Arc::new(Today {
            env: env.clone(),
            list: Mutex::default(),
        })
    }

    /// Remembers one; gives its number.
    pub(crate) fn add(&self, seen: Seen) -> u32 {
        let mut list = self.list();
        let second = u32::try_from(self.env.now().micros() / 1_000_000).unwrap_or_default();
        let number = second.max(list.last.saturating_add(1));
        list.last = number;
        list.seen.push_back((number, Arc::new(seen)));
        if list.seen.len() > MOST {
            list.seen.pop_front();
        }
        number
    }

    /// Remembers that nothing came of a card.
    pub(crate) fn add_fault(&self, method: Method, fault: &Arc<CardFault>) {
        self.add(Seen {
            at: self.env.now(),
            how: How::Card(method),
            card: None,
            came: Came::Fault(fault.clone()),
        });
    }

    /// All of them, the newest first.
    pub(crate) fn all(&self) -> Vec<(u32, Arc<Seen>)> {
        self.list().seen.iter().rev().cloned().collect()
    }

    /// One by its number.
    pub(crate) fn one(&self, number: u32) -> Option<Arc<Seen>> {
        let list = self.list();
        let found = list.seen.iter().find(|(own, _)| *own == number);
        found.map(|(_, seen)| seen.clone())
    }

    /// The newest answer to the same card, when there is a newer one than this: what was said later is what counts.
    pub(crate) fn newer(&self, number: u32) -> Option<(u32, Arc<Seen>)> {
        let list = self.list();
        let (_, this) = list.seen.iter().find(|(own, _)| *own == number)?;
        let card = this.card.as_ref()?;
        let same = list
            .seen
            .iter()
            .rev()
            .find(|(_, seen)| seen.card.as_ref() == Some(card))?;
        (same.0 > number).then(|| same.clone())
    }

    /// Forgets what was read on another day, though nobody looks.
    pub(crate) fn sweep(&self) {
        drop(self.list());
    }

    /// Of today: what was read on another day is gone.
    fn list(&self) -> MutexGuard<'_, List> {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let today = Some(self.env.now().date());
        if list.day != today {
            list.day = today;
            list.seen.clear();
        }
        list
    }
}
