//! One file for each command.

use crate::cli::{Command, Institution, Number, Office};
use crate::outcome::Outcome;

mod ask;
mod card;
pub(crate) mod demo;
mod doctor;
mod init;
mod migrate;
mod number;
mod office;
mod pki;
mod serve;
mod simulate;
mod synth;
mod typed;

/// Does what was asked.
pub(crate) async fn run(command: Command) -> Outcome {
    match command {
        Command::Demo(asked) => demo::run(asked).await,
        Command::Init(asked) => init::run(&asked).await,
        Command::Serve(asked) => serve::run(&asked).await,
        Command::Migrate(asked) => migrate::run(&asked).await,
        Command::Doctor(asked) => doctor::run(&asked).await,
        Command::Number(Number::Check(asked)) => number::check(&asked),
        Command::Office(Office::Issue(asked)) => office::issue(&asked).await,
        Command::Institution(Institution::Ask(asked)) => ask::run(&asked).await,
        Command::Institution(Institution::Card(asked)) => card::run(&asked).await,
        Command::Simulate(asked) => simulate::run(&asked),
        Command::Synth(asked) => synth::run(&asked),
        Command::Pki(asked) => pki::run(&asked).await,
    }
}
