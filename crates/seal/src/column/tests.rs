use super::*;
use crate::testing::{NUMBERS, cases, rng};
use proptest::prelude::*;

const PLACE: Place<'static> = Place {
    table: "person",
    row: &[b"12139994", b"L-000123"],
    column: "identity",
};

fn key(byte: u8) -> ColumnKey {
    ColumnKey::new(&[byte; 32])
}

/// Computed with Python's `cryptography` (OpenSSL's AES-256-GCM-SIV): another implementation agrees.
#[test]
fn known_answers() {
    let of = |plaintext: &[u8]| hex::encode(key(7).seal(&mut rng(1), &PLACE, plaintext));
    assert_eq!(
        of("山田 花子".as_bytes()),
        "01783825822a6f9e62da2190e86ca9be417c6c9e1da83385464e4b86bd569f850fc7d2832271118f65d1"
    );
    assert_eq!(
        of(b""),
        "01783825822a6f9e62da2190e8369a845dbe0d579b75025ca5846b087d"
    );
}

#[test]
fn the_same_seed_seals_to_the_same_bytes_and_one_generator_never_twice() {
    let seal = |rng: &mut EnvRng| key(1).seal(rng, &PLACE, b"value");
    assert_eq!(seal(&mut rng(5)), seal(&mut rng(5)));
    let mut one = rng(5);
    assert_ne!(seal(&mut one), seal(&mut one));
}

#[test]
fn any_flipped_bit_and_any_cut_is_refused() {
    let sealed = key(1).seal(&mut rng(2), &PLACE, b"a value of some length");
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            key(1).open(&PLACE, &changed),
            Err(SealError::Refused),
            "bit {bit}"
        );
    }
    for len in 0..sealed.len() {
        assert_eq!(
            key(1).open(&PLACE, &sealed[..len]),
            Err(SealError::Refused),
            "cut to {len}"
        );
    }
    assert_eq!(
        key(1).open(&PLACE, &[sealed, vec![0]].concat()),
        Err(SealError::Refused)
    );
}

#[test]
fn another_key_is_refused() {
    let sealed = key(1).seal(&mut rng(2), &PLACE, b"value");
    assert_eq!(key(2).open(&PLACE, &sealed), Err(SealError::Refused));
}

#[test]
fn the_value_is_not_in_what_is_sealed() {
    let mut rng = rng(3);
    for digits in NUMBERS {
        let sealed = key(1).seal(&mut rng, &PLACE, digits.as_bytes());
        assert!(
            !sealed
                .windows(digits.len())
                .any(|window| window == digits.as_bytes())
        );
        assert_eq!(sealed.len(), digits.len() + 29);
    }
    assert_eq!(format!("{:?}", key(1)), "ColumnKey(…)");
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn what_is_sealed_opens_in_its_place_and_in_no_other(
        seed in any::<u64>(),
        plaintext in prop::collection::vec(any::<u8>(), 0..200),
        table in "[a-c]{0,2}",
        column in "[a-c]{0,2}",
        row in prop::collection::vec(prop::collection::vec(0u8..2, 0..3), 0..3),
        other_table in "[a-c]{0,2}",
        other_column in "[a-c]{0,2}",
        other_row in prop::collection::vec(prop::collection::vec(0u8..2, 0..3), 0..3),
    ) {
        let key = key(1);
        let row: Vec<&[u8]> = row.iter().map(Vec::as_slice).collect();
        let other_row: Vec<&[u8]> = other_row.iter().map(Vec::as_slice).collect();
        let place = Place { table: &table, row: &row, column: &column };
        let sealed = key.seal(&mut rng(seed), &place, &plaintext);
        prop_assert_eq!(key.open(&place, &sealed).unwrap(), plaintext);

        for wrong in [
            Place { table: &other_table, ..place },
            Place { column: &other_column, ..place },
            Place { row: &other_row, ..place },
            Place { table: &column, column: &table, row: &row },
        ] {
            let same = wrong.table == place.table && wrong.column == place.column && wrong.row == place.row;
            prop_assert_eq!(key.open(&wrong, &sealed).is_ok(), same);
        }
    }
}
