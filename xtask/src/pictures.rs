//! The pictures of the handbook: some of those that the tests with a browser take of every state that they come through.

use std::process::ExitCode;

use crate::{axe, libtest, preflight, shell, test};

/// Their names: in `target/pictures`, and in `docs/src/pictures`.
const CHOSEN: [&str; 7] = [
    "reader-start",
    "reader-pin-wrong",
    "reader-consent",
    "reader-valid",
    "reader-waiting",
    "reception-one",
    "reception-fault",
];

/// Takes them anew and puts them into the handbook.
pub(crate) fn run() -> ExitCode {
    match taken() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            shell::say(&fault);
            ExitCode::FAILURE
        }
    }
}

fn taken() -> Result<(), String> {
    preflight::check()?;
    axe::ready()?;
    let mut tests = shell::cargo(&["test", "--package", "madoguchi-browser"]);
    test::prepare(&mut tests, None);
    let count = libtest::run(&mut tests, |_| ())?;
    if count.failed > 0 {
        return Err("the tests with a browser fail; no picture was changed".to_owned());
    }
    let (from, to) = (
        shell::target().join("pictures"),
        shell::root().join("docs/src/pictures"),
    );
    std::fs::create_dir_all(&to).map_err(|fault| format!("{}: {fault}", to.display()))?;
    for name in CHOSEN {
        let file = format!("{name}.png");
        std::fs::copy(from.join(&file), to.join(&file)).map_err(|fault| format!("{file}: {fault}"))?;
        shell::say(&format!("docs/src/pictures/{file}"));
    }
    Ok(())
}
