//! `openssl verify`, of many files at once.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use env::Time;

use crate::forge::SANDBOX_POLICY;

/// What OpenSSL has against a certificate, each with the depth at which it found it; nothing when it takes it.
pub(super) type Against = Vec<(u32, u32)>;

// Numbers of `X509_V_ERR_`: see x509_vfy.h.
pub(super) const SIGNATURE: u32 = 7;
pub(super) const ENDED: u32 = 10;
pub(super) const LIST_NOT_YET: u32 = 11;
pub(super) const LIST_ENDED: u32 = 12;
pub(super) const REVOKED: u32 = 23;
pub(super) const NO_KEY_NAMED: u32 = 85;
/// None of OpenSSL's: it could not even read the file.
pub(super) const UNREADABLE: u32 = 0;

/// What OpenSSL says of each of these files at a moment, by the authorities in a file.
pub(super) fn verify(folder: &Path, at: Time, more: &[&str], files: &[String]) -> Vec<Against> {
    let seconds = at.micros() / 1_000_000;
    let run = Command::new("openssl")
        .current_dir(folder)
        .args([
            "verify",
            "-CAfile",
            "authorities.pem",
            "-no-CApath",
            "-no-CAstore",
        ])
        .args(["-x509_strict", "-policy", SANDBOX_POLICY, "-explicit_policy"])
        .args(["-attime", &seconds.to_string()])
        .args(more)
        .args(files)
        .output();
    let run = run.unwrap_or_else(|error| panic!("openssl (Debian: apt-get install openssl): {error}"));
    let (said, faults) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    let mut all: BTreeMap<&str, Against> = said
        .lines()
        .filter_map(|line| line.strip_suffix(": OK"))
        .map(|file| (file, Against::new()))
        .collect();
    // It goes on after some errors: all that it says before a file's last line is about this file.
    let mut against = Against::new();
    for line in faults.lines().filter_map(|line| line.strip_prefix("error ")) {
        match line.split_once(": verification failed") {
            Some((file, _)) => drop(all.insert(file, std::mem::take(&mut against))),
            None => against.extend(error(line)),
        }
    }
    let unreadable = || vec![(UNREADABLE, 0)];
    files
        .iter()
        .map(|file| all.get(file.as_str()).cloned().unwrap_or_else(unreadable))
        .collect()
}

/// `7 at 0 depth lookup: certificate signature failure`
fn error(line: &str) -> Option<(u32, u32)> {
    let (number, rest) = line.split_once(" at ")?;
    let (depth, _) = rest.split_once(" depth lookup")?;
    Some((number.parse().ok()?, depth.parse().ok()?))
}

/// Writes DER as PEM.
pub(super) fn write_pem(path: &Path, tag: &str, all: &[Vec<u8>]) {
    let text: Vec<String> = all
        .iter()
        .map(|der| pem::encode(&pem::Pem::new(tag, der.clone())))
        .collect();
    std::fs::write(path, text.concat()).unwrap();
}
