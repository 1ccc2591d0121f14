//! The commands: each opens what it needs, does one thing, and says what it did.
//! Knows nothing of how requests are judged or answers believed.

mod build;
mod camera_test;
mod combine;
mod enrol;
mod init;
mod input;
mod list;
mod receive;
mod send;
mod show;
mod withdraw;

use transfer_format::scanner::Scan;
use transfer_format::seal::SoftwareSealer;

use crate::Surroundings;
use crate::arguments::{Arguments, BuildCommand, Command};
use crate::console::Console;
use crate::failure::Failure;
use crate::home::Home;

/// Runs one command.
///
/// # Errors
/// [`Failure`] with its code, class and sentence.
pub(crate) fn run(
    arguments: Arguments,
    surroundings: &Surroundings<'_>,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let folder = arguments.home;
    if matches!(arguments.command, Command::Init) {
        return init::run(&folder, console);
    }
    if let Command::CameraTest(test) = &arguments.command {
        return camera_test::run(&folder, test, console);
    }
    let home = Home::open(&folder)?;
    let mut desk = Desk {
        source: home.source()?,
        home,
        now: surroundings.clock.now(),
        scan: surroundings.scan,
        console,
    };
    match arguments.command {
        // Dealt with above: one makes the folder, the other needs nothing that is in it.
        Command::Init | Command::CameraTest(_) => Ok(()),
        Command::Enrol {
            from,
            policy,
            station_key,
        } => enrol::run(&mut desk, &from, &policy, &station_key),
        Command::Build(BuildCommand::Bitcoin { order, source }) => {
            build::bitcoin(&mut desk, &order, &source)
        }
        Command::Build(BuildCommand::Ethereum { order, transfer }) => {
            build::ethereum(&mut desk, &order, transfer)
        }
        Command::Build(BuildCommand::Safe { order, source }) => {
            build::safe(&mut desk, &order, source)
        }
        Command::Build(BuildCommand::TypedData { order, document }) => {
            build::typed_data(&mut desk, &order, &document)
        }
        Command::Build(BuildCommand::Message { order, text }) => {
            build::message(&mut desk, &order, &text)
        }
        Command::Build(BuildCommand::Delegation {
            order,
            chain,
            nonce,
            to,
        }) => build::delegation(&mut desk, &order, (chain, nonce, &to)),
        Command::Send { request, to } => send::run(&mut desk, &request, &to),
        Command::Receive { from, out } => receive::run(&mut desk, &from, out),
        Command::Bump(bump) => build::bump(&mut desk, &bump),
        Command::Combine { results, out } => combine::run(&mut desk, &results, out),
        Command::Withdraw { request } => withdraw::run(&mut desk, &request),
        Command::Show { request } => show::run(&mut desk, &request),
        Command::List => list::run(&mut desk),
    }
}

/// What a command works with.
struct Desk<'c, 'w> {
    home: Home,
    source: SoftwareSealer,
    now: u64,
    scan: &'c dyn Scan,
    console: &'c mut Console<'w>,
}

#[cfg(test)]
mod tests;
