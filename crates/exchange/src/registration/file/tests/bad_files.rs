//! Everything that can be wrong with a file before its rows are looked at.

use super::samples::{envelope, everything, file, person, sealed, with_rows};
use super::{only_fault, read};
use crate::registration::file::{File, Limits};
use crate::registration::part::canonical;

#[test]
fn a_cut_file_is_never_taken() {
    let whole = file(&everything());
    for end in 0..whole.len() {
        assert!(read(&whole[..end]).is_err(), "cut after {end} bytes");
    }
    for begin in 1..whole.len() {
        assert!(read(&whole[begin..]).is_err(), "without its first {begin} bytes");
    }
}

#[test]
fn a_flipped_byte_is_never_taken() {
    let whole = file(&everything());
    for at in 0..whole.len() {
        // 0x20 turns `a` into `A`: in a hash, the same number written otherwise.
        for flip in [0x01, 0x10, 0x20, 0x80] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            assert!(read(&bytes).is_err(), "byte {at} flipped by {flip:#x}");
        }
    }
}

#[test]
fn something_before_or_after_is_never_taken() {
    let whole = file(&everything());
    for more in [&b"\n"[..], b" ", b"\0", b"\xef\xbb\xbf", b"{}\n"] {
        assert!(read(&[more, &whole[..]].concat()).is_err());
        assert!(read(&[&whole[..], more].concat()).is_err());
    }
    assert!(read(&[&whole[..], &whole[..]].concat()).is_err());
}

#[test]
fn the_envelope_is_judged() {
    let body = [canonical(&person("a", 1)), b"\n".to_vec()].concat();
    let with = |change: &dyn Fn(&mut crate::registration::Envelope)| {
        let mut envelope = envelope();
        envelope.rows = 1;
        change(&mut envelope);
        sealed(&envelope, &body)
    };
    assert!(read(&with(&|_| ())).is_ok());
    for (bytes, fault) in [
        (with(&|envelope| envelope.rows = 0), "0 rows count"),
        (with(&|envelope| envelope.rows = 2), "0 rows count"),
        (with(&|envelope| envelope.rows = u32::MAX), "0 rows count"),
        (
            with(&|envelope| envelope.registration = 2),
            "0 registration layout",
        ),
        (
            with(&|envelope| envelope.registration = 0),
            "0 registration layout",
        ),
        (with(&|envelope| envelope.number = 0), "0 number number"),
        (with(&|envelope| envelope.number = -1), "0 number number"),
        (with(&|envelope| envelope.number = i64::MIN), "0 number number"),
    ] {
        assert_eq!(only_fault(&bytes), fault);
    }
    let mut wrong_hash = with(&|_| ());
    let at = wrong_hash.iter().position(|byte| *byte == b'\n').unwrap();
    wrong_hash.splice(at + 1.., [canonical(&person("b", 1)), b"\n".to_vec()].concat());
    assert_eq!(only_fault(&wrong_hash), "0 sha256 hash");
}

#[test]
fn the_envelope_has_its_fields_and_no_others() {
    let line = String::from_utf8(canonical(&envelope())).unwrap();
    for (from, to, fault) in [
        ("\"registration\":1,", "", "0 row schema"),
        ("\"office\":\"13104\"", "\"office\":\"新宿\"", "0 office schema"),
        ("\"office\":\"13104\"", "\"office\":13104", "0 office schema"),
        ("\"single\"", "\"express\"", "0 lane schema"),
        ("\"number\":1", "\"number\":\"1\"", "0 number schema"),
        ("\"number\":1", "\"number\":1e400", "0 number schema"),
        (
            "\"number\":1",
            "\"number\":9223372036854775808",
            "0 number schema",
        ),
        ("\"number\":1", "\"number\":1,\"number\":2", "0 row schema"),
        ("\"rows\":0", "\"rows\":-1", "0 rows schema"),
        ("\"rows\":0", "\"rows\":4294967296", "0 rows schema"),
        ("\"rows\":0", "\"rows\":0,\"signed_by\":1", "0 row schema"),
        ("00\"", "0\"", "0 sha256 schema"),
        ("00\"", "0g\"", "0 sha256 schema"),
        ("\"each_person\"", "\"most\"", "0 mode schema"),
        ("{", "[", "0 [0] schema"),
        ("}", "} {}", "0 row json"),
        ("}", "}}", "0 row json"),
    ] {
        assert!(line.contains(from), "{from}");
        let bytes = line.replacen(from, to, 1) + "\n";
        assert_eq!(only_fault(bytes.as_bytes()), fault, "{to}");
    }
}

#[test]
fn there_is_a_first_line() {
    for bytes in [
        &b""[..],
        b"{}",
        b"\0",
        &[b'x'; 70_000],
        &[&[b' '; 70_000][..], b"\n"].concat(),
    ] {
        assert_eq!(only_fault(bytes), "0 envelope missing");
    }
    assert_eq!(only_fault(b"\n"), "0 row schema");
    assert_eq!(only_fault(b"\0\n"), "0 row schema");
}

#[test]
fn bytes_that_are_not_utf_8_name_their_row() {
    let rows: Vec<Vec<u8>> = ["a", "b", "c"].map(|link| canonical(&person(link, 1))).to_vec();
    for wrong in 0..3 {
        let mut rows = rows.clone();
        // In CP932, as an office's old software might write it.
        rows[wrong].extend([0x8E, 0x52, 0x93, 0x63]);
        let lines: Vec<&[u8]> = rows.iter().map(Vec::as_slice).collect();
        assert_eq!(
            only_fault(&with_rows(&lines)),
            format!("{} file encoding", wrong + 1)
        );
    }
    assert_eq!(only_fault(b"\xff\n"), "0 file encoding");
}

#[test]
fn a_hundred_megabytes_are_refused_unread() {
    let bytes = vec![b'\n'; 100 << 20];
    assert_eq!(only_fault(&bytes), "0 file too-long");
}

#[test]
fn more_rows_than_a_file_may_have() {
    let limits = Limits {
        rows: 3,
        ..Limits::default()
    };
    let three = ["a", "b", "c"].map(|link| person(link, 1));
    assert!(File::read(&file(&three), &limits).is_ok());
    let four = ["a", "b", "c", "d"].map(|link| person(link, 1));
    let (faults, more) = File::read(&file(&four), &limits).unwrap_err();
    assert_eq!((faults.len(), more), (1, false), "{faults:?}");
    assert_eq!((faults[0].row, faults[0].rule.as_str()), (3, "too-many-rows"));
}

#[test]
fn a_thousand_faults_are_listed_and_more_are_mentioned() {
    for (wrong, listed, more) in [
        (999, 999, false),
        (1000, 1000, false),
        (1001, 1000, true),
        (2500, 1000, true),
    ] {
        let rows = vec![&b"{}"[..]; wrong];
        let (faults, said) = read(&with_rows(&rows)).unwrap_err();
        assert_eq!((faults.len(), said), (listed, more), "{wrong} wrong rows");
        assert!(faults.iter().zip(1..).all(|(fault, row)| fault.row == row));
    }
}

#[test]
fn faults_stand_in_the_order_of_rows() {
    let first = canonical(&person("a", 1));
    let again = canonical(&person("a", 2));
    let other = canonical(&person("b", 1));
    // Row 2 cannot be read, row 4 is scattered, and the count is wrong as well.
    let body = [&first[..], b"{}", &other, &again, b""].join(&b'\n');
    let mut envelope = envelope();
    envelope.rows = 9;
    let (faults, _) = read(&sealed(&envelope, &body)).unwrap_err();
    let found: Vec<(u32, &str)> = faults
        .iter()
        .map(|fault| (fault.row, fault.rule.as_str()))
        .collect();
    assert_eq!(found, [(0, "count"), (2, "schema"), (4, "scattered-person")]);
}
