//! A hub that passes on what a test tells it to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use env::{Env, Handler, Request, Time};
use exchange::registration::Lane;
use exchange::registration::feed::{Entry, Fed, FileRef, Heads, Mark, Page};

use crate::people;

/// What the hub passes on.
#[derive(Clone, Default)]
pub(crate) struct Feed(Arc<Mutex<(Vec<Entry>, Vec<Mark>)>>);

impl Feed {
    /// The next file of an office.
    pub(crate) fn tell(&self, office: usize, records: Vec<Fed>) {
        let mut feed = self.0.lock().unwrap();
        let n = i64::try_from(feed.0.len()).unwrap() + 1;
        feed.0.push(Entry {
            lane: Lane::Single,
            n,
            after_row: 0,
            through_row: u32::try_from(records.len()).unwrap(),
            last: true,
            office: people::office(office),
            file: Some(FileRef {
                lane: Lane::Single,
                number: n,
            }),
            records,
        });
    }

    /// An office's word that up to here it had sent everything at a moment.
    pub(crate) fn mark(&self, office: usize, at: Time) {
        let mut feed = self.0.lock().unwrap();
        let last = feed
            .0
            .iter()
            .rev()
            .find(|entry| entry.office == people::office(office));
        let heads = Heads {
            single: last.map_or(0, |entry| entry.n),
            ..Heads::default()
        };
        let n = i64::try_from(feed.1.len()).unwrap() + 1;
        feed.1.push(Mark {
            office: people::office(office),
            n,
            at: at.micros(),
            heads,
        });
    }

    pub(crate) fn handler(&self, env: &Env) -> Handler {
        let (feed, env) = (self.clone(), env.clone());
        Arc::new(move |request: Request| {
            let query = request.uri().query().unwrap_or_default().to_owned();
            let after = |name: &str| {
                let value = query
                    .split('&')
                    .find_map(|one| one.strip_prefix(name)?.strip_prefix('='));
                value.map_or(0_i64, |value| value.parse().unwrap())
            };
            let (single, marks) = (after("single"), after("marks_after"));
            let page = {
                let feed = feed.0.lock().unwrap();
                Page {
                    entries: feed
                        .0
                        .iter()
                        .filter(|entry| entry.n > single)
                        .take(3)
                        .cloned()
                        .collect(),
                    marks: feed.1.iter().filter(|mark| mark.n > marks).cloned().collect(),
                }
            };
            let (env, empty) = (env.clone(), page.entries.is_empty() && page.marks.is_empty());
            Box::pin(async move {
                if empty {
                    env.sleep(Duration::from_millis(50)).await;
                }
                http::Response::new(Bytes::from(serde_json::to_vec(&page).unwrap()))
            })
        })
    }
}
