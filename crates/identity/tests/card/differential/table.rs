//! Two judges of the same things, and the list of what they may differ in.
//!
//! A reason excuses nothing by its name alone: what it is about is mended, and then both must say the same. So whatever else
//! is wrong with the thing cannot hide behind it, and a reason that is about nothing in the thing is none.

use std::collections::BTreeMap;

/// Which of the two asks for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum We {
    Stricter,
    Laxer,
}

/// Why we differ, and what must be otherwise for us not to.
#[derive(Clone, Copy)]
pub(crate) struct Reason<T> {
    pub(crate) we: We,
    pub(crate) why: &'static str,
    pub(crate) mend: fn(&mut T),
}

impl<T> Reason<T> {
    pub(crate) fn stricter(why: &'static str, mend: fn(&mut T)) -> Reason<T> {
        let we = We::Stricter;
        Reason { we, why, mend }
    }

    pub(crate) fn laxer(why: &'static str, mend: fn(&mut T)) -> Reason<T> {
        let we = We::Laxer;
        Reason { we, why, mend }
    }
}

/// What the two say of a thing.
pub(crate) enum Said<T> {
    /// Both take it.
    Accepted,
    /// Both believe it, and what it says is a no.
    No,
    /// Neither takes it.
    Refused,
    /// They differ: what each said, and the reasons that fit with that.
    Differ(String, Vec<Reason<T>>),
}

/// How often the two said the same, and why they did not.
pub(crate) struct Table {
    what: &'static str,
    tried: usize,
    accepted: usize,
    refused: usize,
    /// Of those, how many both believe that say no.
    no: usize,
    differ: BTreeMap<(We, &'static str), usize>,
    outside: Vec<String>,
}

/// A thing that is being judged, and the first reason that was found about it.
type Open<T> = (T, Option<(We, &'static str)>);

/// Lets both judge all things, mends those about which they differ, and lets them judge again.
pub(crate) fn compare<T: Clone + PartialEq + std::fmt::Debug>(
    what: &'static str,
    all: Vec<T>,
    judge: impl Fn(&[T]) -> Vec<Said<T>>,
) -> Table {
    let mut table = Table {
        what,
        tried: all.len(),
        accepted: 0,
        refused: 0,
        no: 0,
        differ: BTreeMap::new(),
        outside: Vec::new(),
    };
    let mut open: Vec<Open<T>> = all.into_iter().map(|one| (one, None)).collect();
    // Each round mends one thing; none has more than a few.
    for _ in 0..8 {
        let things: Vec<T> = open.iter().map(|(thing, _)| thing.clone()).collect();
        let said = judge(&things);
        assert_eq!(said.len(), things.len());
        let rest = open
            .into_iter()
            .zip(said)
            .filter_map(|((thing, first), said)| table.enter(thing, first, said));
        open = rest.collect();
    }
    table.outside.extend(
        open.iter()
            .map(|(_, first)| format!("mended without end: {first:?}")),
    );
    table
}

impl Table {
    /// Enters what was said; what is mended is to be judged again.
    fn enter<T: Clone + PartialEq + std::fmt::Debug>(
        &mut self,
        thing: T,
        first: Option<(We, &'static str)>,
        said: Said<T>,
    ) -> Option<Open<T>> {
        match (said, first) {
            (Said::Accepted, None) => self.accepted += 1,
            (Said::No, None) => {
                self.refused += 1;
                self.no += 1;
            }
            (Said::Refused, None) => self.refused += 1,
            (Said::Accepted | Said::No, Some(first)) => *self.differ.entry(first).or_default() += 1,
            (Said::Refused, Some((_, why))) => {
                self.outside.push(format!(
                    "not for this reason alone, or for another: {why} {thing:?}"
                ));
            }
            (Said::Differ(what, reasons), first) => {
                for reason in reasons {
                    let mut mended = thing.clone();
                    (reason.mend)(&mut mended);
                    if mended != thing {
                        return Some((mended, first.or(Some((reason.we, reason.why)))));
                    }
                }
                self.outside
                    .push(format!("{what} (before: {first:?}): {thing:?}"));
            }
        }
        None
    }

    /// How often both believe a no.
    pub(crate) fn no(&self) -> usize {
        self.no
    }

    /// Prints the table, and fails when something is outside the list, or when too few were taken or refused by both.
    pub(crate) fn close(self, least: usize) {
        let Table { what, tried, .. } = self;
        let no = match self.no {
            0 => String::new(),
            no => format!(" (of them {no} by what it says, which both believe)"),
        };
        let mut lines = vec![format!(
            "{tried} tried, {} both accepted, {} both refused{no}",
            self.accepted, self.refused
        )];
        for ((we, why), count) in &self.differ {
            let we = match we {
                We::Stricter => "stricter",
                We::Laxer => "laxer",
            };
            lines.push(format!("we {we}: {count}: {why}"));
        }
        lines.push(format!("outside the list: {}", self.outside.len()));
        #[expect(clippy::print_stdout, reason = "figures for the soak report")]
        for line in lines {
            println!("soak: {what} beside OpenSSL: {line}");
        }
        assert_eq!(self.outside, Vec::<String>::new(), "{what}");
        let both = self.accepted.min(self.refused);
        assert!(both >= least, "{what}: only {both} of {tried}");
        let differ: usize = self.differ.values().sum();
        assert_eq!(self.accepted + self.refused + differ, tried, "{what}");
    }
}
