//! What records say: the bodies of their parts, by kind.

use domain::card::CardId;
use domain::eligibility::Eligibility;
use domain::insurance::InsuranceRow;
use domain::person::{Address, PersonName, Sex};
use domain::regime::NumberValidity;
use domain::voucher::Voucher;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::part::Part;

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The person (個人): who they are.
    Person,
    /// Eligibility (資格情報).
    Eligibility,
    /// A medical or dispensing voucher (医療券情報・調剤券情報).
    Voucher,
    /// The shielding flags (不開示該当・自己情報提供不可).
    Shielding,
    /// The insurers' rows (保険者の加入者情報). Only the hub makes such a record; no office sends one.
    Insurance,
    /// The cards that find the person (利用申込). Only the hub makes such a record; no office sends one.
    Card,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 6] = [
        Kind::Person,
        Kind::Eligibility,
        Kind::Voucher,
        Kind::Shielding,
        Kind::Insurance,
        Kind::Card,
    ];

    /// The kind's name, as files and databases write it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Person => "person",
            Kind::Eligibility => "eligibility",
            Kind::Voucher => "voucher",
            Kind::Shielding => "shielding",
            Kind::Insurance => "insurance",
            Kind::Card => "card",
        }
    }

    /// Whether offices send such records. The others the hub makes of what registers tell it.
    pub const fn is_sent(self) -> bool {
        match self {
            Kind::Person | Kind::Eligibility | Kind::Voucher | Kind::Shielding => true,
            Kind::Insurance | Kind::Card => false,
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One version's content. The *identity* part is for office and hub, the *served* part for all three.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Content {
    /// A person.
    Person {
        /// What the hub matches with the register of residents. Left out on the way to verification.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        identity: Option<Box<Part<PersonIdentity>>>,
        /// What verification shows.
        served: Part<PersonServed>,
    },
    /// An eligibility.
    Eligibility {
        /// All of it is served.
        served: Part<EligibilityServed>,
    },
    /// A voucher.
    Voucher {
        /// All of it is served.
        served: Part<Box<Voucher>>,
    },
    /// Shielding flags.
    Shielding {
        /// All of it is served.
        served: Part<Shielding>,
    },
    /// What the insurers say of the person, beside the aid.
    Insurance {
        /// All of it is served.
        served: Part<InsuranceServed>,
    },
    /// Which cards find the person.
    Card {
        /// All of it is served.
        served: Part<CardsServed>,
    },
    /// The thing is withdrawn (論理削除): nothing is left but the record that it was.
    Withdrawn(Kind),
}

impl Content {
    /// What the record is about.
    pub fn kind(&self) -> Kind {
        match self {
            Content::Person { .. } => Kind::Person,
            Content::Eligibility { .. } => Kind::Eligibility,
            Content::Voucher { .. } => Kind::Voucher,
            Content::Shielding { .. } => Kind::Shielding,
            Content::Insurance { .. } => Kind::Insurance,
            Content::Card { .. } => Kind::Card,
            Content::Withdrawn(kind) => *kind,
        }
    }

    /// Whether every part's hash is its body's.
    pub fn holds(&self) -> bool {
        match self {
            Content::Person { identity, served } => {
                identity.as_ref().is_none_or(|part| part.holds()) && served.holds()
            }
            Content::Eligibility { served } => served.holds(),
            Content::Voucher { served } => served.holds(),
            Content::Shielding { served } => served.holds(),
            Content::Insurance { served } => served.holds(),
            Content::Card { served } => served.holds(),
            Content::Withdrawn(_) => true,
        }
    }

    /// The content without what only office and hub may have.
    #[must_use]
    pub fn served_only(mut self) -> Content {
        if let Content::Person { identity, .. } = &mut self {
            *identity = None;
        }
        self
    }
}

/// What the hub matches with the register of residents (住民基本台帳): the number and the five attributes (5情報).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonIdentity {
    /// The 個人番号, sealed. Absent: the person has none or it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<SealedNumber>,
    /// 氏名・氏名カナ.
    pub name: PersonName,
    /// 生年月日.
    pub birth_date: Date,
    /// 性別.
    pub sex: Sex,
    /// 住所 as the register has it (not where the person lives, when they differ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered_address: Option<Address>,
}

/// A 個人番号 sealed to the hub in the function that read it. Nobody else can open it, the office included, so a
/// later revision carries the sealing of an earlier one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedNumber {
    /// The revision of the person's record that it was sealed for; part of what the seal binds.
    pub revision: u32,
    /// The sealing, as text.
    pub sealed: String,
}

/// What verification shows of a person (資格確認結果の本人部分).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonServed {
    /// 氏名・氏名カナ, 通称.
    pub name: PersonName,
    /// 生年月日.
    pub birth_date: Date,
    /// 性別.
    pub sex: Sex,
    /// 住所 (居住地).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

/// An eligibility and every number that it has had (資格情報).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityServed {
    /// The eligibility, with the numbers that it has now.
    pub eligibility: Eligibility,
    /// All its numbers with their months. Any that is valid in the asked month finds the person.
    pub numbers: Vec<NumberValidity>,
}

/// The two shielding flags, each by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shielding {
    /// 不開示該当: the address is not told.
    pub undisclosed: bool,
    /// 自己情報提供不可: the card tells nothing at all; paper serves the person.
    pub unusable: bool,
}

/// The insurers' rows of a person as they are beside the aid of every office: after the rule that 国民健康保険 and
/// 後期高齢者医療 end with 開始 and go on after 廃止.
///
/// The hub asks the register of insurers for them and passes them on as the record [`INSURANCE_RECORD`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsuranceServed {
    /// By first day. Empty: the insurers know nobody under this number.
    pub rows: Vec<InsuranceRow>,
}

/// The one insurance record of a person, by its name; its revisions count up.
pub const INSURANCE_RECORD: &str = "insurance";

/// The cards in force of a person who has enrolled (利用申込), as the register of residents has them for the number by
/// which it agrees with this entry.
///
/// The hub passes them on as the record [`CARD_RECORD`] of each of the person's entries at offices.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardsServed {
    /// Any of these finds the person. Empty: none does, or not any more.
    pub cards: Vec<CardId>,
}

/// The one card record of a person, by its name; its revisions count up.
pub const CARD_RECORD: &str = "card";
