//! Somebody, whole.

use domain::business::LegalBasis;
use domain::calendar::Date;
use domain::eligibility::Eligibility;
use domain::entrustment::Entrustment;
use domain::identity::Link;
use domain::insurance::InsuranceRow;
use domain::monthly::{Staff, Statement};
use domain::person::{Address, PersonName, Sex};
use domain::self_payment::SelfPayment;

use crate::aid::Aid;
use crate::dice::{About, Dice};
use crate::identity::Identity;
use crate::kind::{Kind, Kinds};
use crate::names;
use crate::numbers::MadeUpNumber;
use crate::places;
use crate::sure;
use crate::town::Office;

/// One person of an office, with everything that the office decides about them and that registers have of them.
#[derive(Clone, Debug)]
pub struct Person {
    /// The place in the office's row.
    pub index: u64,
    /// The number of the household in its office.
    pub household: u64,
    /// What is special about them.
    pub kinds: Kinds,
    /// 紐付番号
    pub link: Link,
    /// 個人番号, as far as the office knows it.
    pub number: Option<MadeUpNumber>,
    /// 氏名, 通称
    pub name: PersonName,
    /// 生年月日
    pub birth_date: Date,
    /// 性別
    pub sex: Sex,
    /// 居住地: where they live; none for who has no home.
    pub residence: Option<Address>,
    /// 住民登録地: the registered address; none for who has none.
    pub registered_address: Option<Address>,
    /// On what basis they receive.
    pub basis: LegalBasis,
    /// 不開示該当
    pub undisclosed: bool,
    /// 自己情報提供不可
    pub unusable: bool,
    /// The periods of aid at this office, the first first.
    pub eligibilities: Vec<Eligibility>,
    /// The day on which the last of them was decided.
    pub decided_on: Date,
    /// What the register of residents has; none for who is not in it, and for who came from another office of the town,
    /// because the entry stands there.
    pub entry: Option<RegisterEntry>,
    /// What the insurers have under the number of `entry`, before the rule.
    pub insurers_rows: Vec<InsuranceRow>,
    /// Who may treat them.
    pub entrustments: Vec<Entrustment>,
    /// 本人支払額 of the day's month.
    pub self_payment: SelfPayment,
    /// What the office states on their vouchers.
    pub statement: Statement,
    /// 地区担当員・取扱担当者.
    pub staff: Staff,
}

/// An entry of the register of residents (住民基本台帳): the five attributes under a number.
#[derive(Clone, Debug)]
pub struct RegisterEntry {
    /// 個人番号
    pub number: MadeUpNumber,
    /// 氏名
    pub name: PersonName,
    /// 生年月日
    pub birth_date: Date,
    /// 性別
    pub sex: Sex,
    /// 住所
    pub address: Address,
}

/// Who came from another office of the town, as that office has them.
struct Origin {
    identity: Identity,
    number: MadeUpNumber,
    address: Address,
    /// The day of the transfer.
    on: Date,
}

impl Person {
    pub(crate) fn new(office: &Office, index: u64) -> Person {
        let kinds = office.kinds_of(index);
        let origin = office.origin(index, kinds);
        let transferred = origin.as_ref().map(|origin| origin.on);
        let came = origin.is_some();
        let home = office.home(index).address;
        let (identity, own_number, registered) = match origin {
            Some(origin) => (origin.identity, origin.number, origin.address),
            None => (
                office.identity(index, kinds),
                office.individual(index),
                home.clone(),
            ),
        };
        let Identity {
            name,
            birth_date,
            sex,
        } = identity;
        let Aid {
            eligibilities,
            decided_on,
        } = office.aid(index, kinds, birth_date, transferred);
        let since = eligibilities
            .first()
            .map_or(office.town.day(), |first| first.start);
        let in_register = !kinds.has(Kind::Homeless) && !kinds.has(Kind::NotInRegister) && !came;
        let entry = in_register.then(|| RegisterEntry {
            number: own_number.clone(),
            name: match kinds.has(Kind::AttributesDiffer) {
                true => names::with_other_kana(&name),
                false => name.clone(),
            },
            birth_date,
            sex,
            address: registered.clone(),
        });
        let insurers_rows = match &entry {
            Some(_) => office.insurers_rows(index, kinds, birth_date, since),
            None => Vec::new(),
        };
        let knows_number = !kinds.has(Kind::Homeless) && !kinds.has(Kind::NumberUnknown);
        let link = format!("p{index:07}");
        let care = office.care(index, kinds, &link, &eligibilities);
        Person {
            index,
            household: office.home_number(index),
            kinds,
            link: sure(Link::parse(&link)),
            number: knows_number.then_some(own_number),
            residence: office.residence(index, kinds, home),
            registered_address: (!kinds.has(Kind::Homeless)).then_some(registered),
            name,
            birth_date,
            sex,
            basis: LegalBasis::of_nationality(!kinds.is_foreign()),
            undisclosed: kinds.has(Kind::Undisclosed) || kinds.has(Kind::FullyShielded),
            unusable: kinds.has(Kind::Unusable) || kinds.has(Kind::FullyShielded),
            eligibilities,
            decided_on,
            entry,
            insurers_rows,
            entrustments: care.entrustments,
            self_payment: care.self_payment,
            statement: care.statement,
            staff: office.staff(index),
        }
    }

    /// Whether they are among the ward's figures on the town's day: they receive, under 法別12.
    #[must_use]
    pub const fn is_receiving(&self) -> bool {
        let kinds = self.kinds;
        !(kinds.has(Kind::Ended)
            || kinds.has(Kind::Suspended)
            || kinds.has(Kind::Died)
            || kinds.has(Kind::TransferredOut)
            || kinds.has(Kind::Future)
            || kinds.has(Kind::OtherLaw))
    }
}

impl Office {
    /// Where somebody came from, when it is an office of this town. Only who is nothing else special in name, number and
    /// household changes office, so that the two offices agree on who they are.
    fn origin(&self, index: u64, kinds: Kinds) -> Option<Origin> {
        let offices = self.town.count();
        let single = self
            .household_of(index)
            .is_some_and(|household| household.size() == 1);
        if offices < 2 || !kinds.has(Kind::TransferredIn) || !single || !is_plain(kinds) {
            return None;
        }
        let rank = self.orders.course.rank(Kind::TransferredIn, index);
        let before = self.town.office((self.number + offices - 1) % offices);
        let place = before
            .orders
            .not_receiving
            .with_rank(Kind::TransferredOut, rank)?;
        let there = self.town.ward().people() + place;
        let kinds_there = before.kinds_of(there);
        is_plain(kinds_there).then(|| Origin {
            identity: before.identity(there, kinds_there),
            number: before.individual(there),
            address: before.home(there).address,
            on: before.transfer_day(there),
        })
    }

    fn residence(&self, index: u64, kinds: Kinds, home: Address) -> Option<Address> {
        let mut dice = Dice::new(self.town.seed(), self.number, index, About::Address);
        if kinds.has(Kind::LivesInHospital) {
            let name = self.neighbourhood().hospital_name(dice.below(4));
            return Some(places::hospital(self.number, &name));
        }
        if kinds.has(Kind::Homeless) && !kinds.has(Kind::LivesInFacility) && dice.chance(5_000) {
            return None;
        }
        if kinds.has(Kind::LivesInFacility) || kinds.has(Kind::Homeless) {
            return Some(places::facility(&mut dice, self.number));
        }
        Some(home)
    }

    /// One caseworker has some eighty households.
    fn staff(&self, index: u64) -> Staff {
        let district = self.home_number(index) / 80;
        let mut dice = Dice::new(self.town.seed(), self.number, district, About::Staff);
        let mut name = || {
            let (family, given) = (names::family(&mut dice), names::given(&mut dice, Sex::NotSet));
            domain::text::AsReceived::parse("staff", &format!("{}　{}", family.0, given.0)).ok()
        };
        Staff {
            district: name(),
            handling: name(),
        }
    }
}

fn is_plain(kinds: Kinds) -> bool {
    let special = [
        Kind::Homeless,
        Kind::NumberUnknown,
        Kind::NotInRegister,
        Kind::AttributesDiffer,
        Kind::Gaiji,
        Kind::Namesake,
    ];
    !kinds.is_foreign() && !special.iter().any(|kind| kinds.has(*kind))
}
