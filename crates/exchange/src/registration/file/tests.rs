//! Whole files: what is written is read back, and nothing that is not whole is taken.

mod bad_files;
mod bad_rows;
mod canonical;
mod discreet;
mod samples;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed};

use super::{File, Limits};
use crate::registration::{Lane, Mode, Record};
use samples::{envelope, everything, file, person, voucher};

/// The same few cases in every run.
fn cases(cases: u32) -> Config {
    Config {
        cases,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(20_261_122),
        failure_persistence: None,
        ..Config::default()
    }
}

fn read(bytes: &[u8]) -> Result<File, (Vec<super::Fault>, bool)> {
    File::read(bytes, &Limits::default())
}

/// The only fault of a file, as `row field rule`.
#[track_caller]
fn only_fault(bytes: &[u8]) -> String {
    let (faults, more) = read(bytes).expect_err("this file is not whole");
    assert_eq!((faults.len(), more), (1, false), "{faults:?}");
    let fault = &faults[0];
    format!("{} {} {}", fault.row, fault.field, fault.rule)
}

#[test]
fn a_file_is_read_back() {
    let records = everything();
    for lane in Lane::ALL {
        for mode in [Mode::EachPerson, Mode::AllOrNothing] {
            let mut envelope = envelope();
            (envelope.lane, envelope.mode, envelope.number) = (lane, mode, 41);
            let bytes = File::write(envelope.clone(), &records);
            let file = read(&bytes).unwrap();
            assert_eq!(file.records, records);
            assert_eq!(file.envelope.rows, 5);
            envelope.rows = 5;
            envelope.sha256 = file.envelope.sha256;
            assert_eq!(file.envelope, envelope);
            assert_eq!(
                File::write(file.envelope, &file.records),
                bytes,
                "writing is stable"
            );
        }
    }
}

#[test]
fn a_file_without_records_is_whole() {
    let file = read(&file(&[])).unwrap();
    assert_eq!((file.envelope.rows, file.records.len()), (0, 0));
}

#[test]
fn a_file_has_one_hash() {
    let hash = |records: &[Record]| read(&file(records)).unwrap().sha256;
    assert_eq!(hash(&everything()), hash(&everything()));
    assert_ne!(hash(&[person("a", 1)]), hash(&[person("a", 2)]));
    assert_ne!(hash(&[person("a", 1)]), hash(&[person("b", 1)]));
}

#[test]
fn an_envelope_written_by_somebody_else_is_read() {
    // Fields in another order and with spaces; the hash goes over the line as it stands.
    let ours = file(&[person("a", 1)]);
    let body = ours.split_inclusive(|byte| *byte == b'\n').nth(1).unwrap();
    let line = |hash: &str| {
        format!(
            "{{ \"sha256\": \"{hash}\", \"made_at\": 1, \"rows\": 1, \"number\": 1, \"lane\": \"single\", \
             \"office\": \"13104\", \"registration\": 1 }}\n"
        )
    };
    let zeros = super::sha256(&[line(&"0".repeat(64)).as_bytes(), body]);
    let theirs = [line(&hex::encode(zeros.0)).as_bytes(), body].concat();
    assert_eq!(read(&theirs).unwrap().envelope.mode, Mode::EachPerson);
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn any_records_are_read_back(people in prop::collection::vec((1_u32..9, 0_u32..4), 0..12)) {
        let mut records = Vec::new();
        for (n, (revision, vouchers)) in people.into_iter().enumerate() {
            let link = format!("p-{n}");
            records.push(person(&link, revision));
            records.extend((0..vouchers).map(|v| voucher(&link, &format!("v-{v}"), revision)));
        }
        let bytes = file(&records);
        prop_assert_eq!(read(&bytes).unwrap().records, records);
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(read(&bytes).is_err());
    }

    #[test]
    fn any_row_is_judged(row in "[ -~]{0,80}|\\{\"(link|record|revision|content)\":[\\[\\]{}\"0-9a-z,:]{0,60}") {
        // The envelope is right, so that every byte reaches the parser of rows.
        prop_assert!(read(&samples::with_rows(&[row.as_bytes()])).is_err());
    }

    #[test]
    fn any_change_is_refused(at in any::<prop::sample::Index>(), flip in 1_u8..=255, insert in any::<bool>()) {
        let mut bytes = file(&everything());
        let at = at.index(bytes.len());
        if insert {
            bytes.insert(at, flip);
        } else {
            bytes[at] ^= flip;
        }
        prop_assert!(read(&bytes).is_err());
    }
}
