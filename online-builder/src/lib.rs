//! The online half of Coldsign: turns a payment into a sealed request, and a station's answer into
//! a transaction that can be broadcast.
//!
//! Knows nothing of hardware modules and holds no key of value: its one key seals requests, and the
//! policy says what that key may ask for.
//!
//! Where to read first: [`station`] is whom the builder trusts, [`request`] what it asks,
//! [`earlier`] what it asked before, [`answer`] what it believes, [`home`] what it keeps.

#![cfg_attr(
    test,
    expect(
        clippy::arithmetic_side_effects,
        clippy::integer_division,
        reason = "a test may panic, and its numbers are its own"
    )
)]

pub mod answer;
pub mod arguments;
pub mod clock;
mod codes;
mod commands;
mod console;
pub mod earlier;
pub mod failure;
#[cfg(test)]
mod fixture;
pub mod home;
pub mod payment;
pub mod request;
pub mod screen;
pub mod station;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser as _;
use transfer_format::printable::printable;
use transfer_format::scanner::{InThisProcess, Scan, Scanner, run_as_worker};

use crate::arguments::Arguments;
use crate::clock::{Clock, MachineClock};
use crate::console::Console;

/// Parses the command line, runs the command, and maps what happened to text and exit status. As a
/// scanner's process it does that job and nothing else.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(status) = run_as_worker(&arguments) {
        return status;
    }
    let surroundings = Surroundings {
        clock: &MachineClock,
        scan: &Scanner::of_this_program(),
    };
    let (mut output, mut errors) = (io::stdout(), io::stderr());
    ExitCode::from(start(arguments, &surroundings, &mut output, &mut errors))
}

/// As [`run`], at the time that `clock` tells, writing to `output` and `errors`, and reading what
/// arrives in this very process, for a test has no program to start. Returns the exit status.
pub fn run_with(
    arguments: impl IntoIterator<Item = OsString>,
    clock: &dyn Clock,
    output: &mut dyn Write,
    errors: &mut dyn Write,
) -> u8 {
    let scan = &InThisProcess;
    start(arguments, &Surroundings { clock, scan }, output, errors)
}

/// What a command finds around it.
struct Surroundings<'a> {
    clock: &'a dyn Clock,
    scan: &'a dyn Scan,
}

fn start(
    arguments: impl IntoIterator<Item = OsString>,
    surroundings: &Surroundings<'_>,
    output: &mut dyn Write,
    errors: &mut dyn Write,
) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help goes to standard output with status 0, a usage error to standard error with 2.
            let status = u8::try_from(error.exit_code()).unwrap_or(2);
            let text = printable(&error.render().to_string());
            let told = if status == 0 {
                output.write_all(text.as_bytes())
            } else {
                errors.write_all(text.as_bytes())
            };
            return told.map_or(70, |()| status);
        }
    };
    let mut console = Console::new(arguments.json, output, errors);
    match commands::run(arguments, surroundings, &mut console) {
        Ok(()) => 0,
        Err(failure) => console.report(&failure),
    }
}

#[cfg(test)]
mod tests;
