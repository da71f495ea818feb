//! A fleet in bad weather: hub and register die around their commits and are started again, and whoever speaks to them
//! does so until they are heard.

use domain::permit::Actor;
use env::sim::Weather;
use http::{Method, StatusCode};

use crate::people::{NUMBERS, Someone};
use crate::world::World;

const BAD: Weather = Weather {
    loss: 100,
    doubling: 100,
    delay_ms: 30,
    crash_point: 150,
};

pub(crate) struct Crashing {
    pub(crate) world: World,
    /// Who was settled while the weather was good.
    pub(crate) people: Vec<Someone>,
    /// How often the hub died.
    pub(crate) deaths: usize,
}

impl Crashing {
    /// Three people are settled; then the weather turns bad.
    pub(crate) fn begin(name: &str, seed: u64) -> Crashing {
        let mut world = World::new(name, seed);
        let people: Vec<Someone> = ["p-1", "p-2", "p-3"]
            .iter()
            .zip(NUMBERS)
            .map(|(link, number)| Someone::new(link, number, "架空　花子"))
            .collect();
        for someone in &people {
            world.settled(someone);
        }
        world.fleet.set_weather(BAD);
        Crashing {
            world,
            people,
            deaths: 0,
        }
    }

    /// Starts again whoever died.
    pub(crate) fn revive(&mut self) {
        for dead in self.world.fleet.take_crashed() {
            if dead == "hub" {
                self.deaths += 1;
                self.world.start_hub();
            } else {
                self.world.start_registers();
            }
        }
    }

    /// Posts something until it is taken; what was answered.
    pub(crate) fn until_heard(&mut self, me: &Actor, role: &str, path: &str, body: &[u8]) -> Vec<u8> {
        loop {
            self.revive();
            let sent = self.world.try_call(role, me, Method::POST, path, body.to_vec());
            if let Some((StatusCode::OK, said)) = sent {
                break said;
            }
        }
    }
}

/// What was told of a link last; all of it was told once each, in order, without a gap, each version another.
pub(crate) fn once_in_order<'a, T: PartialEq>(told: &'a [(String, u32, T)], link: &str, seed: u64) -> &'a T {
    let of_link: Vec<_> = told.iter().filter(|(of, ..)| of == link).collect();
    let revisions: Vec<u32> = of_link.iter().map(|(_, revision, _)| *revision).collect();
    let count = u32::try_from(revisions.len()).unwrap();
    assert_eq!(revisions, (1..=count).collect::<Vec<_>>(), "seed {seed}");
    let is_news = of_link.windows(2).all(|pair| pair[0].2 != pair[1].2);
    assert!(is_news, "seed {seed}");
    &of_link.last().unwrap().2
}

/// Runs some seeds; each says how often the hub died. Where it hardly does, nothing is shown.
#[track_caller]
pub(crate) fn dies_often(run: fn(u64) -> usize) {
    let deaths: usize = (0..4).map(run).sum();
    assert!(deaths >= 12, "the hub died only {deaths} times");
}
