//! The program as its users run it: built once, started as processes of its own, looked at from outside.
//!
//! Nothing here links a role. What a test knows about the program it knows from exit codes, from files, from
//! HTTP, and, when everything has ended, from the databases as they lie there.
//!
//! - [`program`]: the built program, and one run of it: arguments in, exit code and texts out.
//! - [`process`]: a run that goes on until it is told to stop, or is killed. None of them outlives its test.
//! - [`town`]: all five roles as `init` writes them, each on a port that it keeps ([`ports`]), on either database.
//! - [`reception`]: the receipt computer (レセコン): requests into `req`, results out of `res`.
//! - [`people`]: made-up persons, and what the office says about them, as its API takes it.
//! - [`files`]: registration files that a test sends itself.
//! - [`api`]: a role's HTTP, as a stranger's client speaks it.
//! - [`cards`]: cards of the town's authority, and what they sign.
//! - [`books`]: what stands in a role's database, by plain SQL.
//! - [`leaks`]: looks for a 個人番号 in the clear in every byte of a folder.
//! - [`wait`], [`dice`]: waiting for conditions, and moments chosen by a seed.
//!
//! The tests: `commands` (what every command says and how it ends), `bad_input` (broken requests and files of every
//! kind), `kills` (every role killed again and again while it works; nothing lost, doubled or out of order).

pub mod api;
pub mod books;
pub mod cards;
pub mod dice;
pub mod files;
pub mod leaks;
pub mod people;
pub mod platform;
pub mod ports;
pub mod process;
pub mod program;
pub mod reception;
pub mod town;
pub mod wait;

/// A folder for one test. It is gone when the test process has ended.
///
/// # Panics
/// When it cannot be made.
pub fn folder(name: &str) -> std::path::PathBuf {
    let folder = harness::attendant::folder().join(format!("{name}-{:016x}", dice::fresh()));
    if let Err(error) = std::fs::create_dir_all(&folder) {
        panic!("{}: {error}", folder.display());
    }
    folder
}

pub use harness::is_soak;
