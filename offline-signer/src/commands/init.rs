//! `init`: founds a station.
//! Knows nothing of what founding proves; it brings the plan and the people together.

use std::path::{Path, PathBuf};

use super::session;
use crate::ceremony::People as _;
use crate::clock::MachineClock;
use crate::failure::Failure;
use crate::station::{FoundingPlan, found, journal_path};

pub(super) fn run(
    home: &Path,
    station: String,
    policy: &Path,
    modules: Vec<PathBuf>,
    rehearsal: bool,
) -> Result<(), Failure> {
    let policy = session::read_text(policy)?;
    let ceremony = session::random_id()?;
    let mut people = session::people(&station, rehearsal)?;
    let plan = FoundingPlan {
        home: home.to_path_buf(),
        station,
        policy,
        modules,
        rehearsal,
        ceremony,
    };
    let (station, journal) = found(
        &plan,
        &mut people,
        &MachineClock,
        &session::ThisMachine::new(rehearsal),
    )?;
    people.tell(&format!(
        "Station founded.\njournal      {}\nhead         {}\nstation key  {}",
        journal_path(home).display(),
        data_encoding::HEXLOWER.encode(journal.state().head()),
        station.station_key(),
    ))?;
    Ok(())
}
