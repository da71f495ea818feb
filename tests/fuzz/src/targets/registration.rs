//! Registration files: as they come, rows under a right envelope, and bodies of parts.

use exchange::registration::envelope::{FileHash, LAYOUT};
use exchange::registration::part::{PartHash, Salt, canonical};
use exchange::registration::{
    EligibilityServed, Envelope, Fault, File, Lane, Limits, Mode, Part, PersonIdentity, PersonServed,
    Shielding,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::{Target, accepted, words};
use crate::secrets::assert_discreet;

/// Small, so that small inputs reach every one of them.
const LIMITS: Limits = Limits {
    bytes: 12 << 10,
    rows: 6,
    line: 4 << 10,
    faults: 5,
};

/// A whole file. Nearly every change breaks its hash, which is the point.
pub(super) const FILE: Target = Target {
    name: "registration-file",
    check: file,
    weight: 1,
    words: words!["\"registration\":1" "\"office\":\"13104\"" "\"lane\":\"bulk\"" "\"number\":2" "\"rows\":0" "{}\n"
        "\"mode\":\"all_or_nothing\"" "\"made_at\":-1" "}\n{"],
};

/// Rows, to which a right envelope is added here: so every byte reaches the reader of rows.
pub(super) const ROWS: Target = Target {
    name: "registration-rows",
    check: rows,
    weight: 1,
    words: words!["{\"link\":\"p-1\"," "\"record\":\"v-1\"," "\"revision\":0" "\"content\":{" "{\"withdrawn\":\"voucher\"}"
        "\"salt\":\"" "\"hash\":\"" "\"body\":{" "\"identity\":null," "}\n{" "expected "],
};

/// The bodies, which in a file stand behind their own hash.
pub(super) const BODY: Target = Target {
    name: "registration-body",
    check: body,
    weight: 1,
    words: words!["\"birth_date\":\"1980-02-29\"" "\"sex\":\"3\"" "\"numbers\":[" "\"start\":\"" "null" "\"end\":{"
        "\"postal_code\":\"160-0000\"" "\"undisclosed\":true" "\"12139994\"" "\"1234566\"" "-001980-02-29" "T00:00"],
};

fn file(bytes: &[u8]) -> String {
    match File::read(bytes, &LIMITS) {
        Ok(file) => {
            let written = File::write(file.envelope.clone(), &file.records);
            let again = File::read(&written, &LIMITS).expect("what is written is read");
            assert_eq!(
                (&again.records, again.envelope.number),
                (&file.records, file.envelope.number)
            );
            assert_eq!(
                File::write(again.envelope, &again.records),
                written,
                "one content, one file"
            );
            accepted()
        }
        Err((faults, more)) => refused(&faults, more),
    }
}

fn rows(body: &[u8]) -> String {
    file(&under_an_envelope(body))
}

/// These rows with the envelope that fits them.
fn under_an_envelope(body: &[u8]) -> Vec<u8> {
    let rows = body.split_inclusive(|byte| *byte == b'\n').count();
    let mut envelope = Envelope {
        registration: LAYOUT,
        office: "13104".parse().expect("an office"),
        lane: Lane::Single,
        number: 1,
        mode: Mode::EachPerson,
        rows: u32::try_from(rows).unwrap_or(u32::MAX),
        sha256: FileHash([0; 32]),
        made_at: 1_795_305_600_000_000,
    };
    let first = canonical(&envelope);
    let hash = Sha256::new()
        .chain_update(&first)
        .chain_update(b"\n")
        .chain_update(body);
    envelope.sha256 = FileHash(hash.finalize().into());
    [&*canonical(&envelope), b"\n", body].concat()
}

fn refused(faults: &[Fault], more: bool) -> String {
    assert!(
        (1..=LIMITS.faults).contains(&faults.len()),
        "{} faults, more: {more}",
        faults.len()
    );
    assert!(faults.is_sorted_by_key(|fault| fault.row));
    assert_discreet(&format!("{faults:?}"));
    // What an office's program gets is JSON, and is read by it.
    let told = serde_json::to_string(faults).expect("faults are texts and numbers");
    assert_eq!(
        serde_json::from_str::<Vec<Fault>>(&told).expect("faults are read back"),
        faults
    );
    faults[0].rule.clone()
}

fn body(bytes: &[u8]) -> String {
    let verdicts = [
        kept::<PersonIdentity>(bytes, "identity"),
        kept::<PersonServed>(bytes, "person"),
        kept::<EligibilityServed>(bytes, "eligibility"),
        kept::<domain::voucher::Voucher>(bytes, "voucher"),
        kept::<Shielding>(bytes, "shielding"),
    ];
    verdicts
        .into_iter()
        .flatten()
        .next()
        .map_or_else(|| "refused".to_owned(), str::to_owned)
}

/// What is read hashes, and is written as it will be read and hashed elsewhere.
fn kept<T: DeserializeOwned + Serialize + PartialEq>(
    bytes: &[u8],
    name: &'static str,
) -> Option<&'static str> {
    let body: T = serde_json::from_slice(bytes).ok()?;
    let part = Part::new(Salt([7; 16]), body);
    let told = canonical(&part);
    let again: Part<T> = serde_json::from_slice(&told).expect("a part is read back");
    let PartHash(hash) = again.hash;
    assert!(
        again.holds() && again.body == part.body && hash == part.hash.0,
        "{name}"
    );
    assert_eq!(canonical(&again), told, "one content, one text");
    Some(name)
}
