//! The bytes of a result file: as they are while they are few, packed (zip) once they are many.
//!
//! Packing begins when the limit is passed, so that neither the whole text nor two copies of it are ever in memory.

use std::io::{self, Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Takes a file's text.
pub(crate) struct Pack {
    /// The file's name inside the package.
    name: String,
    over: usize,
    state: State,
}

enum State {
    Plain(Vec<u8>),
    Packed(Box<ZipWriter<Cursor<Vec<u8>>>>),
}

/// A whole file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) bytes: Vec<u8>,
    pub(crate) packed: bool,
}

impl Pack {
    /// Packs what has more than `over` bytes, under this name.
    pub(crate) fn new(name: String, over: usize) -> Pack {
        Pack {
            name,
            over,
            state: State::Plain(Vec::new()),
        }
    }

    /// The file.
    pub(crate) fn finish(self) -> io::Result<Package> {
        match self.state {
            State::Plain(bytes) => Ok(Package { bytes, packed: false }),
            State::Packed(zip) => Ok(Package {
                bytes: zip.finish()?.into_inner(),
                packed: true,
            }),
        }
    }
}

impl Write for Pack {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if let State::Plain(bytes) = &mut self.state {
            if bytes.len() + piece.len() <= self.over {
                bytes.extend_from_slice(piece);
                return Ok(piece.len());
            }
            let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
            // Without a time of its own the same text gives the same package.
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
            zip.start_file(self.name.as_str(), options)?;
            zip.write_all(bytes)?;
            self.state = State::Packed(Box::new(zip));
        }
        match &mut self.state {
            State::Packed(zip) => zip.write(piece),
            State::Plain(_) => Ok(0),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn pack(text: &[u8], over: usize) -> Package {
        let mut pack = Pack::new("OQSmutic02res_1.xml".into(), over);
        for piece in text.chunks(7) {
            pack.write_all(piece).unwrap();
        }
        pack.finish().unwrap()
    }

    #[test]
    fn few_bytes_stay_and_many_are_packed() {
        let text = "医療券".repeat(1_000).into_bytes();
        let plain = pack(&text, text.len());
        assert_eq!(
            plain,
            Package {
                bytes: text.clone(),
                packed: false
            }
        );
        let packed = pack(&text, text.len() - 1);
        assert!(packed.packed && packed.bytes.len() < text.len() / 10);
        assert_eq!(
            pack(&text, text.len() - 1),
            packed,
            "the same text, the same package"
        );
        let mut archive = zip::ZipArchive::new(Cursor::new(packed.bytes)).unwrap();
        assert_eq!(archive.len(), 1);
        let mut file = archive.by_index(0).unwrap();
        assert_eq!(file.name().unwrap(), "OQSmutic02res_1.xml");
        let mut back = Vec::new();
        file.read_to_end(&mut back).unwrap();
        assert_eq!(back, text);
    }
}
