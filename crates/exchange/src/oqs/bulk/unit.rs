//! 一括照会の1件分.

use crate::oqs::{
    codes::{ProcessingResultStatus, QualificationValidity},
    forms::{Code, Text, Upto},
    record::{Group, Repeated, record},
    siquc01::{ResultOfQualificationConfirmation, SearchInfo},
};

record! {
    /// What a bulk result says of one person. `OQSmuquc02` has one for each person asked about, in the order of the
    /// request; `OQSmutic02` one for each person with vouchers.
    ///
    /// The qualifications stand in it directly, without a list around them.
    #[derive(Default)]
    pub struct BulkConfirmUnit = "BulkConfirmUnit" "一括照会結果" {
        /// What the request said of the person, repeated. `OQSmutic` names nobody, so it has none.
        pub search: Option<SearchInfo>
            = "QualificationConfirmSearchInfo" "資格確認照会用情報" as Group,
        pub processing_result_status: Option<ProcessingResultStatus>
            = "ProcessingResultStatus" "処理結果状況" as Code,
        /// Also set on success when there is something to tell.
        pub processing_result_code: Option<String> = "ProcessingResultCode" "処理結果コード" as Upto<50>,
        pub processing_result_message: Option<String>
            = "ProcessingResultMessage" "処理結果メッセージ" as Text,
        pub qualification_validity: Option<QualificationValidity>
            = "QualificationValidity" "資格有効性" as Code,
        /// Somebody on aid who is insured too has two of these, insurance first.
        pub results: Vec<ResultOfQualificationConfirmation>
            = "ResultOfQualificationConfirmation" "資格確認結果" as Repeated,
        /// The institution's own number of the patient; in bulk results it stands here.
        pub reference_number: Option<String> = "ReferenceNumber" "照会番号" as Upto<50>,
    }
}
