//! How a command ends.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use serde::Serialize;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    reason: String,
    next: Option<String>,
}

impl Failure {
    /// Refused or failed: exit code 1.
    pub(crate) fn failed(reason: impl ToString) -> Failure {
        Failure {
            code: 1,
            reason: reason.to_string(),
            next: None,
        }
    }

    /// The command line itself is wrong: exit code 2.
    pub(crate) fn usage(reason: impl ToString) -> Failure {
        Failure {
            code: 2,
            ..Failure::failed(reason)
        }
    }

    /// The role that should answer is not running: exit code 3.
    pub(crate) fn not_running(reason: impl ToString) -> Failure {
        Failure {
            code: 3,
            reason: reason.to_string(),
            next: None,
        }
    }

    /// Another process has what this one would take.
    pub(crate) fn held(what: impl Display, by: &str) -> Failure {
        Failure::failed(format!("{what} は、ほかの madoguchi が使っています（{by}）。")).next_step(
            "そのプロセスを Ctrl-C（または kill）で終了してから、もう一度実行してください。別に動かすときは、別のフォルダを指定してください。",
        )
    }

    /// Names the next step.
    pub(crate) fn next_step(mut self, next: impl ToString) -> Failure {
        self.next = Some(next.to_string());
        self
    }

    /// Says first what it was that failed.
    pub(crate) fn within(self, what: &str) -> Failure {
        Failure {
            reason: format!("{what}: {}", self.reason),
            ..self
        }
    }

    /// Names the next step, unless a better one is named already.
    pub(crate) fn or_next_step(self, next: impl ToString) -> Failure {
        match self.next {
            Some(_) => self,
            None => self.next_step(next),
        }
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure::failed(error)
    }
}

/// The result of a command.
pub(crate) type Outcome = Result<(), Failure>;

/// Ends the program.
pub(crate) fn end(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tell(&format!("madoguchi: {}", failure.reason));
            if let Some(next) = failure.next {
                tell(&format!("  次にすること: {next}"));
            }
            ExitCode::from(failure.code)
        }
    }
}

/// A line for people, on standard error.
pub(crate) fn tell(line: &str) {
    // Where nobody can be told, nobody can be told that either.
    let _nobody_listens = writeln!(io::stderr(), "{line}");
}

/// What was asked for, on standard output. Whoever has read enough may close it.
pub(crate) fn print(text: &str) {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            tell(&format!("madoguchi: 結果を出力できません（{error}）。"));
        }
        Ok(()) | Err(_) => {}
    }
}

/// What was asked for, as JSON on standard output.
pub(crate) fn print_json<T: Serialize>(value: &T) -> Outcome {
    print(&serde_json::to_string(value)?);
    Ok(())
}
