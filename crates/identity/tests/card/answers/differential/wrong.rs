//! What can be wrong with a generated answer, and with the certificate of one to whom answers are delegated.

use env::Time;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng as _;

use crate::answers::forge::{
    ForgedAnswer, NO_CHECK, NONCE, SHA1, SHA256, Signer, Word, delegate, revoked_status, text, unknown_status,
};
use crate::forge::{
    AUTHORITY_KEY, BASIC, EXTENDED, Extension, Forged, KEY_USAGE, generalized, oid, sequence, tlv, utc,
};

/// Something wrong, or something that may be so.
pub(super) fn wrong(forged: &mut ForgedAnswer, issuer: usize, now: Time, dice: &mut ChaCha8Rng) {
    let mut pick = |n: usize| dice.next_u32() as usize % n;
    let word = &mut forged.words[0];
    match pick(26) {
        0 => forged.signer = [Signer::Stranger, Signer::Issuer(1 - issuer), Signer::Delegate][pick(3)],
        1 => forged.responder = [Signer::Stranger, Signer::Issuer(1 - issuer)][pick(2)].by_key(),
        2 => forged.responder = forged.signer.by_name(),
        3 => word.serial = [vec![6, 0, 1, 3], vec![0x86], vec![0, 0x86]][pick(3)].clone(),
        4 => word.issuer = 1 - issuer,
        5 => word.name_hash = Some(vec![7; 20]),
        6 => word.this = generalized(&text(now, [-1000, -4, 2, 1000][pick(4)])),
        7 => word.next = tlv(0xa0, &generalized(&text(now, [-1000, -3, 3, 1000][pick(4)]))),
        8 => word.next.clear(),
        9 => word.status = unknown_status(),
        10 | 11 => word.status = revoked_status(&text(now, -100)),
        12 => forged.cut = 1 + pick(300),
        13 => forged.flipped = Some(pick(2048)),
        14 => forged.algorithm = sequence(&[oid("1.2.840.113549.1.1.12"), vec![5, 0]]),
        15 => forged.status = [1, 2, 3, 5, 6][pick(5)],
        16 => {
            let twice = word.clone();
            forged.words.push(twice);
        }
        17 => forged.words.push(Word {
            serial: vec![1],
            ..Word::good([issuer, 1 - issuer][pick(2)], now)
        }),
        18 => {
            let extension = Extension::new("1.2.3.4", pick(2) == 0, vec![5, 0]);
            match pick(2) {
                0 => forged.extensions.push(extension),
                _ => word.extensions.push(extension),
            }
        }
        19 => forged
            .extensions
            .push(Extension::new(NONCE, false, tlv(4, &[7; 16]))),
        20 => word.hash = [(SHA256, vec![5, 0]), (SHA1, vec![]), (SHA256, vec![])][pick(3)].clone(),
        21 => forged.version = tlv(0xa0, &[2, 1, u8::try_from(pick(2)).unwrap()]),
        22 => forged.after = vec![5, 0],
        23 => forged.certificates.clear(),
        // Long ago, lately, soon, and far away.
        _ => {
            let [this, next] = [[-1000, -900], [-5, -3], [2, 5], [900, 1000]][pick(4)];
            word.this = generalized(&text(now, this));
            word.next = tlv(0xa0, &generalized(&text(now, next)));
        }
    }
}

/// A delegate's certificate with something about it.
pub(super) fn wrong_delegate(issuer: usize, now: Time, dice: &mut ChaCha8Rng) -> Forged {
    let mut pick = |n: usize| dice.next_u32() as usize % n;
    let mut own = delegate(issuer, now);
    match pick(12) {
        0 => own.signer = 2,
        1 => own.signer = 1 - issuer,
        2 => own = delegate(1 - issuer, now),
        3 => own.extensions.retain(|one| one.id != EXTENDED),
        4 => {
            let other = ["1.3.6.1.5.5.7.3.2", "2.5.29.37.0"][pick(2)];
            own.extension(EXTENDED).content = sequence(&[oid(other)]);
        }
        5 => own.extensions.retain(|one| one.id != NO_CHECK),
        6 => own.extensions.retain(|one| one.id != AUTHORITY_KEY),
        7 => own.period = [-4000, -24].map(|hours| utc(&text(now, hours)[2..])),
        8 => own.period = [24, 4000].map(|hours| utc(&text(now, hours)[2..])),
        9 => own.extension(KEY_USAGE).content = vec![3, 2, 5, 0x20],
        10 => own.extension(BASIC).content = sequence(&[vec![1, 1, 0xff]]),
        _ => own
            .extensions
            .push(Extension::new("1.2.3.4", pick(2) == 0, vec![5, 0])),
    }
    own
}
