//! Kinds of people: what makes somebody more than the next row. Each has a name and a share, and a test counts them.
//!
//! Kinds of one [`Axis`] exclude each other; axes are independent. An axis gives its kinds out by place in an order of
//! its own, so a ward has each kind exactly as often as [`Axis::count`] says, whatever the seed.

/// Declares kinds with their Japanese names.
macro_rules! kinds {
    ($( $(#[$doc:meta])* $name:ident, $label:literal; )+) => {
        /// A kind of people.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $( #[doc = $label] $(#[$doc])* $name, )+
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Kind] = &[$(Kind::$name),+];

            /// The Japanese name.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Kind::$name => $label),+ }
            }
        }
    };
}

kinds! {
    /// No home, no register entry, no number: nobody can be matched, paper serves them.
    Homeless, "住所不定・住民登録なし";
    /// In the register, but the number is not known to the office.
    NumberUnknown, "個人番号不明";
    /// A number under which the register has nobody.
    NotInRegister, "住民票に該当なし";
    /// At least one of the five attributes is written another way at the office.
    AttributesDiffer, "5情報不一致";
    /// 外字: a character outside the common sets in the name.
    Gaiji, "外字";
    /// Non-Japanese, known by an alias.
    Alias, "通称";
    /// Non-Japanese, with a long name in Latin letters.
    LongLatin, "長いローマ字氏名";
    /// Non-Japanese otherwise.
    Foreign, "外国籍（その他）";
    /// Shares name, birth date and sex with another person of the office.
    Namesake, "同姓同名同生年月日";
    /// Born together, in one household.
    Twin, "双子";
    /// Born this month or the month before.
    Newborn, "新生児";
    /// In a hospital, so the residence is not the registered address.
    LivesInHospital, "入院中（居住地≠住民登録地）";
    /// In a home or shelter, so the residence is not the registered address.
    LivesInFacility, "施設入所（居住地≠住民登録地）";
    /// 不開示該当 only.
    Undisclosed, "不開示該当";
    /// 自己情報提供不可 only.
    Unusable, "自己情報提供不可";
    /// Both shielding flags.
    FullyShielded, "不開示該当・自己情報提供不可";
    /// Employees' insurance goes on (併用), and the office knows.
    Employees, "被用者保険（併用）";
    /// Employees' insurance that the office has not heard of.
    EmployeesUnheard, "被用者保険（福祉事務所未把握）";
    /// Employees' insurance that has ended, and the office has not heard.
    EmployeesLost, "被用者保険喪失（福祉事務所未把握）";
    /// 精神通院医療 (21).
    Mental, "精神通院医療";
    /// 更生医療 (15).
    Rehabilitation, "更生医療";
    /// 難病 (54).
    Intractable, "難病";
    /// 感染症法第37条の2 (10).
    Infection, "感染症法第37条の2";
    /// 都道府県の医療費助成.
    Prefectural, "都道府県費";
    /// Pays a part of the month's treatment; the amount is settled.
    SelfPay, "本人支払額あり";
    /// Pays a part; the amount is not settled yet.
    SelfPayUnsettled, "本人支払額未確定";
    /// Pays a part; the parts given to the entrustments do not add up to the whole.
    SelfPayUneven, "本人支払額配分不一致";
    /// The aid began before it was decided.
    Retroactive, "遡及開始";
    /// Came from another office.
    TransferredIn, "移管（転入）";
    /// Was suspended and goes on again: two eligibilities.
    Resumed, "再開";
    /// The end is decided, on a day of this month that is still to come.
    Ending, "月内廃止予定";
    /// No longer receiving: 廃止.
    Ended, "廃止";
    /// No longer receiving: 停止.
    Suspended, "停止";
    /// No longer receiving: went on to another office.
    TransferredOut, "移管（転出）";
    /// No longer receiving: 死亡.
    Died, "死亡";
    /// Not receiving yet: decided for a coming day.
    Future, "開始予定";
    /// 支援給付 (法別25): registered, and never counted among the ward's.
    OtherLaw, "中国残留邦人等支援給付";
    /// Medical aid is decided for this month.
    MedicalAid, "今月の医療扶助";
    /// An inpatient of this month.
    Inpatient, "入院";
    /// Nursed at home.
    HomeNursing, "訪問看護";
    /// Nursed at home, and long-term care insurance pays for it.
    CareInsurance, "訪問看護（介護保険優先）";
    /// Nursed at home, without visiting nursing's own opinion.
    NursingOpinionMissing, "訪問看護要否意見書なし";
    /// Dental treatment.
    Dental, "歯科";
    /// Has a prescription of a month's end, which may be dispensed in the month after.
    MonthEndPrescription, "月末処方";
    /// A first visit this month: no opinion is needed yet.
    FirstVisit, "初診";
    /// The opinion has not come back.
    OpinionAwaited, "医療要否意見書未返送";
    /// The opinion carries no longer.
    OpinionExpired, "医療要否意見書期間満了";
    /// Entrusted to an institution under the code that it had before.
    OldCode, "旧医療機関コードへの委託";
    /// Entrusted to an institution that is not designated, or no longer.
    NotDesignated, "指定のない医療機関への委託";
    /// Entrusted to a code that the register does not have.
    UnknownInstitution, "名簿にない医療機関への委託";
    /// Entrusted twice with the same.
    DoublyEntrusted, "重複した委託";
    /// A decision that lacks something.
    Incomplete, "委託内容の不備";
    /// A decision for treatment that such an institution does not give.
    WrongTreatment, "診療別と点数表の不一致";
    /// Visits too often: the vouchers are kept to some days.
    FrequentVisitor, "頻回受診（有効期間短縮）";
    /// The days that the vouchers are kept to are not those of the aid.
    NoDayLeft, "有効となる日なし";
}

/// Kinds of one axis, each with its share in 10,000.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    /// Its own order's number.
    pub(crate) number: u8,
    pub(crate) kinds: &'static [(Kind, u64)],
}

impl Axis {
    /// How many of `len` are of a kind: its share, rounded up, so that every kind is there in a ward of any size;
    /// what comes last in the axis gives way when a ward is too small for all.
    pub(crate) fn count(&self, kind: Kind, len: u64) -> u64 {
        let mut left = len;
        for (each, share) in self.kinds {
            let exact = (len * share).div_ceil(10_000);
            let whole = if *each == Kind::Namesake {
                exact.next_multiple_of(2)
            } else {
                exact
            };
            let count = whole.min(left);
            if *each == kind {
                return count;
            }
            left -= count;
        }
        0
    }

    /// The first place of a kind.
    pub(crate) fn first(&self, kind: Kind, len: u64) -> u64 {
        let before = self.kinds.iter().take_while(|(each, _)| *each != kind);
        before.map(|(each, _)| self.count(*each, len)).sum()
    }

    /// Of what kind the one at a place is.
    pub(crate) fn kind_at(&self, place: u64, len: u64) -> Option<Kind> {
        let mut end = 0;
        for (kind, _) in self.kinds {
            end += self.count(*kind, len);
            if place < end {
                return Some(*kind);
            }
        }
        None
    }
}

/// Over everybody: what the register and the office know.
pub(crate) const REGISTER: Axis = Axis {
    number: 1,
    kinds: &[
        (Kind::Homeless, 60),
        (Kind::NumberUnknown, 40),
        (Kind::NotInRegister, 20),
        (Kind::AttributesDiffer, 40),
    ],
};

/// Over everybody: names. [`Kind::Namesake`] stands first and is even, so that its places are pairs.
pub(crate) const NAME: Axis = Axis {
    number: 2,
    kinds: &[
        (Kind::Namesake, 40),
        (Kind::Gaiji, 400),
        (Kind::Alias, 200),
        (Kind::LongLatin, 60),
        (Kind::Foreign, 80),
    ],
};

/// Over households of two and more: who was born when.
pub(crate) const BIRTH: Axis = Axis {
    number: 3,
    kinds: &[(Kind::Twin, 150), (Kind::Newborn, 200)],
};

/// Over everybody: where they live.
pub(crate) const RESIDENCE: Axis = Axis {
    number: 4,
    kinds: &[(Kind::LivesInHospital, 200), (Kind::LivesInFacility, 150)],
};

/// Over everybody: shielding flags.
pub(crate) const SHIELDING: Axis = Axis {
    number: 5,
    kinds: &[
        (Kind::Undisclosed, 80),
        (Kind::Unusable, 40),
        (Kind::FullyShielded, 10),
    ],
};

/// Over everybody: employees' insurance.
pub(crate) const INSURANCE: Axis = Axis {
    number: 6,
    kinds: &[
        (Kind::Employees, 260),
        (Kind::EmployeesUnheard, 15),
        (Kind::EmployeesLost, 15),
    ],
};

/// Over everybody: other public programmes.
pub(crate) const PROGRAMME: Axis = Axis {
    number: 7,
    kinds: &[
        (Kind::Mental, 400),
        (Kind::Rehabilitation, 80),
        (Kind::Intractable, 80),
        (Kind::Infection, 20),
        (Kind::Prefectural, 100),
    ],
};

/// Over those with medical aid this month: self-payment.
pub(crate) const PAYMENT: Axis = Axis {
    number: 8,
    kinds: &[
        (Kind::SelfPay, 180),
        (Kind::SelfPayUnsettled, 40),
        (Kind::SelfPayUneven, 20),
    ],
};

/// Over those who receive on the day: how their aid runs.
pub(crate) const COURSE: Axis = Axis {
    number: 9,
    kinds: &[
        (Kind::Retroactive, 60),
        (Kind::TransferredIn, 50),
        (Kind::Resumed, 50),
        (Kind::Ending, 40),
    ],
};

/// Over those who do not receive on the day: why.
pub(crate) const NOT_RECEIVING: Axis = Axis {
    number: 10,
    kinds: &[
        (Kind::Suspended, 1200),
        (Kind::Died, 2200),
        (Kind::TransferredOut, 1000),
        (Kind::Future, 1400),
        (Kind::Ended, 10_000),
    ],
};

/// Over those who receive on the day: medical aid this month. 8,300 of 9,746.
pub(crate) const AID: Axis = Axis {
    number: 11,
    kinds: &[(Kind::MedicalAid, 8516)],
};

/// Over those with medical aid this month: treatment that is not everybody's.
pub(crate) const CARE: Axis = Axis {
    number: 12,
    kinds: &[
        (Kind::HomeNursing, 220),
        (Kind::CareInsurance, 20),
        (Kind::NursingOpinionMissing, 10),
        (Kind::Inpatient, 450),
        (Kind::MonthEndPrescription, 150),
        (Kind::Dental, 2200),
    ],
};

/// Over those with medical aid this month: what is special about the first entrustment.
pub(crate) const DECISION: Axis = Axis {
    number: 13,
    kinds: &[
        (Kind::FirstVisit, 200),
        (Kind::OpinionAwaited, 120),
        (Kind::OpinionExpired, 60),
        (Kind::OldCode, 30),
        (Kind::NotDesignated, 20),
        (Kind::UnknownInstitution, 5),
        (Kind::DoublyEntrusted, 10),
        (Kind::Incomplete, 5),
        (Kind::WrongTreatment, 5),
        (Kind::FrequentVisitor, 30),
        (Kind::NoDayLeft, 5),
    ],
};

/// The kinds of one person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(u64);

impl Kinds {
    /// Whether the person is of a kind.
    #[must_use]
    pub const fn has(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u32) != 0
    }

    pub(crate) fn add(&mut self, kind: Option<Kind>) {
        if let Some(kind) = kind {
            self.0 |= 1 << kind as u32;
        }
    }

    /// Non-Japanese: medical aid under 行政措置 and not under the Act itself.
    #[must_use]
    pub const fn is_foreign(self) -> bool {
        self.has(Kind::Alias) || self.has(Kind::LongLatin) || self.has(Kind::Foreign)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_fit_into_a_word() {
        assert!(Kind::ALL.len() <= 64);
        let mut kinds = Kinds::default();
        kinds.add(Some(Kind::Twin));
        kinds.add(None);
        let has: Vec<_> = Kind::ALL.iter().filter(|kind| kinds.has(**kind)).collect();
        assert_eq!(has, [&Kind::Twin]);
    }

    #[test]
    fn an_axis_gives_out_what_it_counts() {
        for len in [0, 1, 5, 99, 9_746] {
            for axis in [REGISTER, NAME, SHIELDING, NOT_RECEIVING, CARE] {
                let given: Vec<_> = (0..len).map(|place| axis.kind_at(place, len)).collect();
                for (kind, _) in axis.kinds {
                    let count = given.iter().filter(|given| **given == Some(*kind)).count();
                    assert_eq!(count as u64, axis.count(*kind, len), "{kind:?} of {len}");
                }
                let first = axis.kinds[1].0;
                if axis.count(first, len) > 0 {
                    assert_eq!(axis.kind_at(axis.first(first, len), len), Some(first));
                }
            }
        }
    }
}
