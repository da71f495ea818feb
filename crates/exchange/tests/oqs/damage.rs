//! Random bytes, random markup and damaged files: never a panic, and what is accepted is sound.

use madoguchi_exchange::{
    oqs::{
        Limits,
        siquc01::{Request, ResultMessage},
    },
    text::Encoding,
};
use proptest::{collection::vec, prelude::*};

use crate::{examples, round_trip::config};

const LIMITS: Limits = Limits::SINGLE;

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
}

fn documents() -> Vec<Vec<u8>> {
    let (request, result) = (examples::request(), examples::result());
    vec![
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
    #![proptest_config(config(1_000))]

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
        which in 0_usize..7,
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
