//! What offices are told of how far their records have come: what verification has confirmed, in their own numbers.

use domain::identity::OfficeCode;
use domain::permit::Actor;
use exchange::registration::progress::Progress;
use exchange::registration::{Lane, Mode};
use http::{Method, StatusCode};

use crate::people::{self, NUMBERS, Someone, voucher};
use crate::world::World;

fn progress_of(world: &World, office: &str, known: &str) -> Progress {
    let me = Actor::Office(OfficeCode::parse(office).unwrap());
    let path = format!("/registration/progress?{known}");
    let (status, body) = world.call("hub", &me, Method::GET, &path, Vec::new());
    assert_eq!(status, StatusCode::OK);
    serde_json::from_slice(&body).unwrap()
}

/// The steps of a lane: the files up to which verification had applied.
fn steps(progress: &Progress, lane: Lane) -> Vec<i64> {
    let of_lane = progress.files.iter().filter(|step| step.lane == lane);
    of_lane.map(|step| step.number).collect()
}

#[test]
fn a_file_is_visible_when_the_reader_says_so_and_not_before() {
    let mut world = World::new("progress", 1);
    let someone = Someone::new("p-1", NUMBERS[0], "架空　一");
    world.settled(&someone);
    assert_eq!(progress_of(&world, "13104", "").files, []);
    let told = world.fleet.now();
    // Reading is not having applied: only the next pull says that.
    world.send_in(Lane::Bulk, Mode::EachPerson, &[voucher("p-1", "v-1", 1)]);
    let pages = world.feed();
    assert!(!pages.is_empty());
    world.live(1);
    let progress = progress_of(&world, "13104", "");
    assert_eq!(steps(&progress, Lane::Single), [1]);
    assert_eq!(steps(&progress, Lane::Bulk), [1]);
    assert!(progress.files.iter().all(|step| step.at >= told.micros()));
    // What is known is not told again, and nobody else's is told at all.
    let progress = progress_of(&world, "13104", "single=1&bulk=1");
    assert_eq!(progress.files, []);
    assert_eq!(progress_of(&world, "13999", ""), Progress::default());
    world.send_in(Lane::Bulk, Mode::EachPerson, &[voucher("p-1", "v-2", 1)]);
    world.live(1);
    assert_eq!(steps(&progress_of(&world, "13104", ""), Lane::Bulk), [1]);
    world.feed();
    world.live(1);
    assert_eq!(steps(&progress_of(&world, "13104", ""), Lane::Bulk), [1, 2]);
}

#[test]
fn whoever_was_held_is_let_go_with_the_revision_that_agreed_and_the_time() {
    let mut world = World::new("let-go", 2);
    let someone = Someone::new("p-1", NUMBERS[0], "架空　一");
    let person = world.person(&someone, 1);
    world.send(&[person, voucher("p-1", "v-1", 1)]);
    world.live(1);
    assert_eq!(progress_of(&world, "13104", "").let_go, []);
    world.load(&[&someone]);
    let corrected = world.person(&someone, 2);
    world.send(&[corrected]);
    world.live(10);
    // A correction that says the same is not asked about again; another word is.
    let mut renamed = someone.clone();
    renamed.name = "架空　二";
    world.load(&[&renamed]);
    let renamed = world.person(&renamed, 3);
    world.send(&[renamed]);
    world.live(10);
    let let_go = progress_of(&world, "13104", "").let_go;
    assert_eq!(let_go.len(), 1);
    assert_eq!((let_go[0].link.as_str(), let_go[0].revision), ("p-1", 3));
    assert_eq!(let_go[0].visible_at, None);
    world.feed();
    world.live(1);
    let shown = progress_of(&world, "13104", "").let_go;
    assert!(shown[0].visible_at >= Some(shown[0].at), "{shown:?}");
    let after = format!("let_go={}", shown[0].n);
    assert_eq!(progress_of(&world, "13104", &after).let_go, []);
}

#[test]
fn what_was_confirmed_outlives_the_hub() {
    let mut world = World::new("outlives", 3);
    let someone = Someone::new("p-1", NUMBERS[0], "架空　一");
    world.settled(&someone);
    world.feed();
    world.live(1);
    let before = progress_of(&world, "13104", "");
    assert_eq!(steps(&before, Lane::Single), [1]);
    world.fleet.crash("hub");
    world.live(1);
    world.start_hub();
    world.live(1);
    assert_eq!(progress_of(&world, "13104", ""), before);
    // A reader that stands where it stood says nothing new.
    world.feed();
    world.live(1);
    assert_eq!(progress_of(&world, "13104", ""), before);
}

#[test]
fn nobody_confirms_more_than_there_is() {
    let mut world = World::new("progress-ahead", 1);
    let someone = Someone::new("p-1", NUMBERS[0], "架空　一");
    world.settled(&someone);
    let path = format!("/feed?shield={}&single={}&hold_ms=0", i64::MIN, i64::MAX);
    let (status, _) = world.call("hub", &Actor::Verification, Method::GET, &path, Vec::new());
    assert_eq!(status, StatusCode::OK);
    world.live(5);
    // What comes after is confirmed when it is, and not before.
    world.send_in(Lane::Single, Mode::EachPerson, &[voucher("p-1", "v-1", 1)]);
    world.live(1);
    assert_eq!(steps(&progress_of(&world, "13104", ""), Lane::Single), [1]);
    assert!(!world.feed().is_empty());
    world.live(1);
    assert_eq!(steps(&progress_of(&world, "13104", ""), Lane::Single), [1, 2]);
}

#[test]
fn only_offices_are_told() {
    let world = World::new("told", 4);
    for other in [Actor::Verification, Actor::Hub, Actor::Operator, Actor::Registers] {
        let (status, _) = world.call("hub", &other, Method::GET, "/registration/progress", Vec::new());
        assert_eq!(status, StatusCode::FORBIDDEN, "{other:?}");
    }
    let (status, _) = world.call(
        "hub",
        &Actor::Office(people::office()),
        Method::GET,
        "/registration/progress?bulk=x",
        Vec::new(),
    );
    assert_eq!(status, StatusCode::BAD_REQUEST);
}
