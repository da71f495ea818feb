//! A row of any length in another order, without keeping the order: each place is computed, forwards and back.
//!
//! Kinds of people are given out by place, so that their counts are exact and a person's kind needs nobody else's.

use crate::dice::{About, Dice};

/// Rounds of mixing; four make a Feistel network's order look like a drawn one.
const ROUNDS: usize = 4;

/// An order of `0..len`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shuffle {
    len: u64,
    /// Bits of one half of a number that is mixed.
    half: u32,
    keys: [u64; ROUNDS],
}

impl Shuffle {
    /// The order of a seed and an office, for one axis.
    pub(crate) fn new(seed: u64, office: u32, axis: u8, len: u64) -> Shuffle {
        let mut dice = Dice::new(seed, office, 0, About::Order(axis));
        let bits = u64::BITS - len.saturating_sub(1).leading_zeros();
        Shuffle {
            len,
            half: bits.div_ceil(2).max(1),
            keys: std::array::from_fn(|_| dice.word()),
        }
    }

    /// The place of the `index`-th.
    pub(crate) fn place_of(&self, index: u64) -> u64 {
        self.walk(
            index,
            |(left, right), key| (right, left ^ self.mix(right, key)),
            false,
        )
    }

    /// Who stands at a place.
    pub(crate) fn at(&self, place: u64) -> u64 {
        self.walk(
            place,
            |(left, right), key| (right ^ self.mix(left, key), left),
            true,
        )
    }

    /// Mixes until the number is one of the row: the mixed numbers are a power of four, the row is shorter.
    fn walk(&self, start: u64, round: impl Fn((u64, u64), u64) -> (u64, u64), back: bool) -> u64 {
        let mut number = start;
        loop {
            let mut halves = (number >> self.half, number & self.mask());
            for turn in 0..ROUNDS {
                let key = self.keys[if back { ROUNDS - 1 - turn } else { turn }];
                halves = round(halves, key);
            }
            number = halves.0 << self.half | halves.1;
            if number < self.len || start >= self.len {
                return number.min(self.len.saturating_sub(1));
            }
        }
    }

    const fn mask(&self) -> u64 {
        (1 << self.half) - 1
    }

    const fn mix(&self, half: u64, key: u64) -> u64 {
        let mut word = half.wrapping_add(key).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        word = (word ^ (word >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (word ^ (word >> 32)) & self.mask()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_place_is_taken_once_and_found_again(seed: u64, axis: u8, len in 1_u64..2000) {
            let order = Shuffle::new(seed, 0, axis, len);
            let mut places: Vec<u64> = (0..len).map(|index| order.place_of(index)).collect();
            for (index, place) in (0..len).zip(&places) {
                prop_assert_eq!(order.at(*place), index);
            }
            places.sort_unstable();
            prop_assert_eq!(places, (0..len).collect::<Vec<_>>());
        }
    }

    #[test]
    fn another_seed_is_another_order() {
        let order = |seed| {
            let order = Shuffle::new(seed, 0, 1, 1000);
            (0..1000).map(|index| order.place_of(index)).collect::<Vec<_>>()
        };
        assert_eq!(order(1), order(1));
        assert_ne!(order(1), order(2));
        let stays = (0..1000)
            .zip(order(1))
            .filter(|(index, place)| index == place)
            .count();
        assert!(stays < 20, "{stays} of 1000 stay where they were");
    }
}
