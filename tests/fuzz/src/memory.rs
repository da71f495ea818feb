//! What a call costs in memory, counted where it is allocated, for each thread by itself.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// Live, at the most, and in all, since [`measure`] began. Without a destructor, so that it may be used from an
    /// allocator at any moment of a thread.
    static COUNT: Cell<(isize, isize, isize)> = const { Cell::new((0, 0, 0)) };
}

/// The system's allocator, counting.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count(grown: isize, fresh: isize) {
    // A thread that is ending has no count any more; nobody measures there.
    let _ = COUNT.try_with(|count| {
        let (live, peak, sum) = count.get();
        let live = live.wrapping_add(grown);
        count.set((live, peak.max(live), sum.wrapping_add(fresh)));
    });
}

fn signed(bytes: usize) -> isize {
    isize::try_from(bytes).unwrap_or(isize::MAX)
}

#[expect(
    unsafe_code,
    reason = "an allocator is unsafe to write; this one only counts and hands everything on unchanged"
)]
// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(signed(layout.size()), signed(layout.size()));
        // SAFETY: as the caller promised us.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-signed(layout.size()), 0);
        // SAFETY: as the caller promised us.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(signed(size) - signed(layout.size()), signed(size));
        // SAFETY: as the caller promised us.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// What a call cost, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Allocated and not yet freed, at the most.
    pub peak: usize,
    /// Allocated in all, freed or not.
    pub sum: usize,
}

/// Calls and counts.
pub fn measure<T>(call: impl FnOnce() -> T) -> (T, Cost) {
    COUNT.set((0, 0, 0));
    let value = call();
    let (_, peak, sum) = COUNT.get();
    let bytes = |count| usize::try_from(count).unwrap_or(0);
    (
        value,
        Cost {
            peak: bytes(peak),
            sum: bytes(sum),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peak_and_sum_are_told_apart() {
        let ((), cost) = measure(|| {
            for _ in 0..10 {
                drop(std::hint::black_box(vec![0_u8; 1000]));
            }
        });
        assert_eq!(
            cost,
            Cost {
                peak: 1000,
                sum: 10_000
            }
        );
    }
}
