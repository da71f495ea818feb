//! Seeded damage: flips, splices, dictionary words, cuts and repetitions.

use crate::secrets::{SECRET_CP932, SECRETS};

/// SplitMix64: the same seed gives the same inputs for ever.
pub struct Rng(u64);

impl Rng {
    /// A generator for a target.
    #[must_use]
    pub fn of(seed: u64, target: &str) -> Rng {
        // FNV-1a, so that targets do not share their inputs.
        let hash = target.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3)
        });
        Rng(hash ^ seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, 0 when that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap_or(0)
    }

    /// A range within a text of that length, short more often than long.
    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let longest = 1 << self.below(8);
        let from = self.below(length + 1);
        from..(from + 1 + self.below(longest)).min(length).max(from)
    }
}

/// Inputs never grow longer than this, in bytes.
pub const LONGEST: usize = 16 << 10;

/// Words that break things in any syntax.
const WORDS: [&[u8]; 40] = [
    b"\0",
    b"\n",
    b"\r\n",
    b" ",
    b"\"",
    b"'",
    b"<",
    b">",
    b"&",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"=",
    b";",
    b"/",
    b"\\",
    b"\\u0000",
    b"..",
    b"-1",
    b"0",
    b"1e400",
    b"18446744073709551616",
    b"null",
    b"true",
    b"expected ",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xED\xA0\x80",
    b"\xF0\x9F\x8F\xA5",
    b"\x81",
    b"\x81\x60",
    b"\xFC\x4B",
    "山".as_bytes(),
    "０".as_bytes(),
    "\u{301C}".as_bytes(),
    "\u{FFFE}".as_bytes(),
    "\u{A5}".as_bytes(),
];

/// A damaged child of one of `pool`, between one and six changes away. `words` are the target's own.
pub fn child(rng: &mut Rng, pool: &[Vec<u8>], words: &[&[u8]]) -> Vec<u8> {
    let mut bytes = pool.get(rng.below(pool.len())).cloned().unwrap_or_default();
    let changes = 1 + rng.below(6);
    // One change more often than six: what is damaged all over says less.
    for _ in 0..1 + rng.below(changes) {
        change(rng, &mut bytes, pool, words);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(rng: &mut Rng, bytes: &mut Vec<u8>, pool: &[Vec<u8>], words: &[&[u8]]) {
    let at = rng.below(bytes.len() + 1);
    match rng.below(12) {
        0 => {
            let flip = 1 << rng.below(8);
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= flip;
            }
        }
        1 => {
            let new = rng.byte();
            if let Some(byte) = bytes.get_mut(at) {
                *byte = new;
            }
        }
        2 => bytes.insert(at, rng.byte() & 0x7F),
        3 => bytes.truncate(at),
        4 => drop(bytes.drain(rng.range(bytes.len()))),
        5 => {
            let copy = bytes[rng.range(bytes.len())].to_vec();
            drop(bytes.splice(at..at, copy));
        }
        6 => {
            // One part, many times: depth, number and length.
            let copy = bytes[rng.range(bytes.len())].to_vec();
            let times = (1 << rng.below(11)).min(LONGEST / copy.len().max(1));
            drop(bytes.splice(at..at, copy.repeat(times)));
        }
        7 => {
            // The beginning of this and the end of another one.
            if let Some(other) = pool.get(rng.below(pool.len())) {
                bytes.truncate(at);
                bytes.extend_from_slice(&other[rng.below(other.len() + 1)..]);
            }
        }
        8 => {
            let range = rng.range(bytes.len());
            let word = word(rng, words);
            drop(bytes.splice(range, word));
        }
        9 => {
            if let Some(digit) = bytes
                .iter()
                .cycle()
                .skip(at)
                .take(bytes.len())
                .position(u8::is_ascii_digit)
            {
                let at = (at + digit) % bytes.len();
                bytes[at] = b'0' + rng.byte() % 10;
            }
        }
        _ => {
            let word = word(rng, words);
            drop(bytes.splice(at..at, word));
        }
    }
}

fn word(rng: &mut Rng, words: &[&[u8]]) -> Vec<u8> {
    let list: &[&[u8]] = match rng.below(3) {
        0 if !words.is_empty() => words,
        1 => {
            let secret = rng.below(SECRETS.len() + 1);
            return SECRETS
                .get(secret)
                .map_or(SECRET_CP932, |secret| secret.as_bytes())
                .to_vec();
        }
        _ => &WORDS,
    };
    list[rng.below(list.len())].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_is_the_same_damage() {
        let pool = [b"<a>one</a>".to_vec(), Vec::new()];
        let run = |seed| {
            let mut rng = Rng::of(seed, "test");
            (0..500)
                .map(|_| child(&mut rng, &pool, &[b"word"]))
                .collect::<Vec<_>>()
        };
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
        assert!(run(1).iter().all(|child| child.len() <= LONGEST));
    }

    #[test]
    fn an_empty_pool_still_gives_inputs() {
        let mut rng = Rng::of(1, "test");
        assert!((0..100).any(|_| !child(&mut rng, &[], &[]).is_empty()));
    }
}
