//! 資格確認結果, one qualification of the person asked about.

use jiff::civil::{Date, DateTime};

use super::MedicalTicketInfo;
use crate::oqs::{
    codes::{Consent, InsuredCardClassification, PersonalFamilyClassification, ReasonOfLoss, Sex},
    forms::{Code, Day, Moment, Padded, Text, Upto},
    record::{List, record},
};

record! {
    /// 資格確認結果. Somebody on aid who is insured too has two of these.
    ///
    /// Holds the items of the layout that matter for medical aid and for the insurance that pays
    /// before it; the others of health insurance (限度額, 高齢受給者証, …) are kept as unknown elements when
    /// read.
    /// All are optional: some readers' files leave out even the name.
    #[derive(Default)]
    pub struct ResultOfQualificationConfirmation = "ResultOfQualificationConfirmation" "資格確認結果" {
        pub insured_card_classification: Option<InsuredCardClassification>
            = "InsuredCardClassification" "被保険者証区分" as Code,
        /// 公費負担者番号 for medical aid; without the wire's padding.
        pub insurer_number: Option<String> = "InsurerNumber" "保険者番号" as Padded,
        pub insured_card_symbol: Option<String> = "InsuredCardSymbol" "被保険者証記号" as Upto<20>,
        /// 受給者番号 for medical aid; leading zeros count.
        pub insured_identification_number: Option<String>
            = "InsuredIdentificationNumber" "被保険者証番号" as Upto<20>,
        pub insured_branch_number: Option<String> = "InsuredBranchNumber" "枝番" as Upto<2>,
        /// Insurance only.
        pub personal_family_classification: Option<PersonalFamilyClassification>
            = "PersonalFamilyClassification" "本人・家族の別" as Code,
        /// Insurance only: the insured person or head of the household, not the patient.
        pub insured_name: Option<String> = "InsuredName" "被保険者氏名（世帯主氏名）" as Text,
        /// As received, full-width space between the parts.
        pub name: Option<String> = "Name" "氏名" as Text,
        /// 通称 and the like.
        pub name_of_other: Option<String> = "NameOfOther" "氏名（その他）" as Text,
        /// Half-width kana.
        pub name_kana: Option<String> = "NameKana" "氏名カナ" as Text,
        pub name_of_other_kana: Option<String> = "NameOfOtherKana" "氏名（その他）カナ" as Text,
        /// As on the card's face.
        pub sex_1: Option<Sex> = "Sex1" "性別1" as Code,
        /// Where the gender is to be shown with consideration.
        pub sex_2: Option<Sex> = "Sex2" "性別2" as Code,
        pub birthdate: Option<Date> = "Birthdate" "生年月日" as Day,
        pub address: Option<String> = "Address" "住所" as Text,
        /// `123-4567`.
        pub post_number: Option<String> = "PostNumber" "郵便番号" as Upto<10>,
        /// 保護開始日 or 再開日 for medical aid.
        pub qualification_date: Option<Date> = "QualificationDate" "資格取得年月日" as Day,
        /// 保護停止日 or 廃止日 for medical aid.
        pub disqualification_date: Option<Date> = "DisqualificationDate" "資格喪失年月日" as Day,
        pub reason_of_loss: Option<ReasonOfLoss> = "ReasonOfLoss" "資格喪失事由" as Code,
        /// The welfare office's name (福祉事務所名) for medical aid.
        pub insurer_name: Option<String> = "InsurerName" "保険者名称" as Text,
        /// The vouchers for the asking institution.
        pub public_expense_result_list: Vec<MedicalTicketInfo>
            = "PublicExpenseResultList" "医療扶助資格確認結果リスト" as List,
        /// Consents are given at the reader and count for 24 hours.
        pub specific_health_checkups_consent: Option<Consent>
            = "SpecificHealthCheckupsInfoConsFlg" "特定健診情報閲覧同意フラグ" as Code,
        pub specific_health_checkups_consent_time: Option<DateTime>
            = "SpecificHealthCheckupsInfoConsTime" "特定健診情報閲覧同意日時" as Moment,
        pub specific_health_checkups_available_until: Option<DateTime>
            = "SpecificHealthCheckupsInfoAvailableTime" "特定健診情報閲覧有効期限" as Moment,
        pub pharmacists_consent: Option<Consent>
            = "PharmacistsInfoConsFlg" "薬剤情報閲覧同意フラグ" as Code,
        pub pharmacists_consent_time: Option<DateTime>
            = "PharmacistsInfoConsTime" "薬剤情報閲覧同意日時" as Moment,
        pub pharmacists_available_until: Option<DateTime>
            = "PharmacistsInfoAvailableTime" "薬剤情報閲覧有効期限" as Moment,
        pub diagnosis_consent: Option<Consent>
            = "DiagnosisInfoConsFlg" "診療情報閲覧同意フラグ" as Code,
        pub diagnosis_consent_time: Option<DateTime>
            = "DiagnosisInfoConsTime" "診療情報閲覧同意日時" as Moment,
        pub diagnosis_available_until: Option<DateTime>
            = "DiagnosisInfoAvailableTime" "診療情報閲覧有効期限" as Moment,
        pub operation_consent: Option<Consent>
            = "OperationInfoConsFlg" "手術情報閲覧同意フラグ" as Code,
        pub operation_consent_time: Option<DateTime>
            = "OperationInfoConsTime" "手術情報閲覧同意日時" as Moment,
        pub operation_available_until: Option<DateTime>
            = "OperationInfoAvailableTime" "手術情報閲覧有効期限" as Moment,
        /// The institution's own number of the patient.
        pub reference_number: Option<String> = "ReferenceNumber" "照会番号" as Upto<50>,
    }
}
