//! Ports for a town's roles. They lie below those that operating systems give to outgoing connections, so that nobody takes one by
//! chance while its role is down. Whoever looks for a row of them, here or in another test process, listens on the port behind it, so
//! that no two towns ever share one.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::dice;
use crate::wait::wait_until;

/// How many ports a demo takes; the five roles by themselves take fewer.
const IN_A_ROW: u16 = 19;
/// A row, and one more port behind it, which says that the row is somebody's.
const ROW: u16 = IN_A_ROW + 1;
/// Rows between [`LOWEST`] and the ports that operating systems give to outgoing connections.
const ROWS: u16 = 450;
/// The first port of the first row.
const LOWEST: u16 = 20_000;

/// The first of a row of free ports, which is the caller's alone until the test process ends.
pub fn free_ports() -> u16 {
    /// What was looked at last, from a place of this process's own; and the ports behind the rows that were given.
    static ROWS_TAKEN: LazyLock<Mutex<(u16, Vec<TcpListener>)>> = LazyLock::new(|| {
        let first = u16::try_from(dice::fresh() % u64::from(ROWS)).unwrap_or(0);
        Mutex::new((first, Vec::new()))
    });
    let bind = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    wait_until("free ports", || {
        let mut taken = ROWS_TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        let (row, behind) = &mut *taken;
        *row = (*row + 1) % ROWS;
        let base = LOWEST + ROW * *row;
        let own = bind(base + IN_A_ROW).ok()?;
        if (base..base + IN_A_ROW).any(|port| bind(port).is_err()) {
            return None;
        }
        behind.push(own);
        Some(base)
    })
}
