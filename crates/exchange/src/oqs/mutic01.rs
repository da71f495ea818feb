//! 委託先資格情報の一括取得 (OQS-IF-013): the vouchers of the asking institution for one month, `OQSmutic01req_….xml`.
//! Its other three messages are those of [`bulk`](super::bulk).

use crate::{
    oqs::{
        UnknownElement,
        forms::{Digits, Month, Upto, YearMonth},
        message::{Message, Parts, faces},
        record::{Reading, Record, Required, RequiredGroup, record},
        tree::Element,
    },
    text::Encoding,
};

/// Asks for a month's vouchers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub header: RequestHeader,
    /// For what.
    pub search: SearchInfo,
    /// Elements that this version does not know; not written again.
    pub unknown: Vec<UnknownElement>,
}

record! {
    /// `MessageHeader` of the request.
    pub struct RequestHeader = "MessageHeader" "電文ヘッダ" {
        /// Ten digits.
        pub medical_institution_code: String
            = "MedicalInstitutionCode" "医療機関コード" as Required<Digits<10, 10>>,
        /// The asking software's own mark, up to 50 characters, repeated in both results.
        pub arbitrary_file_identifier: Option<String>
            = "ArbitraryFileIdentifier" "任意のファイル識別子" as Upto<50>,
    }
}

record! {
    /// 資格確認照会用情報: the only condition.
    pub struct SearchInfo = "QualificationConfirmSearchInfo" "資格確認照会用情報" {
        /// One month for each request.
        pub medical_treatment_month: YearMonth = "MedicalTreatmentMonth" "診療年月" as Required<Month>,
    }
}

record! {
    struct RequestBody = "MessageBody" "電文本体" {
        pub search: SearchInfo
            = "QualificationConfirmSearchInfo" "資格確認照会用情報" as RequiredGroup,
    }
}

faces!(Request);

impl Message for Request {
    fn take(parts: &Parts<'_, '_>, reading: &mut Reading<'_>) -> Option<Self> {
        let (header, body): (_, RequestBody) = parts.read(reading)?;
        Some(Self {
            header,
            search: body.search,
            unknown: Vec::new(),
        })
    }

    fn give(&self, _: Encoding) -> (Vec<Element<'_>>, Vec<Element<'_>>) {
        (
            self.header.elements(),
            vec![Element::branch(SearchInfo::FIELD.tag, self.search.elements())],
        )
    }

    fn keep(&mut self, unknown: Vec<UnknownElement>) {
        self.unknown = unknown;
    }
}
