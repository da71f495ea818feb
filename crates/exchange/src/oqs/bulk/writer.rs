//! A result file written unit by unit, so that a large one is never in memory as a whole.

use std::io::{self, Write};

use jiff::civil::DateTime;
use thiserror::Error;

use super::{BulkConfirmUnit, DownloadedBody, DownloadedHeader};
use crate::{
    oqs::{
        message::{BODY, HEADER, ROOT},
        pen::{Pen, Replacement, Unwritable, Written},
        record::Record,
        result,
        tree::Element,
        xml,
    },
    text::{Encoding, Substitution},
};

/// Why a result cannot be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// Where it is written to says no.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The encoding lacks characters, and the policy is to refuse.
    #[error(transparent)]
    Unwritable(#[from] Unwritable),
}

/// Writes a [`Downloaded`](super::Downloaded) as XML: the header at once, then units as they come, then its end. The
/// bytes are those that [`Downloaded::write_with`](super::Downloaded::write_with) gives for the same message.
pub struct ResultWriter<W> {
    out: W,
    encoding: Encoding,
    substitution: Substitution,
    units: usize,
    replaced: Vec<Replacement>,
}

impl<W: Write> ResultWriter<W> {
    /// Writes the declaration and the header.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub fn begin(
        out: W,
        header: &DownloadedHeader,
        encoding: Encoding,
        substitution: Substitution,
    ) -> Result<Self, WriteError> {
        let mut writer = Self {
            out,
            encoding,
            substitution,
            units: 0,
            replaced: Vec::new(),
        };
        let header = Element::branch(HEADER.tag, result::header(header, encoding));
        let mut pen = Pen::new(encoding, substitution);
        xml::declare(&mut pen, encoding);
        pen.mark("<XmlMsg>");
        pen.enter(ROOT);
        xml::put(&header, &mut pen);
        let replaced = writer.take(pen)?;
        writer.replaced.extend(replaced);
        Ok(writer)
    }

    /// Writes a unit. When characters of it had to be replaced, `tell` may first say so in it; it is given how many.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub fn unit(
        &mut self,
        mut unit: BulkConfirmUnit,
        tell: impl FnOnce(&mut BulkConfirmUnit, usize),
    ) -> Result<(), WriteError> {
        self.units += 1;
        let mut written = self.written(&unit)?;
        if !written.replaced.is_empty() {
            tell(&mut unit, written.replaced.len());
            written = self.written(&unit)?;
        }
        if self.units == 1 {
            self.out.write_all(b"<MessageBody>")?;
        }
        self.out.write_all(&written.bytes)?;
        self.replaced.extend(written.replaced);
        Ok(())
    }

    /// Writes the end, and gives back where it was written to, with everything that was replaced.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub fn finish(
        mut self,
        office_data_as_of: Option<DateTime>,
    ) -> Result<(W, Vec<Replacement>), WriteError> {
        let tail = DownloadedBody {
            units: Vec::new(),
            office_data_as_of,
        };
        let tail = tail.elements();
        let mut pen = Pen::new(self.encoding, self.substitution);
        let body = self.units > 0 || !tail.is_empty();
        if body && self.units == 0 {
            pen.mark("<MessageBody>");
        }
        for element in &tail {
            xml::put(element, &mut pen);
        }
        pen.mark(if body {
            "</MessageBody></XmlMsg>\n"
        } else {
            "</XmlMsg>\n"
        });
        self.take(pen)?;
        self.out.flush()?;
        Ok((self.out, self.replaced))
    }

    /// A unit's bytes. Its number stands in the places of replaced characters.
    fn written(&self, unit: &BulkConfirmUnit) -> Result<Written, Unwritable> {
        let tag = BulkConfirmUnit::FIELD.tag;
        let place = format!("{tag}[{}]", self.units);
        let elements = unit.elements();
        let mut pen = Pen::new(self.encoding, self.substitution);
        for step in [ROOT, BODY.tag, &place] {
            pen.enter(step);
        }
        pen.mark("<BulkConfirmUnit>");
        for element in &elements {
            xml::put(element, &mut pen);
        }
        pen.mark("</BulkConfirmUnit>");
        pen.finish()
    }

    fn take(&mut self, pen: Pen<'_>) -> Result<Vec<Replacement>, WriteError> {
        let written = pen.finish()?;
        self.out.write_all(&written.bytes)?;
        Ok(written.replaced)
    }
}
