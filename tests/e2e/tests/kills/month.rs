//! The kills during the office's monthly run (月次発券) with a small made-up ward.
//!
//! Month after month the ward is loaded and run, as [`clerks`] do it, while roles are killed; people who walk in get their
//! vouchers at once beside it, and the clinic's [`desk`] asks about single people and for the month's list. In the end
//! everything is compared with an office that ran the same months and was not disturbed ([`reckoning`]).

use std::time::Duration;

use madoguchi_e2e::dice::Dice;
use madoguchi_e2e::town::{Kind, Role, Town};
use madoguchi_e2e::wait::{Watch, rest, wait_until, wait_while_it_goes_on};
use madoguchi_e2e::{books, is_soak};
use serde_json::Value;

use crate::killing::{Quota, Scene, turn};
use crate::points::{BROKEN, MONTH_POINTS, Point, Work};
use crate::standing::{Heads, OfficeStanding, is_behind};

mod clerks;
mod desk;
mod lists;
mod reckoning;
mod walk_in;
mod ward;

use clerks::{Clerks, KIND_OF_MONTH, KIND_OF_REGISTERS};
use desk::Desk;
use ward::MadeUp;

/// Who is killed, in this order.
const TURNS: [Role; 5] = [
    Role::Office,
    Role::Hub,
    Role::Verification,
    Role::Institution,
    Role::Registers,
];

const SHORT: Quota = Quota {
    moments: 15,
    rounds: 1,
};
const LONG: Quota = Quota {
    moments: 100,
    rounds: 3,
};

/// People who walk in together.
const WALK_IN: u32 = 2;

/// Everything that goes on.
struct MonthlyRun {
    kind: Kind,
    town: Town,
    ward: MadeUp,
    clerks: Clerks,
    desk: Desk,
    dice: Dice,
}

/// Runs the whole campaign on one kind of database.
pub(crate) fn run(kind: Kind, seed: u64) {
    let watch = Watch::start();
    let ward = MadeUp::of(seed, if is_soak() { 2_000 } else { 420 });
    let mut run = MonthlyRun::begin(kind, seed, ward);
    run.settle();
    run.reckon();
    let points: Vec<&Point> = MONTH_POINTS.iter().collect();
    for role in TURNS {
        turn(&mut run, role, Quota::of(SHORT, LONG), &points);
    }
    run.close(&watch);
}

impl MonthlyRun {
    fn begin(kind: Kind, seed: u64, ward: MadeUp) -> MonthlyRun {
        let clinic = ward.clinic().as_str().to_owned();
        let mut town = Town::found_with(&format!("month-{}", kind.name()), kind, &clinic);
        town.start_all();
        let clerks = Clerks::hire(&town.api(Role::Office), &town.api(Role::Registers), &clinic);
        let desk = Desk::open(&town.site(), ward.clinic(), ward.patients());
        clerks.fill_registers(&ward);
        let mut run = MonthlyRun {
            kind,
            town,
            ward,
            clerks,
            desk,
            dice: Dice::new(seed),
        };
        run.clerks.begin_month(&run.ward);
        wait_while_it_goes_on("the first month is run", || match run.clerks.open() {
            0 => Ok(()),
            open => Err(Some(open)),
        });
        run.desk.ask(2, run.clerks.month(), &mut run.dice);
        run
    }

    fn office(&self) -> Option<OfficeStanding> {
        OfficeStanding::ask(&self.town)
    }

    /// Whether files wait at the office; yes when it does not answer.
    fn files_wait(&self) -> bool {
        self.office().is_none_or(|office| office.waiting > 0)
    }

    /// What a role of an operator counts in the newest month.
    fn counts(&self, role: Role) -> Option<Value> {
        let operator = self.town.api_as(role, "operator");
        let counts = operator.get(&format!("/counts?month={}", self.clerks.month()));
        counts
            .ok()
            .filter(|reply| reply.status == 200)
            .map(|reply| reply.json())
    }

    /// People whom the hub has not asked the register about.
    fn unmatched(&self) -> Option<i64> {
        self.counts(Role::Hub)?["people"]["waiting"].as_i64()
    }

    /// Whether something of the month is left to do for a role that runs.
    fn has_work(&self, role: Role) -> bool {
        match role {
            Role::Office => self.clerks.open_of(KIND_OF_MONTH) > 0 || self.files_wait(),
            Role::Hub => self.office().is_some_and(|office| office.waiting > 0),
            Role::Verification => self.desk.lists().under_way() > 0 || is_behind(&self.town),
            Role::Institution | Role::Registers => {
                self.clerks.open_of(KIND_OF_MONTH) > 0 || self.files_wait() || is_behind(&self.town)
            }
        }
    }

    /// Waits until something of the month is left to do for a role; the next month begins when this one is through.
    fn until_busy(&mut self, role: Role) {
        wait_until("something of the monthly run is left to do", || {
            if self.has_work(role) {
                return Some(());
            }
            if self.clerks.open_of(KIND_OF_MONTH) == 0 && !self.files_wait() && !is_behind(&self.town) {
                self.clerks.begin_month(&self.ward);
            }
            None
        });
    }

    /// Waits until every request has its result and no folder holds anything of one.
    fn until_answered(&mut self) {
        wait_while_it_goes_on("every request has its result", || {
            self.nothing_wrong();
            match self.desk.unfinished().len() {
                0 if !self.desk.is_waiting() => Ok(()),
                files => Err(Some((self.desk.left(), files))),
            }
        });
    }

    /// Looks into what the desk got, and asks for what it must ask next.
    fn look(&mut self) -> Vec<String> {
        let mut wrong = self.desk.look();
        wrong.extend(self.clerks.wrong());
        wrong
    }
}

impl Scene for MonthlyRun {
    const NAME: &'static str = "kills in the monthly run";

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
        self.until_busy(role);
        let longest = match role {
            Role::Office => 250,
            Role::Hub | Role::Registers => 60,
            Role::Verification => 30,
            Role::Institution => 40,
        };
        match role {
            Role::Registers => self.clerks.walk_in(WALK_IN),
            Role::Institution => self.desk.ask(8, self.clerks.month(), &mut self.dice),
            _ => self.desk.ask(1, self.clerks.month(), &mut self.dice),
        }
        rest(self.dice.moment(Duration::from_millis(longest)));
        // Who is asked here runs; the killed one would not answer.
        let before = matches!(role, Role::Office | Role::Verification) && self.has_work(role);
        self.town.process(role).kill();
        match role {
            Role::Office | Role::Verification => before,
            Role::Hub => wait_until("the office tells", || self.office()).waiting > 0,
            Role::Institution => !self.desk.unfinished().is_empty(),
            Role::Registers => {
                self.clerks.open_of(KIND_OF_REGISTERS) > 0
                    || self.unmatched().is_some_and(|people| people > 0)
            }
        }
    }

    fn before_point(&mut self, point: &Point) {
        match point.work {
            Work::Left(sql) => {
                if sql == BROKEN {
                    self.town.start(point.role, None);
                    let peer = format!("institution:{}", self.ward.clinic().as_str());
                    self.desk.ask_many(&self.town.api_as(Role::Verification, &peer));
                    self.town.process(point.role).kill();
                }
                for one in sql.split(';') {
                    let _none = books::rows(self.town.database(point.role), one);
                }
            }
            Work::MonthWithoutHub => self.town.process(Role::Hub).kill(),
            _ => {}
        }
    }

    fn after_point(&mut self, point: &Point) {
        if point.work == Work::MonthWithoutHub {
            self.town.start(Role::Hub, None);
        }
    }

    fn work(&mut self, work: Work) {
        match work {
            Work::Month | Work::MonthWithoutHub => {
                if self.clerks.open_of(KIND_OF_MONTH) == 0 {
                    self.clerks.begin_month(&self.ward);
                }
            }
            Work::WalkIns => self.clerks.walk_in(WALK_IN),
            Work::Asking => {
                self.desk.ask(6, self.clerks.month(), &mut self.dice);
                let _wrong_is_said_later = self.desk.look();
            }
            Work::Left(_) => {}
            _ => panic!("{work:?} belongs to the decisions"),
        }
    }

    fn is_unfinished(&mut self, role: Role) -> bool {
        match role {
            Role::Institution => !self.desk.unfinished().is_empty(),
            Role::Verification => self.desk.is_waiting() || self.clerks.open() > 0,
            _ => self.clerks.open() > 0 || self.office().is_some_and(|office| office.waiting > 0),
        }
    }

    fn nothing_wrong(&mut self) {
        let wrong = self.look();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn settle(&mut self) {
        wait_while_it_goes_on("every errand is done", || match self.clerks.open() {
            0 => Ok(()),
            open => Err(Some(open)),
        });
        wait_while_it_goes_on("the office's outbox is empty", || match self.office() {
            Some(office) if office.waiting == 0 => Ok(()),
            office => Err(office.map(|office| office.waiting)),
        });
        wait_while_it_goes_on("everybody is matched", || match self.unmatched() {
            Some(0) => Ok(()),
            people => Err(people),
        });
        wait_while_it_goes_on("verification has everything", || match Heads::ask(&self.town) {
            Some(_) if !is_behind(&self.town) => Ok(()),
            heads => Err(heads),
        });
        self.until_answered();
    }

    fn reckon(&mut self) {
        self.reckoned();
    }
}
