//! A demo that goes on running and says everything it can say.

use std::collections::BTreeSet;
use std::path::PathBuf;

use domain::number::check_digit;
use madoguchi_e2e::api::Api;
use madoguchi_e2e::process::Process;
use madoguchi_e2e::reception::Reception;
use madoguchi_e2e::town::free_ports;
use madoguchi_e2e::wait::wait_until;
use madoguchi_e2e::{folder, leaks};

/// The demo's seed and day.
pub(crate) const SEED: u64 = 3;
/// See [`SEED`].
pub(crate) const DAY: &str = "2026-11-25";
/// The demo's voucher.
pub(crate) const ISSUE_NUMBER: &str = "20261100000003";

/// The running demo.
pub(crate) struct Stage {
    pub(crate) folder: PathBuf,
    base: u16,
    demo: Process,
}

impl Stage {
    /// Starts it and waits until its voucher has reached the clinic.
    pub(crate) fn set(name: &str) -> Stage {
        let (folder, base) = (folder(name), free_ports());
        let arguments = [
            "demo",
            "--data",
            &folder.display().to_string(),
            "--port",
            &base.to_string(),
            "--seed",
            &SEED.to_string(),
            "--date",
            DAY,
        ];
        let log = folder.join("demo.log");
        let mut demo = Process::start("demo", &arguments, &[("MADOGUCHI_LOG", "trace")], &log);
        wait_until("the demo runs", || {
            let ended = demo.ended();
            assert_eq!(ended, None, "{}", demo.last_words());
            demo.said().contains("Ctrl-C ends the demo").then_some(())
        });
        Stage { folder, base, demo }
    }

    /// The receipt computer.
    pub(crate) fn reception(&self) -> Reception {
        let mut reception = Reception::at(&self.folder.join("clinic/OQS"));
        // What the demo itself asked for.
        for name in reception.names("res") {
            std::fs::remove_file(reception.folder("res").join(name)).unwrap();
        }
        reception.collect();
        reception
    }

    /// The request that the demo wrote for people to try.
    pub(crate) fn good_request(&self) -> String {
        std::fs::read_to_string(self.folder.join("try/OQSsiquc01req_0001.xml")).unwrap()
    }

    /// A role's API: the office is the first, then hub, verification, clinic, registers.
    pub(crate) fn api(&self, place: u16, peer: &str) -> Api {
        Api::new(self.base + place, peer)
    }

    /// Drops a good request; its vouchers, after checking that the answer is 有効.
    pub(crate) fn vouchers(&self, reception: &mut Reception, suffix: &str) -> Vec<(String, String)> {
        reception.put(suffix, self.good_request().as_bytes());
        let result = wait_until("a good request is answered", || reception.take(suffix));
        assert_eq!(
            result.validity(),
            Some("1"),
            "{}",
            String::from_utf8_lossy(&result.bytes)
        );
        result.vouchers()
    }

    /// Ends the demo, and looks into everything that it left behind, while it ran and after.
    pub(crate) fn strike(mut self, more_numbers: &[String]) {
        let mut numbers: BTreeSet<String> = more_numbers.iter().cloned().collect();
        numbers.insert(demo_number());
        assert_eq!(leaks::in_folder(&self.folder, &numbers), Vec::<String>::new());
        let ended = self.demo.stop();
        assert_eq!(ended.code(), Some(0), "{}", self.demo.last_words());
        assert_eq!(leaks::in_folder(&self.folder, &numbers), Vec::<String>::new());
        let said = self.demo.said();
        assert!(said.contains("TRACE"), "the log says everything");
        assert!(!said.contains("panicked"), "{}", self.demo.last_words());
    }
}

/// The demo's 個人番号, made from the seed as the demo makes it.
pub(crate) fn demo_number() -> String {
    let body = SEED.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let body = format!("{:011}", body % 100_000_000_000);
    with_check(&body)
}

/// Eleven digits and their check digit.
pub(crate) fn with_check(body: &str) -> String {
    let digits: [u8; 11] = body.as_bytes().try_into().unwrap();
    format!("{body}{}", check_digit::individual(&digits))
}
