//! Time: what o'clock it is, and waiting.

use std::fmt;
use std::ops::Add;
use std::time::Duration;

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

use crate::BoxFuture;

/// A moment, in µs since 1970-01-01T00:00:00Z. Japan's time is always nine hours ahead of it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Time(i64);

const JST: Offset = Offset::constant(9);

impl Time {
    /// From µs since the epoch.
    pub const fn from_micros(micros: i64) -> Time {
        Time(micros)
    }

    /// µs since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// From a date and time of day in Japan (日本標準時).
    ///
    /// Dates that a 64-bit µs count cannot hold become the nearest that it can.
    pub fn from_jst(local: DateTime) -> Time {
        let zoned = TimeZone::fixed(JST).to_timestamp(local);
        Time(zoned.map_or(i64::MAX, |t| t.as_microsecond()))
    }

    /// The date and time of day in Japan, to the µs.
    pub fn jst(self) -> DateTime {
        jiff::Timestamp::from_microsecond(self.0).map_or(DateTime::MAX, |t| JST.to_datetime(t))
    }

    /// The date in Japan.
    pub fn date(self) -> Date {
        self.jst().date()
    }

    /// How long ago `earlier` was; nothing when it is not earlier.
    pub fn since(self, earlier: Time) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl Add<Duration> for Time {
    type Output = Time;
    fn add(self, span: Duration) -> Time {
        Time(
            self.0
                .saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.jst().strftime("%Y-%m-%dT%H:%M:%S%.6f+09:00"))
    }
}

/// The span was over first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("timed out")]
pub struct Elapsed;

/// The clock of a world.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Time;
    /// Waits for a span.
    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn japan_is_nine_hours_ahead() {
        let midnight = Time::from_jst(date(2026, 11, 22).at(0, 0, 0, 0));
        assert_eq!(midnight.to_string(), "2026-11-22T00:00:00.000000+09:00");
        let japans = Time::from_micros(0).jst().strftime("%Y%m%d%H%M%S");
        assert_eq!(japans.to_string(), "19700101090000");
        assert_eq!(midnight.date(), date(2026, 11, 22));
        assert_eq!(
            Time::from_micros(midnight.micros() - 1).date(),
            date(2026, 11, 21)
        );
    }
}
