//! The receipt computers (レセコン) of the clinics: they write request files, wait for results, and ask what clinics ask,
//! wrong numbers, wrong birth dates and other clinics' patients included.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::calendar::{Date, format_yyyymmdd};
use domain::regime::PersonNumber;
use env::{Env, EnvRng, Stop};

use crate::journal::{Found, Journal};
use crate::names::Clinic;
use crate::people::{Resident, at, below, chance};
use crate::script::TODAY;
use crate::truth::Shared;

/// The folders' root on each clinic's disk.
pub(crate) const FOLDERS: &str = "/oqs";

/// A question by number, as a receipt computer writes it.
#[derive(Clone)]
pub(crate) struct Question {
    pub(crate) payer: String,
    pub(crate) recipient: String,
    pub(crate) birth_date: Date,
    pub(crate) day: Date,
    /// Another clinic's code in the request.
    pub(crate) wrong_code: bool,
}

/// Questions that are to be asked next, and how many are on their way.
#[derive(Default)]
pub(crate) struct Desk {
    pub(crate) waiting: VecDeque<Question>,
    /// Request files without a result.
    pub(crate) open: BTreeMap<String, ()>,
    pub(crate) asked: u64,
}

/// A desk, shared with whoever asks for more.
pub(crate) type SharedDesk = Arc<Mutex<Desk>>;

/// A receipt computer.
pub(crate) struct Reception {
    pub(crate) env: Env,
    pub(crate) clinic: Clinic,
    pub(crate) people: Arc<Vec<Resident>>,
    pub(crate) truth: Shared,
    pub(crate) journal: Journal,
    pub(crate) desk: SharedDesk,
    /// The longest pause between two questions of its own.
    pub(crate) pause: Duration,
}

impl Reception {
    /// Asks until told to stop; after that, only what is put on the desk.
    pub(crate) async fn ask(self: Arc<Self>, stop: Stop) {
        let mut rng = self.env.rng();
        loop {
            let waiting = self.with_desk(|desk| desk.waiting.pop_front());
            if let Some(question) = waiting {
                self.write(&question).await;
                self.env.sleep(Duration::from_millis(20)).await;
                continue;
            }
            if stop.is_asked() {
                self.env.sleep(Duration::from_secs(1)).await;
                continue;
            }
            let longest = u64::try_from(self.pause.as_micros()).unwrap_or(0);
            self.env.sleep(Duration::from_micros(rng.below(longest))).await;
            if let Some(question) = self.make_up(&mut rng) {
                self.write(&question).await;
            }
        }
    }

    /// Reads results; some computers remove what they have read, some leave it there.
    pub(crate) async fn read(self: Arc<Self>) {
        let (res, mut seen) = (folder("res"), std::collections::BTreeSet::new());
        loop {
            for entry in self.env.files().list(&res).await.unwrap_or_default() {
                let file = res.join(&entry.name);
                let Ok(bytes) = self.env.files().read(&file, 1 << 20).await else {
                    continue;
                };
                let suffix = entry
                    .name
                    .strip_prefix("OQSsiquc01res_")
                    .and_then(|rest| rest.strip_suffix(".xml"))
                    .unwrap_or(&entry.name)
                    .to_owned();
                let removes = self.clinic == Clinic::A;
                if removes {
                    let _gone = self.env.files().remove(&file).await;
                }
                if seen.insert(suffix.clone()) || removes {
                    let clinic = self.clinic;
                    self.with_desk(|desk| desk.open.remove(&suffix));
                    self.journal.found(Found {
                        clinic,
                        suffix,
                        bytes,
                    });
                }
            }
            let changed = self.env.files().changed(&res);
            let _either = self.env.timeout(Duration::from_secs(5), changed).await;
        }
    }

    fn with_desk<T>(&self, work: impl FnOnce(&mut Desk) -> T) -> T {
        work(&mut self.desk.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn write(&self, question: &Question) {
        let suffix = self.with_desk(|desk| {
            desk.asked += 1;
            format!("{}{:05}", self.clinic.node().name(), desk.asked)
        });
        let code = if question.wrong_code {
            self.clinic.other()
        } else {
            self.clinic
        }
        .code();
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<XmlMsg><MessageHeader>\
             <QualificationConfirmationDate>{}</QualificationConfirmationDate>\
             <MedicalInstitutionCode>{code}</MedicalInstitutionCode>\
             <ArbitraryFileIdentifier>{suffix}</ArbitraryFileIdentifier></MessageHeader><MessageBody>\
             <QualificationConfirmSearchInfo><InsurerNumber>{}</InsurerNumber>\
             <InsuredIdentificationNumber>{}</InsuredIdentificationNumber><Birthdate>{}</Birthdate>\
             <LimitApplicationCertificateRelatedConsFlg>1</LimitApplicationCertificateRelatedConsFlg>\
             </QualificationConfirmSearchInfo></MessageBody></XmlMsg>\n",
            format_yyyymmdd(question.day),
            question.payer,
            question.recipient,
            format_yyyymmdd(question.birth_date),
        );
        self.with_desk(|desk| desk.open.insert(suffix.clone(), ()));
        let file = folder("req").join(format!("OQSsiquc01req_{suffix}.xml"));
        if let Err(error) = self.env.files().create(&file, text.as_bytes()).await {
            self.journal
                .complain("graceful", format!("a request cannot be written: {error}"));
        }
    }

    /// What somebody at a desk types: mostly right.
    fn make_up(&self, rng: &mut EnvRng) -> Option<Question> {
        let (mut numbers, latest): (Vec<(PersonNumber, usize)>, _) = {
            let truth = self.truth.lock();
            (truth.numbers().collect(), truth.talk_of_the_town())
        };
        // Who comes from the office comes soon.
        if numbers.iter().any(|(_, who)| latest == Some(*who)) && chance(rng, 40) {
            numbers.retain(|(_, who)| latest == Some(*who));
        }
        let (number, who) = *numbers.get(at(rng, numbers.len()))?;
        let mut question = about(number, self.people.get(who)?);
        match below(rng, 100) {
            0..8 => question.birth_date = question.birth_date.tomorrow().unwrap_or(question.birth_date),
            8..14 => question.recipient = "9999996".to_owned(),
            // A check digit that does not agree.
            14..17 => question.recipient = "1234567".to_owned(),
            17..20 => question.payer = "12011029".to_owned(),
            20..22 => question.wrong_code = true,
            _ => {}
        }
        if chance(rng, 20) {
            let months = [-1, 0, 1, 2];
            let month = months[at(rng, months.len())];
            let first = TODAY.first_of_month();
            question.day = match month {
                -1 => first.yesterday().unwrap_or(first),
                0 => first,
                1 => TODAY.last_of_month(),
                _ => TODAY.last_of_month().tomorrow().unwrap_or(TODAY),
            };
        }
        Some(question)
    }
}

/// The right question about somebody, for today.
pub(crate) fn about(number: PersonNumber, who: &Resident) -> Question {
    Question {
        payer: number.payer.as_str().to_owned(),
        recipient: number.recipient.as_str().to_owned(),
        birth_date: who.birth_date,
        day: TODAY,
        wrong_code: false,
    }
}

pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(FOLDERS).join(name)
}
