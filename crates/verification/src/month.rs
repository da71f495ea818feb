//! 委託先資格情報の一括取得 (`OQSmutic`): the month's vouchers of the asking institution.
//!
//! It tells what inquiries by number for every single day of the month would have told, and not a word more: each day
//! goes through the answer table as a number inquiry, with the birth date that the person has. So somebody shielded is
//! not listed, a voucher is listed when its person is eligible on a day that it covers, and nobody is listed for a
//! voucher of another institution (promise `addressed`).

use domain::answer::{self, Answer, Question};
use domain::calendar::Date;
use domain::month::TreatmentMonth;
use domain::number::InstitutionCode;
use domain::presence::Presence;
use domain::voucher::Voucher;
use exchange::oqs::bulk::BulkConfirmUnit;
use exchange::oqs::codes::ProcessingResultStatus;
use exchange::oqs::siquc01::ResultOfQualificationConfirmation;
use exchange::registration::feed::Heads;
use storage::Tx;

use crate::inquiry::KnownPerson;
use crate::reception::PEOPLE_IN_PART;
use crate::store::Stored;
use crate::store::month::{self as addressed, Place};
use crate::{Verification, VerificationError, apply, report};

/// Some of the people with vouchers at an institution.
pub(crate) struct MonthPage {
    /// Those who are told about: what is told, and what it is told from.
    pub(crate) people: Vec<(Vec<BulkConfirmUnit>, Vec<Stored>)>,
    /// The last one looked at; none when there is nobody left.
    pub(crate) last: Option<Vec<u8>>,
}

impl Verification {
    /// The next people behind `after`, as known at these positions.
    pub(crate) async fn month_page(
        &self,
        institution: InstitutionCode,
        month: TreatmentMonth,
        after: Vec<u8>,
        heads: &Heads,
    ) -> Result<MonthPage, VerificationError> {
        let read = async move |tx: &mut Tx| {
            let place = Place {
                institution: institution.as_str(),
                month: apply::month_number(month),
            };
            let most = u32::try_from(PEOPLE_IN_PART).unwrap_or(u32::MAX);
            Ok::<_, VerificationError>(addressed::page(tx, place, &after, most).await?)
        };
        let addressed::Page { versions, last } = self.store.read("verification.month", read).await?;
        let mut people = Vec::new();
        let mut versions = versions.into_iter().peekable();
        while let Some(first) = versions.next() {
            let person = first.person;
            let mut of_person = vec![first];
            while let Some(next) = versions.next_if(|version| version.person == person) {
                of_person.push(next);
            }
            let units = units(&self.know(&of_person, heads)?, institution, month);
            if !units.is_empty() {
                people.push((units, of_person));
            }
        }
        Ok(MonthPage { people, last })
    }
}

/// What an institution is told of a person for a month: one unit for each pair of numbers that is printed on the
/// vouchers (two after 移管), the earlier first.
fn units(known: &KnownPerson, institution: InstitutionCode, month: TreatmentMonth) -> Vec<BulkConfirmUnit> {
    let (mut units, mut listed) = (Vec::new(), Vec::new());
    // The latest day that shows a voucher decides how it is shown.
    let mut day = Some(month.last_day());
    while let Some(asked) = day.filter(|day| month.contains(*day)) {
        let found = known.found(asked);
        let question = Question {
            day: asked,
            institution,
            birth_date: Some(found.birth_date),
        };
        let told = answer::answer(Presence::NumberOnly, &question, Some(&found));
        add(&mut units, &mut listed, known, asked, &told);
        day = asked.yesterday().ok();
    }
    units.reverse();
    for unit in &mut units {
        if let Some(aid) = unit.results.last_mut() {
            aid.public_expense_result_list
                .sort_by(|a, b| (a.valid_date, &a.issue_number).cmp(&(b.valid_date, &b.issue_number)));
        }
    }
    units
}

/// Adds what one day tells and no later day has told. A voucher is known by itself: two may have one 交付番号, and one may be
/// shown otherwise on another day.
fn add<'a>(
    units: &mut Vec<BulkConfirmUnit>,
    listed: &mut Vec<&'a Voucher>,
    known: &KnownPerson,
    day: Date,
    told: &Answer<'a>,
) {
    for shown in &told.vouchers {
        if listed.iter().any(|one| std::ptr::eq(*one, shown.voucher)) {
            continue;
        }
        let alone = Answer {
            vouchers: vec![*shown],
            ..told.clone()
        };
        let items = report::items(&alone, Some(known), day);
        let Some(aid) = items.last() else { continue };
        listed.push(shown.voucher);
        match units
            .iter_mut()
            .filter_map(|unit| unit.results.last_mut())
            .find(|held| same(held, aid))
        {
            Some(held) => held
                .public_expense_result_list
                .extend_from_slice(&aid.public_expense_result_list),
            None => units.push(BulkConfirmUnit {
                processing_result_status: Some(ProcessingResultStatus::Done),
                qualification_validity: report::validity(told.validity),
                results: items,
                ..BulkConfirmUnit::default()
            }),
        }
    }
}

/// The same office and the same numbers.
fn same(one: &ResultOfQualificationConfirmation, other: &ResultOfQualificationConfirmation) -> bool {
    let key = |item: &ResultOfQualificationConfirmation| {
        (
            item.insurer_number.clone(),
            item.insured_identification_number.clone(),
            item.insurer_name.clone(),
        )
    };
    key(one) == key(other)
}
