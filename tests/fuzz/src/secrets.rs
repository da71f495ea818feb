//! Values that no error may repeat: planted by the corpus and by the mutator, looked for in everything that is said.

/// Nobody's name, number and password. The number is a published example (reference, §2.4).
pub const SECRETS: [&str; 4] = ["KANARIA", "金糸雀", "987654321093", "hunter2"];

/// 金糸雀 in CP932.
pub const SECRET_CP932: &[u8] = b"\x8b\xe0\x8e\x85\x90\x9d";

/// Fails when a text that people or logs see repeats a planted value.
///
/// # Panics
/// When it does.
#[track_caller]
pub fn assert_discreet(said: &str) {
    for secret in SECRETS {
        assert!(!said.contains(secret), "a value of the input is repeated: {said}");
    }
}
