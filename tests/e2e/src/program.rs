//! The built program, and one run of it from beginning to end.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::Value;

use crate::wait::Watch;

/// Where the program is: what `MADOGUCHI_TEST_PROGRAM` names, or built here, in the profile of this test.
///
/// # Panics
/// When it is not there and cannot be built.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| match std::env::var_os("MADOGUCHI_TEST_PROGRAM") {
        Some(named) if !named.is_empty() => {
            let named = PathBuf::from(named);
            assert!(
                named.is_file(),
                "MADOGUCHI_TEST_PROGRAM: {} is no file",
                named.display()
            );
            named
        }
        _ => build(),
    })
}

/// This test lies in `PROFILE/deps`; the program will lie in `PROFILE`.
fn build() -> PathBuf {
    let here = std::env::current_exe().unwrap_or_default();
    let folder = here.ancestors().nth(2).unwrap_or(&here).to_path_buf();
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--package", "madoguchi"]);
    if folder.ends_with("release") {
        cargo.arg("--release");
    }
    let built = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status();
    assert!(
        built.as_ref().is_ok_and(std::process::ExitStatus::success),
        "building madoguchi: {built:?}"
    );
    folder.join(format!("madoguchi{}", std::env::consts::EXE_SUFFIX))
}

/// The program with nothing of this test's own surroundings in its configuration.
pub fn command<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(program());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MADOGUCHI_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

/// How a run ended and what it said.
#[derive(Debug)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// The longest time in which nothing was said on standard error.
    pub silence: Duration,
}

impl Ran {
    /// Standard output as JSON, and nothing else on it.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.out) {
            Ok(value) => value,
            Err(error) => panic!("{error}: {self:?}"),
        }
    }

    /// The run again, after checking its exit code.
    ///
    /// # Panics
    /// When it ended otherwise.
    #[must_use]
    #[track_caller]
    pub fn ended(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

/// Runs the program to its end.
///
/// # Panics
/// When it cannot be started, or is killed.
#[track_caller]
pub fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ran {
    run_with(arguments, b"")
}

/// Runs the program to its end with something on its standard input.
///
/// # Panics
/// When it cannot be started, or is killed.
#[track_caller]
pub fn run_with<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>, input: &[u8]) -> Ran {
    end(command(arguments), input)
}

/// Runs the program to its end with variables of its environment.
///
/// # Panics
/// When it cannot be started, or is killed.
#[track_caller]
pub fn run_env<S: AsRef<OsStr>>(variables: &[(&str, &str)], arguments: impl IntoIterator<Item = S>) -> Ran {
    let mut command = command(arguments);
    command.envs(variables.iter().copied());
    end(command, b"")
}

/// Runs the program to its end where no file can become larger than so many half KiB: to a program that is a disk which
/// takes no more.
///
/// # Panics
/// When it cannot be started, or is killed.
#[track_caller]
pub fn run_on_a_small_disk<S: AsRef<OsStr>>(half_kib: u32, arguments: impl IntoIterator<Item = S>) -> Ran {
    let plain = command(arguments);
    let script = format!("trap '' XFSZ; ulimit -f {half_kib}; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(script)
        .arg(program())
        .args(plain.get_args());
    for (name, _) in plain.get_envs() {
        command.env_remove(name);
    }
    end(command, b"")
}

#[track_caller]
fn end(mut command: Command, input: &[u8]) -> Ran {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let run = || {
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that does not read its input has closed it: no fault of the run.
            let _not_wanted = stdin.write_all(input);
        }
        let err = child.stderr.take();
        let listener = std::thread::spawn(move || err.map_or_else(|| Ok(Default::default()), listen));
        let output = child.wait_with_output()?;
        let (err, silence) = listener.join().unwrap_or_else(|_| Ok(Default::default()))?;
        Ok((output, err, silence))
    };
    let mut run = run;
    let ran: io::Result<_> = run();
    match ran {
        Ok((output, err, silence)) => Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&err).into_owned(),
            silence,
        },
        Err(error) => panic!("{}: {error}", program().display()),
    }
}

/// Everything that is said, and the longest time in which nothing was.
fn listen(mut to: impl Read) -> io::Result<(Vec<u8>, Duration)> {
    let (mut said, mut silence) = (Vec::new(), Duration::ZERO);
    let mut more = [0; 4096];
    loop {
        let watch = Watch::start();
        let length = to.read(&mut more)?;
        silence = silence.max(watch.elapsed());
        match more.get(..length) {
            Some(more) if length > 0 => said.extend_from_slice(more),
            _ => return Ok((said, silence)),
        }
    }
}
