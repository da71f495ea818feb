//! One person for each answer that is worth seeing.

use domain::calendar::Date;
use domain::number::RecipientNumber;
use service::Caller;
use synthetic::{Kind, Person, Town};

use super::{CLINIC, PHARMACY, Try};
use crate::commands::demo::desk::{About, Desk};
use crate::commands::demo::reception::{PersonFile, file_of, is_told};
use crate::commands::demo::single;
use crate::outcome::Failure;

/// People whose files are looked at for one example, at most.
const LOOKED_AT: usize = 400;

const VALID: &str = "資格有効性 1（有効）と、この医療機関あての医療券";
const BOTH: &str = "資格有効性 1（有効）と、二つの資格（被用者保険、医療扶助）";
const NONE: &str = "資格有効性 4（該当資格なし）";
const ERROR: &str = "処理結果区分 9（エラー MDG-INS-001）";

/// The requests, as far as the ward has such people.
pub(super) async fn tries(office: &Caller, desks: &[Desk], town: &Town) -> Result<Vec<Try>, Failure> {
    let day = town.day();
    let shown = |person: &Person, file: &PersonFile, desk: usize| {
        let desk = desks.get(desk);
        desk.is_some_and(|desk| is_told(person, file, desk, day))
    };
    let anything = |_: &Person, _: &PersonFile| true;
    let mut folder = Folder {
        desks,
        day,
        tries: Vec::new(),
    };

    let anybody = |_: &Person| true;
    let visible = find(office, town, anybody, |person, file| shown(person, file, CLINIC)).await?;
    let visible = visible.and_then(|person| Some((single::about(&person, day)?, named(&person))));
    if let Some((about, name)) = &visible {
        let whom = format!("{name}。診療所あての医療券がある方");
        let why = "決定どおりの医療券が、この医療機関あてに、この日に有効です。";
        folder.add(1, CLINIC, whom, VALID, why, about)?;
    }
    let only_elsewhere = |person: &Person, file: &PersonFile| {
        !shown(person, file, CLINIC) && (1..desks.len()).any(|desk| shown(person, file, desk))
    };
    if let Some(person) = find(office, town, anybody, only_elsewhere).await? {
        let whom = "ほかの医療機関あての医療券だけがある方";
        let why = "ほかの医療機関あての医療券があることは、番号の照会では知らせません。";
        folder.add_person(2, CLINIC, &person, whom, NONE, why)?;
    }
    let ended = |person: &Person| person.kinds.has(Kind::Ended) && single::is_matched(person);
    if let Some(person) = find(office, town, ended, anything).await? {
        let whom = "保護が廃止された方";
        let why = "資格が終わったことは、番号の照会では知らせません。理由が分かるのは、カードで確認したときです（cards/3-ended）。";
        folder.add_person(3, CLINIC, &person, whom, NONE, why)?;
    }
    if let Some((about, name)) = &visible {
        let nobody = About {
            recipient: nobodys_number(town)?,
            ..about.clone()
        };
        let why = "番号の誤りも、ほかの「該当資格なし」とまったく同じ回答になります。";
        let whom = "だれのものでもない受給者番号".to_owned();
        folder.add(4, CLINIC, whom, NONE, why, &nobody)?;
        let born = about.birth_date;
        let another_day = About {
            birth_date: born.tomorrow().or_else(|_| born.yesterday())?,
            ..about.clone()
        };
        let why = "番号が正しくても、生年月日が合わなければ回答しません。";
        let whom = format!("{name}。0001 と同じ方で、生年月日だけが違う照会");
        folder.add(5, CLINIC, whom, NONE, why, &another_day)?;
    }
    let insured = |person: &Person| person.kinds.has(Kind::Employees) && single::is_matched(person);
    let at_any_desk =
        |person: &Person, file: &PersonFile| (0..desks.len()).find(|desk| shown(person, file, *desk));
    let has_one = |person: &Person, file: &PersonFile| at_any_desk(person, file).is_some();
    if let Some(person) = find(office, town, insured, has_one).await? {
        let file = file_of(office, &person).await?;
        let desk = at_any_desk(&person, &file).unwrap_or(CLINIC);
        let whom = "被用者保険にも入っている方（併用）";
        let why = "先に被用者保険、後に医療扶助の二つが返ります。医療扶助は最後に支払います。";
        folder.add_person(6, desk, &person, whom, BOTH, why)?;
    }
    // Best somebody who has a voucher at this desk: then it is the flag alone that hides them.
    let hidden = |person: &Person| person.undisclosed && person.is_receiving() && single::is_matched(person);
    let here = |_: &Person, file: &PersonFile| {
        let mut held = file.vouchers.iter();
        held.any(|held| {
            desks
                .first()
                .is_some_and(|desk| held.body.addressed_to(&desk.code))
        })
    };
    let best = find(office, town, hidden, here).await?;
    let any = if best.is_none() {
        find(office, town, hidden, anything).await?
    } else {
        None
    };
    if let Some(person) = best.or(any) {
        let whom = "不開示該当の方";
        let why =
            "不開示該当の方は、医療券があっても番号の照会では何も返しません。紙の医療券で受診できます。";
        folder.add_person(7, CLINIC, &person, whom, NONE, why)?;
    }
    if let Some((about, name)) = &visible {
        let whom = format!("{name}。0001 と同じ方で、医療機関コードが薬局のものになっている照会");
        let why = "自分のものではない医療機関コードの照会は、その場で断ります。";
        folder.add(8, CLINIC, whom, ERROR, why, about)?;
        if let (Some(last), Some(pharmacy)) = (folder.tries.last_mut(), desks.get(PHARMACY)) {
            last.request = pharmacy.request(about)?;
        }
    }
    Ok(folder.tries)
}

/// The requests so far.
struct Folder<'a> {
    desks: &'a [Desk],
    day: Date,
    tries: Vec<Try>,
}

impl Folder<'_> {
    /// Adds a request that is dropped at a desk.
    fn add(
        &mut self,
        number: u32,
        desk: usize,
        whom: String,
        expected: &'static str,
        why: &'static str,
        about: &About,
    ) -> Result<(), Failure> {
        let writer = self.desks.get(desk);
        let writer = writer.ok_or_else(|| Failure::failed("窓口がありません。"))?;
        self.tries.push(Try {
            file: format!("OQSsiquc01req_{number:04}.xml"),
            desk,
            whom,
            expected,
            why,
            request: writer.request(about)?,
        });
        Ok(())
    }

    fn add_person(
        &mut self,
        number: u32,
        desk: usize,
        person: &Person,
        whom: &str,
        expected: &'static str,
        why: &'static str,
    ) -> Result<(), Failure> {
        let Some(about) = single::about(person, self.day) else {
            return Ok(());
        };
        let whom = format!("{}。{whom}", named(person));
        self.add(number, desk, whom, expected, why, &about)
    }
}

/// How a made-up person is named to whoever tries.
fn named(person: &Person) -> String {
    format!(
        "{} さん（紐付番号 {}）",
        person.name.name.as_str(),
        person.link.as_str()
    )
}

/// The first such person whose file is so too.
async fn find(
    office: &Caller,
    town: &Town,
    who: impl Fn(&Person) -> bool,
    has: impl Fn(&Person, &PersonFile) -> bool,
) -> Result<Option<Person>, Failure> {
    let candidates = town.office(0).people();
    let candidates = candidates.filter(|person| !person.eligibilities.is_empty() && who(person));
    for person in candidates.take(LOOKED_AT) {
        if has(&person, &file_of(office, &person).await?) {
            return Ok(Some(person));
        }
    }
    Ok(None)
}

/// A 受給者番号 that is right in itself and nobody's.
fn nobodys_number(town: &Town) -> Result<String, Failure> {
    let taken = |number: &RecipientNumber| {
        let mut people = town.office(0).people();
        people.any(|person| person.eligibilities.iter().any(|one| one.recipient == *number))
    };
    let right = (0..1_000_000)
        .rev()
        .flat_map(|body| (0..10).map(move |check| format!("{body:06}{check}")));
    let mut right = right.filter_map(|text| RecipientNumber::parse(&text).ok());
    let free = right.find(|number| !taken(number));
    let free = free.ok_or_else(|| Failure::failed("空いている受給者番号がありません。"))?;
    Ok(free.as_str().to_owned())
}
