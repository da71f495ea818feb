//! A town: offices of one size on one day, and the national register.

use domain::calendar::Date;
use domain::designation::{Institution, InstitutionKind};
use domain::identity::OfficeCode;
use domain::number::{InstitutionCode, PayerNumber, RecipientNumber};
use domain::text::AsReceived;

use crate::institutions::Neighbourhood;
use crate::kinds_of::Orders;
use crate::numbers::{self, MadeUpNumber};
use crate::person::Person;
use crate::shuffle::Shuffle;
use crate::sure;
use crate::ward::Ward;

/// Everything that is made up from one seed.
#[derive(Clone, Copy, Debug)]
pub struct Town {
    seed: u64,
    day: Date,
    ward: Ward,
    offices: u32,
}

/// A town that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TownError {
    /// No office, or more than there are numbers for.
    Offices {
        /// The most offices of this size.
        most: u64,
    },
    /// More people than there are made-up 個人番号.
    People,
}

impl std::fmt::Display for TownError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Offices { most } => write!(f, "offices: 1 to {most} offices of this size"),
            Self::People => f.write_str("people: at most 1,000,000,000 in all offices"),
        }
    }
}

impl std::error::Error for TownError {}

impl Town {
    /// Offices of a size on a day. The same four give the same town, byte for byte.
    ///
    /// # Errors
    /// [`TownError`] when there are no numbers for it.
    pub fn new(seed: u64, day: Date, ward: Ward, offices: u32) -> Result<Town, TownError> {
        let most = numbers::MOST_OFFICES / payers(&ward);
        if offices == 0 || u64::from(offices) > most {
            return Err(TownError::Offices { most });
        }
        if ward.everybody().saturating_mul(u64::from(offices)) > numbers::INDIVIDUALS {
            return Err(TownError::People);
        }
        Ok(Town {
            seed,
            day,
            ward,
            offices,
        })
    }

    /// The seed.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The day on which the ward's figures are exact.
    #[must_use]
    pub const fn day(&self) -> Date {
        self.day
    }

    /// The size of each office.
    #[must_use]
    pub const fn ward(&self) -> Ward {
        self.ward
    }

    /// The `number`-th office, from 0; a number that is too large counts from the front again.
    #[must_use]
    pub fn office(&self, number: u32) -> Office {
        let number = number % self.offices;
        Office {
            town: *self,
            number,
            orders: Orders::new(self.seed, number, &self.ward),
            recipients: numbers::recipients_order(self.seed, number),
            individuals: numbers::individuals_order(self.seed),
        }
    }

    /// Every office.
    pub fn offices(&self) -> impl Iterator<Item = Office> + use<> {
        let town = *self;
        (0..self.offices).map(move |number| town.office(number))
    }

    pub(crate) const fn count(&self) -> u32 {
        self.offices
    }

    /// The national register: seventy-two institutions for each office's ward.
    pub fn institutions(&self) -> impl Iterator<Item = Institution> + use<> {
        let day = self.day;
        (0..self.offices).flat_map(move |office| Neighbourhood { office, day }.all())
    }

    /// The institution of a kind that runs in the demo.
    #[must_use]
    pub fn institution_of_the_demo(&self, kind: InstitutionKind) -> InstitutionCode {
        let here = Neighbourhood {
            office: 0,
            day: self.day,
        };
        here.first(kind)
    }
}

/// Payer numbers that an office of a size needs.
const fn payers(ward: &Ward) -> u64 {
    ward.everybody().div_ceil(numbers::RECIPIENTS)
}

/// One welfare office (福祉事務所) and its people.
#[derive(Clone, Copy, Debug)]
pub struct Office {
    pub(crate) town: Town,
    pub(crate) number: u32,
    pub(crate) orders: Orders,
    recipients: Shuffle,
    individuals: Shuffle,
}

impl Office {
    /// Its number, from 0.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Its code between the systems.
    #[must_use]
    pub fn code(&self) -> OfficeCode {
        let code = numbers::office_code(u64::from(self.number) * payers(&self.town.ward));
        sure(OfficeCode::parse(&code))
    }

    /// 福祉事務所名.
    #[must_use]
    pub fn name(&self) -> AsReceived {
        let ward = crate::places::ward(self.number);
        let name = format!("{}福祉事務所", ward.trim_start_matches("見本県"));
        sure(AsReceived::parse("office_name", &name))
    }

    /// 公費負担者番号 under a 法別番号 (12 or 25) of somebody by their place in the row.
    pub(crate) fn payer(&self, law: &str, index: u64) -> PayerNumber {
        let n = u64::from(self.number) * payers(&self.town.ward) + index / numbers::RECIPIENTS;
        numbers::payer(law, n)
    }

    /// 公費負担者番号 under 法別12; an office of more than a million people has several.
    #[must_use]
    pub fn first_payer(&self) -> PayerNumber {
        self.payer("12", 0)
    }

    pub(crate) fn recipient(&self, index: u64) -> RecipientNumber {
        numbers::recipient(&self.recipients, index)
    }

    pub(crate) fn individual(&self, index: u64) -> MadeUpNumber {
        let before = u64::from(self.number) * self.town.ward.everybody();
        MadeUpNumber::new(&self.individuals, before + index)
    }

    pub(crate) const fn neighbourhood(&self) -> Neighbourhood {
        Neighbourhood {
            office: self.number,
            day: self.town.day,
        }
    }

    /// The `index`-th in the row of [`Ward::everybody`]; one who is further counts from the front again.
    #[must_use]
    pub fn person(&self, index: u64) -> Person {
        Person::new(self, index % self.town.ward.everybody())
    }

    /// Everybody, one after the other.
    pub fn people(&self) -> impl Iterator<Item = Person> + use<> {
        let office = *self;
        (0..self.town.ward.everybody()).map(move |index| office.person(index))
    }
}
