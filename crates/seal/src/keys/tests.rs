use super::*;
use crate::testing::rng;
use crate::{FormatRule, HubPublicKey, KeyProvider, Place, platform};

const PLACE: Place<'static> = Place {
    table: "t",
    row: &[],
    column: "c",
};

fn root(seed: u64) -> RootKey {
    RootKey::generate(&mut rng(seed))
}

/// Computed with Python's `cryptography` (HKDFExpand) over the framed labels.
#[test]
fn known_answers() {
    let derived = |purpose, of| hex::encode(root(1).derive(purpose, of).as_slice());
    assert_eq!(
        derived("column", "12139994"),
        "f550297fbcbc3ea9d8543834c54a9a50f9a04600a082ad7949f2c35287f9a778"
    );
    assert_eq!(
        derived("index", "person by number"),
        "9623203e315d2ca59b5be61537cc6bb932114194f94c990bd106406f6157c8b6"
    );
    assert_eq!(root(1).check_value(), "2366a5b5f6203079");
}

#[test]
fn every_purpose_office_and_root_has_a_key_of_its_own() {
    let sealed = root(1).column_key("A").seal(&mut rng(2), &PLACE, b"value");
    assert!(root(1).column_key("A").open(&PLACE, &sealed).is_ok());
    assert!(root(1).column_key("B").open(&PLACE, &sealed).is_err());
    assert!(root(2).column_key("A").open(&PLACE, &sealed).is_err());

    let index = |root: &RootKey, purpose| root.index_key(purpose).index(&[b"value"]);
    assert_eq!(index(&root(1), "a"), index(&root(1), "a"));
    assert_ne!(index(&root(1), "a"), index(&root(1), "b"));
    assert_ne!(index(&root(1), "a"), index(&root(2), "a"));
    assert_ne!(
        root(1).derive("column", "x").as_slice(),
        root(1).derive("index", "x").as_slice()
    );
    assert_ne!(root(1).check_value(), root(2).check_value());
}

#[test]
fn a_provider_gives_the_keys_of_its_root() {
    let provider: Box<dyn KeyProvider> = Box::new(root(1));
    let sealed = provider
        .column_key("A")
        .unwrap()
        .seal(&mut rng(2), &PLACE, b"value");
    assert_eq!(root(1).column_key("A").open(&PLACE, &sealed).unwrap(), b"value");
    assert_eq!(
        provider.index_key("a").unwrap().index(&[]),
        root(1).index_key("a").index(&[])
    );
    assert_eq!(
        provider.hub_private_key().unwrap().public_key(),
        root(1).hub_private_key().public_key()
    );
}

#[test]
fn the_hubs_public_key_survives_a_configuration_file_and_no_slip() {
    let key = root(1).hub_private_key().public_key();
    let text = key.to_string();
    assert_eq!(text.parse::<HubPublicKey>().unwrap(), key);
    let json = serde_json::to_string(&key).unwrap();
    assert_eq!(serde_json::from_str::<HubPublicKey>(&json).unwrap(), key);
    assert_eq!(key.fingerprint().len(), 39);
    assert_ne!(
        key.fingerprint(),
        root(2).hub_private_key().public_key().fingerprint()
    );

    let rule = |text: &str| HubPublicKey::parse(text).unwrap_err().rule;
    assert_eq!(rule("mdgroot1-AAAA"), FormatRule::Prefix("mdghub1-"));
    assert_eq!(
        rule(&text[..20]),
        FormatRule::Length {
            expected: 56,
            found: 20
        }
    );
    assert_eq!(rule(&format!("{}+", &text[..55])), FormatRule::Alphabet);
    for at in 8..56 {
        let mut slipped = text.clone().into_bytes();
        slipped[at] = if slipped[at] == b'A' { b'B' } else { b'A' };
        assert_eq!(
            rule(std::str::from_utf8(&slipped).unwrap()),
            FormatRule::Checksum,
            "character {at}"
        );
    }
}

#[test]
fn a_file_gives_back_the_root_and_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root.key");
    let created = RootKey::create(&path, &mut rng(1)).unwrap();
    assert_eq!(created.check_value(), root(1).check_value());
    assert_eq!(RootKey::load(&path).unwrap().check_value(), created.check_value());
    assert_eq!(env::open_to_others(&path.metadata().unwrap()), None);

    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("# Madoguchi root key (根鍵)") && text.contains("LOSES THE DATA"));
    // Nothing is left over beside it.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root.key");
    std::fs::write(&path, "something").unwrap();
    let error = RootKey::create(&path, &mut rng(1)).unwrap_err();
    assert!(matches!(error, KeyFileError::Exists(_)), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "something");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none").join("root.key");
    assert!(matches!(
        RootKey::create(&path, &mut rng(1)),
        Err(KeyFileError::Io { .. })
    ));
    assert!(matches!(RootKey::load(&path), Err(KeyFileError::Io { .. })));
}

#[test]
fn a_file_that_others_may_use_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root.key");
    RootKey::create(&path, &mut rng(1)).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o601] {
        if platform::set_mode(&path, mode) {
            let error = RootKey::load(&path).unwrap_err();
            assert!(
                matches!(error, KeyFileError::Open { mode: found, .. } if found == mode),
                "{error}"
            );
        }
    }
    // A manager of secrets may mount it read-only.
    if platform::set_mode(&path, 0o400) {
        assert!(RootKey::load(&path).is_ok());
    }
}

#[test]
fn a_damaged_file_is_refused_without_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root.key");
    RootKey::create(&path, &mut rng(1)).unwrap();
    let whole = std::fs::read_to_string(&path).unwrap();
    let key = whole.lines().last().unwrap();
    let load = |text: &str| {
        std::fs::write(&path, text).unwrap();
        RootKey::load(&path)
    };
    assert!(load(&format!("\r\n# mine\r\n  {key}  \r\n\r\n")).is_ok());
    assert!(matches!(load(""), Err(KeyFileError::Lines(_))));
    assert!(matches!(
        load(&format!("{key}\n{key}\n")),
        Err(KeyFileError::Lines(_))
    ));
    for cut in 1..key.len() {
        let error = load(&key[..cut]).unwrap_err();
        assert!(matches!(error, KeyFileError::Format { .. }), "{error}");
        assert!(!format!("{error} {error:?}").contains(&key[9..20]), "{error}");
    }
    let mut slipped = key.to_owned();
    let last = slipped.pop().unwrap();
    slipped.push(if last == 'A' { 'B' } else { 'A' });
    let error = load(&slipped).unwrap_err().to_string();
    assert!(
        error.ends_with("root key: has a checksum that does not agree; copy it again"),
        "{error}"
    );
}
