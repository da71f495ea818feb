//! 重複: two vouchers for the same care.

use super::{TreatmentType, Voucher};
use crate::calendar::Date;
use crate::number::{InstitutionCode, PayerNumber};

/// What two vouchers of one person have in common when they are for the same care.
///
/// The payer belongs to it: two payer numbers in one month, after 移管, are two offices' care. So does who prescribes: a
/// 調剤券 names one prescriber, and a pharmacy may dispense for two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Care {
    /// 公費負担者番号 as printed.
    pub payer: PayerNumber,
    /// 指定医療機関コード
    pub institution: InstitutionCode,
    /// 診療別
    pub treatment: TreatmentType,
    /// 処方箋発行元医療機関コード; 調剤券 only.
    pub prescriber: Option<InstitutionCode>,
}

impl Care {
    /// The care that a voucher is for.
    #[must_use]
    pub const fn of(voucher: &Voucher) -> Self {
        Self {
            payer: voucher.printed_payer,
            institution: voucher.institution_code,
            treatment: voucher.treatment_type,
            prescriber: voucher.prescription_issuer_code,
        }
    }
}

/// Whether two vouchers of the same person are doubles: the same [`Care`], and some day in both.
#[must_use]
pub fn is_double(one: &Voucher, other: &Voucher) -> bool {
    Care::of(one) == Care::of(other)
        && one.valid_from <= other.valid_through
        && other.valid_from <= one.valid_through
}

/// Every pair of doubles among one person's vouchers, by their places; each pair once, in order.
#[must_use]
pub fn doubles(vouchers: &[Voucher]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..vouchers.len()).collect();
    order.sort_by_key(|at| (Care::of(&vouchers[*at]), vouchers[*at].valid_from));
    let mut pairs = Vec::new();
    for (place, one) in order.iter().enumerate() {
        let care = Care::of(&vouchers[*one]);
        let through: Date = vouchers[*one].valid_through;
        let after = order[place + 1..].iter();
        let same = after.take_while(|other| {
            Care::of(&vouchers[**other]) == care && vouchers[**other].valid_from <= through
        });
        pairs.extend(
            same.filter(|other| is_double(&vouchers[*one], &vouchers[**other]))
                .map(|other| (*one.min(other), *one.max(other))),
        );
    }
    pairs.sort_unstable();
    pairs
}
