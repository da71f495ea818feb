//! The report on revocations.

use std::fmt::Write;
use std::time::Duration;

use super::{Made, micros, quantile, tenths};
use crate::revocation::{ALLOWED, EVERY, Refused, SELDOM};

/// The page.
pub(crate) fn page(made: &Made, refused: &Refused) -> String {
    let mut page = "# Revoked, until refused\n\n".to_owned();
    // Writing to a String cannot fail.
    let _ = about(&mut page, made, refused).and_then(|()| table(&mut page, refused));
    page
}

fn about(page: &mut String, made: &Made, refused: &Refused) -> std::fmt::Result {
    let measured = format!(
        "{} terminals and {} cards revoked, one after the other, while earlier ones are on their way",
        refused.standing.len(),
        refused.cards.len()
    );
    made.table(page, &measured)
}

fn table(page: &mut String, refused: &Refused) -> std::fmt::Result {
    writeln!(
        page,
        "The clock starts before the authority is told, so its own work, a new list among it, is in the time. A role looks at its \
         files every second, verification at the lists of cards every two: what is left is how long a look and an answer take. \
         Until it is refused each terminal asks every {} ms on its connection and every {} ms on a new one, each card every {} ms. \
         A terminal and a card that were not revoked are answered at the end.\n",
        EVERY.as_millis(),
        SELDOM.as_millis(),
        SELDOM.as_millis()
    )?;
    writeln!(
        page,
        "| revoked | refused | n | p50 ms | p99 ms | max ms | allowed s | |\n|---|---|--:|--:|--:|--:|--:|---|"
    )?;
    for (what, how, times) in [
        (
            "a terminal's certificate",
            "403 on the connection that stands",
            &refused.standing,
        ),
        (
            "a terminal's certificate",
            "a new connection is not let in",
            &refused.anew,
        ),
        ("a card", "its inquiry: MDG-CRD-005", &refused.cards),
    ] {
        let mut times: Vec<Duration> = times.clone();
        times.sort_unstable();
        let at = |share| quantile(&times, share).map_or("–".to_owned(), |time| tenths(micros(time) / 1e3));
        let within = times.last().is_some_and(|longest| *longest <= ALLOWED);
        writeln!(
            page,
            "| {what} | {how} | {} | {} | {} | {} | {} | {} |",
            times.len(),
            at(0.5),
            at(0.99),
            at(1.0),
            ALLOWED.as_secs(),
            if within { "within" } else { "**over**" }
        )?;
    }
    Ok(())
}
