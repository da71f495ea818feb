//! Cards of the sandbox, `DATA/cards`: some people of the ward who come to the clinic with one. They are issued once; at each
//! start they are read at the clinic, and what they bring to light is compared with what was decided.

use std::path::{Path, PathBuf};

use domain::calendar::Date;
use domain::presence::Method;
use exchange::oqs::codes::QualificationValidity;
use exchange::presence::Enrolled;
use identity::authority::files::{pem, replace};
use identity::reader::{Pin, Session};
use institution::TrialCard;
use serde::{Deserialize, Serialize};
use serde_json::json;
use synthetic::{Kind, Person, Town};

use super::desk::Desk;
use super::fleet::{self, Fleet};
use super::reception::{PersonFile, file_of, is_told};
use super::single;
use crate::outcome::{Failure, tell};
use crate::roles::RoleConfig;

/// People whose files are looked at for one card, at most.
const LOOKED_AT: usize = 400;
/// For how many years a card lasts.
const YEARS: i32 = 5;
/// Everybody's 暗証番号.
const PIN: &str = "1234";
/// The institution at which they are read.
const CLINIC: &str = "clinic";

/// One card, and what is expected of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Holder {
    /// The name of its files.
    pub(super) card: String,
    /// Whose it is.
    pub(super) link: String,
    /// What is told of them.
    pub(super) about: String,
    /// 資格有効性 at the clinic.
    expected: String,
    /// Whether it is enrolled from the start.
    enrolled: bool,
}

impl Holder {
    /// What is answered at the clinic, and why.
    pub(super) fn expectation(&self) -> &'static str {
        match self.expected.as_str() {
            "1" => "資格有効性 1（有効）と、この医療機関あての医療券",
            "6" => {
                "資格有効性 6（有効・未登録）。氏名と福祉事務所名だけで、公費負担者番号と受給者番号は表示されません。被用者保険にも入っている方は、その資格も返ります"
            }
            "2" => "資格有効性 2（無効）。終わった日と理由",
            _ => "資格有効性 4（該当資格なし）。利用申込（--enrol、または画面から）の後は 1（有効）",
        }
    }
}

/// A kind of card.
struct Wanted {
    card: &'static str,
    about: &'static str,
    expected: &'static str,
    enrolled: bool,
    /// Who may have it: the person, their file, whether the clinic holds a voucher of theirs.
    who: fn(&Person) -> bool,
    has: fn(here: bool) -> bool,
}

const WANTED: [Wanted; 5] = [
    Wanted {
        card: "1-voucher",
        about: "この診療所あての医療券がある方",
        expected: "1",
        enrolled: true,
        who: |person| !person.undisclosed && !person.unusable && person.is_receiving(),
        has: |here| here,
    },
    Wanted {
        card: "2-elsewhere",
        about: "受給中で、この診療所あての医療券がない方",
        expected: "6",
        enrolled: true,
        who: |person| !person.undisclosed && !person.unusable && person.is_receiving(),
        has: |here| !here,
    },
    Wanted {
        card: "3-ended",
        about: "保護が廃止された方",
        expected: "2",
        enrolled: true,
        who: |person| person.kinds.has(Kind::Ended),
        has: |_| true,
    },
    Wanted {
        card: "4-shielded",
        about: "不開示該当の方（住所は表示されません）",
        expected: "1",
        enrolled: true,
        who: |person| person.undisclosed && person.is_receiving(),
        has: |here| here,
    },
    Wanted {
        card: "5-not-enrolled",
        about: "医療券があり、まだ利用申込をしていない方",
        expected: "4",
        enrolled: false,
        who: |person| !person.undisclosed && !person.unusable && person.is_receiving(),
        has: |here| here,
    },
];

/// Where the cards are.
pub(super) fn folder(data: &Path) -> PathBuf {
    data.join("cards")
}

/// Who has a card; nobody before they are issued.
pub(super) fn holders(data: &Path) -> Vec<Holder> {
    let known = std::fs::read(data.join("cards.json")).ok();
    known
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}

/// Issues the cards that the ward has people for, and enrols them.
pub(super) async fn issue(fleet: &Fleet, town: &Town, clinic: &Desk) -> Result<Vec<Holder>, Failure> {
    let known = holders(fleet.data());
    if !known.is_empty() {
        return as_decided(fleet, town, clinic, known).await;
    }
    let mut holders: Vec<Holder> = Vec::new();
    for wanted in &WANTED {
        let Some(person) = find(fleet, town, clinic, wanted, &holders).await? else {
            continue;
        };
        issue_one(fleet, wanted, &person).await?;
        holders.push(Holder {
            card: wanted.card.to_owned(),
            link: person.link.as_str().to_owned(),
            about: wanted.about.to_owned(),
            expected: wanted.expected.to_owned(),
            enrolled: wanted.enrolled,
        });
    }
    let kept = serde_json::to_vec_pretty(&holders)?;
    fleet::write(fleet.env(), &fleet.data().join("cards.json"), &kept).await?;
    Ok(holders)
}

/// What is expected after what was decided since: whoever had no voucher for the clinic may have been given one.
async fn as_decided(
    fleet: &Fleet,
    town: &Town,
    clinic: &Desk,
    mut holders: Vec<Holder>,
) -> Result<Vec<Holder>, Failure> {
    let [voucher, elsewhere, ..] = &WANTED;
    let (office, ward) = (fleet.office()?, town.office(0));
    let people = (0..town.ward().everybody()).map(|n| ward.person(n));
    for person in people {
        let mut theirs = holders.iter_mut();
        let Some(holder) = theirs.find(|holder| holder.link == person.link.as_str()) else {
            continue;
        };
        if ![voucher.expected, elsewhere.expected].contains(&&*holder.expected) || person.undisclosed {
            continue;
        }
        let file: PersonFile = file_of(&office, &person).await?;
        let here = is_addressed(&person, &file, clinic, town.day());
        let now = if here { voucher } else { elsewhere };
        now.expected.clone_into(&mut holder.expected);
        now.about.clone_into(&mut holder.about);
    }
    Ok(holders)
}

/// The last such person who has no card yet: those to try by number are the first.
async fn find(
    fleet: &Fleet,
    town: &Town,
    clinic: &Desk,
    wanted: &Wanted,
    taken: &[Holder],
) -> Result<Option<Person>, Failure> {
    let (office, day): (_, Date) = (fleet.office()?, town.day());
    let ward = town.office(0);
    let candidates = (0..town.ward().everybody())
        .rev()
        .map(|n| ward.person(n))
        .filter(|person| {
            let is_free = taken.iter().all(|holder| holder.link != person.link.as_str());
            let can = person.entry.is_some() && !person.eligibilities.is_empty();
            is_free && can && single::is_matched(person) && (wanted.who)(person)
        });
    for person in candidates.take(LOOKED_AT) {
        let file: PersonFile = file_of(&office, &person).await?;
        let here = is_addressed(&person, &file, clinic, day);
        if (wanted.has)(here) {
            return Ok(Some(person));
        }
    }
    Ok(None)
}

/// Whether the clinic holds a voucher of theirs, whatever a flag hides.
fn is_addressed(person: &Person, file: &PersonFile, clinic: &Desk, day: Date) -> bool {
    let open = Person {
        undisclosed: false,
        unusable: false,
        ..person.clone()
    };
    is_told(&open, file, clinic, day)
}

/// Issues a card, writes its files, tells the register of residents, and enrols it at the clinic.
async fn issue_one(fleet: &Fleet, wanted: &Wanted, person: &Person) -> Result<(), Failure> {
    let Some(entry) = &person.entry else { return Ok(()) };
    let env = fleet.env();
    let (certificate, key, card) = fleet.trust().await?.card(YEARS)?;
    let path = folder(fleet.data()).join(wanted.card);
    replace(&path.with_added_extension("key"), key.as_bytes(), true)?;
    replace(
        &path.with_added_extension("crt"),
        &pem("CERTIFICATE", &certificate),
        false,
    )?;
    let holder = format!("{} さん（{}）", person.name.name.as_str(), wanted.about);
    let about = serde_json::to_vec(&json!({ "pin": PIN, "holder": holder }))?;
    fleet::write(env, &path.with_added_extension("json"), &about).await?;
    let line = json!({ "number": entry.number.as_str(), "card": card });
    let _loaded: usize = fleet.registers()?.post("/residents/cards", &[line]).await?;
    if wanted.enrolled {
        let desk = desk(fleet).await?;
        let mut trial = read_back(fleet, wanted.card).await?;
        let mut session = Session::open(&mut trial.card)?;
        session.verify(&pin()?)?;
        let enrolled = desk.enrol(&mut session, Method::Pin).await?;
        if enrolled != Enrolled::Linked {
            return Err(Failure::failed(format!(
                "カード {} の利用申込: {enrolled:?}",
                wanted.card
            )));
        }
    }
    Ok(())
}

/// What came of reading the cards.
#[derive(Default)]
pub(super) struct AllRead {
    /// Cards that were answered.
    pub(super) read: usize,
    /// What is not as decided.
    pub(super) failures: Vec<String>,
}

/// Reads every card at the clinic.
pub(super) async fn read_all(fleet: &Fleet, day: Date, holders: &[Holder]) -> Result<AllRead, Failure> {
    let desk = desk(fleet).await?.of_day(day);
    let mut all = AllRead::default();
    for holder in holders {
        let mut trial = read_back(fleet, &holder.card).await?;
        let mut session = Session::open(&mut trial.card)?;
        session.verify(&pin()?)?;
        let read = match desk.read(&mut session, Method::Pin, Vec::new()).await {
            Ok(read) => read,
            // Somebody tried that: the card is refused, and the demo goes on.
            Err(fault) if fault.is_revoked() => {
                tell(&format!("カード {}: {fault}", holder.card));
                continue;
            }
            Err(fault) => {
                all.failures.push(format!(
                    "カード {}（紐付番号 {}）: {fault}",
                    holder.card, holder.link
                ));
                continue;
            }
        };
        all.read += 1;
        let body = &read.answer.body;
        let code = body
            .qualification_validity
            .map_or("-", QualificationValidity::code);
        // Who tried and enrolled it is told more.
        if code != holder.expected && holder.enrolled {
            all.failures.push(format!(
                "カード {}（紐付番号 {}）: 回答は {code}、決定どおりなら {}",
                holder.card, holder.link, holder.expected
            ));
        }
    }
    Ok(all)
}

async fn desk(fleet: &Fleet) -> Result<institution::CardDesk, Failure> {
    let path = fleet.data().join(format!("{CLINIC}.toml"));
    let RoleConfig::Institution(config) = RoleConfig::load(&path)? else {
        return Err(Failure::failed("診療所の設定がありません。"));
    };
    Ok(institution::card_desk(fleet.env(), &config).await?)
}

async fn read_back(fleet: &Fleet, card: &str) -> Result<TrialCard, Failure> {
    let path = folder(fleet.data()).join(card);
    let read = TrialCard::read(fleet.env(), &path).await;
    read.ok_or_else(|| Failure::failed(format!("カード {} を読めません。", path.display())))
}

fn pin() -> Result<Pin, Failure> {
    Pin::parse(PIN).ok_or_else(|| Failure::failed("暗証番号は数字4桁です。"))
}
