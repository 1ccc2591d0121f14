//! The commands: each opens what it needs, does one thing, and says what it did.
//! Knows nothing of how a ceremony works inside.

mod camera_test;
mod codes;
mod enrol;
mod init;
mod journal;
mod key;
mod policy;
mod review;
mod session;
mod sign;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;

/// Runs one command.
///
/// # Errors
/// [`Failure`] with its code, class and sentence.
pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let home = arguments.home;
    match arguments.command {
        Command::Key(command) => key::run(command),
        Command::Init {
            station,
            policy,
            modules,
            rehearsal,
        } => init::run(&home, station, &policy, modules, rehearsal),
        Command::Enrol { to } => enrol::run(&home, &to),
        Command::Sign { from, to } => sign::run(&home, &from, &to),
        Command::Review { from } => review::run(&home, &from),
        Command::Policy(command) => policy::run(&home, command),
        Command::Journal(command) => journal::run(&home, command),
        Command::CameraTest(arguments) => camera_test::run(&home, &arguments),
    }
}
