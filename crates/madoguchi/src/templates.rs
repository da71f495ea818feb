//! Configuration files as `init` and `demo` write them: every key with what it means.

use std::path::Path;

use domain::calendar::Date;
use env::Origin;
use identity::Tls;
use storage::DatabaseConfig;

/// What stands at the top of every file.
fn head(role: &str, about: &str, listen: &Origin) -> String {
    format!(
        "# {about}\n\
         # Every key can be set by the environment too: MADOGUCHI_LISTEN=… and so on.\n\n\
         role = \"{role}\"\n\n\
         # Where this role listens, over TLS.\n\
         listen = \"{listen}\"\n"
    )
}

fn database(database: &DatabaseConfig) -> String {
    format!(
        "\n# The role's own database: sqlite:PATH, postgres://USER@HOST/DATABASE?schema=NAME,\n\
         # or host=… dbname=… schema=NAME. No two roles share one.\n\
         database = {}\n",
        quoted(&database.with_password())
    )
}

/// The last of a file: a table takes all keys after it.
fn tls(tls: &Tls) -> String {
    let path = |path: &Path| quoted(&path.display().to_string());
    format!(
        "\n[tls]\n# The role's certificate and key. Renewed files are read without a restart.\n\
         certificate = {}\nkey = {}\n\
         # The authority whose certificates are believed, and its list of what it revoked (madoguchi pki crl).\n\
         authority = {}\nrevoked = {}\n\
         # sandbox: certificates of madoguchi pki. production: none of them.\nworld = \"sandbox\"\n\
         # How long the list still counts after its next one was due, in hours. After that nobody is believed.\n\
         revoked_grace_hours = {}\n",
        path(&tls.certificate),
        path(&tls.key),
        path(&tls.authority),
        path(&tls.revoked),
        tls.revoked_grace_hours
    )
}

fn root_key(path: &Path) -> String {
    format!(
        "\n# The role's root key. Whoever loses it loses what is sealed; keep a copy apart from the database.\n\
         root_key = {}\n",
        quoted(&path.display().to_string())
    )
}

fn residents_key(path: &Path) -> String {
    format!(
        "\n# The key that hub and register of residents share, for the blind indexes of numbers.\n\
         residents_key = {}\n",
        quoted(&path.display().to_string())
    )
}

fn origin(key: &str, about: &str, at: &Origin) -> String {
    format!("\n# {about}\n{key} = \"{at}\"\n")
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

/// What the demo says itself at each start: where everything is, and who is who.
const COMPUTED: [&str; 22] = [
    "role",
    "listen",
    "database",
    "root_key",
    "residents_key",
    "hub",
    "hub_key",
    "registers",
    "verification",
    "office",
    "name",
    "code",
    "folders",
    "today",
    "certificate",
    "key",
    "authority",
    "revoked",
    "world",
    "anchors",
    "pages",
    "cards",
];

/// A file's text with the settings that somebody has chosen in an earlier one: every key but those that are computed.
pub(crate) fn with_settings_of(text: &str, before: &str) -> String {
    let chosen = |line: &str| {
        let key = key_of(line).filter(|key| !COMPUTED.contains(key))?;
        before.lines().find(|line| key_of(line) == Some(key))
    };
    let lines = text.lines().map(|line| chosen(line).unwrap_or(line));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The key of a line `key = value`.
fn key_of(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    let key = key.trim();
    (!key.is_empty()
        && key
            .chars()
            .all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit()))
    .then_some(key)
}

/// An office's own particulars.
pub(crate) struct OfficeText<'a> {
    pub(crate) code: &'a str,
    pub(crate) name: &'a str,
    pub(crate) hub_key: &'a str,
    /// The registers, whose list of designated institutions it follows; without, the list is loaded.
    pub(crate) registers: Option<&'a Origin>,
    /// The office's today; without, the clock's.
    pub(crate) today: Option<Date>,
}

/// `registers.toml`.
pub(crate) fn registers(
    listen: &Origin,
    db: &DatabaseConfig,
    key: &Path,
    residents: &Path,
    own: &Tls,
) -> String {
    head(
        "registers",
        "Stand-in for the register of residents (住民基本台帳). For sandboxes only.",
        listen,
    ) + &database(db)
        + &root_key(key)
        + &residents_key(residents)
        + &tls(own)
}

/// `hub.toml`.
pub(crate) fn hub(
    listen: &Origin,
    db: &DatabaseConfig,
    key: &Path,
    residents: &Path,
    registers: &Origin,
    own: &Tls,
) -> String {
    head("hub", "The hub (医療保険者等向け中間サーバー等).", listen)
        + &database(db)
        + &root_key(key)
        + &residents_key(residents)
        + &origin("registers", "The register of residents.", registers)
        + &tls(own)
}

/// `verification.toml`.
pub(crate) fn verification(
    listen: &Origin,
    db: &DatabaseConfig,
    key: &Path,
    hub: &Origin,
    own: &Tls,
    misses: Misses,
) -> String {
    let pki = own.authority.parent().unwrap_or(Path::new(""));
    let in_pki = |ending: &str| {
        let files = ["card-1", "card-2"]
            .map(|name| quoted(&pki.join(format!("{name}.{ending}")).display().to_string()));
        format!("[{}]", files.join(", "))
    };
    head(
        "verification",
        "Verification (オンライン資格確認等システム).",
        listen,
    ) + &database(db)
        + &root_key(key)
        + &origin("hub", "The hub, whose feed is read.", hub)
        + "\n# How long the result of a bulk inquiry can be fetched after its reception, in hours.\n\
           bulk_keep_hours = 168\n\
           \n# People whom one OQSmuquc01 may ask about.\nbulk_most_people = 5000\n"
        + &tls(own)
        + &format!(
            "\n[cards]\n# The keys that issue cards, and their lists of what they revoked. A list that is renewed is read without a restart.\n\
             anchors = {}\nrevoked = {}\n\
             # How long a list still counts after its next one was due, in hours. After that a card is refused with that reason.\n\
             revoked_grace_hours = 24\n\
             \n[guessing]\n# Inquiries by number of a terminal that may find nobody in an hour; {}\n\
             misses_per_hour = {}\n\
             # So many in a row are told in the log and counted.\nalert_after = {}\n\
             # People of OQSmuquc01 of an institution who may be nobody, in a day.\nbulk_misses_per_day = {}\n\
             \n[visual]\n# More inquiries of a terminal after 目視確認 in an hour are told in the log and counted.\nalert_per_hour = 20\n",
            in_pki("crt"),
            in_pki("crl"),
            misses.why(),
            misses.per_hour(),
            misses.in_a_row(),
            misses.bulk_per_day()
        )
}

/// How many inquiries by number may find nobody.
#[derive(Clone, Copy)]
pub(crate) enum Misses {
    /// As many as a desk makes.
    Usual,
    /// As many as the demo makes.
    Demo,
}

impl Misses {
    fn why(self) -> &'static str {
        match self {
            Misses::Usual => "after that it waits.",
            Misses::Demo => "the demo asks about everybody, so here it may be many. Usual is 30.",
        }
    }

    fn per_hour(self) -> u32 {
        match self {
            Misses::Usual => 30,
            Misses::Demo => 1_000_000,
        }
    }

    fn in_a_row(self) -> u32 {
        match self {
            Misses::Usual => 3,
            Misses::Demo => 1_000_000,
        }
    }

    fn bulk_per_day(self) -> u32 {
        match self {
            Misses::Usual => 3_000,
            Misses::Demo => 100_000_000,
        }
    }
}

/// `office.toml`.
pub(crate) fn office(
    listen: &Origin,
    db: &DatabaseConfig,
    key: &Path,
    hub: &Origin,
    text: &OfficeText<'_>,
    own: &Tls,
) -> String {
    head("office", "A welfare office (福祉事務所).", listen)
        + &database(db)
        + &root_key(key)
        + &origin("hub", "The hub, to which everything is registered.", hub)
        + &format!(
            "\n# The hub's public key, to which 個人番号 are sealed.\nhub_key = {}\n\
             \n# The office's code between the systems, and its name as institutions read it.\n\
             office = {}\nname = {}\n\
             \n# How the office numbers its people: fixed (固定番号), or monthly (月ごと変更).\n\
             number_regime = \"fixed\"\n\
             \n# The registers, whose list of designated institutions (指定医療機関) is followed. Without them the list is\n\
             # loaded: POST /institutions.\n{}\n\
             \n# How often the office marks how far it has sent everything, in ms.\nmark_every_ms = 1000\n\
             \n# Vouchers are issued of so many months before this one, and after it.\nmonths_back = 12\nmonths_ahead = 3\n\
             \n# The office's today, for trials whose people are of another day; the clock's otherwise.\n{}\n",
            quoted(text.hub_key),
            quoted(text.code),
            quoted(text.name),
            text.registers.map_or_else(
                || "# registers = \"https://127.0.0.1:18085\"".to_owned(),
                |at| format!("registers = \"{at}\"")
            ),
            text.today.map_or_else(
                || "# today = \"2026-11-25\"".to_owned(),
                |day| format!("today = \"{day}\"")
            )
        )
        + &tls(own)
}

/// The pages of a desk, and the virtual cards that can be laid on its reader.
pub(crate) struct Pages<'a> {
    pub(crate) at: Origin,
    pub(crate) cards: &'a Path,
}

/// `clinic.toml`, or `institution.toml`.
pub(crate) fn institution(
    listen: &Origin,
    verification: &Origin,
    code: &str,
    folders: &Path,
    own: &Tls,
    pages: Option<&Pages<'_>>,
    answer_within_s: u32,
) -> String {
    let pages_at = pages.map_or_else(
        || "# pages = \"http://127.0.0.1:18094\"".to_owned(),
        |pages| format!("pages = \"{}\"", pages.at),
    );
    let cards = pages.map_or_else(
        || "# cards = \"cards\"".to_owned(),
        |pages| format!("cards = {}", quoted(&pages.cards.display().to_string())),
    );
    head(
        "institution",
        "A medical institution or pharmacy (医療機関・薬局).",
        listen,
    ) + &origin("verification", "Verification, which is asked.", verification)
        + &format!(
            "\n# 医療機関コード, ten digits.\ncode = {}\n\
             \n# The folder that is shared with the receipt computer: req, res, face and our own beside them.\n\
             folders = {}\n\
             \n# How results are written: utf-8 or shift_jis.\nencoding = \"utf-8\"\n\
             \n# How often req is looked at when nothing tells of a change, in ms.\nrescan_ms = 500\n\
             \n# How long a request waits for verification before it is answered with an error, in s.\n\
             answer_within_s = {answer_within_s}\n\
             \n# Whether results say how fresh the office's data is (OfficeDataAsOf).\noffice_data_as_of = true\n\
             \n# What stands for a character that Shift_JIS lacks: look_alike (its ordinary form, else 〓) or geta (〓).\n\
             substitution = \"look_alike\"\n\
             \n# How long a bulk result is waited for before the answer is 処理中, in s.\nbulk_wait_s = 20\n\
             \n# Bulk results of more than so many KiB are written as .zip.\nzip_over_kib = 1024\n\
             \n# Where the pages for the desk are (reader and reception): this machine's own browser only. Without it none.\n\
             {pages_at}\n\
             \n# The folder of virtual cards (NAME.crt, NAME.key, NAME.json). Sandboxes only.\n{cards}\n\
             \n# After so many s without a touch the reader asks whether somebody is there; as long again, and it begins anew.\n\
             idle_s = 60\n",
            quoted(code),
            quoted(&folders.display().to_string())
        )
        + &tls(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_stay_and_what_is_computed_does_not() {
        let before =
            "listen = \"https://127.0.0.1:1\"\nencoding = \"shift_jis\"\n# rescan_ms = 9\nmine = 1\n";
        let text = "# about\nlisten = \"https://127.0.0.1:2\"\nencoding = \"utf-8\"\nrescan_ms = 500\n";
        assert_eq!(
            with_settings_of(text, before),
            "# about\nlisten = \"https://127.0.0.1:2\"\nencoding = \"shift_jis\"\nrescan_ms = 500\n"
        );
        assert_eq!(with_settings_of(text, ""), text);
    }
}
