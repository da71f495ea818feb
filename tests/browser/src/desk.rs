//! A desk: the role *institution* with its pages, a folder of virtual cards, and a verification behind it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::number::InstitutionCode;
use domain::permit::Actor;
use env::{Env, Listening, Origin};
use exchange::oqs::Limits;
use exchange::oqs::siquc01::ResultMessage;
use identity::authority::Authorities;
use identity::authority::files::pem;
use institution::{Config, SiteEncoding};
use service::{Caller, Running};

use crate::centre::{Centre, Person, Standing, TERMINAL};

/// The clinic.
pub const CODE: &str = "1319999015";
/// Every card's PIN.
pub const PIN: &str = "1234";

/// No test takes as long as this.
const LONGEST_TEST: Duration = Duration::from_mins(5);

/// Who comes to the desk: the card's name, the person's, and how they stand. One has a character that Shift_JIS lacks.
const PEOPLE: [(&str, &str, &str, Standing); 6] = [
    ("1-hanako", "見本　花子", "ﾐﾎﾝ ﾊﾅｺ", Standing::Voucher),
    ("2-tsutomu", "𠮷田　勉", "ﾖｼﾀﾞ ﾂﾄﾑ", Standing::Insured),
    ("3-taro", "髙﨑　太郎", "ﾀｶｻｷ ﾀﾛｳ", Standing::NoVoucher),
    ("4-jiro", "見本　次郎", "ﾐﾎﾝ ｼﾞﾛｳ", Standing::NotEnrolled),
    ("5-kazuko", "見本　和子", "ﾐﾎﾝ ｶｽﾞｺ", Standing::Ended),
    ("6-saburo", "見本　三郎", "ﾐﾎﾝ ｻﾌﾞﾛｳ", Standing::Nobody),
];

/// A desk that is open. It closes when it is dropped.
pub struct Desk {
    /// The world that it runs in.
    pub env: Env,
    /// What verification knows.
    pub centre: Arc<Centre>,
    /// Where the pages are.
    pub pages: Origin,
    folders: PathBuf,
    _running: Running,
    _verification: Listening,
}

impl Desk {
    /// Opens a desk.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn open() -> Desk {
        Desk::with(|_| ()).await
    }

    /// Opens a desk whose configuration is a little different.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Desk {
        let env = harness::real_env();
        away_from_midnight(&env).await;
        let code = InstitutionCode::parse(CODE).unwrap_or_else(|error| panic!("{error}"));
        let cards = cards();
        let people = PEOPLE.iter().map(|(card, name, kana, standing)| {
            let person = Person {
                name: (*name).to_owned(),
                kana: (*kana).to_owned(),
                standing: *standing,
            };
            (certificate(cards, card), person)
        });
        let (centre, verification) = Centre::start(code, people.collect()).await;
        let folders = harness::attendant::folder().join(hex::encode(env.random::<8>()));
        let any = Origin::new("127.0.0.1", 0);
        let mut config = Config::new(any, code, verification.at().clone(), folders.clone());
        config.tls = harness::tls_of(format!("institution:{CODE}:terminal:{TERMINAL}"));
        config.pages = Some(Origin::plain("127.0.0.1", 0));
        config.cards = Some(cards.to_owned());
        config.encoding = SiteEncoding::ShiftJis;
        // No screen is left alone by who does something on another one, however long that takes.
        config.idle_s = 600;
        change(&mut config);
        let known = config.tls.env(&env, &Actor::Institution(code));
        let known = known.unwrap_or_else(|error| panic!("{error}"));
        let running = institution::start(&env, config).await;
        let running = running.unwrap_or_else(|error| panic!("{error}"));
        let status = Caller::oneself(&known, running.at())
            .get::<serde_json::Value>("/status")
            .await;
        let status = status.unwrap_or_else(|error| panic!("{error}"));
        let pages = status["pages"].as_str().and_then(|pages| pages.parse().ok());
        Desk {
            env,
            centre,
            pages: pages.unwrap_or_else(|| panic!("no pages: {status}")),
            folders,
            _running: running,
            _verification: verification,
        }
    }

    /// What lies in `face`, each read by our own reader.
    ///
    /// # Panics
    /// When one cannot be read.
    pub async fn faces(&self) -> Vec<(String, ResultMessage)> {
        let folder = self.folders.join("face");
        let mut faces = Vec::new();
        for entry in self.env.files().list(&folder).await.unwrap_or_default() {
            let bytes = self.env.files().read(&folder.join(&entry.name), 1 << 20).await;
            let message = ResultMessage::read(&bytes.unwrap_or_default(), &Limits::SINGLE);
            faces.push((
                entry.name,
                message.unwrap_or_else(|rejection| panic!("{rejection}")),
            ));
        }
        faces
    }
}

/// Reception's list is of one day in Japan: where that ends soon, a test begins on the next.
async fn away_from_midnight(env: &Env) {
    let now = env.now();
    if (now + LONGEST_TEST).date() != now.date() {
        env.sleep(LONGEST_TEST).await;
    }
}

/// The sandbox's cards, issued once for this process: NAME.crt, NAME.key, NAME.json.
fn cards() -> &'static Path {
    static CARDS: OnceLock<PathBuf> = OnceLock::new();
    CARDS.get_or_init(|| {
        let env = harness::real_env();
        let folder = harness::attendant::folder().join("cards");
        let write = |name: &str, ending: &str, bytes: &[u8]| {
            std::fs::write(folder.join(format!("{name}.{ending}")), bytes)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        };
        std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{error}"));
        let made = Authorities::create(&harness::attendant::folder().join("authorities"), env.now());
        let authorities = made.unwrap_or_else(|error| panic!("{error}"));
        for (name, holder, _, _) in PEOPLE {
            let issued = authorities.issue_card("card-2", 5, env.now(), &mut env.rng());
            let issued = issued.unwrap_or_else(|error| panic!("{error}"));
            write(name, "crt", &pem("CERTIFICATE", &issued.certificate));
            write(name, "der", &issued.certificate);
            write(name, "key", issued.key.as_bytes());
            let about = serde_json::json!({ "pin": PIN, "holder": holder });
            write(name, "json", about.to_string().as_bytes());
        }
        folder
    })
}

fn certificate(cards: &Path, name: &str) -> Vec<u8> {
    std::fs::read(cards.join(format!("{name}.der"))).unwrap_or_else(|error| panic!("{name}: {error}"))
}
