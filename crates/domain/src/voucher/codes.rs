//! The code tables of a voucher (OQSCD018–025).

use crate::code::code_table;
use crate::number::PointTable;

code_table! {
    /// Medical or dispensing voucher.
    TicketType, "医療券・調剤券別", "OQSCD018" {
        Medical = "01", "医療券";
        Dispensing = "02", "調剤券";
    }
}

code_table! {
    /// Kind of treatment.
    TreatmentType, "診療別", "OQSCD019" {
        Inpatient = "01", "入院";
        Outpatient = "02", "入院外";
        Dental = "03", "歯科";
        Dispensing = "04", "調剤";
        HomeNursing = "05", "訪問看護";
    }
}

impl TreatmentType {
    /// Whether an institution of this point table gives such treatment; an unknown table is not judged.
    ///
    /// The monthly run makes no voucher against it. In a voucher that is there, a difference is a warning and no fault: the
    /// sources for some tables are weak.
    #[must_use]
    pub const fn suits(self, table: PointTable) -> bool {
        match table {
            PointTable::Medical => matches!(self, Self::Inpatient | Self::Outpatient),
            PointTable::Dental => matches!(self, Self::Dental),
            PointTable::Pharmacy => matches!(self, Self::Dispensing),
            PointTable::HomeNursing => matches!(self, Self::HomeNursing),
            PointTable::Other(_) => true,
        }
    }
}

code_table! {
    /// Medical aid alone, or after an insurance.
    SingleOrCombined, "単独・併用別", "OQSCD020" {
        Single = "01", "単独";
        Combined = "02", "併用";
    }
}

code_table! {
    /// Yes or no, as four items of a voucher have it.
    YesNo, "該当状況", "OQSCD021, 023, 024, 025" {
        Yes = "01", "あり";
        No = "02", "なし";
    }
}
