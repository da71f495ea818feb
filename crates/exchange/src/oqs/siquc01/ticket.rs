//! 医療券・調剤券情報, the voucher inside a result.

use jiff::civil::Date;

use crate::oqs::{
    codes::{
        Applicability, ConsistencyFlag, DesignatedInstitutionFlag, MedicalTreatmentType, SingleOrCombinedUse,
        TicketType,
    },
    forms::{Code, Day, Digits, Month, Text, Upto, YearMonth},
    record::record,
};

record! {
    /// 医療券・調剤券情報, all 26 items in the layout's order.
    ///
    /// Which are mandatory is not published, so none is required here. Absent ones are not written.
    #[derive(Default)]
    pub struct MedicalTicketInfo = "MedicalTicketInfo" "医療券・調剤券情報" {
        pub ticket_type: Option<TicketType> = "TicketType" "医療券・調剤券別" as Code,
        /// Within one 診療年月.
        pub valid_date: Option<Date> = "MedicalTicketValidDate" "医療券・調剤券有効開始年月日" as Day,
        /// The last valid day.
        pub expiration_date: Option<Date>
            = "MedicalTicketExpirationDate" "医療券・調剤券有効終了年月日" as Day,
        /// Given by the office; the format is not published.
        pub issue_number: Option<String> = "IssueNumber" "交付番号" as Upto<100>,
        pub medical_treatment_month: Option<YearMonth> = "MedicalTreatmentMonth" "診療年月" as Month,
        pub designated_medical_institution_code: Option<String>
            = "DesignatedMedicalInstitutionCode" "指定医療機関コード" as Upto<10>,
        /// The asking institution against the designated one; always 0 from us.
        pub designated_medical_institution_flag: Option<DesignatedInstitutionFlag>
            = "DesignatedMedicalInstitutionFlag" "指定医療機関確認フラグ" as Code,
        pub designated_medical_institution_name: Option<String>
            = "DesignatedMedicalInstitutionName" "指定医療機関名" as Text,
        /// 調剤券 only.
        pub prescription_issuer_medical_institution_code: Option<String>
            = "PrescriptionIssuerMedicalInstitutionCode" "処方箋発行元医療機関コード" as Upto<10>,
        /// 調剤券 only.
        pub prescription_issuer_medical_institution_name: Option<String>
            = "PrescriptionIssuerMedicalInstitutionName" "処方箋発行元医療機関名" as Text,
        pub injury_name_1: Option<String> = "InjuryName1" "傷病名1" as Text,
        pub injury_name_2: Option<String> = "InjuryName2" "傷病名2" as Text,
        pub injury_name_3: Option<String> = "InjuryName3" "傷病名3" as Text,
        pub medical_treatment_type: Option<MedicalTreatmentType> = "MedicalTreatmentType" "診療別" as Code,
        /// Yen, digits as received.
        pub self_pay_amount: Option<String> = "SelfPayAmount" "本人支払額" as Digits<1, 10>,
        pub district_contact_name: Option<String> = "DistrictContactName" "地区担当員名" as Text,
        pub handling_contact_name: Option<String> = "HandlingContactName" "取扱担当者名" as Text,
        pub single_or_combined_use: Option<SingleOrCombinedUse>
            = "SingleOrCombinedUse" "単独・併用別" as Code,
        pub status_of_social_insurance: Option<Applicability>
            = "StatusOfSocialInsurance" "社会保険状況" as Code,
        /// Absent when the office's statement and the insurance register agree.
        pub consistency_flag: Option<ConsistencyFlag>
            = "ConsistencyFlag" "社会保険状況の整合性フラグ" as Code,
        /// The tag is misspelt in the official layout, and stays so.
        pub status_of_infection: Option<Applicability>
            = "StatusOfInfecton" "感染症法37条の2の該当状況" as Code,
        pub status_of_elderly_medical_care: Option<Applicability>
            = "StatusOfElderlyMedicalCare" "後期高齢者医療の該当状況" as Code,
        pub status_of_prefectural_expenses: Option<Applicability>
            = "StatusOfPrefecturalExpenses" "都道府県費の該当状況" as Code,
        pub remarks_1: Option<String> = "Remarks1" "備考1" as Text,
        pub remarks_2: Option<String> = "Remarks2" "備考2" as Text,
        pub remarks_3: Option<String> = "Remarks3" "備考3" as Text,
    }
}
