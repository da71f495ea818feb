//! What of a reception is stored sealed, opened and closed again.

use exchange::oqs::bulk::{BulkConfirmUnit, Downloaded, DownloadedHeader};
use exchange::oqs::codes::SegmentOfResult;
use exchange::oqs::siquc01::SearchInfo;
use exchange::oqs::{Limits, muquc01};
use exchange::text::Encoding;

use super::{Head, SHAPE, written};
use crate::basis::moment;
use crate::store::reception::Reception;
use crate::{Verification, VerificationError};

impl Verification {
    /// The head of a reception.
    pub(crate) fn head(&self, of: &Reception) -> Result<Head, VerificationError> {
        let head = self.open_reception(&of.number, 0, "head", &of.head)?;
        serde_json::from_slice(&head).map_err(|_| SHAPE)
    }

    /// Whom an opened part asks about.
    pub(crate) fn people(
        &self,
        of: &Reception,
        part: u32,
        asked: &[u8],
    ) -> Result<Vec<SearchInfo>, VerificationError> {
        let asked = self.open_reception(&of.number, part, "asked", asked)?;
        Ok(muquc01::Request::read(&asked, &Limits::MANY)
            .map_err(|_| SHAPE)?
            .search)
    }

    /// Units as they are stored: a message, sealed.
    pub(crate) fn seal_units(
        &self,
        of: &Reception,
        part: u32,
        units: Vec<BulkConfirmUnit>,
    ) -> Result<Vec<u8>, VerificationError> {
        let header = DownloadedHeader::new(
            moment(of.received),
            of.institution.as_str(),
            SegmentOfResult::Done,
        );
        let mut message = Downloaded::of(header);
        message.body.units = units;
        let written = written(message.write(Encoding::Utf8))?;
        Ok(self.seal_reception(&of.number, part, "told", &written))
    }
}
