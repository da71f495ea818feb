//! Randomness: bytes, and a generator over them for libraries.

use std::convert::Infallible;
use std::sync::Arc;

use rand_core::{TryCryptoRng, TryRng};

/// The randomness of a world.
pub trait Random: Send + Sync {
    /// Fills the slice with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// A generator over a world's randomness. In the real world every byte comes from the kernel.
#[derive(Clone)]
pub struct EnvRng(Arc<dyn Random>);

impl EnvRng {
    pub(crate) fn new(random: Arc<dyn Random>) -> EnvRng {
        EnvRng(random)
    }

    /// A number below `bound` (0 when `bound` is 0). The bias is below `bound`/2⁶⁴.
    pub fn below(&mut self, bound: u64) -> u64 {
        let Ok(wide) = self.try_next_u64();
        // The high half of a 128-bit product: no division, no modulo bias worth naming.
        u64::try_from((u128::from(wide) * u128::from(bound)) >> 64).unwrap_or(0)
    }
}

impl TryRng for EnvRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for EnvRng {}
