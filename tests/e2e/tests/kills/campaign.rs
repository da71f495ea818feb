//! The kills: each role in turn, at seeded moments and at its crash points, and what must be so after its turn.

use std::time::Duration;

use madoguchi_e2e::dice::Dice;
use madoguchi_e2e::town::{Kind, Role, Town};
use madoguchi_e2e::wait::{Watch, rest, wait_until, wait_until_or_tell, wait_while_it_goes_on};

use crate::bulk::PERSONS;
use crate::clerks::{BLOCK, Clerks};
use crate::desk::Desk;
use crate::killing::{Quota, Scene, turn};
use crate::points::{POINTS, Point, Work};
use crate::standing::{Heads, OfficeStanding, is_behind};

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

/// How often each role is killed.
const SHORT: Quota = Quota {
    moments: 30,
    rounds: 1,
};
const LONG: Quota = Quota {
    moments: 200,
    rounds: 4,
};

/// Runs the whole campaign on one kind of database.
pub(crate) fn run(kind: Kind, seed: u64) {
    let watch = Watch::start();
    let mut campaign = Campaign::begin(kind, seed);
    campaign.settle();
    campaign.reckon();
    let points: Vec<&Point> = POINTS.iter().collect();
    for role in TURNS {
        turn(&mut campaign, role, Quota::of(SHORT, LONG), &points);
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

    /// How the office's outbox stands; nothing when nobody answers.
    pub(crate) fn office(&self) -> Option<OfficeStanding> {
        OfficeStanding::ask(&self.town)
    }

    /// How far verification is; nothing when nobody answers.
    pub(crate) fn heads(&self) -> Option<Heads> {
        Heads::ask(&self.town)
    }

    fn waits_for_match(&self, person: u32) -> bool {
        let standing = self
            .town
            .api(Role::Hub)
            .get(&format!("/registration/people/person-{person}"));
        standing.is_ok_and(|reply| reply.json()["state"] == "waiting")
    }
}

impl Scene for Campaign {
    const NAME: &'static str = "kills";

    fn town(&mut self) -> &mut Town {
        &mut self.town
    }

    fn kind(&self) -> Kind {
        self.kind
    }

    fn dice(&mut self) -> &mut Dice {
        &mut self.dice
    }

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
                // Over all lanes: of ten decisions, any number may be flags, which have a lane of their own.
                let before = self.heads().map_or(0, |heads| heads.sum());
                self.clerks.decide(10);
                let applied = || (self.heads()?.sum() >= before + ahead).then_some(());
                wait_until_or_tell("verification applies", applied, || {
                    let (heads, office) = (self.heads(), self.office().map(|office| office.waiting));
                    format!(
                        "from {before} {ahead} ahead; now {heads:?}; waiting at the office {office:?}; not acknowledged {}, \
                         unheard {}\n{}",
                        self.clerks.open(),
                        self.clerks.unheard(),
                        self.town.last_words()
                    )
                });
                rest(self.dice.moment(Duration::from_millis(8)));
                let unfinished = is_behind(&self.town);
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
            _ => panic!("{work:?} belongs to the monthly run"),
        }
    }

    fn is_unfinished(&mut self, role: Role) -> bool {
        match role {
            Role::Institution => !self.desk.unfinished().is_empty(),
            Role::Office => self.clerks.open() > 0,
            _ => self.clerks.open() > 0 || self.office().is_some_and(|office| office.waiting > 0),
        }
    }

    fn nothing_wrong(&mut self) {
        let mut wrong = self.desk.look(self.clerks.plans());
        wrong.extend(self.clerks.wrong());
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

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
        wait_while_it_goes_on("every request has a result", || {
            match (self.desk.waiting(), self.desk.unfinished().len()) {
                (0, 0) => Ok(()),
                left => Err(Some(left)),
            }
        });
        self.nothing_wrong();
    }

    fn reckon(&mut self) {
        self.reckoned();
    }
}
