//! Framing: bytes made from several parts such that different parts never give the same bytes.
//!
//! Each part is preceded by its length in bytes (8 bytes, big endian). A reader could take the parts off one
//! after the other, so no two sequences of parts, of whatever number and lengths, are framed alike:
//! ("ab", "c") and ("a", "bc") differ, and so do ("a") and ("a", "").

/// The frame of one part: its length.
pub(crate) fn length_of(part: &[u8]) -> [u8; 8] {
    (part.len() as u64).to_be_bytes()
}

/// The framed parts, the first of which is a label that says what for.
pub(crate) fn framed<'a>(label: &'a str, parts: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    // Enough for the places and contexts there are; the inquiry path should not allocate twice.
    let mut bytes = Vec::with_capacity(160);
    for part in std::iter::once(label.as_bytes()).chain(parts) {
        bytes.extend_from_slice(&length_of(part));
        bytes.extend_from_slice(part);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::cases;
    use proptest::prelude::*;

    #[test]
    fn the_frame_is_the_length_in_eight_bytes() {
        let parts: [&[u8]; 2] = [b"a", b""];
        assert_eq!(
            framed("x", parts),
            b"\0\0\0\0\0\0\0\x01x\0\0\0\0\0\0\0\x01a\0\0\0\0\0\0\0\0"
        );
    }

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn different_parts_never_give_the_same_bytes(
            // Few byte values, zero among them, so that frames and contents are easily taken for each other.
            a in prop::collection::vec(prop::collection::vec(0u8..3, 0..9), 0..5),
            b in prop::collection::vec(prop::collection::vec(0u8..3, 0..9), 0..5),
        ) {
            let of = |parts: &[Vec<u8>]| framed("label", parts.iter().map(Vec::as_slice));
            prop_assert_eq!(a == b, of(&a) == of(&b));
        }

        #[test]
        fn cutting_a_text_elsewhere_changes_the_bytes(
            text in prop::collection::vec(any::<u8>(), 2..24),
            cuts in (0usize..24, 0usize..24),
        ) {
            let of = |cut: usize| {
                let (head, tail) = text.split_at(cut % text.len());
                framed("label", [head, tail])
            };
            prop_assert_eq!(cuts.0 % text.len() == cuts.1 % text.len(), of(cuts.0) == of(cuts.1));
        }
    }
}
