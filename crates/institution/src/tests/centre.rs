//! What verification does with bulk inquiries, as far as an agent sees it: receptions under numbers, results after a
//! while, in parts.

use std::collections::BTreeMap;

use env::Time;
use exchange::oqs::bulk::{BulkConfirmUnit, Download, Downloaded, DownloadedHeader, Uploaded};
use exchange::oqs::codes::{ProcessingResultStatus, QualificationValidity, SegmentOfResult};
use exchange::oqs::siquc01::ResultOfQualificationConfirmation;
use exchange::oqs::{Limits, Syntax, Wire, muquc01, mutic01};

use super::site::{CODE, TERMINAL};

/// The 受付番号 of the first reception.
pub(super) const NUMBER: &str = "000000000000000000000001";

/// Receptions by number.
pub(super) struct Centre {
    pub(super) received: BTreeMap<String, Received>,
    /// How often it says 処理中 before a result is there.
    pub(super) processing: u32,
    /// Units of every result, and how many of them a part has.
    pub(super) units: usize,
    pub(super) in_part: usize,
    /// The name that every unit has.
    pub(super) name: &'static str,
    /// Whether it answers about another reception.
    pub(super) confused: bool,
}

pub(super) struct Received {
    identifier: Option<String>,
    asked: u32,
    at: Time,
}

impl Default for Centre {
    fn default() -> Centre {
        Centre {
            received: BTreeMap::new(),
            processing: 0,
            units: 3,
            in_part: 2,
            name: "見本　花子",
            confused: false,
        }
    }
}

impl Centre {
    pub(super) fn respond(&mut self, request: &env::Request, now: Time) -> env::Response {
        let connection = request.extensions().get::<env::Connection>().unwrap();
        assert_eq!(&*connection.peer, TERMINAL);
        let body = request.body();
        match request.uri().path() {
            "/institution/month" => {
                let asked = mutic01::Request::read(body, &Limits::SINGLE).unwrap();
                self.receive(asked.header.arbitrary_file_identifier, now)
            }
            "/institution/bulk" => {
                let asked = muquc01::Request::read(body, &Limits::MANY).unwrap();
                self.receive(asked.header.arbitrary_file_identifier, now)
            }
            "/institution/month/result" | "/institution/bulk/result" => {
                let part = request.headers()["madoguchi-part"]
                    .to_str()
                    .unwrap()
                    .parse()
                    .unwrap();
                self.fetch(&Download::read(body, &Limits::SINGLE).unwrap(), part, now)
            }
            other => panic!("{other}"),
        }
    }

    /// The same identifier again is the same reception.
    fn receive(&mut self, identifier: Option<String>, now: Time) -> env::Response {
        let known = self.received.iter().find(|(_, one)| one.identifier == identifier);
        let (number, at) = match known {
            Some((number, one)) => (number.clone(), one.at),
            None => {
                let number = format!("{:024}", self.received.len() + 1);
                let received = Received {
                    identifier: identifier.clone(),
                    asked: 0,
                    at: now,
                };
                self.received.insert(number.clone(), received);
                (number, now)
            }
        };
        answer(&Uploaded::received(at.jst(), CODE, identifier, number), 1)
    }

    fn fetch(&mut self, request: &Download, part: usize, now: Time) -> env::Response {
        let number = request.reception_number.clone();
        let Some(received) = self.received.get_mut(&number) else {
            let text = "この受付番号の結果はありません。";
            return answer(
                &Downloaded::error(now.jst(), CODE, Some(number), "MDG-BLK-001", text),
                1,
            );
        };
        received.asked += u32::from(part == 1);
        let done = received.asked > self.processing;
        let (segment, at) = if done {
            (SegmentOfResult::Done, received.at)
        } else {
            (SegmentOfResult::Processing, now)
        };
        let mut header = DownloadedHeader {
            arbitrary_file_identifier: received.identifier.clone(),
            reception_number: Some(if self.confused { "0".into() } else { number }),
            ..DownloadedHeader::new(at.jst(), CODE, segment)
        };
        if !done {
            return answer(&Downloaded::of(header), 1);
        }
        let count = u32::try_from(self.units).unwrap();
        header.number_of_processing_result = Some(count);
        header.number_of_normal_processing = Some(count);
        header.number_of_error = Some(0);
        let units: Vec<BulkConfirmUnit> = (0..self.units).map(|n| self.unit(n)).collect();
        let mut message = Downloaded::of(header);
        message.body.units = units
            .chunks(self.in_part)
            .nth(part - 1)
            .map(<[BulkConfirmUnit]>::to_vec)
            .unwrap_or_default();
        message.body.office_data_as_of = Some(at.jst());
        answer(&message, self.units.div_ceil(self.in_part).max(1))
    }

    fn unit(&self, n: usize) -> BulkConfirmUnit {
        BulkConfirmUnit {
            processing_result_status: Some(ProcessingResultStatus::Done),
            qualification_validity: Some(QualificationValidity::Valid),
            results: vec![ResultOfQualificationConfirmation {
                name: Some(self.name.to_owned()),
                insured_identification_number: Some(format!("{n:07}")),
                ..ResultOfQualificationConfirmation::default()
            }],
            ..BulkConfirmUnit::default()
        }
    }
}

fn answer(message: &impl Wire, parts: usize) -> env::Response {
    http::Response::builder()
        .header("madoguchi-parts", parts)
        .body(message.write_as(Syntax::Xml).unwrap().into())
        .unwrap()
}

/// The first step of fetching a month's vouchers.
pub(super) fn month(identifier: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"Shift_JIS\" standalone=\"no\"?>\n<XmlMsg><MessageHeader>\
         <MedicalInstitutionCode>{CODE}</MedicalInstitutionCode>\
         <ArbitraryFileIdentifier>{identifier}</ArbitraryFileIdentifier></MessageHeader><MessageBody>\
         <QualificationConfirmSearchInfo><MedicalTreatmentMonth>202611</MedicalTreatmentMonth>\
         </QualificationConfirmSearchInfo></MessageBody></XmlMsg>\n"
    )
}

/// The second step of either.
pub(super) fn download(number: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"Shift_JIS\" standalone=\"no\"?>\n<XmlMsg><MessageHeader>\
         <MedicalInstitutionCode>{CODE}</MedicalInstitutionCode></MessageHeader><MessageBody>\
         <ReceptionNumber>{number}</ReceptionNumber></MessageBody></XmlMsg>\n"
    )
}

/// The answer to a first step.
pub(super) fn uploaded(bytes: &[u8]) -> Uploaded {
    Uploaded::read(bytes, &Limits::SINGLE).unwrap()
}

/// The answer to a second step.
pub(super) fn downloaded(bytes: &[u8]) -> Downloaded {
    Downloaded::read(bytes, &Limits::PART).unwrap()
}
