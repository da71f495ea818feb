//! How much a message may cost the reader.

/// Bounds on what one message may contain. Each is checked before the memory or time is spent.
///
/// The time to read is linear in the size: every piece of markup costs one unit of [`Limits::max_work`],
/// nothing is expanded, and nothing is read twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file in bytes, judged before it is decoded.
    pub max_bytes: usize,
    /// Elements inside each other; siquc01 needs 7. Never more than 100 whatever is set.
    pub max_depth: usize,
    /// Elements (JSON: members) in all.
    pub max_elements: usize,
    /// Bytes (as UTF-8) of one element's text.
    pub max_text: usize,
    /// Attributes of one element; OQS messages have none.
    pub max_attributes: usize,
    /// Pieces of markup: tags, texts, comments, references, instructions.
    pub max_work: usize,
    /// Faults listed; the rest is only counted.
    pub max_faults: usize,
    /// Unknown elements kept for the reader; the rest is dropped.
    pub max_unknown: usize,
    /// Bytes of XML kept of all unknown elements together.
    pub max_unknown_bytes: usize,
}

impl Limits {
    /// For one person's inquiry or answer: 1 MiB and far more elements than any real one has.
    pub const SINGLE: Self = Self {
        max_bytes: 1 << 20,
        max_depth: 16,
        max_elements: 10_000,
        max_text: 16 << 10,
        max_attributes: 8,
        max_work: 50_000,
        max_faults: 100,
        max_unknown: 64,
        max_unknown_bytes: 16 << 10,
    };

    /// For a request about many people (`OQSmuquc01`): 4 MiB, some 8,000 people. How many may be asked about at once
    /// is for verification to say.
    pub const MANY: Self = Self {
        max_bytes: 4 << 20,
        max_elements: 100_000,
        max_work: 500_000,
        ..Self::SINGLE
    };

    /// For one part of a bulk result: at most a hundred people with all their vouchers. A whole result has no such
    /// bound; who reads one takes it part by part.
    pub const PART: Self = Self {
        max_bytes: 8 << 20,
        max_elements: 200_000,
        max_work: 1_000_000,
        ..Self::SINGLE
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::SINGLE
    }
}
