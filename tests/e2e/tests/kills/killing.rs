//! A role's turn, whatever goes on around it: killed at seeded moments and at its crash points; then everything comes to
//! rest by itself and is reckoned.

use std::time::Duration;

use madoguchi_e2e::dice::Dice;
use madoguchi_e2e::town::{Kind, Role, Town};
use madoguchi_e2e::wait::{Watch, within};
use madoguchi_e2e::{is_soak, platform};

use crate::points::{Point, Work};

/// How long a role may take to reach its crash point after work was made for it, before more is made.
const REACH: Duration = Duration::from_secs(2);

/// What goes on while roles are killed.
pub(crate) trait Scene {
    /// How its figures begin.
    const NAME: &'static str;

    /// The roles.
    fn town(&mut self) -> &mut Town;

    /// On which database.
    fn kind(&self) -> Kind;

    /// What chooses moments.
    fn dice(&mut self) -> &mut Dice;

    /// Makes work, waits for a moment of the dice, and kills. Whether work was unfinished.
    fn kill_at_a_moment(&mut self, role: Role) -> bool;

    /// The role is down, and will be started to die at this point.
    fn before_point(&mut self, _point: &Point) {}

    /// Makes something to do.
    fn work(&mut self, work: Work);

    /// It died at this point, and is not started again yet.
    fn after_point(&mut self, _point: &Point) {}

    /// Whether something waits for a role that has died.
    fn is_unfinished(&mut self, role: Role) -> bool;

    /// What was heard and shown until now is as it must be.
    fn nothing_wrong(&mut self);

    /// Waits until everything that was begun is done: by itself, with every role running.
    fn settle(&mut self);

    /// Compares everything with what was acknowledged. Nothing is under way.
    fn reckon(&mut self);
}

/// How often each role is killed.
#[derive(Clone, Copy)]
pub(crate) struct Quota {
    /// At seeded moments, with unfinished work.
    pub(crate) moments: usize,
    /// At each crash point.
    pub(crate) rounds: usize,
}

impl Quota {
    /// The long count in a soak, the short one otherwise.
    pub(crate) fn of(short: Quota, long: Quota) -> Quota {
        if is_soak() { long } else { short }
    }
}

/// The kills of a role's turn.
#[derive(Default)]
struct Count {
    /// At seeded moments.
    seeded: usize,
    /// Of these, with unfinished work: they are the ones that count.
    counted: usize,
    /// At crash points, each by name.
    points: Vec<String>,
    /// Of these, with unfinished work.
    points_counted: usize,
}

/// A role's turn.
pub(crate) fn turn<S: Scene>(scene: &mut S, role: Role, quota: Quota, points: &[&'static Point]) {
    let watch = Watch::start();
    let mut count = Count::default();
    while count.counted < quota.moments {
        assert!(
            count.seeded < 20 * quota.moments,
            "{role:?}: {} of {} kills found unfinished work",
            count.counted,
            count.seeded
        );
        count.seeded += 1;
        count.counted += usize::from(scene.kill_at_a_moment(role));
        scene.town().start(role, None);
        scene.nothing_wrong();
    }
    for _ in 0..quota.rounds {
        for point in points.iter().filter(|point| point.role == role) {
            for name in point.names() {
                count.points_counted += usize::from(kill_at_a_point(scene, point, &name));
                count.points.push(name);
            }
        }
    }
    scene.town().start(role, None);
    let killing = watch.elapsed();
    scene.settle();
    scene.reckon();
    tell(
        scene,
        &format!(
            "{} killed {} times with unfinished work at {} seeded moments, and {} times at crash points ({} with \
             unfinished work; {} each at {}): {:.1} s, at rest and reckoned after {:.1} s",
            role.name(),
            count.counted,
            count.seeded,
            count.points.len(),
            count.points_counted,
            quota.rounds,
            distinct(count.points),
            killing.as_secs_f64(),
            watch.elapsed().as_secs_f64()
        ),
    );
}

/// Starts the role so that it dies at a crash point, and works until it has. Whether work was unfinished.
fn kill_at_a_point<S: Scene>(scene: &mut S, point: &Point, name: &str) -> bool {
    let occurrence = 1 + scene.dice().below(point.within);
    scene.town().process(point.role).kill();
    scene.before_point(point);
    scene
        .town()
        .start(point.role, Some(&format!("{name}:{occurrence}")));
    let mut ended = scene.town().process(point.role).ended();
    for _ in 0..30 {
        if ended.is_some() {
            break;
        }
        scene.work(point.work);
        let process = scene.town().process(point.role);
        ended = within(REACH, || process.ended());
    }
    assert!(
        ended.is_some_and(platform::was_killed),
        "{name}:{occurrence}: {ended:?}: {}",
        scene.town().process(point.role).last_words()
    );
    scene.after_point(point);
    let unfinished = scene.is_unfinished(point.role);
    scene.nothing_wrong();
    unfinished
}

fn distinct(mut names: Vec<String>) -> String {
    names.sort();
    names.dedup();
    names.join(", ")
}

/// Prints a figure.
#[expect(clippy::print_stdout, reason = "the soak's report repeats these lines")]
pub(crate) fn tell<S: Scene>(scene: &S, figure: &str) {
    println!("soak: {} on {}: {figure}", S::NAME, scene.kind().name());
}
