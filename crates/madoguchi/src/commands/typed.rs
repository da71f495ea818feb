//! What somebody types, or another program says on standard input.

use std::io::BufRead as _;

use crate::outcome::Failure;

/// One line of standard input, without its end.
pub(super) fn line() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// A line that is nobody else's to see: typed without being shown at a terminal, else a line of standard input.
#[cfg(feature = "pcsc")]
pub(super) fn secret(prompt: &str) -> Result<String, Failure> {
    use std::io::IsTerminal as _;

    if !std::io::stdin().is_terminal() {
        return line();
    }
    let terminal = console::Term::stderr();
    if !terminal.is_term() {
        return Err(
            Failure::failed("標準エラー出力が端末ではないため、入力を尋ねられません。")
                .next_step("標準エラー出力をファイルに向けずに実行してください。"),
        );
    }
    terminal.write_str(prompt)?;
    Ok(terminal.read_secure_line()?)
}
