//! Random bytes, random markup and damaged files: never a panic, and what is accepted is sound.

use madoguchi_exchange::{
    oqs::{
        Limits,
        bulk::{Download, Downloaded, Uploaded},
        muquc01, mutic01,
        siquc01::{Request, ResultMessage},
    },
    text::Encoding,
};
use proptest::{collection::vec, prelude::*};

use crate::{examples, round_trip::config};

const LIMITS: Limits = Limits::SINGLE;

/// The same for the messages of bulk inquiries, crosswise between the two syntaxes.
macro_rules! read_bulk {
    ($bytes:expr; $($message:ty),+) => { $(
        if let Ok(mut read) = <$message>::read($bytes, &LIMITS) {
            read.unknown.clear();
            assert_eq!(<$message>::read_json(&read.write_json().unwrap(), &LIMITS).unwrap(), read);
        }
        if let Ok(mut read) = <$message>::read_json($bytes, &LIMITS) {
            read.unknown.clear();
            assert_eq!(<$message>::read(&read.write(Encoding::Utf8).unwrap(), &LIMITS).unwrap(), read);
        }
    )+ };
}

/// Whatever was accepted can be written and read again.
fn read_everything(bytes: &[u8]) {
    if let Ok(mut request) = Request::read(bytes, &LIMITS).or_else(|_| Request::read_json(bytes, &LIMITS)) {
        request.unknown.clear();
        let again = Request::read(&request.write(Encoding::Utf8).unwrap(), &LIMITS).unwrap();
        assert_eq!(again, request);
    }
    if let Ok(mut result) =
        ResultMessage::read(bytes, &LIMITS).or_else(|_| ResultMessage::read_json(bytes, &LIMITS))
    {
        result.unknown.clear();
        let again = ResultMessage::read_json(&result.write_json().unwrap(), &LIMITS).unwrap();
        assert_eq!(again, result);
    }
    read_bulk!(bytes; mutic01::Request, muquc01::Request, Uploaded, Download, Downloaded);
}

fn documents() -> Vec<Vec<u8>> {
    let (request, result) = (examples::request(), examples::result());
    let (month, many) = (examples::month_request(), examples::bulk_request());
    let (uploaded, download, downloaded) =
        (examples::uploaded(), examples::download(), examples::downloaded());
    vec![
        month.write(Encoding::Utf8).unwrap(),
        month.write_json().unwrap(),
        many.write(Encoding::ShiftJis).unwrap(),
        many.write_json().unwrap(),
        uploaded.write(Encoding::Utf8).unwrap(),
        uploaded.write_json().unwrap(),
        download.write(Encoding::Utf8).unwrap(),
        download.write_json().unwrap(),
        downloaded.write(Encoding::ShiftJis).unwrap(),
        downloaded.write_json().unwrap(),
        request.write(Encoding::Utf8).unwrap(),
        request.write(Encoding::ShiftJis).unwrap(),
        request.write_json().unwrap(),
        result.write(Encoding::Utf8).unwrap(),
        result.write(Encoding::ShiftJis).unwrap(),
        result.write_json().unwrap(),
        include_bytes!("fixtures/face_insurance.xml").to_vec(),
    ]
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..300)) {
        read_everything(&bytes);
    }

    #[test]
    fn any_markup(text in "(<[?!/]{0,1}(XmlMsg|MessageHeader|a| |--|\\[CDATA\\[|xml){0,2}[?/]{0,1}>|&[#xa0-9]{0,4};|[\"'\\]{}:山])*") {
        read_everything(text.as_bytes());
    }

    #[test]
    fn damaged_documents(
        which in 0_usize..17,
        changes in vec((any::<prop::sample::Index>(), 0_u8..4, any::<u8>(), 1_usize..40), 1..6),
    ) {
        let mut bytes = documents().swap_remove(which);
        for (at, kind, byte, length) in changes {
            let at = at.index(bytes.len());
            let end = (at + length).min(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => drop(bytes.drain(at..end)),
                _ => { let copy = bytes[at..end].to_vec(); drop(bytes.splice(at..at, copy)); }
            }
            if bytes.is_empty() { break; }
        }
        read_everything(&bytes);
    }
}
