//! One line of the table, summed over its rounds.

use std::time::Duration;

use super::Target;
use crate::load::Measured;

/// One line of the table: all its rounds.
pub(crate) struct Line<T = Target> {
    pub(crate) target: T,
    pub(crate) connections: u64,
    rounds: Vec<Measured>,
}

impl Line {
    /// Whether others are compared with it.
    pub(crate) fn is_reference(&self) -> bool {
        matches!(self.target, Target::Bare | Target::Pgbench)
    }
}

impl<T> Line<T> {
    /// Without a round yet.
    pub(crate) fn new(target: T, connections: u64) -> Line<T> {
        Line {
            target,
            connections,
            rounds: Vec::new(),
        }
    }

    /// Adds a round.
    pub(crate) fn push(&mut self, round: Measured) {
        self.rounds.push(round);
    }

    fn requests(&self) -> u64 {
        self.rounds.iter().map(|round| round.requests).sum()
    }

    /// µs of processor time of all servers for one request.
    pub(crate) fn cpu(&self) -> f64 {
        let used: Duration = self.rounds.iter().map(cpu_of).sum();
        micros(used, self.requests())
    }

    /// µs of it in the database's processes.
    pub(crate) fn cpu_of_database(&self) -> Option<f64> {
        let used: Option<Duration> = self.rounds.iter().map(|round| round.database).sum();
        used.map(|used| micros(used, self.requests()))
    }

    /// µs that the load itself used for one request.
    pub(crate) fn cpu_of_generator(&self) -> f64 {
        micros(
            self.rounds.iter().map(|round| round.generator).sum(),
            self.requests(),
        )
    }

    /// µs of processor time for one request in the first and the last round.
    pub(crate) fn drift(&self) -> Option<(f64, f64)> {
        let one = |round: &Measured| micros(cpu_of(round), round.requests);
        Some((one(self.rounds.first()?), one(self.rounds.last()?)))
    }

    /// Requests per second: the least round, the median, the most.
    pub(crate) fn rates(&self) -> (f64, f64, f64) {
        let rate = |round: &Measured| count(round.requests) / round.wall.as_secs_f64();
        let mut rates: Vec<f64> = self.rounds.iter().map(rate).collect();
        rates.sort_by(f64::total_cmp);
        let at = |place: usize| rates.get(place).copied().unwrap_or(f64::NAN);
        (at(0), at(rates.len() / 2), at(rates.len().saturating_sub(1)))
    }

    /// Times of all requests, sorted; none for pgbench, which does not tell them.
    pub(crate) fn times(&self) -> Vec<Duration> {
        let times = self.rounds.iter().flat_map(|round| &round.times);
        let mut times: Vec<Duration> = times.copied().collect();
        times.sort_unstable();
        times
    }

    /// Bytes of an answer.
    pub(crate) fn answer(&self) -> usize {
        self.rounds.last().map_or(0, |round| round.answer)
    }
}

fn cpu_of(round: &Measured) -> Duration {
    round.own + round.database.unwrap_or_default()
}

fn micros(used: Duration, requests: u64) -> f64 {
    used.as_secs_f64() * 1e6 / count(requests)
}

/// Counts of requests are far below 2³².
fn count(requests: u64) -> f64 {
    f64::from(u32::try_from(requests).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_sums_its_rounds() {
        let round = |requests, millis, cpu| Measured {
            requests,
            wall: Duration::from_millis(millis),
            own: Duration::from_millis(cpu),
            database: Some(Duration::from_millis(cpu)),
            generator: Duration::ZERO,
            times: vec![Duration::from_micros(millis)],
            answer: 9,
        };
        let line = Line {
            target: Target::Bare,
            connections: 1,
            rounds: vec![round(1000, 100, 10), round(1000, 50, 20)],
        };
        assert!((line.cpu() - 30.0).abs() < 1e-9);
        assert!((line.cpu_of_database().unwrap() - 15.0).abs() < 1e-9);
        assert_eq!(
            line.drift().map(|(a, b)| (a.round(), b.round())),
            Some((20.0, 40.0))
        );
        let (least, _, most) = line.rates();
        assert!((least - 10_000.0).abs() < 1e-6 && (most - 20_000.0).abs() < 1e-6);
        assert_eq!(line.times().len(), 2);
    }
}
