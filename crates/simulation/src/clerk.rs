//! The clerks' programs of offices A and B. They speak to the office role's HTTP interface as any such program would:
//! every decision has its record and its revision, so asking again after a lost answer is safe, and a clerk never
//! goes on before the office has said yes or no.

use std::sync::Arc;
use std::time::Duration;

use env::{Env, Stop, Time};
use office::Decided;
use serde_json::{Value, json};
use service::{CallError, Caller};

use crate::journal::Journal;
use crate::names::Node;
use crate::people::Resident;
use crate::script::{Act, Script};
use crate::truth::{Decision, Key, Said, Shared};

/// What a clerk works with.
pub(crate) struct Clerk {
    pub(crate) env: Env,
    pub(crate) script: Script,
    pub(crate) people: Arc<Vec<Resident>>,
    pub(crate) truth: Shared,
    pub(crate) journal: Journal,
    /// The longest pause between two decisions.
    pub(crate) pause: Duration,
}

/// How an office answered in the end.
enum Verdict {
    Yes(Box<Decided>),
    /// Against a rule.
    AgainstRule,
    /// Something else: its HTTP status.
    No(u16),
}

impl Clerk {
    /// Decides one thing after the other until told to stop; what was begun is brought to its end.
    pub(crate) async fn work(mut self, node: Node, stop: Stop) {
        let env = self.env.simulated_as(node.tenant());
        let office = Caller::oneself(&env, &node.origin()).within(Duration::from_secs(3));
        while !stop.is_asked() {
            let longest = u64::try_from(self.pause.as_micros()).unwrap_or(0);
            let pause = Duration::from_micros(self.script.rng().below(longest));
            self.env.sleep(pause).await;
            let act = self.script.next(&mut self.truth.lock());
            if let Some(act) = act {
                self.decide(&office, act).await;
            }
        }
    }

    async fn decide(&self, office: &Caller, act: Act) {
        let Act { key, said, lawful } = act;
        let revision = self.truth.lock().ask(&key, said.clone(), self.env.now());
        let (path, body) = request(&key, revision, &said, &self.people);
        let asked = self.env.now();
        let answer = self.until_answered(office, &path, &body).await;
        self.journal.acted();
        match (answer, lawful) {
            (Verdict::Yes(decided), true) => self.keep(&key, revision, &decided, asked),
            (Verdict::AgainstRule, false) => self.truth.lock().refused(&key, revision),
            (Verdict::Yes(_), false) => self.complain(&key, revision, "what no rule allows was decided"),
            (Verdict::AgainstRule, true) => {
                self.complain(&key, revision, "what every rule allows was refused");
            }
            (Verdict::No(status), _) => {
                let what = format!("answered with status {status}: what was acknowledged before is gone");
                self.complain(&key, revision, &what);
                self.truth.lock().refused(&key, revision);
            }
        }
    }

    /// Keeps the acknowledgement; it must be about what was asked and fall into the time of asking.
    fn keep(&self, key: &Key, revision: u32, decided: &Decided, asked: Time) {
        let at = Time::from_micros(decided.decided_at);
        let same = decided.link.as_str() == key.link
            && decided.record.as_str() == key.record
            && (decided.kind, decided.revision) == (key.kind, revision);
        if !same || at < asked || at > self.env.now() {
            self.complain(
                key,
                revision,
                "another decision was acknowledged than the one asked for",
            );
        }
        let decision = Decision {
            at,
            lane: decided.lane,
            number: decided.number,
        };
        self.truth.lock().acknowledge(key, revision, decision);
        self.journal.acknowledged(key, revision);
    }

    fn complain(&self, key: &Key, revision: u32, what: &str) {
        self.journal
            .complain("exactly-once", format!("{key:?} revision {revision}: {what}"));
    }

    /// Asks until the office says yes or no; everything else leaves open what happened.
    async fn until_answered(&self, office: &Caller, path: &str, body: &Value) -> Verdict {
        let mut pause = Duration::from_millis(200);
        loop {
            match office.post::<_, Decided>(path, body).await {
                Ok(decided) => return Verdict::Yes(Box::new(decided)),
                Err(CallError::Refused { problem, .. }) if problem.status == 422 => {
                    return Verdict::AgainstRule;
                }
                Err(CallError::Refused { problem, .. }) if problem.status < 500 => {
                    return Verdict::No(problem.status);
                }
                Err(_unknown) => {}
            }
            self.env.sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
        }
    }
}

/// The request that asks an office for a version.
fn request(key: &Key, revision: u32, said: &Said, people: &[Resident]) -> (String, Value) {
    let link = &key.link;
    match said {
        Said::Person(said) => {
            let number = said
                .number_of
                .and_then(|of| people.get(of))
                .map(|of| of.number.as_str());
            let mut body = json!({
                "link": link, "revision": revision, "name": said.served.name,
                "birth_date": said.served.birth_date, "sex": said.served.sex, "address": said.served.address,
                "registered_address": said.registered_address,
            });
            if let (Some(number), Some(fields)) = (number, body.as_object_mut()) {
                fields.insert("number".to_owned(), json!(number));
            }
            ("/people".to_owned(), body)
        }
        Said::Eligibility(served) => {
            let now = &served.eligibility;
            let body = json!({
                "record": key.record, "revision": revision, "payer": now.payer, "recipient": now.recipient,
                "start": now.start, "end": now.end, "numbers": served.numbers,
            });
            (format!("/people/{link}/eligibilities"), body)
        }
        Said::Voucher(voucher) => {
            let body = json!({ "record": key.record, "revision": revision, "voucher": voucher });
            (format!("/people/{link}/vouchers"), body)
        }
        Said::Withdrawn => (
            format!("/people/{link}/vouchers/{}/withdrawal", key.record),
            json!({ "revision": revision }),
        ),
        Said::Shielding(flags) => (
            format!("/people/{link}/shielding"),
            json!({ "revision": revision, "undisclosed": flags.undisclosed, "unusable": flags.unusable }),
        ),
    }
}
