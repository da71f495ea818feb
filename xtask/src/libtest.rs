//! Reads the output of `cargo test` line by line and counts.
//!
//! Three kinds of line matter: `Running … (target/…/NAME-HASH)` says which test binary speaks, `test NAME ...
//! FAILED` names a failure, `test result: …` closes the binary with its counts. A binary that never closes was
//! killed or aborted; it counts as one failed test, so that a crash cannot look like fewer tests.

use std::io::{BufRead, BufReader, pipe};
use std::process::Command;

use crate::shell;

/// What a run of `cargo test` came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Tests that passed.
    pub(crate) passed: u64,
    /// Tests that failed, and binaries that died.
    pub(crate) failed: u64,
    /// Their names: `binary: test`.
    pub(crate) failures: Vec<String>,
    /// Test binaries that ran to their end.
    pub(crate) binaries: u64,
}

/// The reader, fed line by line.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    count: Count,
    open: Option<String>,
}

impl Reader {
    /// Takes one line of output.
    pub(crate) fn line(&mut self, line: &str) {
        let line = line.trim();
        if let Some(binary) = started(line) {
            self.close_dead();
            self.open = Some(binary);
        } else if let Some(name) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.strip_suffix(" ... FAILED"))
        {
            let binary = self.open.as_deref().unwrap_or("?");
            self.count.failures.push(format!("{binary}: {name}"));
        } else if let Some(result) = line.strip_prefix("test result: ") {
            self.count.passed += number_before(result, " passed");
            self.count.failed += number_before(result, " failed");
            self.count.binaries += 1;
            self.open = None;
        }
    }

    /// The count, when the output has ended.
    pub(crate) fn finish(mut self) -> Count {
        self.close_dead();
        self.count
    }

    fn close_dead(&mut self) {
        if let Some(binary) = self.open.take() {
            self.count.failed += 1;
            self.count
                .failures
                .push(format!("{binary}: ended without a result (killed or aborted)"));
        }
    }
}

/// `Running unittests src/lib.rs (target/debug/deps/relay-0123)` → `relay`; `Doc-tests relay` → `relay (doc)`.
fn started(line: &str) -> Option<String> {
    if let Some(name) = line.strip_prefix("Doc-tests ") {
        return Some(format!("{name} (doc)"));
    }
    let path = line
        .strip_prefix("Running ")?
        .rsplit_once(" (")?
        .1
        .strip_suffix(')')?;
    let file = path.rsplit(['/', '\\']).next()?;
    Some(file.rsplit_once('-').map_or(file, |(name, _)| name).to_owned())
}

fn number_before(text: &str, unit: &str) -> u64 {
    let before = text.split(unit).next().unwrap_or_default();
    before
        .rsplit(' ')
        .next()
        .and_then(|word| word.parse().ok())
        .unwrap_or(0)
}

/// Runs `command`, repeats its output (both streams, in order) on stdout, hands each line to `see`, and counts.
///
/// A command that fails without naming a failed test (it did not compile, say) counts as one failed test.
pub(crate) fn run(command: &mut Command, mut see: impl FnMut(&str)) -> Result<Count, String> {
    let shown = shell::show(command);
    let start = |command: &mut Command| {
        let (reader, writer) = pipe()?;
        let child = command.stdout(writer.try_clone()?).stderr(writer).spawn()?;
        // The command keeps its ends of the pipe until these are replaced; without that the output never ends.
        command
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null());
        std::io::Result::Ok((reader, child))
    };
    let (reader, mut child) = start(command).map_err(|fault| format!("cannot start `{shown}`: {fault}"))?;
    let mut counting = Reader::default();
    for line in BufReader::new(reader).split(b'\n') {
        let line = line.map_err(|fault| format!("reading from `{shown}`: {fault}"))?;
        let line = String::from_utf8_lossy(&line);
        shell::put(&line);
        counting.line(&line);
        see(&line);
    }
    let status = child
        .wait()
        .map_err(|fault| format!("waiting for `{shown}`: {fault}"))?;
    let mut count = counting.finish();
    if !status.success() && count.failed == 0 {
        count.failed = 1;
        count.failures.push(format!("`{shown}`: {status}"));
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Count {
        let mut reader = Reader::default();
        text.lines().for_each(|line| reader.line(line));
        reader.finish()
    }

    #[test]
    fn counts_are_summed_and_failures_named() {
        let count = read(
            "     Running unittests src/lib.rs (target/debug/deps/madoguchi_relay-0f)\n\
             test lane::same ... ok\ntest lane::skip ... FAILED\n\
             test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
             \x20  Doc-tests madoguchi_relay\n\
             test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s\n",
        );
        assert_eq!((count.passed, count.failed, count.binaries), (4, 1, 2));
        assert_eq!(count.failures, ["madoguchi_relay: lane::skip"]);
    }

    #[test]
    fn a_binary_that_died_is_a_failure() {
        let count = read(
            "Running tests/kill.rs (target/debug/deps/kill-0f)\ntest a ... ok\n\
             Running unittests src/lib.rs (target/debug/deps/other-0f)\n\
             test result: ok. 2 passed; 0 failed; 0 ignored\n",
        );
        assert_eq!((count.passed, count.failed), (2, 1));
        assert_eq!(
            count.failures,
            ["kill: ended without a result (killed or aborted)"]
        );
    }

    #[test]
    fn what_a_test_prints_is_not_taken_for_a_result() {
        assert_eq!(
            read("running 2 tests\nfailures:\n    lane::skip\n"),
            Count::default()
        );
    }
}
