#[test]
fn one() {
    let seeds = std::env::var("SEEDS").unwrap_or("1..9".into());
    let (a, b) = seeds.split_once("..").unwrap();
    let s = madoguchi_simulation::run_seeds(a.parse().unwrap()..b.parse().unwrap(), |r| {
        println!("{} {} {} {} {} {}", r.seed, r.steps, r.acts, r.answers, r.crashes, r.violations.len());
        for v in &r.violations { println!("   {} {} {}", v.at, v.promise, v.what); }
    });
    println!("{} {} {}", s.seeds, s.steps, s.failed.len());
}
#[test]
fn planted() {
    for fault in env::PlantedFault::ALL {
        let plan = madoguchi_simulation::Plan { planted: vec![fault], ..Default::default() };
        for seed in 1..7 {
            let r = madoguchi_simulation::run(seed, &plan);
            println!("{fault:?} {} {} {} {} {} {}", r.seed, r.steps, r.acts, r.answers, r.crashes, r.violations.len());
            for v in r.violations.iter().take(3) { println!("   {} {} {}", v.at, v.promise, v.what.chars().take(200).collect::<String>()); }
        }
    }
}
