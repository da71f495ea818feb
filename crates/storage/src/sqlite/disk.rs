//! A disk that takes nothing is told in a sentence, at once: whoever waits for this role sees only that nothing comes.

use std::time::Duration;

use env::Time;

/// How often it is said again while it lasts.
const AGAIN: Duration = Duration::from_secs(30);

/// What was said of a file's disk.
pub(super) struct Disk {
    database: String,
    told: Option<Time>,
}

impl Disk {
    pub(super) const fn new(database: String) -> Disk {
        Disk { database, told: None }
    }

    /// What there is to say after a group of units, if anything: that it fails and why, or that it is well again.
    pub(super) fn after(&mut self, now: Time, trouble: Option<&str>) -> Option<String> {
        let database = &self.database;
        let Some(reason) = trouble else {
            let was_told = self.told.take().is_some();
            return was_told.then(|| format!("データベース {database} に、また書き込めるようになりました。"));
        };
        if self.told.is_some_and(|told| now.since(told) < AGAIN) {
            return None;
        }
        self.told = Some(now);
        Some(format!(
            "データベース {database} に書き込めません（{reason}）。ディスクの空きと書き込み権限を確認してください。直りしだい続けます。"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_at_once_then_from_time_to_time_and_when_it_is_over() {
        let mut disk = Disk::new("office.db".into());
        let mut after = |seconds: i64, trouble| disk.after(Time::from_micros(seconds * 1_000_000), trouble);
        assert_eq!(after(0, None), None);
        let said = after(1, Some("full")).unwrap();
        assert!(said.contains("office.db") && said.contains("full"), "{said}");
        assert_eq!(after(2, Some("full")), None);
        assert!(after(31, Some("full")).is_some());
        assert!(after(32, None).unwrap().contains("また書き込める"));
        assert_eq!(after(33, None), None);
    }
}
