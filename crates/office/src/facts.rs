//! What the office decides for itself and registers nowhere: versions like everything else, without a file.

use domain::identity::Link;
use exchange::registration::part::canonical;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use storage::Tx;

use crate::sealing::Sealing;
use crate::store::facts::{self, FactKind, Key, Stored};
use crate::{Office, OfficeError};

/// A version that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// 紐付番号.
    pub link: Link,
    /// What it is about: `circumstances`, `entrustment`, `self_payment` or `event`.
    pub kind: String,
    /// The record.
    pub record: String,
    /// The version.
    pub revision: u32,
    /// When it was decided, in µs since 1970-01-01T00:00:00Z.
    pub decided_at: i64,
}

impl Office {
    /// Keeps a version of a fact; the same one again is recognised. Whether it was there already.
    pub(crate) async fn keep<T: Serialize>(
        &self,
        tx: &mut Tx,
        link: &Link,
        kind: FactKind,
        record: &str,
        revision: Option<u32>,
        body: &T,
    ) -> Result<(Kept, bool), OfficeError> {
        let said = crate::api::said(body);
        let newest = facts::newest(tx, link.as_str(), kind, record).await?;
        let next = newest.as_ref().map_or(1, |newest| newest.revision + 1);
        let kept = |revision, decided_at| Kept {
            link: link.clone(),
            kind: kind.name().to_owned(),
            record: record.to_owned(),
            revision,
            decided_at,
        };
        if let (Some(asked), Some(newest)) = (revision, &newest)
            && asked == newest.revision
            && newest.said == said
        {
            return Ok((kept(asked, newest.decided_at), true));
        }
        let revision = revision.unwrap_or(next);
        if revision != next {
            return Err(OfficeError::Revision {
                asked: revision,
                next,
            });
        }
        let key = Key {
            link: link.as_str(),
            kind,
            record,
            revision,
        };
        let decided_at = self.env.now().micros();
        let content = self.seal(
            sealing(&[link.as_str(), kind.name(), record], revision),
            &canonical(body),
        );
        facts::put(tx, key, &content, &said, decided_at).await?;
        Ok((kept(revision, decided_at), false))
    }

    /// Opens a fact.
    pub(crate) fn open_fact<T: DeserializeOwned>(&self, stored: &Stored) -> Result<T, OfficeError> {
        let row = [stored.link.as_str(), &stored.kind, &stored.record];
        self.open(sealing(&row, stored.revision), &stored.content)
    }
}

fn sealing<'a>(row: &'a [&'a str], revision: u32) -> Sealing<'a> {
    Sealing {
        table: "fact",
        row,
        revision,
    }
}
