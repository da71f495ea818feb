//! What OpenSSL says of the same certificates and of the same lists.
//!
//! Thousands of each, good ones and such as have one to three things wrong with them, are judged by both at several moments.
//! Where one takes what the other refuses, the reason must be one of those listed, each with why we differ, and with that one
//! thing mended both must say the same.

mod certificates;
mod lists;
mod openssl;
pub(crate) mod table;

use std::collections::BTreeMap;

use env::Time;

/// A moment, as certificates have it.
fn moment(text: &str) -> Time {
    let text = match text.len() {
        13 => format!("20{text}"),
        _ => text.to_owned(),
    };
    let read = jiff::civil::DateTime::strptime("%Y%m%d%H%M%SZ", text).unwrap();
    let stamp = read.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    Time::from_micros(stamp.as_microsecond())
}

/// Some seconds from a moment, as certificates have it.
fn stamp(from: Time, seconds: i64) -> String {
    let moment = jiff::Timestamp::from_microsecond(from.micros() + seconds * 1_000_000).unwrap();
    moment.strftime("%y%m%d%H%M%SZ").to_string()
}

/// Judges things by the moment of each, so many at once: OpenSSL is told one moment in a call.
fn by_time(moments: impl Iterator<Item = Time>, at_once: usize, mut judge: impl FnMut(Time, &[usize])) {
    let mut by_time: BTreeMap<Time, Vec<usize>> = BTreeMap::new();
    for (n, at) in moments.enumerate() {
        by_time.entry(at).or_default().push(n);
    }
    for (at, some) in by_time {
        some.chunks(at_once).for_each(|some| judge(at, some));
    }
}
