//! The closed code tables (別紙5-1 業務コード, `OQSCD…`) that the messages use.
//!
//! Source: the interface specification of online eligibility verification, 別紙5-1, as public code repeats it. A value outside its table is a fault, never a guess.

/// A closed table: each value has one code on the wire.
pub(crate) trait Coded: Copy + 'static {
    fn to_code(self) -> &'static str;
    fn of_code(code: &str) -> Option<Self>;
}

macro_rules! codes {
    ($(
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$value_meta:meta])* $value:ident = $code:literal, )+ }
    )+) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $( #[doc = concat!("`", $code, "` ")] $(#[$value_meta])* $value, )+ }

        impl $name {
            /// Every value, in the table's order.
            pub const ALL: &'static [Self] = &[$( Self::$value ),+];

            /// The code on the wire.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $( Self::$value => $code, )+ }
            }

            /// The value of a code; `None` when the table does not have it.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $( $code => Some(Self::$value), )+ _ => None }
            }
        }

        impl Coded for $name {
            fn to_code(self) -> &'static str { self.code() }
            fn of_code(code: &str) -> Option<Self> { Self::from_code(code) }
        }
    )+ };
}

codes! {
    /// 限度額適用認定証提供同意フラグ, OQSCD001. Always asked, without meaning for medical aid.
    pub enum LimitConsent {
        /// 未同意.
        NotGiven = "0",
        /// 同意.
        Given = "1",
    }

    /// 同意区分, OQSCD016: whether the person lets the institution see something.
    pub enum Consent {
        /// 同意なし.
        NotGiven = "0",
        /// 同意あり.
        Given = "1",
        /// 同意有効期限切れ.
        Over = "2",
        /// 同意取得困難.
        Impossible = "3",
    }

    /// 照会区分, OQSCD002: with what the person was looked up.
    pub enum ReferenceClassification {
        /// マイナンバーカード.
        MyNumberCard = "1",
        /// 被保険者証情報: numbers typed in.
        InsuredCard = "2",
    }

    /// 処理結果区分, OQSCD003: how the message as a whole went.
    pub enum SegmentOfResult {
        /// 正常終了.
        Done = "1",
        /// 処理中: ask again later.
        Processing = "2",
        /// 異常終了: see ErrorCode and ErrorMessage.
        Failed = "9",
    }

    /// 処理結果状況, OQSCD004: how this person's inquiry went.
    pub enum ProcessingResultStatus {
        /// 正常終了.
        Done = "1",
        /// エラー: see ProcessingResultCode and ProcessingResultMessage.
        Error = "2",
    }

    /// 文字コード識別, OQSCD005. Written from the file's encoding, never chosen apart from it.
    pub enum CharacterCode {
        /// UTF-8.
        Utf8 = "0",
        /// Shift_JIS (CP932).
        ShiftJis = "1",
    }

    /// 資格有効性, OQSCD006.
    pub enum QualificationValidity {
        /// 有効.
        Valid = "1",
        /// 無効.
        Invalid = "2",
        /// 無効（新しい資格あり）.
        Superseded = "3",
        /// 該当資格なし.
        NotFound = "4",
        /// 複数該当; health insurance only.
        Several = "5",
        /// 有効（未登録）; medical aid only: on aid, but no voucher for this institution.
        ValidUnregistered = "6",
    }

    /// 性別, OQSCD007.
    pub enum Sex {
        /// 男.
        Male = "1",
        /// 女.
        Female = "2",
        /// 未設定.
        Unset = "3",
    }

    /// 資格喪失事由, OQSCD008.
    pub enum ReasonOfLoss {
        /// 死亡.
        Death = "01",
        /// 生活保護受給開始.
        PublicAssistanceBegan = "02",
        /// 医療保険等の資格取得.
        InsuranceAcquired = "03",
        /// その他.
        Other = "99",
    }

    /// 本人・家族の別, OQSCD009.
    pub enum PersonalFamilyClassification {
        /// 本人.
        Insured = "1",
        /// 家族.
        Family = "2",
    }

    /// 被保険者証区分, OQSCD010.
    pub enum InsuredCardClassification {
        /// 一般.
        General = "01",
        /// 退職.
        Retired = "02",
        /// 短期（一般）.
        ShortTermGeneral = "03",
        /// 短期（退職）.
        ShortTermRetired = "04",
        /// 特別療養費支給対象者.
        SpecialMedicalExpense = "05",
        /// 特例退職.
        SpecialRetired = "06",
        /// 自衛官.
        SelfDefenseForces = "07",
        /// 医療扶助.
        MedicalAid = "A1",
    }

    /// 医療券・調剤券別, OQSCD018.
    pub enum TicketType {
        /// 医療券.
        Medical = "01",
        /// 調剤券.
        Dispensing = "02",
    }

    /// 診療別, OQSCD019.
    pub enum MedicalTreatmentType {
        /// 入院.
        Inpatient = "01",
        /// 入院外.
        Outpatient = "02",
        /// 歯科.
        Dental = "03",
        /// 調剤.
        Dispensing = "04",
        /// 訪問看護.
        HomeNursing = "05",
    }

    /// 単独・併用別, OQSCD020.
    pub enum SingleOrCombinedUse {
        /// 単独.
        Single = "01",
        /// 併用: with health insurance or another public expense.
        Combined = "02",
    }

    /// あり・なし, OQSCD021 and 023–025: 社会保険状況, 感染症法37条の2, 後期高齢者医療, 都道府県費.
    pub enum Applicability {
        /// あり.
        Yes = "01",
        /// なし.
        No = "02",
    }

    /// 社会保険状況の整合性フラグ, OQSCD022; absent when consistent.
    pub enum ConsistencyFlag {
        /// 不整合あり.
        Inconsistent = "1",
    }

    /// 指定医療機関確認フラグ, OQSCD026: the asking institution against the designated one.
    pub enum DesignatedInstitutionFlag {
        /// 一致.
        Same = "0",
        /// 不一致.
        Different = "1",
    }
}
