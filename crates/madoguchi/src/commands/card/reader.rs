//! `--reader`: the card that lies in a reader of this machine (PC/SC), spoken to by the same session as a virtual one.
//!
//! Its PIN is a real person's. It is typed without being shown, or comes from standard input, and never from the command line,
//! which every user of a machine can see.

use env::Env;
use institution::Config;

use crate::cli::Card;
use crate::outcome::{Failure, Outcome};

/// How long somebody may take to lay the card down.
#[cfg(feature = "pcsc")]
const WAIT: std::time::Duration = std::time::Duration::from_secs(60);

/// This program has no reader.
#[cfg(not(feature = "pcsc"))]
pub(super) async fn read(_env: &Env, _config: &Config, _asked: &Card) -> Outcome {
    Err(Failure::failed(
        "このプログラムは、カードリーダー（PC/SC）を使う機能なしで作られています。",
    )
    .next_step(
        "libpcsclite（Debian では apt-get install pkg-config libpcsclite-dev pcscd）を用意し、作り直してください: cargo build --release --features pcsc",
    ))
}

/// Waits for a card in the reader that is meant, and asks with it.
#[cfg(feature = "pcsc")]
pub(super) async fn read(env: &Env, config: &Config, asked: &Card) -> Outcome {
    use identity::reader::{Readers, Session};
    use institution::card::reader::chosen;

    use super::{ask, by_pin, failed};
    use crate::commands::typed;
    use crate::outcome::tell;

    let desk = institution::card_desk(env, config).await?;
    let readers = Readers::open().map_err(failed)?;
    let named = asked.reader.iter().flatten().next();
    let name = chosen(readers.names().map_err(failed)?, named.map(String::as_str)).map_err(|not| {
        Failure::failed(not).next_step(
            "カードリーダーの接続を確認し、名前（またはその一部）を指定してください: --reader 名前",
        )
    })?;
    tell(&format!("カードを置いてください: {name}"));
    readers.wait(&name, WAIT).map_err(failed)?;
    let mut card = readers.card(&name).map_err(failed)?;
    let mut session = Session::open(&mut card).map_err(failed)?;
    let left = session.tries_left().map_err(failed)?;
    let pin = typed::secret(&format!("暗証番号（数字4桁、あと{left}回）: "))?;
    let method = by_pin(&mut session, &pin)?;
    ask((&desk, config), (&mut session, method), asked).await
}
