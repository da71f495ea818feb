//! ダウンロード結果 (OQS-IF-008, 016), `OQSmu…02res_….xml`.

use jiff::civil::{Date, DateTime};

use super::BulkConfirmUnit;
use crate::oqs::{
    Rejection, UnknownElement,
    codes::SegmentOfResult,
    forms::{Code, Count, Day, Digits, Moment, Text, Upto},
    record::{Repeated, Required, record},
    result::result,
};

/// The answer to the second step of a bulk inquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Downloaded {
    /// When, to whom, and how it went.
    pub header: DownloadedHeader,
    /// Empty (and then not written) while it is being processed and when it failed.
    pub body: DownloadedBody,
    /// Elements that this version does not know; not written again.
    pub unknown: Vec<UnknownElement>,
}

record! {
    /// `MessageHeader` of the result.
    pub struct DownloadedHeader = "MessageHeader" "電文ヘッダ" beside "CharacterCodeIdentifier" "文字コード識別" {
        /// Japan's time. For a result when it was computed: it stays the same however often it is fetched.
        pub process_execution_time: Option<DateTime> = "ProcessExecutionTime" "処理実行日時" as Moment,
        /// As asked; for `OQSmutic` the day on which it was received.
        pub qualification_confirmation_date: Option<Date>
            = "QualificationConfirmationDate" "資格確認日" as Day,
        pub medical_institution_code: String
            = "MedicalInstitutionCode" "医療機関コード" as Required<Digits<10, 10>>,
        /// The first step's, repeated.
        pub arbitrary_file_identifier: Option<String>
            = "ArbitraryFileIdentifier" "任意のファイル識別子" as Upto<50>,
        pub reception_number: Option<String> = "ReceptionNumber" "受付番号" as Upto<100>,
        /// 2 while it is being processed: ask again later, with a new file.
        pub segment_of_result: SegmentOfResult = "SegmentOfResult" "処理結果区分" as Required<Code>,
        pub error_code: Option<String> = "ErrorCode" "エラーコード" as Upto<50>,
        pub error_message: Option<String> = "ErrorMessage" "エラーメッセージ" as Text,
        /// Units in the whole result.
        pub number_of_processing_result: Option<u32>
            = "NumberOfProcessingResult" "処理結果件数" as Count,
        pub number_of_normal_processing: Option<u32>
            = "NumberOfNormalProcessing" "正常処理件数" as Count,
        pub number_of_error: Option<u32> = "NumberOfError" "エラー件数" as Count,
    }
}

record! {
    /// `MessageBody` of the result.
    #[derive(Default)]
    pub struct DownloadedBody = "MessageBody" "電文本体" {
        pub units: Vec<BulkConfirmUnit> = "BulkConfirmUnit" "一括照会結果" as Repeated,
        /// How fresh the data of the least fresh of the offices told about are; Japan's time. Our own addition, last
        /// in the body, switched per site.
        pub office_data_as_of: Option<DateTime> = "OfficeDataAsOf" "福祉事務所データ時点" as Moment,
    }
}

result!(Downloaded);

impl DownloadedHeader {
    /// A header without counts, identifier or error.
    #[must_use]
    pub fn new(at: DateTime, institution: impl Into<String>, segment: SegmentOfResult) -> Self {
        Self {
            process_execution_time: Some(at),
            qualification_confirmation_date: None,
            medical_institution_code: institution.into(),
            arbitrary_file_identifier: None,
            reception_number: None,
            segment_of_result: segment,
            error_code: None,
            error_message: None,
            number_of_processing_result: None,
            number_of_normal_processing: None,
            number_of_error: None,
        }
    }
}

impl Downloaded {
    /// A message without a body: 処理中 or 異常終了.
    #[must_use]
    pub fn of(header: DownloadedHeader) -> Self {
        Self {
            header,
            body: DownloadedBody::default(),
            unknown: Vec::new(),
        }
    }

    /// 異常終了: there is no result for this number, and why.
    #[must_use]
    pub fn error(
        at: DateTime,
        medical_institution_code: impl Into<String>,
        reception_number: Option<String>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self::of(DownloadedHeader {
            reception_number,
            error_code: Some(code.into()),
            error_message: Some(message.into()),
            ..DownloadedHeader::new(at, medical_institution_code, SegmentOfResult::Failed)
        })
    }

    /// The answer to a request that could not be read; see
    /// [`siquc01::ResultMessage::refusing`](crate::oqs::siquc01::ResultMessage::refusing).
    #[must_use]
    pub fn refusing(at: DateTime, own_code: &str, rejection: &Rejection) -> Self {
        let (asked, echo) = rejection.answerable(own_code);
        let mut message = Self::error(at, asked, None, rejection.code(), rejection.message());
        message.header.arbitrary_file_identifier = echo.arbitrary_file_identifier;
        message
    }
}
