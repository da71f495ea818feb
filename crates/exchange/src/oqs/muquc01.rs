//! 資格確認一括照会 (OQS-IF-005): many people in one request, `OQSmuquc01req_….xml`. Its other three messages are those
//! of [`bulk`](super::bulk).

use crate::{
    oqs::{
        UnknownElement,
        message::{Message, Parts, faces},
        record::{Reading, Record, RequiredRepeated, record},
        siquc01::{RequestHeader, SearchInfo},
        tree::Element,
    },
    text::Encoding,
};

/// One inquiry about many people, for one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who asks, for which day: as in an inquiry about one person.
    pub header: RequestHeader,
    /// Whom they ask about, one at least.
    pub search: Vec<SearchInfo>,
    /// Elements that this version does not know; not written again.
    pub unknown: Vec<UnknownElement>,
}

record! {
    struct RequestBody = "MessageBody" "電文本体" {
        pub search: Vec<SearchInfo>
            = "QualificationConfirmSearchInfo" "資格確認照会用情報" as RequiredRepeated,
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
        let people = self
            .search
            .iter()
            .map(|search| Element::branch(SearchInfo::FIELD.tag, search.elements()))
            .collect();
        (
            self.header.elements(),
            vec![Element::repeated(SearchInfo::FIELD.tag, people)],
        )
    }

    fn keep(&mut self, unknown: Vec<UnknownElement>) {
        self.unknown = unknown;
    }
}
