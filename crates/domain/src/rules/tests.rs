//! Rules in force, and the handbook's page.

use jiff::civil::date;

use super::*;
use crate::monthly::LeftOutReason;
use crate::other_programmes::Programme;

const PAGE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/src/reference/rules.md"
));

/// The cells of the rows of the page's table whose heading begins with `first`.
fn rows(first: &str) -> Vec<Vec<String>> {
    let table = PAGE
        .lines()
        .skip_while(|line| !line.starts_with(first))
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let cells = |line: &str| {
        line.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    table.map(cells).collect()
}

#[test]
fn the_page_and_the_catalogue_agree() {
    let page = rows("| name | 日本語 | what it says");
    let catalogue: Vec<[String; 5]> = CATALOGUE
        .iter()
        .map(|rule| {
            [
                format!("`{}`", rule.id),
                rule.japanese.to_owned(),
                rule.summary.to_owned(),
                rule.effective_from.to_string(),
                format!("`{}`", rule.function),
            ]
        })
        .collect();
    let of_page: Vec<[String; 5]> = page
        .iter()
        .map(|row| [0, 1, 2, 5, 6].map(|column| row[column].clone()))
        .collect();
    assert_eq!(of_page, catalogue);
    assert!(page.iter().all(|row| row.iter().all(|cell| !cell.is_empty())));
}

#[test]
fn every_rule_has_a_name_of_its_own() {
    let mut ids: Vec<&str> = CATALOGUE.iter().map(|rule| rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), CATALOGUE.len());
    let name = |id: &&str| id.bytes().all(|c| c.is_ascii_lowercase() || c == b'_');
    assert!(ids.iter().all(name));
}

#[test]
fn the_page_names_every_version() {
    let page: Vec<[String; 2]> = rows("| version")
        .iter()
        .map(|row| [row[0].clone(), row[1].clone()])
        .collect();
    let sets: Vec<[String; 2]> = RULE_SETS
        .iter()
        .map(|set| [format!("`{}`", set.version), set.effective_from.to_string()])
        .collect();
    assert_eq!(page, sets);
    assert_eq!(RULE_SETS.last(), Some(&CURRENT));
    assert_eq!(crate::eligibility::RULE_VERSION, CURRENT.version);
}

#[test]
fn the_page_names_every_reason_to_leave_somebody_out() {
    let reasons: Vec<Vec<String>> = LeftOutReason::ALL
        .iter()
        .map(|reason| {
            vec![
                format!("`{}`", reason.name()),
                reason.label().into(),
                reason.next_step().into(),
            ]
        })
        .collect();
    assert_eq!(rows("| name | 日本語 | what the office does next"), reasons);
}

#[test]
fn the_page_has_the_order_of_programmes() {
    let mut order: Vec<String> = Programme::ALL
        .iter()
        .map(|one| format!("{} {}", one.code(), one.label()))
        .collect();
    order.push("**12 医療扶助**.".to_owned());
    assert!(PAGE.contains(&order.join(" > ")));
}

#[test]
fn the_page_names_the_parameters() {
    let page = rows("| name | 日本語 | what it says");
    let parameter = |id: &str| {
        let row = page.iter().find(|row| row[0] == format!("`{id}`")).unwrap();
        row[4].clone()
    };
    let months: Vec<String> = [
        TreatmentType::Inpatient,
        TreatmentType::Outpatient,
        TreatmentType::Dental,
        TreatmentType::HomeNursing,
        TreatmentType::Dispensing,
    ]
    .iter()
    .map(|treatment| {
        let months = CURRENT.opinion_months(*treatment);
        format!(
            "{} {}",
            treatment.label(),
            months.map_or("none".into(), |months| months.to_string())
        )
    })
    .collect();
    assert_eq!(
        parameter("opinion_carries"),
        format!("`opinion_months`: {}", months.join(", "))
    );
    assert_eq!(
        parameter("prescription_days"),
        format!("`prescription_days`: {}", CURRENT.prescription_days)
    );
}

#[test]
fn the_last_set_that_has_begun_is_in_force() {
    let set = |version, effective_from| RuleSet {
        version,
        effective_from,
        ..CURRENT
    };
    let sets = [set("one", date(2024, 3, 1)), set("two", date(2027, 4, 1))];
    for (day, version) in [
        (date(2000, 1, 1), "one"),
        (date(2024, 3, 1), "one"),
        (date(2027, 3, 31), "one"),
        (date(2027, 4, 1), "two"),
        (Date::MAX, "two"),
    ] {
        assert_eq!(in_force_among(&sets, day).unwrap().version, version, "{day}");
    }
    assert_eq!(in_force_among(&[], date(2027, 4, 1)), None);
    let in_order = RULE_SETS
        .windows(2)
        .all(|pair| pair[0].effective_from < pair[1].effective_from);
    assert!(in_order);
    assert_eq!(RuleSet::in_force(date(2026, 11, 1)), &CURRENT);
}
