//! What one role answers another: pages of the feed, marks, receipts and refusals, problems, and who asks.

use exchange::registration::Answer;
use exchange::registration::feed::{Mark, Page};
use serde::Serialize;
use serde::de::DeserializeOwned;
use service::Problem;
use verification::Basis;

use super::{Target, words};
use crate::secrets::assert_discreet;

/// Any of these messages; they have no common envelope.
pub(super) const MESSAGES: Target = Target {
    name: "messages",
    check: messages,
    weight: 1,
    words: words!["\"entries\":[" "\"marks\":[" "\"lane\":\"shield\"" "\"n\":9223372036854775807" "\"last\":true"
        "\"receipt\":{" "\"refusal\":{\"reason\":\"" "\"counts\":{" "\"not_applied\":[" "shield=1;single=2;bulk=3;rules=1;"
        "at=-1" "as_of=0;" "\"status\":65535"],
};

fn messages(bytes: &[u8]) -> String {
    let verdict = kept::<Page>(bytes, "page")
        .or_else(|| kept::<Mark>(bytes, "mark"))
        .or_else(|| kept::<Answer>(bytes, "answer"))
        .or_else(|| kept::<Problem>(bytes, "problem"))
        .or_else(|| basis(bytes));
    verdict.unwrap_or("refused").to_owned()
}

fn kept<T: DeserializeOwned + Serialize + PartialEq>(
    bytes: &[u8],
    name: &'static str,
) -> Option<&'static str> {
    let message: T = serde_json::from_slice(bytes).ok()?;
    let written = serde_json::to_vec(&message).expect("a message is written");
    let again: T = serde_json::from_slice(&written).expect("a message is read back");
    assert!(again == message, "{name}: written and read, it is another");
    Some(name)
}

/// The header that names what an answer was computed from.
fn basis(bytes: &[u8]) -> Option<&'static str> {
    let text = std::str::from_utf8(bytes).ok()?;
    match text.parse::<Basis>() {
        Ok(basis) => {
            assert_eq!(basis.to_string().parse().as_ref(), Ok(&basis));
            Some("basis")
        }
        Err(error) => {
            assert_discreet(&format!("{error} {error:?}"));
            None
        }
    }
}
