//! One target, led by coverage: `MADOGUCHI_FUZZ_TARGET=NAME guided FOUND CORPUS` (libFuzzer's own options follow).
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use madoguchi_fuzz::{Target, all};

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("MADOGUCHI_FUZZ_TARGET").unwrap_or_default();
    let names: Vec<&str> = all().iter().map(|target| target.name).collect();
    all()
        .into_iter()
        .find(|target| target.name == name)
        .unwrap_or_else(|| panic!("MADOGUCHI_FUZZ_TARGET is one of {}", names.join(", ")))
});

fuzz_target!(|bytes: &[u8]| {
    let _verdict = (TARGET.check)(bytes);
});
