//! What can be asked of an institution.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use domain::consent::{Said, Scope};
use exchange::oqs::names::Family;

#[derive(Subcommand)]
pub(crate) enum Institution {
    /// Asks about one request file and prints the result file. What is asked follows from the file's name.
    #[command(
        after_help = "Examples:\n  madoguchi institution ask --config data/clinic.toml data/try/OQSsiquc01req_0001.xml\n  madoguchi institution ask --config data/clinic.toml OQSmutic01req_202611010001.xml\n  madoguchi institution ask --config data/clinic.toml --kind OQSmutic02 download.xml > result.xml"
    )]
    Ask(Ask),
    /// Reads a virtual card (試験用カード), or one in a reader, as the desk does: the answer on standard output, and a file in `face`.
    /// The answer is printed as XML, with --json as the same message in JSON, also when it is an error answer (exit code 1).
    #[command(
        after_help = "Examples:\n  madoguchi institution card --config data/clinic.toml data/cards/1-voucher\n  madoguchi institution card --config data/clinic.toml data/cards/1-voucher --face --consent drug=yes\n  madoguchi institution card --config data/clinic.toml data/cards/5-not-enrolled --enrol\n  madoguchi institution card --config data/clinic.toml data/cards/1-voucher --json\n  madoguchi institution card --config data/clinic.toml --reader"
    )]
    Card(Card),
}

#[derive(Args)]
pub(crate) struct Card {
    /// The institution's configuration. Its role need not run; verification must.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// 暗証番号 of a virtual card; the card's own when it is not said. Of a card in a reader it is asked for.
    #[arg(long, value_name = "DIGITS", conflicts_with = "face")]
    pub(crate) pin: Option<String>,
    /// 顔認証 of a virtual card instead: the simulated comparison finds the same person.
    #[arg(long)]
    pub(crate) face: bool,
    /// What the holder says of each scope: drug, diagnosis, operation, check_up; once for each scope.
    #[arg(long, value_name = "SCOPE=yes|no", value_parser = said, conflicts_with = "enrol")]
    pub(crate) consent: Vec<Said>,
    /// 利用申込 instead of an inquiry.
    #[arg(long)]
    pub(crate) enrol: bool,
    /// The answer as JSON: of an inquiry the message, of --enrol `"linked"`, `"nobody_here"` or `"not_this_card"`.
    #[arg(long)]
    pub(crate) json: bool,
    /// The card in a reader (PC/SC) instead of a virtual one; NAME, or a part of it, where there are several readers. Its 暗証番号
    /// is asked for, or read from standard input. Only a program built with the feature `pcsc` has this.
    #[arg(long, value_name = "NAME", conflicts_with = "card")]
    pub(crate) reader: Option<Option<String>>,
    /// The virtual card: CARD.crt, CARD.key and CARD.json.
    #[arg(value_name = "CARD", required_unless_present = "reader")]
    pub(crate) card: Option<PathBuf>,
}

impl Card {
    /// A scope that is answered twice.
    pub(crate) fn said_twice(&self) -> Option<Scope> {
        let times = |scope| self.consent.iter().filter(|said| said.scope == scope).count();
        Scope::ALL.iter().copied().find(|scope| times(*scope) > 1)
    }
}

/// `drug=yes`.
fn said(text: &str) -> Result<Said, String> {
    let expected = || "drug=yes, diagnosis=no, operation=yes, check_up=no の形で書いてください".to_owned();
    let (scope, given) = text.split_once('=').ok_or_else(expected)?;
    let scope = match scope {
        "drug" => Scope::Drug,
        "diagnosis" => Scope::Diagnosis,
        "operation" => Scope::Operation,
        "check_up" => Scope::CheckUp,
        _ => return Err(expected()),
    };
    match given {
        "yes" => Ok(Said { scope, given: true }),
        "no" => Ok(Said { scope, given: false }),
        _ => Err(expected()),
    }
}

#[derive(Args)]
pub(crate) struct Ask {
    /// The institution's configuration; its role must be running.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// What is asked, when the file's name does not say it.
    #[arg(long, value_enum)]
    pub(crate) kind: Option<AskKind>,
    /// The request, as a receipt computer writes it.
    #[arg(value_name = "REQUEST.xml")]
    pub(crate) request: PathBuf,
}

/// What an institution may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AskKind {
    /// 資格確認, one person
    #[value(name = "OQSsiquc01")]
    Person,
    /// 委託先資格情報の一括取得: the month's vouchers, first step
    #[value(name = "OQSmutic01")]
    Month,
    /// 委託先資格情報の一括取得, second step
    #[value(name = "OQSmutic02")]
    MonthResult,
    /// 資格確認一括照会: many people, first step
    #[value(name = "OQSmuquc01")]
    Many,
    /// 資格確認一括照会, second step
    #[value(name = "OQSmuquc02")]
    ManyResult,
}

impl AskKind {
    pub(crate) fn family(self) -> Family {
        match self {
            AskKind::Person => Family::Siquc01,
            AskKind::Month => Family::Mutic01,
            AskKind::MonthResult => Family::Mutic02,
            AskKind::Many => Family::Muquc01,
            AskKind::ManyResult => Family::Muquc02,
        }
    }
}
