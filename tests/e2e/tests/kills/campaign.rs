//! The kills: each role in turn, at seeded moments and at its crash points, and what must be so after its turn.

use std::time::Duration;

use madoguchi_e2e::api::Api;
use madoguchi_e2e::dice::Dice;
use madoguchi_e2e::town::{Kind, Role, Town};
use madoguchi_e2e::wait::{Watch, rest, wait_until, wait_while_it_goes_on, within};
use madoguchi_e2e::{is_soak, platform};

use crate::bulk::PERSONS;
use crate::clerks::{BLOCK, Clerks};
use crate::desk::Desk;
use crate::points::{self, Point, Work};

/// Who is killed, in this order: last the one whose turn brings many new persons.
const TURNS: [Role; 5] = [
    Role::Office,
    Role::Hub,
    Role::Verification,
    Role::Institution,
    Role::Registers,
];

/// Everything that goes on.
pub(crate) struct Campaign {
    pub(crate) kind: Kind,
    pub(crate) town: Town,
    pub(crate) clerks: Clerks,
    pub(crate) desk: Desk,
    pub(crate) dice: Dice,
    /// Files whose receipts were looked at already, by lane.
    pub(crate) receipts_seen: std::collections::BTreeMap<String, i64>,
}

/// The kills of a role's turn.
#[derive(Default)]
struct Count {
    /// At seeded moments.
    seeded: usize,
    /// Of these, with unfinished work: they are the ones that count.
    counted: usize,
    /// At crash points.
    points: usize,
    /// Of these, with unfinished work.
    points_counted: usize,
}

/// Runs the whole campaign on one kind of database.
pub(crate) fn run(kind: Kind, seed: u64) {
    let watch = Watch::start();
    let mut campaign = Campaign::begin(kind, seed);
    campaign.settle();
    campaign.reckon();
    for role in TURNS {
        campaign.turn(role);
    }
    campaign.close(watch.elapsed());
}

impl Campaign {
    fn begin(kind: Kind, seed: u64) -> Campaign {
        let mut town = Town::found(&format!("kills-{}", kind.name()), kind);
        town.start_all();
        let mut dice = Dice::new(seed);
        let clerks = Clerks::hire(
            &town.api(Role::Office),
            &town.api(Role::Registers),
            &town.api(Role::Hub),
            Dice::new(dice.roll()),
        );
        let desk = Desk::open(&town.site());
        let mut campaign = Campaign {
            kind,
            town,
            clerks,
            desk,
            dice,
            receipts_seen: std::collections::BTreeMap::new(),
        };
        for _ in 0..PERSONS / BLOCK {
            campaign.clerks.introduce();
        }
        campaign
    }

    /// A role's turn: killed at seeded moments, then at its crash points; then everything comes to rest.
    fn turn(&mut self, role: Role) {
        let watch = Watch::start();
        let target = if is_soak() { 200 } else { 30 };
        let mut count = Count::default();
        while count.counted < target {
            assert!(
                count.seeded < 6 * target,
                "{role:?}: {} of {} kills found unfinished work",
                count.counted,
                count.seeded
            );
            count.seeded += 1;
            count.counted += usize::from(self.kill_at_a_moment(role));
            self.town.start(role, None);
            self.nothing_wrong();
        }
        for _ in 0..if is_soak() { 4 } else { 1 } {
            for point in points::of(role) {
                for name in point.names() {
                    count.points += 1;
                    count.points_counted += usize::from(self.kill_at_a_point(point, &name));
                }
            }
        }
        self.town.start(role, None);
        let killing = watch.elapsed();
        self.settle();
        self.reckon();
        self.tell(&format!(
            "{} killed {} times with unfinished work at {} seeded moments, and at {} crash points ({} with \
             unfinished work): {:.1} s, at rest and reckoned after {:.1} s",
            role.name(),
            count.counted,
            count.seeded,
            count.points,
            count.points_counted,
            killing.as_secs_f64(),
            watch.elapsed().as_secs_f64()
        ));
    }

    /// Prints a figure.
    #[expect(clippy::print_stdout, reason = "the soak's report repeats these lines")]
    pub(crate) fn tell(&self, figure: &str) {
        println!("soak: kills on {}: {figure}", self.kind.name());
    }

    /// Makes work, waits for a moment of the dice, and kills. Whether work was unfinished.
    fn kill_at_a_moment(&mut self, role: Role) -> bool {
        let persons = self.clerks.plans().len();
        self.desk.ask(2, persons, &mut self.dice);
        let ahead = 1 + i64::try_from(self.dice.below(6)).unwrap_or(0);
        match role {
            Role::Office => {
                self.clerks.decide(10);
                rest(self.dice.moment(Duration::from_millis(25)));
                let unfinished = self.office().is_some_and(|office| office.waiting > 0);
                self.town.process(role).kill();
                unfinished
            }
            Role::Hub => {
                let before = self.office().map_or(0, |office| office.taken);
                self.clerks.decide(10);
                wait_until("the hub takes files", || {
                    (self.office()?.taken >= before + ahead).then_some(())
                });
                rest(self.dice.moment(Duration::from_millis(8)));
                self.town.process(role).kill();
                // The hub is dead: what waits at the office now has not been taken, or not been heard of.
                wait_until("the office tells", || self.office()).waiting > 0
            }
            Role::Verification => {
                let before = self.heads().map_or(0, |heads| heads.single);
                self.clerks.decide(10);
                wait_until("verification applies", || {
                    (self.heads()?.single >= before + ahead).then_some(())
                });
                rest(self.dice.moment(Duration::from_millis(8)));
                let unfinished = self.is_behind();
                self.town.process(role).kill();
                unfinished
            }
            Role::Institution => {
                self.desk.ask(10, persons, &mut self.dice);
                rest(self.dice.moment(Duration::from_millis(40)));
                self.town.process(role).kill();
                !self.desk.unfinished().is_empty()
            }
            Role::Registers => {
                let block = self.clerks.introduce();
                rest(self.dice.moment(Duration::from_millis(30)));
                self.town.process(role).kill();
                // The register is dead: a load that is open now stays open, and whoever waits goes on waiting.
                self.clerks.open_loads() > 0 || block.iter().any(|person| self.waits_for_match(*person))
            }
        }
    }

    /// Starts the role so that it dies at a crash point, and works until it has. Whether work was unfinished.
    fn kill_at_a_point(&mut self, point: &Point, name: &str) -> bool {
        let occurrence = 1 + self.dice.below(point.within);
        self.town.process(point.role).kill();
        self.town.start(point.role, Some(&format!("{name}:{occurrence}")));
        let mut ended = None;
        for _ in 0..30 {
            self.work(point.work);
            let process = self.town.process(point.role);
            ended = within(Duration::from_secs(2), || process.ended());
            if ended.is_some() {
                break;
            }
        }
        assert!(
            ended.is_some_and(platform::was_killed),
            "{name}:{occurrence}: {ended:?}: {}",
            self.town.process(point.role).last_words()
        );
        let unfinished = match point.role {
            Role::Institution => !self.desk.unfinished().is_empty(),
            Role::Office => self.clerks.open() > 0,
            _ => self.clerks.open() > 0 || self.office().is_some_and(|office| office.waiting > 0),
        };
        self.nothing_wrong();
        unfinished
    }

    /// Makes something to do.
    fn work(&mut self, work: Work) {
        let persons = self.clerks.plans().len();
        match work {
            Work::Decisions => self.clerks.decide(8),
            Work::Introductions => drop(self.clerks.introduce()),
            Work::LongFile | Work::RefusedFile => {
                if self.clerks.open_files() == 0 {
                    self.clerks.send_bulk(work == Work::RefusedFile);
                }
            }
            Work::Requests => self.desk.ask(6, persons, &mut self.dice),
        }
    }

    /// What was heard and shown until now is as it must be.
    pub(crate) fn nothing_wrong(&mut self) {
        let mut wrong = self.desk.look(self.clerks.plans());
        wrong.extend(self.clerks.wrong());
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Waits until everything that was begun is done: by itself, with every role running.
    fn settle(&mut self) {
        wait_while_it_goes_on("everything is acknowledged", || match self.clerks.open() {
            0 => Ok(()),
            open => Err(Some(open)),
        });
        wait_while_it_goes_on("the office's outbox is empty", || match self.office() {
            Some(office) if office.waiting == 0 => Ok(()),
            office => Err(office.map(|office| office.waiting)),
        });
        let expected = self.expected_heads();
        wait_while_it_goes_on("verification has everything", || match self.heads() {
            Some(heads) if heads.reach(&expected) => Ok(()),
            heads => Err(heads),
        });
        wait_until("every request has a result", || {
            (self.desk.waiting() == 0 && self.desk.unfinished().is_empty()).then_some(())
        });
        self.nothing_wrong();
    }

    /// How the office's outbox stands; nothing when nobody answers.
    pub(crate) fn office(&self) -> Option<OfficeStanding> {
        let reply = self.town.api(Role::Office).get("/status").ok()?;
        let lanes = reply.json();
        let sum = |key: &str| {
            let lanes = lanes.as_array()?.iter();
            Some(lanes.filter_map(|lane| lane[key].as_i64()).sum())
        };
        Some(OfficeStanding {
            waiting: sum("waiting")?,
            taken: sum("taken")?,
            refused: sum("refused")?,
        })
    }

    /// How far verification is; nothing when nobody answers.
    pub(crate) fn heads(&self) -> Option<Heads> {
        let reply = self.town.api(Role::Verification).get("/status").ok()?;
        let status = reply.json();
        let head = |lane: &str| status["heads"][lane].as_i64();
        Some(Heads {
            shield: head("shield")?,
            single: head("single")?,
            bulk: head("bulk")?,
        })
    }

    /// Whether the hub's feed goes on behind the place where verification is.
    fn is_behind(&self) -> bool {
        let Some(Heads { shield, single, bulk }) = self.heads() else {
            return false;
        };
        let hub = Api::new(self.town.port(Role::Hub), "verification");
        let newest = i64::MAX;
        let feed = hub.get(&format!(
            "/feed?shield={shield}&single={single}&bulk={bulk}&marks_after={newest}"
        ));
        let entries = feed.map(|feed| feed.json()["entries"].as_array().map(Vec::len));
        entries.is_ok_and(|entries| entries.is_some_and(|entries| entries > 0))
    }

    fn waits_for_match(&self, person: u32) -> bool {
        let standing = self
            .town
            .api(Role::Hub)
            .get(&format!("/registration/people/person-{person}"));
        standing.is_ok_and(|reply| reply.json()["state"] == "waiting")
    }
}

/// Files of an office's outbox.
pub(crate) struct OfficeStanding {
    pub(crate) waiting: i64,
    pub(crate) taken: i64,
    pub(crate) refused: i64,
}

/// Positions of the feed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Heads {
    pub(crate) shield: i64,
    pub(crate) single: i64,
    pub(crate) bulk: i64,
}

impl Heads {
    fn reach(&self, other: &Heads) -> bool {
        self.shield >= other.shield && self.single >= other.single && self.bulk >= other.bulk
    }
}
