//! `madoguchi synth`: people, registers and institutions of a made-up town, as files. Person after person goes through the
//! memory of one, so the size of a town is the size of its files.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use env::real::RealWorld;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use synthetic::{Office, Town, Ward};

use crate::cli::Synth;
use crate::outcome::{Failure, Outcome, print_json, tell};

pub(crate) mod lines;

/// What was made.
#[derive(Serialize)]
struct Summary {
    date: domain::calendar::Date,
    seed: u64,
    offices: u32,
    /// Households that receive on the day, of all offices.
    households: u64,
    /// People who receive on the day.
    people: u64,
    /// Ended, suspended and future cases on top.
    others: u64,
    /// People under 法別25.
    other_law: u64,
    residents: u64,
    insured: u64,
    institutions: u64,
}

pub(super) fn run(asked: &Synth) -> Outcome {
    let day = asked.date.unwrap_or_else(|| RealWorld::env().now().date());
    let each = asked.people / u64::from(asked.offices.max(1));
    if each * u64::from(asked.offices) != asked.people {
        return Err(
            Failure::failed("the people cannot be divided into offices of one size").next_step(format!(
                "--people {} --offices {}",
                each.max(1) * u64::from(asked.offices),
                asked.offices
            )),
        );
    }
    let town = Town::new(asked.seed, day, Ward::of_people(each)?, asked.offices)?;
    std::fs::create_dir_all(&asked.out)?;
    let mut files = Files {
        people: Lines::create(&asked.out, "people")?,
        residents: Lines::create(&asked.out, "residents")?,
        insurers: Lines::create(&asked.out, "insurers")?,
    };
    let mut institutions = Lines::create(&asked.out, "institutions")?;
    for institution in town.institutions() {
        institutions.write(&institution)?;
    }
    let ward = town.ward();
    let bar = ProgressBar::new(ward.everybody() * u64::from(asked.offices)).with_style(style()?);
    for office in town.offices() {
        files.write_office(&office, &bar)?;
    }
    bar.finish_and_clear();
    let offices = u64::from(asked.offices);
    let summary = Summary {
        date: day,
        seed: asked.seed,
        offices: asked.offices,
        households: ward.households() * offices,
        people: ward.people() * offices,
        others: ward.others() * offices,
        other_law: ward.other_law() * offices,
        residents: files.residents.finish()?,
        insured: files.insurers.finish()?,
        institutions: institutions.finish()?,
    };
    let written = files.people.finish()?;
    if asked.json {
        return print_json(&summary);
    }
    tell(&format!("{written} people written to {}", asked.out.display()));
    tell(&format!(
        "  {} households, {} people receiving on {}; {} others; {} under 法別25",
        summary.households, summary.people, summary.date, summary.others, summary.other_law
    ));
    Ok(())
}

/// The files of which each person has a line or none.
struct Files {
    people: Lines,
    residents: Lines,
    insurers: Lines,
}

impl Files {
    fn write_office(&mut self, office: &Office, bar: &ProgressBar) -> Outcome {
        let (code, name) = (office.code(), office.name());
        for person in office.people() {
            self.people.write(&lines::Person::of(&code, &name, &person))?;
            if let Some(entry) = &person.entry {
                self.residents.write(&lines::Resident::of(entry))?;
                if !person.insurers_rows.is_empty() {
                    self.insurers.write(&lines::Insured {
                        number: entry.number.as_str(),
                        rows: &person.insurers_rows,
                    })?;
                }
            }
            bar.inc(1);
        }
        Ok(())
    }
}

/// A file of one JSON object a line. It is streamed, which the shared folders of `env` are not for.
struct Lines {
    file: BufWriter<File>,
    count: u64,
}

impl Lines {
    /// A new file; one that is there is not touched.
    fn create(folder: &Path, name: &str) -> Result<Lines, Failure> {
        let path = folder.join(format!("{name}.ndjson"));
        let file = File::create_new(&path).map_err(|error| {
            Failure::failed(format!("{}: {error}", path.display())).next_step("give another --out")
        })?;
        Ok(Lines {
            file: BufWriter::with_capacity(1 << 18, file),
            count: 0,
        })
    }

    fn write<T: Serialize>(&mut self, line: &T) -> Outcome {
        serde_json::to_writer(&mut self.file, line)?;
        self.file.write_all(b"\n")?;
        self.count += 1;
        Ok(())
    }

    /// Everything is with the operating system; how many lines.
    fn finish(mut self) -> Result<u64, Failure> {
        self.file.flush()?;
        Ok(self.count)
    }
}

fn style() -> Result<ProgressStyle, Failure> {
    let style = ProgressStyle::with_template("{bar:40} {human_pos} / {human_len} people, {eta} left")?;
    Ok(style.progress_chars("=> "))
}
