//! What the law says, and nothing else: no I/O, no clock, no randomness.
//!
//! A welfare office (福祉事務所) decides that a person is covered by medical aid (医療扶助) from a day on, and entrusts
//! one institution with treating them this month. This crate has the words for that and the rules between them, so
//! that every role of the house means the same by the same name:
//!
//! 1. **Who is who.** [`number`] holds the identifiers of the field, in types that cannot hold an invalid value;
//!    [`identity`] the names we give ourselves ([`Link`](identity::Link) 紐付番号,
//!    [`PersonId`](identity::PersonId), [`OfficeCode`](identity::OfficeCode)); [`person`] the names and attributes of
//!    a person, exactly as received; [`card`] what a card is found by.
//! 2. **When.** [`calendar`] has days and their form on the wire, [`wareki`] the Japanese eras, [`month`] the
//!    treatment month (診療年月).
//! 3. **What was decided.** [`eligibility`] (資格) says from when to when, by one rule for first and last days, and
//!    [`event`] what 停止 or 死亡 would change before anybody decides it; [`regime`] which numbers find the person in which
//!    month; [`entrustment`] (委託) which institution treats for what, on which opinion; [`voucher`] (医療券・調剤券) which
//!    institution may treat them this month.
//! 4. **A month.** [`monthly`] makes the month's vouchers of all this, or names the reason why not. It asks [`designation`]
//!    (指定医療機関) who is in charge of a code that day, [`self_payment`] (本人支払額) what stands on which voucher,
//!    [`other_programmes`] and [`insurance`] who pays before medical aid.
//! 5. **By which rules.** [`rules`] lists every rule by name, with its parameters and the day they take effect;
//!    [`business`] says under which law, and whom the ward's figures count.
//! 6. **Who may ask, and what is told.** [`presence`] says how sure it is that the person is there, [`consent`] what
//!    they let an institution see, [`permit`] proves
//!    that somebody may act for a purpose (利用目的), and [`answer`] is the answer table: the one place that decides
//!    what an institution learns.
//!
//! Underneath, [`text`] takes free text and small tokens, and [`code`] the closed code tables of the interface.
//!
//! | 日本語 | here |
//! |---|---|
//! | 公費負担者番号 / 受給者番号 | [`number::PayerNumber`] / [`number::RecipientNumber`] |
//! | 保険者番号 / 医療機関コード / 点数表番号 | [`number::InsurerNumber`] / [`number::InstitutionCode`] / [`number::PointTable`] |
//! | 個人番号 | [`number::IndividualNumber`] |
//! | 資格 / 開始 / 停止・廃止・移管・死亡 | [`eligibility::Eligibility`] / its `start` / [`eligibility::EndReason`] |
//! | 固定番号 / 月ごと変更 | [`regime::NumberRegime`] |
//! | 委託 / 医療要否意見書 / 月次発券 | [`entrustment::Entrustment`] / [`entrustment::Opinion`] / [`monthly::plan`] |
//! | 指定医療機関 / 被用者保険・国保・後期 / 他法 | [`designation::Institution`] / [`insurance::InsuranceRow`] / [`other_programmes::Programme`] |
//! | 医療券・調剤券 / 交付番号 / 診療別 | [`voucher::Voucher`] / [`voucher::IssueNumber`] / [`voucher::TreatmentType`] |
//! | 資格有効性 | [`answer::Validity`] |
//! | 目視確認 | [`presence::Presence::VisualOnly`] |
//!
//! Two habits hold everywhere. Values come in through `parse` (or serde, which calls it) and are valid from then on.
//! And nothing personal leaves through our errors or through `Debug`. (serde's own errors may quote a value of the
//! wrong type, and jiff's a wrong date: of a failed deserialisation tell line and column only.)
//!
//! ```
//! use madoguchi_domain::number::{NumberRule, PayerNumber};
//!
//! assert_eq!(PayerNumber::parse("12139994").unwrap().law_code(), "12");
//! assert_eq!(PayerNumber::parse("12139995").unwrap_err().rule, NumberRule::CheckDigit { expected: 4 });
//! ```

pub mod answer;
pub mod business;
pub mod calendar;
pub mod card;
pub mod code;
pub mod consent;
pub mod designation;
pub mod eligibility;
pub mod entrustment;
pub mod event;
pub mod identity;
pub mod insurance;
pub mod month;
pub mod monthly;
pub mod number;
pub mod other_programmes;
pub mod permit;
pub mod person;
pub mod presence;
pub mod regime;
pub mod rules;
pub mod self_payment;
pub mod text;
pub mod voucher;
pub mod wareki;

mod wire;
