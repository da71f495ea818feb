use super::*;

fn parsed(text: &str) -> DatabaseConfig {
    text.parse().unwrap()
}

#[test]
fn texts() {
    assert_eq!(
        parsed("sqlite:a/b.db"),
        DatabaseConfig::Sqlite {
            path: "a/b.db".into()
        }
    );
    assert_eq!(
        parsed("inline:office"),
        DatabaseConfig::Inline {
            name: "office".into()
        }
    );
    let postgres = |url: &str, schema: &str| DatabaseConfig::Postgres {
        url: url.into(),
        schema: schema.into(),
    };
    assert_eq!(
        parsed("postgres://u@h/d?schema=hub"),
        postgres("postgres://u@h/d", "hub")
    );
    assert_eq!(
        parsed("postgres://u@h/d?connect_timeout=3&schema=hub"),
        postgres("postgres://u@h/d?connect_timeout=3", "hub")
    );
    assert_eq!(
        parsed("postgresql://u@h/d"),
        postgres("postgresql://u@h/d", "public")
    );
    assert_eq!(
        parsed("host=/sock dbname=d schema=hub"),
        postgres("host=/sock dbname=d", "hub")
    );
    assert_eq!(
        parsed("postgres:///d?host=/sock&schema=hub"),
        postgres("postgres:///d?host=/sock", "hub")
    );
}

#[test]
fn nonsense_is_refused_without_echo() {
    for text in [
        "",
        "sqlite:",
        "mysql://x",
        "postgres://u:geheim@h:port/d",
        "host=h geheim",
        "host=h schema=A",
        "host=h schema=1",
    ] {
        let error = text.parse::<DatabaseConfig>().unwrap_err().to_string();
        assert!(!error.contains("geheim"), "{error}");
    }
}

#[test]
fn shown_without_the_password_and_readable_again() {
    let with = parsed("postgres://office:geheim@db.example:5433/m?schema=office");
    let shown = format!("{with} {with:?}");
    assert!(!shown.contains("geheim"), "{shown}");
    assert_eq!(
        with.to_string(),
        "host=db.example port=5433 user=office dbname=m schema=office"
    );
    assert!(
        matches!(parsed(&with.to_string()), DatabaseConfig::Postgres { schema, .. } if schema == "office")
    );
    assert_eq!(parsed(&with.with_password()), with);
    let words = parsed("host=/sock password=geheim dbname=m");
    assert!(!words.to_string().contains("geheim"));
    assert_eq!(parsed(&words.with_password()), words);
}

#[test]
fn from_a_configuration() {
    let read = |json: &str| serde_json::from_str::<DatabaseConfig>(json);
    assert_eq!(read(r#""sqlite:x.db""#).unwrap(), parsed("sqlite:x.db"));
    assert_eq!(
        read(r#"{"sqlite":{"path":"x.db"}}"#).unwrap(),
        parsed("sqlite:x.db")
    );
    assert_eq!(
        read(r#"{"postgres":{"url":"host=/sock","schema":"hub"}}"#).unwrap(),
        parsed("host=/sock schema=hub")
    );
    assert!(read(r#"{"sqlite":{"path":"x.db","mode":"x"}}"#).is_err());
}
