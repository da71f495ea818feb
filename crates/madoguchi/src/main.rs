//! Madoguchi: the program. It only chooses: which role to run, on which world, from which configuration.
//!
//! - [`cli`]: what can be said on the command line, with an example for everything.
//! - [`commands`]: one file for each command.
//! - [`roles`]: a configuration file of any role, and how to start what it describes.
//! - [`templates`]: configuration files as `init` and `demo` write them.
//! - [`outcome`]: how a command ends: 0 done, 1 refused or failed, 2 usage, 3 the role is not running.

use std::panic::PanicHookInfo;
use std::process::ExitCode;

use clap::Parser;

mod cli;
mod commands;
mod outcome;
mod platform;
mod roles;
mod templates;
mod trust;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command = cli::Cli::parse().command;
    // A simulation is one storm of warnings; what it finds it says itself.
    let usually = if matches!(command, cli::Command::Simulate(_)) {
        "off"
    } else {
        "warn"
    };
    start_log(usually);
    std::panic::set_hook(Box::new(tell_panic));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(commands::run(command)),
        Err(error) => Err(outcome::Failure::failed(format!(
            "実行環境を起動できません: {error}"
        ))),
    };
    outcome::end(outcome)
}

/// A panic is a fault of ours. Its words may repeat what somebody sent, so only its place is told.
fn tell_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(
        || "不明".to_owned(),
        |at| format!("{}:{}:{}", at.file(), at.line(), at.column()),
    );
    outcome::tell(&format!(
        "プログラムの誤りです。この処理だけを中止しました。開発元へ知らせてください（場所: {place}）。"
    ));
}

/// Logs go to standard error; `MADOGUCHI_LOG` chooses how much (`debug`, `hub=debug,warn`, …).
fn start_log(usually: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("MADOGUCHI_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(usually));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
