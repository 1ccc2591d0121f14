//! Prints the figures of the optical channel and holds them against what was to be reached:
//! `cargo run --release -p integration-tests --bin optical-benchmark -- all`.
//!
//! Knows nothing of how they are measured.

use std::env;
use std::process::ExitCode;

use integration_tests::optical_figures::{Effort, Figures, decode, delivery, encode, frames};

const USAGE: &str = "usage: optical-benchmark [frames|decode|encode|delivery|all] [--quick]";

type Part = (&'static str, fn(Effort) -> Figures);

const PARTS: [Part; 4] = [
    ("frames", frames::figures),
    ("decode", decode::figures),
    ("encode", encode::figures),
    ("delivery", delivery::figures),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (options, names): (Vec<&String>, Vec<&String>) = arguments
        .iter()
        .partition(|argument| argument.starts_with("--"));
    let name = names.first().map_or("all", |name| name.as_str());
    let known = name == "all" || PARTS.iter().any(|(part, _)| *part == name);
    if !known || names.len() > 1 || options.iter().any(|option| *option != "--quick") {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    }
    let effort = if options.is_empty() {
        Effort::Full
    } else {
        Effort::Quick
    };
    let mut all_hold = true;
    for (_, measure) in PARTS
        .into_iter()
        .filter(|(part, _)| name == "all" || *part == name)
    {
        let figures = measure(effort);
        println!("{}", figures.print());
        all_hold &= figures.verdicts.iter().all(verdict_holds);
    }
    if all_hold {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn verdict_holds(verdict: &integration_tests::optical_figures::verdict::Verdict) -> bool {
    verdict.holds()
}
