//! Answers that must look alike (promise `addressed`): is their time alike as well?
//!
//! Every kind of person that the clinic is told nothing of is asked about in turn, in another order each time, so that a
//! busy moment falls on all kinds.

use std::time::Duration;

use domain::calendar::Date;
use env::Origin;

use crate::fleet::Fleet;
use crate::load::{Connection, Question};
use crate::options::Database;
use crate::people::{Kind, Person};
use crate::watch::Watch;
use crate::{Fault, say, serve};

/// Connections that ask at the same time.
const CONNECTIONS: usize = 8;
/// Questions of each connection about each kind before the clock counts.
const WARM_UP: usize = 50;
/// What stands in every answer.
const NOTHING: &str = "<QualificationValidity>4</QualificationValidity>";

/// Whom a question is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// A lawful number that nobody has.
    Nobody,
    /// Somebody with a voucher here, with another birth date.
    BornWrongly,
    /// Somebody whom the clinic is told nothing of.
    Untold(Kind),
}

/// The times of one kind's answers.
pub(crate) struct Times {
    pub(crate) about: About,
    pub(crate) sorted: Vec<Duration>,
}

/// All kinds on one database.
pub(crate) struct Alike {
    pub(crate) database: Database,
    pub(crate) kinds: Vec<Times>,
}

/// Who there is to ask about.
pub(crate) struct Asked<'a> {
    pub(crate) day: Date,
    pub(crate) usual: &'a [Person],
    pub(crate) untold: &'a [Person],
    /// People with numbers from here on do not exist.
    pub(crate) unknown_from: u64,
    /// Questions about each kind.
    pub(crate) questions: u64,
}

impl Asked<'_> {
    /// Asks, on one fleet.
    pub(crate) fn measure(&self, fleet: &Fleet) -> Result<Alike, Fault> {
        say(&format!(
            "answers that must look alike, {}",
            fleet.database.name()
        ));
        let abouts = [About::Nobody, About::BornWrongly]
            .into_iter()
            .chain(Kind::UNTOLD.map(About::Untold));
        let abouts: Vec<About> = abouts.collect();
        let at = fleet.verification().at();
        let questions: Vec<Vec<Question>> = abouts.iter().map(|about| self.about(at, *about)).collect();
        let each = usize::try_from(self.questions)?.div_ceil(CONNECTIONS);
        let asked: Result<Vec<_>, String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..CONNECTIONS)
                .map(|first| {
                    scope.spawn({
                        let questions = &questions;
                        move || ask_in_turn(at, questions, first, each)
                    })
                })
                .collect();
            let joined = threads.into_iter().map(|thread| thread.join());
            joined
                .map(|done| done.map_err(|_| "the load panicked".to_owned())?)
                .collect()
        });
        let mut kinds: Vec<Times> = abouts
            .into_iter()
            .map(|about| Times {
                about,
                sorted: Vec::new(),
            })
            .collect();
        for of_connection in asked? {
            for (kind, times) in kinds.iter_mut().zip(of_connection) {
                kind.sorted.extend(times);
            }
        }
        for kind in &mut kinds {
            kind.sorted.sort_unstable();
        }
        Ok(Alike {
            database: fleet.database,
            kinds,
        })
    }

    fn about(&self, at: &Origin, about: About) -> Vec<Question> {
        let question = |body: String| Question::post(at, serve::PATH, "xml", &body, vec![NOTHING.to_owned()]);
        let nobody = |index| Person {
            index,
            day: self.day,
            kind: Kind::Usual,
        };
        match about {
            About::Nobody => (self.unknown_from..self.unknown_from + 200)
                .map(|index| question(nobody(index).request()))
                .collect(),
            About::BornWrongly => {
                let some = self.usual.iter().take(200);
                some.map(|person| question(person.request_born_wrongly()))
                    .collect()
            }
            About::Untold(kind) => {
                let some = self.untold.iter().filter(|person| person.kind == kind);
                some.map(|person| question(person.request())).collect()
            }
        }
    }
}

/// One connection's questions: each kind in turn, beginning with another one each time. The times of each kind.
fn ask_in_turn(
    at: &Origin,
    questions: &[Vec<Question>],
    first: usize,
    each: usize,
) -> Result<Vec<Vec<Duration>>, String> {
    let mut connection = Connection::open(at)?;
    let mut times = vec![Vec::with_capacity(each); questions.len()];
    for round in 0..WARM_UP + each {
        for turn in 0..questions.len() {
            let kind = (first + round + turn) % questions.len();
            let (Some(of_kind), Some(times)) = (questions.get(kind), times.get_mut(kind)) else {
                continue;
            };
            let question = of_kind.get((first + round * CONNECTIONS) % of_kind.len().max(1));
            let question = question.ok_or("there is nobody of a kind")?;
            let clock = Watch::start();
            let answer = connection.ask(question)?;
            let time = clock.elapsed();
            if answer.holds(question).is_err() {
                return Err("an institution was told what it must not know".into());
            }
            if round >= WARM_UP {
                times.push(time);
            }
        }
    }
    Ok(times)
}
