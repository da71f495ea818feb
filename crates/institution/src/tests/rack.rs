//! The sandbox's cards: which can be laid on a reader.

use env::Time;
use env::sim::Simulation;
use identity::authority::Authorities;
use identity::authority::files::pem;
use jiff::civil::date;

use crate::card::{NotLaid, Rack};

#[test]
fn a_card_that_came_meanwhile_is_laid_on_one_reader() {
    let fleet = Simulation::new(3, Time::from_jst(date(2026, 11, 1).at(0, 0, 0, 0)));
    let env = fleet.node("clinic", "clinic");
    let authorities = tempfile::tempdir().unwrap();
    let authorities = Authorities::create(authorities.path(), env.now()).unwrap();
    let card = authorities
        .issue_card("card-2", 5, env.now(), &mut env.rng())
        .unwrap();
    let certificate = pem("CERTIFICATE", &card.certificate);
    let trying = async move {
        let files = env.files();
        files.ensure_dir("/cards".as_ref()).await.unwrap();
        let rack = Rack::new(&env, Some("/cards".into()));
        assert!(rack.shown().await.is_empty());
        assert_eq!(rack.insert("hanako").await.err(), Some(NotLaid::Unknown));
        let about = br#"{"pin": "1234", "holder": "hanako"}"#;
        for (name, text) in [
            ("/cards/hanako.key", card.key.as_bytes()),
            ("/cards/hanako.crt", &certificate[..]),
            ("/cards/hanako.json", &about[..]),
        ] {
            files.create(name.as_ref(), text).await.unwrap();
        }
        let laid = rack.insert("hanako").await;
        assert!(laid.is_ok());
        assert_eq!(rack.insert("hanako").await.err(), Some(NotLaid::Taken));
        drop(laid);
        assert!(rack.insert("hanako").await.is_ok());
    };
    fleet.run(10_000, trying).unwrap();
}
