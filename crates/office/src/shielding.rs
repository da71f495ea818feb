//! Shielding flags (不開示該当・自己情報提供不可): they travel in their own lane, before everything else.

use std::sync::Arc;

use domain::identity::Link;
use domain::permit::Permit;
use exchange::registration::{Content, Part, RecordId, Shielding};
use serde::{Deserialize, Serialize};

use crate::decide::{Decided, Decision};
use crate::{Office, OfficeError};

/// The flags as the office sets them, both at once.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewShielding {
    /// The version to make; the next when nothing is said.
    #[serde(default)]
    pub(crate) revision: Option<u32>,
    /// 不開示該当.
    pub(crate) undisclosed: bool,
    /// 自己情報提供不可.
    pub(crate) unusable: bool,
}

/// The one record of this kind.
const RECORD: &str = "shielding";

impl Office {
    /// Sets the flags.
    pub(crate) async fn shield(
        self: &Arc<Self>,
        permit: &Permit,
        link: Link,
        new: NewShielding,
    ) -> Result<Decided, OfficeError> {
        let decision = self.shielding_decision(link, &new)?;
        self.decide(permit, decision).await
    }

    /// What setting the flags decides.
    pub(crate) fn shielding_decision(&self, link: Link, new: &NewShielding) -> Result<Decision, OfficeError> {
        let said = crate::api::said(new);
        let flags = Shielding {
            undisclosed: new.undisclosed,
            unusable: new.unusable,
        };
        let content = Content::Shielding {
            served: Part::new(self.salt(), flags),
        };
        let record = RecordId::parse(RECORD).map_err(|_| OfficeError::Shape { table: "decision" })?;
        Ok(Decision {
            link,
            record,
            revision: new.revision,
            content,
            said,
            said_before: None,
        })
    }
}
