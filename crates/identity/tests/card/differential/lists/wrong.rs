//! What can be wrong with a generated list.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng as _;

use super::Case;
use crate::differential::stamp;
use crate::forge::{
    AUTHORITY_KEY, COUNTRY, Extension, PRINTABLE, generalized, name, oid, sequence, tlv, utc,
};
use crate::lists::forge::{DELTA, Entry, NUMBER, POINT, REASON, SERIAL};

/// Something wrong, or something that may be so.
pub(super) fn wrong(case: &mut Case, dice: &mut ChaCha8Rng) {
    let mut pick = |n: usize| dice.next_u32() as usize % n;
    let (list, at) = (&mut case.list, case.at);
    match pick(24) {
        0 => list.signer = pick(3),
        1 => {
            let seconds = [-2_592_000, 0, 1, 299, 300, 301, 86_400][pick(7)];
            list.period[0] = utc(&stamp(at, seconds));
        }
        2 => {
            let seconds = [-86_400, -1, 0, 1, 2_592_000][pick(5)];
            list.period[1] = utc(&stamp(at, seconds));
        }
        3 => list.period[1].clear(),
        4 => list
            .extensions
            .push(Extension::new("1.2.3.4", pick(2) == 0, vec![5, 0])),
        5 => {
            let key_id = sequence(&[tlv(0x80, &[7; 20])]);
            list.extensions.retain(|one| one.id != AUTHORITY_KEY);
            list.extensions.push(Extension::new(AUTHORITY_KEY, false, key_id));
        }
        6 => list.extensions.retain(|one| one.id != AUTHORITY_KEY),
        7 => list.issuer = name(&[(COUNTRY, PRINTABLE, "JP")]),
        8..=11 => list.revoked.push(Entry::of(SERIAL)),
        // Others, or nobody any more.
        12 => {
            let others = (0..pick(40)).map(|n| Entry::of(&[1, u8::try_from(n).unwrap()]));
            list.revoked = others.collect();
        }
        13 => list.revoked.clear(),
        14 => {
            // Removed from a list, superseded, and a number that means nothing.
            let reasons = [vec![0x0a, 1, 8], vec![0x0a, 1, 4], vec![0x0a, 1, 99]];
            let content = reasons[pick(3)].clone();
            entry(case, pick(2)).push(Extension::new(REASON, false, content));
        }
        15 => {
            let unknown = Extension::new("1.2.3.4", pick(2) == 0, vec![5, 0]);
            entry(case, pick(2)).push(unknown);
        }
        16 => {
            let somebody = sequence(&[tlv(0xa4, &name(&[(COUNTRY, PRINTABLE, "JP")]))]);
            entry(case, pick(2)).push(Extension::new("2.5.29.29", true, somebody));
        }
        17 => list
            .extensions
            .push(Extension::new(DELTA, pick(2) == 0, tlv(2, &[1]))),
        18 => {
            let point = tlv(0xa0, &tlv(0xa0, &tlv(0x86, b"http://crl.example/2.crl")));
            let parts = [
                point,
                tlv(0x81, &[0xff]),
                tlv(0x82, &[0xff]),
                tlv(0x83, &[7, 0x40]),
                tlv(0x84, &[0xff]),
                tlv(0x85, &[0xff]),
            ];
            let part = sequence(&[parts[pick(6)].clone()]);
            list.extensions.push(Extension::new(POINT, pick(2) == 0, part));
        }
        19 => list
            .revoked
            .push(Entry::of([&[0x86, 0][..], &[0], &[0x7f; 22]][pick(3)])),
        20 => list.version = [Vec::new(), tlv(2, &[2])][pick(2)].clone(),
        21 => list.algorithm[pick(2)] = sequence(&[oid("1.2.840.113549.1.1.12"), vec![5, 0]]),
        22 => {
            let twice = list.extensions.get(pick(2)).cloned();
            list.extensions.extend(twice);
        }
        _ => match pick(3) {
            0 => list.period[0] = generalized(&format!("20{}", stamp(at, -60))),
            1 => list.extensions.retain(|one| one.id != NUMBER),
            _ => list
                .extensions
                .push(Extension::new(NUMBER, false, tlv(2, &[0x7f; 30]))),
        },
    }
}

/// The extensions of an entry: the card's, or somebody else's.
fn entry(case: &mut Case, whose: usize) -> &mut Vec<Extension> {
    let serial: &[u8] = [SERIAL, &[6, 0, 1, 4]][whose];
    case.list.revoked.push(Entry::of(serial));
    let last = case.list.revoked.last_mut();
    &mut last.unwrap().extensions
}
