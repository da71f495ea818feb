//! What something costs in this very process, with no server around it.

use std::hint::black_box;
use std::time::Duration;

use crate::Fault;
use crate::cpu::Whose;

/// One thing that is measured.
pub(crate) struct Alone<'a> {
    pub(crate) name: &'static str,
    once: &'a dyn Fn(usize) -> bool,
    used: Duration,
    times: usize,
}

impl<'a> Alone<'a> {
    /// Something that may be done any number of times and must come to yes.
    pub(crate) fn new(name: &'static str, once: &'a dyn Fn(usize) -> bool) -> Alone<'a> {
        Alone {
            name,
            once,
            used: Duration::ZERO,
            times: 0,
        }
    }

    /// Does it so many times more.
    pub(crate) fn measure(&mut self, each: usize) -> Result<(), Fault> {
        let me = Whose::Process(std::process::id());
        let before = me.used()?;
        for n in 0..each {
            if !black_box((self.once)(black_box(n))) {
                return Err(format!("{}: refused", self.name).into());
            }
        }
        self.used += me.used()?.saturating_sub(before);
        self.times += each;
        Ok(())
    }

    /// Microseconds each.
    pub(crate) fn each(&self) -> f64 {
        self.used.as_secs_f64() * 1e6 / self.times as f64
    }
}
