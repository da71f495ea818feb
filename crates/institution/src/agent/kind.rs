//! Which files in `req` are ours, by their names.

use exchange::oqs::names::{NameFault, RequestName};

use crate::wording::Complaint;

/// The longest name, in bytes, beside which `.NAME.tmp` still fits into what file systems take.
const LONGEST_NAME: usize = 240;
/// The services (オンライン資格確認, 薬剤情報, 特定健診, 臨床情報, 電子処方箋, 医療費助成, 電子カルテ情報共有) whose requests
/// come into the same folder. Whoever wrote one waits for an answer that would never come.
const SERVICES: [&str; 7] = ["OQS", "YZK", "TKK", "CIP", "EPS", "PMH", "CIS"];

/// What a name in `req` says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A request that can be answered.
    Request(RequestName),
    /// A request that cannot be answered, and why.
    Wrong(Complaint),
    /// Temporary files of writers, and whatever else: left alone.
    NotOurs,
}

pub(super) fn kind(name: &str) -> Kind {
    let lower = name.to_ascii_lowercase();
    if name.starts_with('.') || lower.ends_with(".tmp") || lower.ends_with('~') {
        return Kind::NotOurs;
    }
    match RequestName::parse(name) {
        Ok(_) if name.len() > LONGEST_NAME => Kind::Wrong(Complaint::Name(NameFault::LongSuffix)),
        Ok(request) => Kind::Request(request),
        Err(NameFault::UnknownFamily) => {
            let service = SERVICES.iter().any(|service| name.starts_with(service));
            if service && name.contains("req_") {
                Kind::Wrong(Complaint::Unsupported)
            } else {
                Kind::NotOurs
            }
        }
        Err(fault) => Kind::Wrong(Complaint::Name(fault)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_decide_what_is_ours() {
        let request = |name| Kind::Request(RequestName::parse(name).unwrap());
        assert_eq!(kind("OQSsiquc01req_1.XML"), request("OQSsiquc01req_1.xml"));
        for family in ["OQSmutic01", "OQSmutic02", "OQSmuquc01", "OQSmuquc02"] {
            let name = format!("{family}req_202611010001.xml");
            let parsed = RequestName::parse(&name).unwrap();
            assert_eq!(kind(&name), Kind::Request(parsed));
        }
        for unsupported in [
            "OQSmuimm01req_202611010001.xml",
            "YZKsiquc01req_1.xml",
            "OQSsiimm01req_1.zip",
        ] {
            assert_eq!(
                kind(unsupported),
                Kind::Wrong(Complaint::Unsupported),
                "{unsupported}"
            );
        }
        for wrong in [
            "OQSsiquc01req_1.zip",
            "OQSsiquc01req_.xml",
            "OQSsiquc01req_a:b.xml",
        ] {
            assert!(matches!(kind(wrong), Kind::Wrong(Complaint::Name(_))), "{wrong}");
        }
        let long = format!("OQSsiquc01req_{}.xml", "患".repeat(80));
        assert_eq!(kind(&long), Kind::Wrong(Complaint::Name(NameFault::LongSuffix)));
        for other in [
            "OQSsiquc01req_1.xml.tmp",
            ".OQSsiquc01req_1.xml",
            "desktop.ini",
            "OQSsiquc01res_1.xml",
            "a~",
        ] {
            assert_eq!(kind(other), Kind::NotOurs, "{other}");
        }
    }
}
