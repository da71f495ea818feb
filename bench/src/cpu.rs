//! What servers used of the processors, as the kernel counts it: `utime + stime` of `/proc/PID/stat`.
//!
//! The kernel tells it in ticks of 10 ms, so figures are sums over many requests. A cluster of PostgreSQL is all
//! processes below its postmaster: those that live, and those that ended, which the postmaster's own
//! `cutime + cstime` holds.

use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use crate::Fault;

/// Whose processor time is meant.
#[derive(Clone, Copy)]
pub(crate) enum Whose {
    /// A process with all its threads.
    Process(u32),
    /// A PostgreSQL cluster, by its postmaster.
    Cluster(u32),
}

impl Whose {
    /// What it has used so far.
    pub(crate) fn used(self) -> Result<Duration, Fault> {
        let ticks = match self {
            Whose::Process(pid) => stat(pid)?.own,
            Whose::Cluster(postmaster) => {
                let root = stat(postmaster)?;
                let backends = pids()?.into_iter().filter_map(|pid| stat(pid).ok());
                let living: u64 = backends
                    .filter(|one| one.parent == postmaster)
                    .map(|one| one.own)
                    .sum();
                root.own + root.children + living
            }
        };
        Ok(Duration::from_secs(ticks) / tick_rate())
    }
}

/// The process above another one.
pub(crate) fn parent(pid: u32) -> Result<u32, Fault> {
    Ok(stat(pid)?.parent)
}

/// One line of `/proc/PID/stat`, times in ticks.
struct Stat {
    parent: u32,
    own: u64,
    children: u64,
}

fn stat(pid: u32) -> Result<Stat, Fault> {
    let path = format!("/proc/{pid}/stat");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("{path}: {error}; processor time is read from Linux's /proc"))?;
    parse(&text).ok_or_else(|| format!("{path}: not of the expected shape").into())
}

fn parse(text: &str) -> Option<Stat> {
    // The name is in brackets and may itself have any of these characters.
    let (_, after_name) = text.rsplit_once(')')?;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let number = |field: usize| fields.get(field)?.parse::<u64>().ok();
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        own: number(11)? + number(12)?,
        children: number(13)? + number(14)?,
    })
}

fn pids() -> Result<Vec<u32>, Fault> {
    let names = std::fs::read_dir("/proc")?.flatten();
    Ok(names
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect())
}

/// Ticks in a second.
fn tick_rate() -> u32 {
    static RATE: OnceLock<u32> = OnceLock::new();
    *RATE.get_or_init(|| {
        let said = Command::new("getconf").arg("CLK_TCK").output().ok();
        let said = said.and_then(|output| String::from_utf8(output.stdout).ok());
        said.and_then(|text| text.trim().parse().ok()).unwrap_or(100)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_is_passed_over() {
        let line = "42 (a) b (c) S 7 42 42 0 -1 4194560 1 2 3 4 100 20 5 6 20 0 9 0";
        let stat = parse(line).unwrap();
        assert_eq!((stat.parent, stat.own, stat.children), (7, 120, 11));
        assert!(parse("42 (x) S 1").is_none());
    }

    #[test]
    fn this_process_has_used_some_and_has_a_parent() {
        let me = std::process::id();
        assert!(Whose::Process(me).used().is_ok());
        assert!(parent(me).unwrap() > 0);
    }
}
