//! ダウンロード要求 (OQS-IF-007, 015), `OQSmu…02req_….xml`: the receipt of the first step, and nothing else.

use crate::{
    oqs::{
        UnknownElement,
        forms::{Digits, Upto},
        message::{Message, Parts, faces},
        record::{Field, Reading, Record, Required, record},
        tree::Element,
    },
    text::Encoding,
};

/// Asks for the result of what was received under a 受付番号.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// Who asks.
    pub header: DownloadHeader,
    /// 受付番号 as the first step's result has it.
    pub reception_number: String,
    /// Elements that this version does not know; not written again.
    pub unknown: Vec<UnknownElement>,
}

record! {
    /// `MessageHeader` of the request.
    pub struct DownloadHeader = "MessageHeader" "電文ヘッダ" {
        /// Ten digits.
        pub medical_institution_code: String
            = "MedicalInstitutionCode" "医療機関コード" as Required<Digits<10, 10>>,
    }
}

record! {
    struct DownloadBody = "MessageBody" "電文本体" {
        pub reception_number: String = "ReceptionNumber" "受付番号" as Required<Upto<100>>,
    }
}

impl Download {
    /// What this message has and no other request: 受付番号.
    pub(in crate::oqs) const FIELDS: &'static [Field] = DownloadBody::FIELDS;
}

faces!(Download);

impl Message for Download {
    fn take(parts: &Parts<'_, '_>, reading: &mut Reading<'_>) -> Option<Self> {
        let (header, body): (_, DownloadBody) = parts.read(reading)?;
        Some(Self {
            header,
            reception_number: body.reception_number,
            unknown: Vec::new(),
        })
    }

    fn give(&self, _: Encoding) -> (Vec<Element<'_>>, Vec<Element<'_>>) {
        let number = Element::leaf("ReceptionNumber", self.reception_number.as_str());
        (self.header.elements(), vec![number])
    }

    fn keep(&mut self, unknown: Vec<UnknownElement>) {
        self.unknown = unknown;
    }
}
