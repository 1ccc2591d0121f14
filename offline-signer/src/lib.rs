//! The air-gapped station: shows a request to two people, has the HSM sign it, and writes down
//! what it did before a signature leaves.
//!
//! Knows nothing of networks: no crate below it can open a connection, and a test holds that.
//!
//! Where to read first: [`ceremony`] is the order of the steps, [`journal`] the only state,
//! [`station`] who the station is. [`terminal`] and [`tokens`] are the real people and HSMs behind
//! the ceremony's ports.

pub mod arguments;
pub mod ceremony;
pub mod clock;
mod commands;
pub mod failure;
pub mod isolation;
pub mod journal;
pub mod station;
pub mod terminal;
pub mod tokens;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::panic;
use std::process::ExitCode;

use clap::Parser as _;

use transaction_review::Class;
use transfer_format::scanner::run_as_worker;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::terminal::printable;

/// Parses the command line, runs the command, and maps what happened to text and exit status. As a
/// scanner's process it does that job and nothing else.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(status) = run_as_worker(&arguments) {
        return status;
    }
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help goes to standard output with status 0, a usage error to standard error with 2.
            let status = u8::try_from(error.exit_code()).unwrap_or(2);
            return match error.print() {
                Ok(()) => ExitCode::from(status),
                Err(_) => ExitCode::from(70),
            };
        }
    };
    // A fault of the program shows a code and no memory of it (CLI-08).
    panic::set_hook(Box::new(|_details| {
        let text = "STOPPED  E_INTERNAL  (exit 70)\nthe program contradicted itself: look into the journal before anything is done again\n";
        match io::stderr().write_all(text.as_bytes()) {
            Ok(()) | Err(_) => {}
        }
    }));
    match panic::catch_unwind(|| commands::run(arguments)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => report(&failure),
        Err(_panic) => ExitCode::from(70),
    }
}

fn report(failure: &Failure) -> ExitCode {
    let status = failure.class().exit_code();
    let alert = match failure.class() {
        Class::Authentication | Class::Journal | Class::Isolation => "ALERT P1  ",
        Class::Usage
        | Class::Format
        | Class::Freshness
        | Class::Semantics
        | Class::Policy
        | Class::Approval
        | Class::Hsm
        | Class::Resource
        | Class::Media
        | Class::Cancelled
        | Class::Storage
        | Class::Locked
        | Class::Internal => "",
    };
    let text = format!(
        "{alert}{}  {}  (exit {status})\n{failure}\n",
        failure.headline(),
        failure.code()
    );
    // Nobody is left to be told when standard error is gone; the exit status still says it.
    let told = io::stderr().write_all(printable(&text).as_bytes());
    match told {
        Ok(()) | Err(_) => ExitCode::from(status),
    }
}
