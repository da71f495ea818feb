//! What can be wrong with a generated certificate.

use std::sync::OnceLock;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng as _;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PublicKeyData as _};

use crate::forge::{
    ALT_NAME, AUTHORITY_KEY, BASIC, COMMON_NAME, COUNTRY, EXTENDED, Extension, Forged, KEY_USAGE, POLICIES,
    PRINTABLE, PRODUCTION_POLICY, SANDBOX_POLICY, SIGNING_POLICY, generalized, keys, name, oid, policies,
    sequence, tlv, utc,
};

/// An extension that nobody knows and that is longer than a card's certificate.
pub(super) const LONG: &str = "1.2.3.6";

/// Of a curve, and with 3 as its exponent.
fn other_keys() -> &'static [Vec<u8>; 2] {
    static KEYS: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    KEYS.get_or_init(|| {
        let curve = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let mut three = keys().card.subject_public_key_info();
        let exponent = [2, 3, 1, 0, 1];
        assert!(three.ends_with(&exponent));
        let last = three.len() - 1;
        three[last] = 3;
        [curve.subject_public_key_info(), three]
    })
}

/// Something wrong, or something that may be so.
pub(super) fn wrong(forged: &mut Forged, dice: &mut ChaCha8Rng) {
    let pick = |dice: &mut ChaCha8Rng, n: u32| dice.next_u32() % n;
    let replace = |forged: &mut Forged, extension: Extension| {
        forged.extensions.retain(|one| one.id != extension.id);
        forged.extensions.push(extension);
    };
    match pick(dice, 27) {
        0 => forged.signer = pick(dice, 3) as usize,
        1 => {
            let years = ["200101000000Z", "230101000000Z", "261125000000Z", "270101000000Z"];
            forged.period[0] = utc(years[pick(dice, 4) as usize]);
        }
        2 => {
            let years = ["240102000000Z", "261101000000Z", "270101000000Z", "491231235959Z"];
            forged.period[1] = utc(years[pick(dice, 4) as usize]);
        }
        3 => forged.period[1] = generalized(["20500101000000Z", "20290101000000Z"][pick(dice, 2) as usize]),
        4 => {
            let ids = [SANDBOX_POLICY, SIGNING_POLICY, PRODUCTION_POLICY, "1.2.3.4"];
            let (first, second) = (ids[pick(dice, 4) as usize], ids[pick(dice, 4) as usize]);
            let all = if first == second {
                vec![first]
            } else {
                vec![first, second]
            };
            let critical = pick(dice, 2) == 0;
            replace(forged, Extension::new(POLICIES, critical, policies(&all)));
        }
        5 => forged.extensions.retain(|one| one.id != POLICIES),
        6 => forged.extensions.retain(|one| one.id != KEY_USAGE),
        7 => forged.extensions.retain(|one| one.id != AUTHORITY_KEY),
        8 => {
            let bits = [vec![3, 2, 6, 0xc0], vec![3, 2, 5, 0x20], vec![3, 2, 2, 4]];
            let bits = bits[pick(dice, 3) as usize].clone();
            replace(forged, Extension::new(KEY_USAGE, pick(dice, 2) == 0, bits));
        }
        9 => replace(
            forged,
            Extension::new(AUTHORITY_KEY, false, sequence(&[tlv(0x80, &[7; 20])])),
        ),
        10 => replace(forged, Extension::new(BASIC, pick(dice, 2) == 0, sequence(&[]))),
        11 => replace(forged, Extension::new(BASIC, true, sequence(&[vec![1, 1, 0xff]]))),
        12 => {
            let uses = ["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.4"];
            let content = sequence(&[oid(uses[pick(dice, 3) as usize])]);
            replace(forged, Extension::new(EXTENDED, pick(dice, 2) == 0, content));
        }
        13 => forged
            .extensions
            .push(Extension::new("1.2.3.4", pick(dice, 2) == 0, vec![5, 0])),
        14 => {
            let twice = forged.extensions.first().cloned();
            forged.extensions.extend(twice);
        }
        15 => forged.issuer = name(&[(COUNTRY, PRINTABLE, "JP"), (COMMON_NAME, PRINTABLE, "Somebody")]),
        16 => {
            let text = ["0123456789", "with a space", "日本"][pick(dice, 3) as usize];
            let tag = if text.is_ascii() { PRINTABLE } else { 0x0c };
            forged.subject = name(&[(COUNTRY, PRINTABLE, "JP"), (COMMON_NAME, tag, text)]);
        }
        17 => forged.subject = name(&[(COUNTRY, PRINTABLE, "JP")]),
        18 => {
            let numbers = [&[0x86, 0][..], &[0], &[0, 6], &[0x7f; 20], &[0x7f; 22]];
            forged.serial = numbers[pick(dice, 5) as usize].to_vec();
        }
        19 => forged.version = [tlv(0xa0, &[2, 1, 1]), Vec::new()][pick(dice, 2) as usize].clone(),
        20 => forged.key = keys().stranger.subject_public_key_info(),
        21 => {
            let place = pick(dice, 2) as usize;
            forged.algorithm[place] = sequence(&[oid("1.2.840.113549.1.1.12"), vec![5, 0]]);
        }
        22 => {
            let content = [
                vec![0x30, 0],
                vec![0x30, 5, 1],
                sequence(&[tlv(0xa4, &name(&[(COUNTRY, PRINTABLE, "JP")]))]),
            ];
            replace(
                forged,
                Extension::new(ALT_NAME, false, content[pick(dice, 3) as usize].clone()),
            );
        }
        23 => forged.between = tlv(0x81, &[0, 1]),
        24 => forged.key = other_keys()[pick(dice, 2) as usize].clone(),
        25 => {
            let unknown = Extension::new("1.2.3.5", false, vec![5, 0]);
            forged.extensions.extend([unknown.clone(), unknown]);
        }
        _ => {
            let long = tlv(4, &vec![0; 5000]);
            forged.extensions.push(Extension::new(LONG, false, long));
        }
    }
}
