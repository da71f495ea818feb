//! Promise `addressed`: an institution never learns of a voucher addressed elsewhere; answers that must look the same
//! are the same bytes. And `no-number`: no 個人番号 leaves in an answer.

use domain::number::InstitutionCode;
use exchange::oqs::siquc01::ResultMessage;

use super::Promises;
use crate::names::Clinic;
use crate::truth::Said;

/// What differs between two answers that must look the same: time and identifiers.
const DIFFERS: [&str; 7] = [
    "ProcessExecutionTime",
    "QualificationConfirmationDate",
    "MedicalInstitutionCode",
    "ArbitraryFileIdentifier",
    "InsurerNumber",
    "InsuredIdentificationNumber",
    "Birthdate",
];

impl Promises {
    /// Looks through an answer's own bytes.
    pub(super) fn check_addressed(&mut self, clinic: Clinic, message: &ResultMessage, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let institution = clinic.institution();
        if text.contains(clinic.other().code()) {
            self.violated(
                "addressed",
                format!("{clinic:?} was told of the other clinic's code"),
            );
        }
        if let Some(issue) = self.told_of_elsewhere(&institution, &text) {
            self.violated(
                "addressed",
                format!("{clinic:?} was told of voucher {issue} of elsewhere"),
            );
        }
        if self.people.iter().any(|person| text.contains(&person.number)) {
            self.violated("no-number", "an answer holds a 個人番号");
        }
        let nobody = message.body.result_list.is_empty();
        if nobody && message.body.qualification_validity.is_some() {
            let uniform = without_identifiers(&text);
            match &self.uniform {
                None => self.uniform = Some(uniform),
                Some(first) if *first == uniform => {}
                Some(_) => self.violated(
                    "addressed",
                    "two uniform answers differ in more than time and identifiers",
                ),
            }
            if message.body.office_data_as_of.is_some() {
                self.violated("addressed", "a uniform answer tells of an office's freshness");
            }
        }
    }

    /// A voucher whose number stands in the text and that was never addressed to the institution.
    fn told_of_elsewhere(&self, institution: &InstitutionCode, text: &str) -> Option<String> {
        let truth = self.truth.lock();
        truth.all().find_map(|(_, versions)| {
            let vouchers = versions.iter().filter_map(|version| match &version.said {
                Said::Voucher(voucher) => Some(voucher),
                _ => None,
            });
            let issue = vouchers.clone().next()?.issue_number.as_str();
            let never = !vouchers.clone().any(|voucher| voucher.addressed_to(institution));
            (never && text.contains(issue)).then(|| issue.to_owned())
        })
    }
}

/// The text with the content of every element that differs between two askers taken out.
fn without_identifiers(text: &str) -> String {
    let mut text = text.to_owned();
    for tag in DIFFERS {
        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
        while let Some(begin) = text.find(&open) {
            let Some(length) = text.get(begin..).and_then(|rest| rest.find(&close)) else {
                break;
            };
            text.replace_range(begin..begin + length + close.len(), "");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_and_nothing_else_are_taken_out() {
        let text = "<A><Birthdate>1</Birthdate><B>2</B><Birthdate>3</Birthdate></A>";
        assert_eq!(without_identifiers(text), "<A><B>2</B></A>");
    }
}
