//! The reason files that the handbook shows are those that lie beside such requests.

use std::path::Path;
use std::time::Duration;

use super::site::{Site, request};

fn shown(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/reference/examples");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn reasons_are_those_of_the_handbook() {
    let site = Site::running(81);
    let two_faults = request("DESK1-0003")
        .replace("20261122", "20260231")
        .replace("<Birthdate>19550401</Birthdate>", "");
    let broken = "OQSsiquc01req_0003.xml";
    let unsupported = "OQSmuimm01req_202611010001.xml";
    site.put(&format!("req/{broken}"), two_faults);
    site.put(&format!("req/{unsupported}"), request("DESK1-0004"));
    site.pass(Duration::from_secs(4));
    for name in [broken, unsupported] {
        let reason = format!("{name}.reason.txt");
        let lies = site.text(&format!("quarantine/{reason}"));
        assert!(lies.ends_with("\r\n"), "for Windows: {lies:?}");
        assert_eq!(
            shown(&reason),
            lies.replace("\r\n", "\n"),
            "the handbook must show this"
        );
    }
    // A fault is told in the answer too, the first of them.
    let told = site.result("0003").header.error_message.unwrap();
    assert!(told.ends_with("（ほか1件）"), "{told}");
}
