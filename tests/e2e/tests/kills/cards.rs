//! The kills while cards are read and enrolled at a clinic: a nonce never counts twice, every answer has its visit, and what was
//! enrolled is found (promise `presence`).
//!
//! Two terminals read the cards of some patients all the time, as [`desk`] says; somebody gets one card after the other, as
//! [`enrolments`] says. Whenever verification is dead its database is compared with the [`ledger`] of what was brought and answered.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use exchange::oqs::codes::Consent;
use madoguchi_e2e::api::Api;
use madoguchi_e2e::cards::Card;
use madoguchi_e2e::dice::Dice;
use madoguchi_e2e::people::{CLINIC, OTHER_CLINIC, Person};
use madoguchi_e2e::town::{Kind, Role, Town};
use madoguchi_e2e::wait::{Watch, rest, wait_until, wait_while_it_goes_on};
use serde_json::json;

use crate::clerks::register;
use crate::errands::{Said, lock};
use crate::killing::{Quota, Scene, tell, turn};
use crate::plan::Plan;
use crate::points::{CARD_POINTS, Point, Work};
use crate::standing::end_well;

mod desk;
mod enrolments;
mod ledger;

use desk::{Desk, read_now};
use enrolments::{Enrolments, Place};
use ledger::Ledger;

/// Who is killed, in this order.
const TURNS: [Role; 3] = [Role::Verification, Role::Hub, Role::Registers];

const SHORT: Quota = Quota {
    moments: 8,
    rounds: 1,
};
const LONG: Quota = Quota {
    moments: 100,
    rounds: 4,
};

/// People whose cards are read; the one after them gets one card after the other.
const PATIENTS: u32 = 3;

/// Everything that goes on.
struct AtTheClinic {
    kind: Kind,
    town: Town,
    dice: Dice,
    ledger: Arc<Mutex<Ledger>>,
    desk: Desk,
    enrolments: Enrolments,
    /// The patients' cards.
    cards: Vec<Card>,
    /// The cards that one person had, the newest last.
    renewed: Vec<Card>,
    /// A terminal that nobody works at.
    own: Api,
}

/// Runs the whole campaign on one kind of database.
pub(crate) fn run(kind: Kind, seed: u64) {
    let watch = Watch::start();
    let mut clinic = AtTheClinic::begin(kind, seed);
    clinic.settle();
    clinic.reckon();
    let points: Vec<&Point> = CARD_POINTS.iter().collect();
    for role in TURNS {
        turn(&mut clinic, role, Quota::of(SHORT, LONG), &points);
    }
    clinic.close(&watch);
}

impl AtTheClinic {
    fn begin(kind: Kind, seed: u64) -> AtTheClinic {
        let mut town = Town::found(&format!("cards-{}", kind.name()), kind);
        town.start_all();
        introduce(&town);
        let (mut dice, ledger) = (Dice::new(seed), Arc::<Mutex<Ledger>>::default());
        let terminal = |name: &str| {
            let peer = format!("institution:{CLINIC}:terminal:{name}");
            (name.to_owned(), town.api_as(Role::Verification, &peer))
        };
        let enrolments = Enrolments::open(Place {
            registers: town.api(Role::Registers),
            terminal: terminal("counter"),
            ledger: ledger.clone(),
        });
        let cards: Vec<Card> = (0..PATIENTS as usize)
            .map(|n| Card::issue(town.folder(), n))
            .collect();
        for (person, card) in (0..).zip(&cards) {
            enrolments.enrol(person, card);
        }
        let (_, own) = terminal("own");
        for (person, card) in cards.iter().enumerate() {
            wait_until("a card finds its holder's voucher", || {
                let told = read_now(("own", &own), card, person, &ledger)?;
                (told.body.qualification_validity?.code() == "1").then_some(())
            });
        }
        let terminals = vec![terminal("desk-2"), terminal("desk-3")];
        let desk = Desk::open(terminals, cards.clone(), &ledger, &mut dice);
        AtTheClinic {
            kind,
            town,
            dice,
            ledger,
            desk,
            enrolments,
            cards,
            renewed: Vec::new(),
            own,
        }
    }

    /// Somebody gets a new card, or enrols the one that they have once more.
    fn enrol(&mut self) {
        if self.renewed.is_empty() || self.dice.below(3) == 0 {
            let n = self.cards.len() + self.renewed.len();
            self.renewed.push(Card::issue(self.town.folder(), n));
        }
        if let Some(card) = self.renewed.last() {
            self.enrolments.enrol(PATIENTS, card);
        }
    }

    fn database_of_the_dead(&self) {
        lock(&self.ledger).look(self.town.database(Role::Verification));
    }

    /// The newest card finds its holder, earlier ones nobody; and patients are shown what they said last.
    fn ask_everybody(&self) {
        let own = ("own", &self.own);
        let newest = self.renewed.len();
        for (n, card) in (1..).zip(&self.renewed) {
            let expected = if n == newest { "1" } else { "4" };
            wait_until("cards find whom they should", || {
                let told = read_now(own, card, PATIENTS as usize, &self.ledger)?;
                (told.body.qualification_validity?.code() == expected).then_some(())
            });
        }
        for (person, card) in self.cards.iter().enumerate() {
            let told = read_now(own, card, person, &self.ledger).unwrap();
            let item = told.body.result_list.first().unwrap();
            let shown = [item.pharmacists_consent, item.specific_health_checkups_consent];
            for ((_, code), shown) in desk::SCOPES.into_iter().zip(shown) {
                let said = lock(&self.ledger).said_last(person, code);
                assert_eq!(
                    shown.map(|shown| shown == Consent::Given),
                    said,
                    "patient {person}, scope {code}"
                );
            }
        }
    }

    fn close(mut self, watch: &Watch) {
        self.desk.pause();
        let numbers = (0..=PATIENTS).map(|index| Person { index }.number()).collect();
        end_well(&mut self.town, &numbers);
        let figures = {
            let ledger = lock(&self.ledger);
            format!(
                "{} nonces used, {} readings and {} enrolments answered, {} proofs brought again and refused: {:.1} s",
                ledger.uses(),
                ledger.told.len(),
                ledger.enrolled.len(),
                ledger.refused,
                watch.elapsed().as_secs_f64()
            )
        };
        tell(&self, &figures);
        self.town.leave();
    }
}

/// Everybody is registered, written down, entitled, and has a voucher.
fn introduce(town: &Town) {
    let (registers, office) = (town.api(Role::Registers), town.api(Role::Office));
    let people = (0..=PATIENTS).map(|index| Person { index });
    let opened =
        json!([{ "code": OTHER_CLINIC, "name": "見本クリニック", "kinds": ["clinic"], "designated": [] }]);
    assert!(matches!(
        register(&registers, people, &opened),
        Said::Heard(Ok(()))
    ));
    for person in 0..=PATIENTS {
        for decision in Plan::new(person).1 {
            let (path, body) = decision.request();
            assert_eq!(office.post(&path, &body).unwrap().status, 200);
        }
    }
}

impl Scene for AtTheClinic {
    const NAME: &'static str = "kills while cards are read";

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
        if self.enrolments.open_ones() < 2 {
            self.enrol();
        }
        rest(self.dice.moment(Duration::from_millis(60)));
        self.town.process(role).kill();
        match role {
            Role::Verification => {
                let unfinished = self.desk.reading() + self.enrolments.open_ones() > 0;
                self.database_of_the_dead();
                unfinished
            }
            _ => self.enrolments.open_ones() > 0,
        }
    }

    fn work(&mut self, work: Work) {
        match work {
            Work::Readings => {}
            Work::Enrolments => self.enrol(),
            _ => panic!("{work:?} belongs to others"),
        }
    }

    fn after_point(&mut self, point: &Point) {
        if point.role == Role::Verification {
            self.database_of_the_dead();
        }
    }

    fn is_unfinished(&mut self, role: Role) -> bool {
        let reading = if role == Role::Verification {
            self.desk.reading()
        } else {
            0
        };
        reading + self.enrolments.open_ones() > 0
    }

    fn nothing_wrong(&mut self) {
        assert!(self.desk.is_at_work());
        let wrong = [lock(&self.ledger).wrong.clone(), self.enrolments.wrong()].concat();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn settle(&mut self) {
        self.enrol();
        wait_while_it_goes_on("every enrolment is answered", || {
            match self.enrolments.open_ones() {
                0 => Ok(()),
                open => Err(Some(open)),
            }
        });
        self.desk.pause();
    }

    fn reckon(&mut self) {
        let reckon = |clinic: &mut AtTheClinic| {
            let ended = clinic.town.process(Role::Verification).stop();
            assert_eq!(ended.code(), Some(0));
            lock(&clinic.ledger).reckon(clinic.town.database(Role::Verification));
            clinic.town.start(Role::Verification, None);
        };
        reckon(self);
        self.ask_everybody();
        reckon(self);
        self.nothing_wrong();
        self.desk.go_on();
    }
}
