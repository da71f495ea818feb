//! 資格確認要求, `OQSsiquc01req_….xml`.

use jiff::civil::Date;

use crate::{
    oqs::{
        UnknownElement,
        codes::LimitConsent,
        forms::{Code, Day, Digits, Padded, Upto},
        message::{Message, Parts, faces},
        record::{Reading, Record, Required, RequiredGroup, record},
        tree::Element,
    },
    text::Encoding,
};

/// One inquiry about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who asks, for which day.
    pub header: RequestHeader,
    /// Whom they ask about.
    pub search: SearchInfo,
    /// Elements that this version does not know; not written again.
    pub unknown: Vec<UnknownElement>,
}

record! {
    /// `MessageHeader` of the request.
    pub struct RequestHeader = "MessageHeader" "電文ヘッダ" {
        /// May lie in the past.
        pub qualification_confirmation_date: Date
            = "QualificationConfirmationDate" "資格確認日" as Required<Day>,
        /// Ten digits: prefecture 2, point table 1, institution 7 (check digit included, not checked here).
        pub medical_institution_code: String
            = "MedicalInstitutionCode" "医療機関コード" as Required<Digits<10, 10>>,
        /// The asking software's own mark, up to 50 characters, repeated in the result.
        pub arbitrary_file_identifier: Option<String>
            = "ArbitraryFileIdentifier" "任意のファイル識別子" as Upto<50>,
    }
}

record! {
    /// 資格確認照会用情報: whom the inquiry is about. Results may repeat it.
    pub struct SearchInfo = "QualificationConfirmSearchInfo" "資格確認照会用情報" {
        /// For medical aid the 公費負担者番号, without the wire's padding; its digits are not checked here.
        pub insurer_number: String = "InsurerNumber" "保険者番号" as Required<Padded>,
        /// Unused for medical aid.
        pub insured_card_symbol: Option<String> = "InsuredCardSymbol" "被保険者証記号" as Upto<20>,
        /// For medical aid the 受給者番号. Leading zeros count.
        pub insured_identification_number: String
            = "InsuredIdentificationNumber" "被保険者証番号" as Required<Upto<20>>,
        /// Unused for medical aid.
        pub insured_branch_number: Option<String> = "InsuredBranchNumber" "枝番" as Upto<2>,
        /// Of the person asked about.
        pub birthdate: Date = "Birthdate" "生年月日" as Required<Day>,
        /// Required by the layout, without meaning for medical aid.
        pub limit_consent_flag: LimitConsent
            = "LimitApplicationCertificateRelatedConsFlg" "限度額適用認定証提供同意フラグ" as Required<Code>,
        /// The asking software's own mark for the person; its length is not published, 100 is ours.
        pub arbitrary_identifier: Option<String> = "ArbitraryIdentifier" "任意の識別子" as Upto<100>,
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
