//! 資格確認結果の電文, `OQSsiquc01res_….xml`.

use jiff::civil::{Date, DateTime};

use super::{ResultOfQualificationConfirmation, SearchInfo};
use crate::{
    oqs::{
        Echo, Rejection, UnknownElement, Unwritable, Written,
        codes::{ProcessingResultStatus, QualificationValidity, ReferenceClassification, SegmentOfResult},
        forms::{Code, Day, Digits, Moment, Text, Upto},
        message,
        record::{Group, List, Required, record},
        result::result,
    },
    text::{Encoding, Substitution},
};

/// The answer to one inquiry, or what a card reader pushes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultMessage {
    /// When, to whom, and how it went.
    pub header: ResultHeader,
    /// Empty (and then not written) when the message as a whole failed.
    pub body: ResultBody,
    /// Elements that this version does not know; not written again.
    pub unknown: Vec<UnknownElement>,
}

record! {
    /// `MessageHeader` of the result.
    ///
    /// `CharacterCodeIdentifier` (文字コード識別) has no field: it is written from the file's encoding, and a
    /// file whose identifier disagrees with its declaration is refused.
    pub struct ResultHeader = "MessageHeader" "電文ヘッダ" beside "CharacterCodeIdentifier" "文字コード識別" {
        /// Japan's time. Required by the layout; some tools' files lack it.
        pub process_execution_time: Option<DateTime> = "ProcessExecutionTime" "処理実行日時" as Moment,
        pub qualification_confirmation_date: Option<Date>
            = "QualificationConfirmationDate" "資格確認日" as Day,
        pub medical_institution_code: String
            = "MedicalInstitutionCode" "医療機関コード" as Required<Digits<10, 10>>,
        /// The request's, repeated; in face files a token made by the reader.
        pub arbitrary_file_identifier: Option<String>
            = "ArbitraryFileIdentifier" "任意のファイル識別子" as Upto<50>,
        /// Required by the layout; some tools' files lack it.
        pub reference_classification: Option<ReferenceClassification>
            = "ReferenceClassification" "照会区分" as Code,
        pub segment_of_result: SegmentOfResult = "SegmentOfResult" "処理結果区分" as Required<Code>,
        /// Only when the message failed. Official codes (別紙6-1) are not public; any text is accepted.
        pub error_code: Option<String> = "ErrorCode" "エラーコード" as Upto<50>,
        pub error_message: Option<String> = "ErrorMessage" "エラーメッセージ" as Text,
    }
}

const OFFICE_DATA_AS_OF: &str = "OfficeDataAsOf";

record! {
    /// `MessageBody` of the result.
    #[derive(Default)]
    pub struct ResultBody = "MessageBody" "電文本体" {
        /// The request's, repeated.
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
        pub result_list: Vec<ResultOfQualificationConfirmation>
            = "ResultList" "資格確認結果リスト" as List,
        /// Opaque; with it a missing voucher can be asked for. Its place in the layout is assumed.
        pub qualification_confirmation_key: Option<String>
            = "QualificationConfirmationKey" "資格確認キー" as Upto<64>,
        /// How fresh the office's data are; Japan's time. Our own addition, last in the body, switched per site.
        pub office_data_as_of: Option<DateTime> = "OfficeDataAsOf" "福祉事務所データ時点" as Moment,
    }
}

result!(ResultMessage);

impl ResultMessage {
    /// 異常終了: the message as a whole failed. The code belongs to the institution that asked; `echo`
    /// is what of its request could be read. Lookups by number are assumed (照会区分 2); who
    /// answers a card says so.
    #[must_use]
    pub fn error(
        at: DateTime,
        medical_institution_code: impl Into<String>,
        echo: &Echo,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        let header = ResultHeader {
            process_execution_time: Some(at),
            qualification_confirmation_date: echo.qualification_confirmation_date,
            medical_institution_code: medical_institution_code.into(),
            arbitrary_file_identifier: echo.arbitrary_file_identifier.clone(),
            reference_classification: Some(ReferenceClassification::InsuredCard),
            segment_of_result: SegmentOfResult::Failed,
            error_code: Some(code.into()),
            error_message: Some(message.into()),
        };
        Self {
            header,
            body: ResultBody::default(),
            unknown: Vec::new(),
        }
    }

    /// Writes an XML file as a card reader pushes it: its elements in no order (of `seed`), header before body, and our own
    /// `OfficeDataAsOf` last.
    ///
    /// # Errors
    /// As [`Self::write_with`].
    pub fn write_scattered(
        &self,
        encoding: Encoding,
        substitution: Substitution,
        seed: &[u8],
    ) -> Result<Written, Unwritable> {
        message::write_scattered(self, encoding, substitution, (seed, OFFICE_DATA_AS_OF))
    }

    /// The answer to a request that could not be read; `own_code` is used when its header names no
    /// institution in ten digits.
    #[must_use]
    pub fn refusing(at: DateTime, own_code: &str, rejection: &Rejection) -> Self {
        let (asked, echo) = rejection.answerable(own_code);
        Self::error(at, asked, &echo, rejection.code(), rejection.message())
    }
}
