//! What can be said to the sandbox's authorities.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub(crate) enum Pki {
    /// Draws the authorities' keys and makes their certificates and first lists. Nothing that is there is overwritten.
    #[command(after_help = "Example:\n  madoguchi pki init --dir data/pki --json")]
    Init(PkiInit),
    /// Issues a certificate with a key of its own: OUT.crt and OUT.key.
    #[command(
        after_help = "Examples:\n  madoguchi pki issue --dir data/pki card --out data/card\n  madoguchi pki issue --dir data/pki card --issuer card-1 --out data/older\n  madoguchi pki issue --dir data/pki office:13104 --out data/office/tls\n  madoguchi pki issue --dir data/pki institution:1319999015:terminal:desk-1 --out data/clinic/desk-1\n  madoguchi pki issue --dir data/pki hub --name localhost --name 127.0.0.1 --days 90 --out data/hub/tls"
    )]
    Issue(PkiIssue),
    /// Revokes a certificate and renews its issuer's list. Twice is once.
    #[command(after_help = "Example:\n  madoguchi pki revoke --dir data/pki --issuer card-2 06000001 --json")]
    Revoke(PkiRevoke),
    /// Makes all revocation lists anew.
    #[command(after_help = "Example:\n  madoguchi pki crl --dir data/pki --hours 24 --json")]
    Crl(PkiCrl),
    /// Says how one card's certificate stands, as a responder would (OCSP), and writes the answer as DER.
    #[command(
        after_help = "Examples:\n  madoguchi pki ocsp --dir data/pki --issuer card-2 06000001 --out data/card.ocsp\n  madoguchi pki ocsp --dir data/pki --issuer card-2 06000001 --delegated --hours 8 --out data/card.ocsp --json"
    )]
    Ocsp(PkiOcsp),
    /// Says what a certificate or a revocation list says. Nothing is judged.
    #[command(after_help = "Example:\n  madoguchi pki show data/card.crt --json")]
    Show(PkiShow),
}

#[derive(Args)]
pub(crate) struct PkiInit {
    /// The authorities' folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The issuing keys with their files as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct PkiIssue {
    /// The authorities' folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Whose: `card`, or office:CODE, hub, verification, institution:CODE, institution:CODE:terminal:NAME, registers, operator.
    pub(crate) whose: String,
    /// Of a card: the key that issues it, card-1 (the older) or card-2.
    #[arg(long, value_name = "NAME", default_value = "card-2")]
    pub(crate) issuer: String,
    /// Of a card: how many years it lasts, to the end of that day in Japan.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(i32).range(1..=10))]
    pub(crate) years: i32,
    /// Of an organisation: how many days it lasts.
    #[arg(long, value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=825))]
    pub(crate) days: u32,
    /// Of an organisation: a host name or address that it answers under; may be said several times. Default localhost and 127.0.0.1.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Vec<String>,
    /// Where the certificate (OUT.crt) and its key (OUT.key) go.
    #[arg(long, value_name = "OUT")]
    pub(crate) out: PathBuf,
    /// What was issued as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct PkiRevoke {
    /// The authorities' folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The key that issued it: card-1, card-2 or organisations. A number alone may be two certificates.
    #[arg(long, value_name = "NAME")]
    pub(crate) issuer: String,
    /// The certificate's number, hexadecimal, as `pki issue` and `pki show` say it.
    pub(crate) serial: String,
    /// What was revoked as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct PkiCrl {
    /// The authorities' folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// For how many hours the lists count.
    #[arg(long, value_name = "N", default_value_t = 24, value_parser = clap::value_parser!(u64).range(1..=8760))]
    pub(crate) hours: u64,
    /// The issuing keys with their files as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct PkiOcsp {
    /// The authorities' folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The key that issued it: card-1 or card-2. A number alone may be two certificates.
    #[arg(long, value_name = "NAME")]
    pub(crate) issuer: String,
    /// The certificate's number, hexadecimal. Of one that was never issued the answer says that it is not known.
    pub(crate) serial: String,
    /// Signed by a responder to whom the key delegates it, and who is made for this answer; else by the key itself.
    #[arg(long)]
    pub(crate) delegated: bool,
    /// For how many hours the answer counts.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=8760))]
    pub(crate) hours: u64,
    /// Where the answer goes. A file that is there is not touched.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// How the certificate stands as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct PkiShow {
    /// A certificate or a list, as PEM or DER.
    pub(crate) file: PathBuf,
    /// What it says as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}
