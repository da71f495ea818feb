//! Vouchers that came before the index by institution was there: their institution stands in sealed content, so no
//! migration can find it. The worker does, once, before it looks at receptions, which are 処理中 so long.

use std::sync::Arc;

use domain::identity::PersonId;
use exchange::registration::Content;
use storage::Tx;

use crate::store::month;
use crate::{Verification, VerificationError};

/// Vouchers that one commit puts into the index.
const AT_ONCE: u32 = 200;

impl Verification {
    /// Puts what is missing into the index. Doing it again changes nothing.
    pub(crate) async fn backfill(self: &Arc<Self>) -> Result<(), VerificationError> {
        let look = async |tx: &mut Tx| Ok::<_, VerificationError>(month::is_made(tx).await?);
        if self.store.read("verification.index", look).await? {
            return Ok(());
        }
        let mut after = None;
        loop {
            let read = async move |tx: &mut Tx| {
                Ok::<_, VerificationError>(month::old(tx, after.as_ref(), AT_ONCE).await?)
            };
            let old = self.store.read("verification.old", read).await?;
            let mut found = Vec::with_capacity(old.len());
            for (version, at) in &old {
                if let Content::Voucher { served } = self.open(version)? {
                    let person = PersonId::from_bytes(version.person);
                    found.push((served.body.institution_code, *at, person));
                }
            }
            let Some((last, _)) = old.into_iter().next_back() else {
                break;
            };
            after = Some(last);
            let add = async move |tx: &mut Tx| Ok::<_, VerificationError>(month::address(tx, &found).await?);
            self.store.unit("verification.backfill", add).await?;
        }
        let note = async |tx: &mut Tx| Ok::<_, VerificationError>(month::made(tx).await?);
        self.store.unit("verification.indexed", note).await
    }
}
