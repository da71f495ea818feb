//! Which files in `req` are ours, by their names.

use exchange::oqs::names::{NameFault, RequestName};

use crate::wording::Complaint;

/// The longest name, in bytes, beside which `.NAME.tmp` still fits into what file systems take.
const LONGEST_NAME: usize = 240;
/// The services (オンライン資格確認, 薬剤情報, 特定健診, 臨床情報, 電子処方箋, 医療費助成, 電子カルテ情報共有) whose requests
/// come into the same folder. Whoever wrote one waits for an answer that would never come.
const SERVICES: [&str; 7] = ["OQS", "YZK", "TKK", "CIP", "EPS", "PMH", "CIS"];

/// What Windows leaves in folders, in lower case.
const LEFT_BY_SYSTEMS: [&str; 2] = ["desktop.ini", "thumbs.db"];

/// What a name in `req` says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A request that can be answered.
    Request(RequestName),
    /// A request that cannot be answered, and why.
    Wrong(Complaint),
    /// A writer's temporary file, or what operating systems leave in folders: left alone.
    Passing,
    /// A file that nobody here handles: left alone, and told.
    NotOurs,
}

pub(crate) fn kind(name: &str) -> Kind {
    let lower = name.to_ascii_lowercase();
    let passing = name.starts_with('.') || lower.ends_with(".tmp") || lower.ends_with('~');
    if passing || LEFT_BY_SYSTEMS.contains(&lower.as_str()) {
        return Kind::Passing;
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
        for passing in [
            "OQSsiquc01req_1.xml.tmp",
            ".OQSsiquc01req_1.xml",
            "Desktop.ini",
            "a~",
        ] {
            assert_eq!(kind(passing), Kind::Passing, "{passing}");
        }
        for other in ["OQSsiquc01res_1.xml", "request.xml", "OQSsiquc01req.xml"] {
            assert_eq!(kind(other), Kind::NotOurs, "{other}");
        }
    }
}
