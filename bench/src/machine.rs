//! What the figures were made on.

use std::path::Path;
use std::process::Command;

/// Rows of the report's first table: a name and what it was.
pub(crate) fn rows(data: &Path) -> Vec<(&'static str, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let git = |arguments: &[&str]| ask(Command::new("git").arg("-C").arg(root).args(arguments));
    // Reports are what runs write, this one and those before it.
    let dirty = git(&["status", "--porcelain", "--", ":/", ":/!bench/reports"])
        .is_none_or(|changes| !changes.is_empty());
    let commit = git(&["rev-parse", "HEAD"]).unwrap_or_else(unknown);
    let uncommitted = if dirty { ", with uncommitted changes" } else { "" };
    let profile = if cfg!(debug_assertions) {
        "**debug: these figures mean nothing**"
    } else {
        "release"
    };
    vec![
        (
            "date",
            ask(Command::new("date").args(["-u", "+%Y-%m-%d %H:%M UTC"])).unwrap_or_else(unknown),
        ),
        ("commit", format!("{commit}{uncommitted}")),
        (
            "compiler, profile",
            format!(
                "{}; {profile}",
                ask(Command::new("rustc").arg("--version")).unwrap_or_else(unknown)
            ),
        ),
        ("processors", processors()),
        (
            "kernel",
            ask(Command::new("uname").arg("-srm")).unwrap_or_else(unknown),
        ),
        ("memory", memory().unwrap_or_else(unknown)),
        (
            "file system of the databases",
            ask(Command::new("stat").args(["-f", "-c", "%T"]).arg(data)).unwrap_or_else(unknown),
        ),
    ]
}

/// The load average of 1, 5 and 15 minutes.
pub(crate) fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first: Vec<&str> = text.split_whitespace().take(3).collect();
    first.join(" ")
}

fn processors() -> String {
    let count = std::thread::available_parallelism().map_or_else(|_| unknown(), |count| count.to_string());
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| Some(line.split_once(':')?.1.trim()));
    format!("{count} × {}", model.unwrap_or("unknown"))
}

fn memory() -> Option<String> {
    let info = std::fs::read_to_string("/proc/meminfo").ok()?;
    let total = info.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: u64 = total.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(format!("{} MiB", kilobytes / 1024))
}

fn ask(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

fn unknown() -> String {
    "unknown".to_owned()
}
