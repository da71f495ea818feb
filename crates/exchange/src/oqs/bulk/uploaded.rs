//! アップロード結果 (OQS-IF-006, 014), `OQSmu…01res_….xml`: the request is received, under which number.

use jiff::civil::DateTime;

use crate::oqs::{
    Echo, Rejection, UnknownElement,
    codes::SegmentOfResult,
    forms::{Code, Digits, Moment, Text, Upto},
    record::{Required, record},
    result::result,
};

/// The answer to the first step of a bulk inquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// When, to whom, and how it went.
    pub header: UploadedHeader,
    /// Empty (and then not written) when the request was not received.
    pub body: UploadedBody,
    /// Elements that this version does not know; not written again.
    pub unknown: Vec<UnknownElement>,
}

record! {
    /// `MessageHeader` of the result.
    pub struct UploadedHeader = "MessageHeader" "電文ヘッダ" beside "CharacterCodeIdentifier" "文字コード識別" {
        /// Japan's time.
        pub process_execution_time: Option<DateTime> = "ProcessExecutionTime" "処理実行日時" as Moment,
        pub medical_institution_code: String
            = "MedicalInstitutionCode" "医療機関コード" as Required<Digits<10, 10>>,
        /// The request's, repeated.
        pub arbitrary_file_identifier: Option<String>
            = "ArbitraryFileIdentifier" "任意のファイル識別子" as Upto<50>,
        pub segment_of_result: SegmentOfResult = "SegmentOfResult" "処理結果区分" as Required<Code>,
        /// Only when the request was not received.
        pub error_code: Option<String> = "ErrorCode" "エラーコード" as Upto<50>,
        pub error_message: Option<String> = "ErrorMessage" "エラーメッセージ" as Text,
    }
}

record! {
    /// `MessageBody` of the result.
    #[derive(Default)]
    pub struct UploadedBody = "MessageBody" "電文本体" {
        /// Its length is not published; 100 is what public software takes.
        pub reception_number: Option<String> = "ReceptionNumber" "受付番号" as Upto<100>,
        /// Japan's time.
        pub reception_date_time: Option<DateTime> = "ReceptionDateTime" "受付日時" as Moment,
    }
}

result!(Uploaded);

impl Uploaded {
    /// 正常終了: received under a number.
    #[must_use]
    pub fn received(at: DateTime, institution: &str, identifier: Option<String>, number: String) -> Self {
        Self {
            header: UploadedHeader {
                process_execution_time: Some(at),
                medical_institution_code: institution.to_owned(),
                arbitrary_file_identifier: identifier,
                segment_of_result: SegmentOfResult::Done,
                error_code: None,
                error_message: None,
            },
            body: UploadedBody {
                reception_number: Some(number),
                reception_date_time: Some(at),
            },
            unknown: Vec::new(),
        }
    }

    /// 異常終了: not received. The code belongs to the institution that asked.
    #[must_use]
    pub fn error(
        at: DateTime,
        medical_institution_code: impl Into<String>,
        echo: &Echo,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            header: UploadedHeader {
                process_execution_time: Some(at),
                medical_institution_code: medical_institution_code.into(),
                arbitrary_file_identifier: echo.arbitrary_file_identifier.clone(),
                segment_of_result: SegmentOfResult::Failed,
                error_code: Some(code.into()),
                error_message: Some(message.into()),
            },
            body: UploadedBody::default(),
            unknown: Vec::new(),
        }
    }

    /// The answer to a request that could not be read; see
    /// [`siquc01::ResultMessage::refusing`](crate::oqs::siquc01::ResultMessage::refusing).
    #[must_use]
    pub fn refusing(at: DateTime, own_code: &str, rejection: &Rejection) -> Self {
        let (asked, echo) = rejection.answerable(own_code);
        Self::error(at, asked, &echo, rejection.code(), rejection.message())
    }
}
