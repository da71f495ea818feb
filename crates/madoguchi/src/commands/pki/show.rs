//! `madoguchi pki show`: what a certificate or a list says, line by line.

use env::Env;
use identity::show::{Said, show};

use crate::cli::PkiShow;
use crate::outcome::{Outcome, print, print_json};

/// The longest file that is looked at: a list of some hundred thousand.
const MOST: u64 = 16 << 20;

pub(super) async fn run(env: &Env, asked: &PkiShow) -> Outcome {
    let bytes = env.files().read(&asked.file, MOST).await?;
    let said = show(&identity::show::unarmoured(&bytes)?)?;
    if asked.json {
        return print_json(&said);
    }
    let line = |label: &str, text: &str| print(&format!("{label}: {text}"));
    match &said {
        Said::Certificate {
            issuer,
            subject,
            serial,
            from,
            through,
            key,
            authority,
            policies,
            world,
            names,
        } => {
            line(
                "種類",
                if *authority {
                    "発行者の証明書"
                } else {
                    "証明書"
                },
            );
            line("発行者", issuer);
            line("主体者", subject);
            line("番号", serial);
            line("有効期間", &format!("{from} から {through} まで"));
            line("鍵", key);
            if let Some(world) = world {
                line("環境", world.label());
            }
            for policy in policies {
                line("ポリシー", policy);
            }
            for name in names {
                line("別名", name);
            }
        }
        Said::RevocationList {
            issuer,
            made,
            next,
            revoked,
        } => {
            line("種類", "失効リスト");
            line("発行者", issuer);
            line("作成", made);
            line("次回", next.as_deref().unwrap_or("なし"));
            line("失効", &format!("{}件", revoked.len()));
            for serial in revoked {
                line("番号", &serial.to_string());
            }
        }
    }
    Ok(())
}
