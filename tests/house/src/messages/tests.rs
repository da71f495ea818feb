//! Each planted fault is found, and a page without faults has none.

use super::*;

fn tree(page: &str, more: &[(&str, &str)]) -> Vec<File> {
    let files = more.iter().copied().chain([(PAGE, page)]);
    files
        .map(|(path, text)| File {
            path: path.to_owned(),
            bytes: text.as_bytes().to_vec(),
        })
        .collect()
}

#[test]
fn a_code_without_a_row_and_a_row_without_a_code_are_found() {
    let source = (
        "crates/x/src/wording.rs",
        "const A: &str = \"MDG-ABC-001\";\n\"{most}件までです。\\\"分けて\\\"ください\"\n\"MDG-ABC-002\"\n\
         #[cfg(test)]\n\"MDG-ABC-003\"",
    );
    let good = "| `MDG-ABC-001` | often | …件までです。<br>\"分けて\"ください | split |\n\
                | `MDG-ABC-002` | never | ください | ask |";
    assert_eq!(code_faults(&tree(good, &[source])), [""; 0]);
    let bad = "| `MDG-ABC-001` | often | …件まで？ | split |\n| `MDG-ABC-009` | often | ください | ask |";
    assert_eq!(
        code_faults(&tree(bad, &[source])),
        [
            "MDG-ABC-001: its source does not say \"件まで？\"",
            "MDG-ABC-009: no source has it",
            "MDG-ABC-002: no row"
        ]
    );
    let cells = "| `MDG-ABC-001` | often | ください |";
    assert_eq!(code_faults(&tree(cells, &[source])).len(), 3);
    let elsewhere = ("crates/x/src/api.rs", source.1);
    assert_eq!(
        code_faults(&tree(good, &[elsewhere])),
        [
            "MDG-ABC-001: stands in crates/x/src/api.rs",
            "MDG-ABC-002: stands in crates/x/src/api.rs"
        ]
    );
}

#[test]
fn an_item_that_is_missing_or_shaped_otherwise_is_found() {
    let source = (
        VOUCHER,
        "pub a: Option<TicketType> = \"TicketType\" \"券別\" as Code,\n\
         pub b: Option<String>\n = \"Pay\" \"支払額\" as Digits<1, 10>,",
    );
    let good = "| 1 | `TicketType` | 券別 | code | x |\n| 2 | `Pay` | 支払額 | 1–10 digits | y |";
    assert_eq!(voucher_faults(&tree(good, &[source])), [""; 0]);
    for bad in [
        "| 1 | `TicketType` | 券別 | code | x |",
        "| 1 | `TicketType` | 券別 | code | x |\n| 2 | `Pay` | 支払額 | text | y |",
        "| 2 | `Pay` | 支払額 | 1–10 digits | y |\n| 1 | `TicketType` | 券別 | code | x |",
    ] {
        assert_eq!(voucher_faults(&tree(bad, &[source])).len(), 1, "{bad}");
    }
    assert_eq!(missing_tags(&tree("`TicketType`", &[source])), ["Pay"]);
}

#[test]
fn a_value_that_is_missing_or_called_otherwise_is_found() {
    let source = (
        VALUES,
        "/// 性別, OQSCD007.\npub enum Sex {\n    /// 男.\n    Male = \"1\",\n    /// 未設定: not said.\n    Unset = \"3\",\n}",
    );
    let good = "| OQSCD007 | 性別 `Sex1` | `1` 男, `3` 未設定 |";
    assert_eq!(value_faults(&tree(good, &[source])), [""; 0]);
    for bad in [
        "",
        "| OQSCD007 | 性 | `1` 男, `3` 未設定 |",
        "| OQSCD007 | 性別 | `1` 男, `2` 未設定 |",
        "| OQSCD007 | 性別 | `1` 男, `3` 未設定, `4` 他 |",
    ] {
        assert_eq!(value_faults(&tree(bad, &[source])).len(), 1, "{bad}");
    }
}
