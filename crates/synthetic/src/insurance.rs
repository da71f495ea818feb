//! What insurers have about somebody, before the rule that aid ends 国保 and 後期 (`domain::insurance`).

use domain::calendar::Date;
use domain::eligibility::ReasonOfLoss;
use domain::insurance::{CardClassification, HolderOrFamily, InsuranceEnding, InsuranceKind, InsuranceRow};
use domain::text::AsReceived;

use crate::days::{age, earlier, later};
use crate::dice::{About, Dice};
use crate::kind::{Kind, Kinds};
use crate::town::Office;
use crate::{numbers, places, sure};

/// The age from which 後期高齢者医療 insures.
const ELDERLY: u32 = 75;

impl Office {
    /// The insurers' rows of the `index`-th, as the insurers wrote them.
    pub(crate) fn insurers_rows(
        &self,
        index: u64,
        kinds: Kinds,
        born: Date,
        since: Date,
    ) -> Vec<InsuranceRow> {
        let day = self.town.day();
        let mut dice = Dice::new(self.town.seed(), self.number, index, About::Insurance);
        let insured = [Kind::Employees, Kind::EmployeesUnheard, Kind::EmployeesLost];
        if insured.iter().any(|kind| kinds.has(*kind)) {
            let from = later(since, dice.between(0, 90)).min(earlier(day, 40)).max(born);
            let ending = kinds.has(Kind::EmployeesLost).then(|| InsuranceEnding {
                date: earlier(day, dice.between(0, 30)).max(from),
                reason: ReasonOfLoss::Other,
            });
            return vec![self.employees(&mut dice, from, ending)];
        }
        // Who has never been insured, or not in Japan.
        if dice.chance(1_200) {
            return Vec::new();
        }
        let before = earlier(since, dice.between(200, 4_000)).max(born);
        match age(born, day) {
            ELDERLY.. => vec![self.elderly(&mut dice, birthday(born, ELDERLY).max(before))],
            _ => vec![self.national(&mut dice, before)],
        }
    }

    fn employees(&self, dice: &mut Dice, from: Date, ending: Option<InsuranceEnding>) -> InsuranceRow {
        let (n, law) = (dice.below(20), dice.pick(&["01", "06"]));
        let name = match law {
            "01" => "全国見本健康保険協会".to_owned(),
            _ => format!("第{}見本健康保険組合", places::wide(n + 1)),
        };
        InsuranceRow {
            kind: InsuranceKind::Employees,
            insurer: numbers::insurer(law, numbers::prefecture(u64::from(self.number)), n),
            insurer_name: text(&name),
            card: CardClassification::General,
            symbol: Some(text(&format!("{:04}", dice.between(1, 9_999)))),
            number: text(&format!("{:06}", dice.between(1, 999_999))),
            branch: Some(text(dice.pick(&["00", "01", "02"]))),
            holder_or_family: Some(dice.pick(&[HolderOrFamily::Holder, HolderOrFamily::Family])),
            holder_name: None,
            from,
            ending,
            burden_percent: None,
        }
    }

    fn national(&self, dice: &mut Dice, from: Date) -> InsuranceRow {
        let ward = places::ward(self.number);
        InsuranceRow {
            kind: InsuranceKind::National,
            insurer: numbers::insurer(
                "",
                numbers::prefecture(u64::from(self.number)),
                u64::from(self.number) / 47,
            ),
            insurer_name: text(ward.trim_start_matches("見本県")),
            card: CardClassification::General,
            symbol: Some(text(&format!("見{}", dice.between(10, 99)))),
            number: text(&format!("{:07}", dice.between(1, 9_999_999))),
            branch: Some(text(dice.pick(&["01", "02", "03"]))),
            holder_or_family: Some(HolderOrFamily::Holder),
            holder_name: None,
            from,
            ending: None,
            burden_percent: None,
        }
    }

    fn elderly(&self, dice: &mut Dice, from: Date) -> InsuranceRow {
        InsuranceRow {
            kind: InsuranceKind::Elderly,
            insurer: numbers::insurer(
                "39",
                numbers::prefecture(u64::from(self.number)),
                u64::from(self.number) / 47,
            ),
            insurer_name: text("見本県後期高齢者医療広域連合"),
            card: CardClassification::General,
            symbol: None,
            number: text(&format!("{:08}", dice.between(1, 99_999_999))),
            branch: None,
            holder_or_family: None,
            holder_name: None,
            from,
            ending: None,
            burden_percent: Some(10),
        }
    }
}

/// The birthday on which somebody becomes so old; of who was born on 29 February, the day before 1 March.
fn birthday(born: Date, years: u32) -> Date {
    let year = i16::try_from(years).map_or(born.year(), |years| born.year() + years);
    Date::new(year, born.month(), born.day())
        .or_else(|_| Date::new(year, born.month(), born.day() - 1))
        .unwrap_or(born)
}

fn text(text: &str) -> AsReceived {
    sure(AsReceived::parse("insurance", text))
}
