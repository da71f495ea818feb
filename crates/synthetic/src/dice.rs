//! Dice that belong to one thing about one person: what is thrown for somebody's name is no other for their address.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};

/// What dice are thrown for. A new purpose gets a new number; the numbers stay, or the same seed gives other people.
#[derive(Clone, Copy, Debug)]
pub(crate) enum About {
    /// The order in which kinds of people stand in the row; each axis has its own.
    Order(u8),
    /// 氏名.
    Name,
    /// 生年月日, 性別.
    Birth,
    /// 住所, 居住地.
    Address,
    /// 開始・停止・廃止.
    Aid,
    /// The household's name, address and ages.
    Household,
    /// 被用者保険・国保・後期.
    Insurance,
    /// Entrustments (委託).
    Care,
    /// 移管.
    Transfer,
    /// Caseworkers' names.
    Staff,
}

impl About {
    const fn number(self) -> u64 {
        match self {
            Self::Name => 1,
            Self::Birth => 2,
            Self::Address => 3,
            Self::Aid => 4,
            Self::Household => 5,
            Self::Insurance => 6,
            Self::Care => 7,
            Self::Transfer => 8,
            Self::Staff => 9,
            Self::Order(axis) => 0x100 + axis as u64,
        }
    }
}

/// A row of throws.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice of a seed, for something about the `index`-th of an office. Nothing else goes in, so nobody's throws
    /// depend on anybody else's.
    pub(crate) fn new(seed: u64, office: u32, index: u64, about: About) -> Dice {
        let mut key = [0; 32];
        for (place, word) in key
            .chunks_exact_mut(8)
            .zip([seed, u64::from(office), index, about.number()])
        {
            place.copy_from_slice(&word.to_le_bytes());
        }
        Dice(ChaCha8Rng::from_seed(key))
    }

    /// Sixty-four bits.
    pub(crate) fn word(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `bound`; 0 when `bound` is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        // The high half of a product of 128 bits: no division, and no bias worth naming.
        u64::try_from((u128::from(self.word()) * u128::from(bound)) >> 64).unwrap_or(0)
    }

    /// A number from `from` to `to`, both included.
    pub(crate) fn between(&mut self, from: u32, to: u32) -> u32 {
        let width = u64::from(to.saturating_sub(from)) + 1;
        from + u32::try_from(self.below(width)).unwrap_or(0)
    }

    /// Whether something of `share` in 10,000 happens.
    pub(crate) fn chance(&mut self, share: u32) -> bool {
        self.below(10_000) < u64::from(share)
    }

    /// One of a list that is not empty.
    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        let at = self.below(u64::try_from(list.len()).unwrap_or(0));
        list[usize::try_from(at).unwrap_or(0)]
    }

    /// The place of one of some weights.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().map(|weight| u64::from(*weight)).sum());
        for (place, weight) in weights.iter().enumerate() {
            match left.checked_sub(u64::from(*weight)) {
                None => return place,
                Some(rest) => left = rest,
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throws_belong_to_their_thing() {
        let first = |seed, office, index, about| Dice::new(seed, office, index, about).word();
        let one = first(1, 0, 7, About::Name);
        assert_eq!(one, first(1, 0, 7, About::Name));
        for other in [
            first(2, 0, 7, About::Name),
            first(1, 1, 7, About::Name),
            first(1, 0, 8, About::Name),
            first(1, 0, 7, About::Birth),
            first(1, 0, 7, About::Order(0)),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn throws_stay_in_bounds_and_reach_both_ends() {
        let mut dice = Dice::new(3, 0, 0, About::Care);
        let thrown: Vec<u32> = (0..500).map(|_| dice.between(3, 6)).collect();
        assert_eq!((thrown.iter().min(), thrown.iter().max()), (Some(&3), Some(&6)));
        let places: Vec<usize> = (0..500).map(|_| dice.weighted(&[1, 0, 3])).collect();
        assert!(places.contains(&0) && places.contains(&2) && !places.contains(&1));
        assert!(!dice.chance(0) && dice.chance(10_000));
    }
}
