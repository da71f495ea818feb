//! How many requests are handled at the same time.

use exchange::oqs::names::Family;

/// Requests that are handled at the same time.
const AT_ONCE: usize = 8;
/// Of these, bulk inquiries: they may take long, and whoever stands at the desk waits for a single one.
const BULK_AT_ONCE: usize = 3;

/// What is free.
#[derive(Clone, Copy)]
pub(super) struct Room {
    all: usize,
    bulk: usize,
}

impl Room {
    /// Everything.
    pub(super) fn new() -> Room {
        Room {
            all: AT_ONCE,
            bulk: BULK_AT_ONCE,
        }
    }

    /// Whether there is room for one of this family.
    pub(super) fn has(&self, family: Family) -> bool {
        self.all > 0 && (self.bulk > 0 || !family.is_bulk())
    }

    /// Takes room for one.
    pub(super) fn fill(&mut self, family: Family) {
        self.all = self.all.saturating_sub(1);
        if family.is_bulk() {
            self.bulk = self.bulk.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bulk_inquiries_leave_room_for_single_ones() {
        let mut room = Room::new();
        for _ in 0..BULK_AT_ONCE {
            assert!(room.has(Family::Mutic02));
            room.fill(Family::Mutic02);
        }
        assert!(!room.has(Family::Muquc01));
        for _ in BULK_AT_ONCE..AT_ONCE {
            assert!(room.has(Family::Siquc01));
            room.fill(Family::Siquc01);
        }
        assert!(!room.has(Family::Siquc01));
    }
}
