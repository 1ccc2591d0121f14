//! `enrol`: shows the station to a builder, sealed with the station key.
//! Knows nothing of what a builder does with it.

use std::path::Path;

use transfer_format::packet::{EnrolledWallet, Enrolment, KeyEvidence, TokenIdentity};
use transfer_format::route::Outbound;
use transfer_format::seal::Draft;

use super::session;
use crate::ceremony::{People as _, Refusal, Tokens as _};
use crate::clock::{Clock as _, MachineClock};
use crate::failure::Failure;
use crate::journal::{Facts, State, WalletRecord};
use crate::station::{Station, StationError, own_packet};
use crate::tokens::PinnedTokens;

pub(super) fn run(home: &Path, to: &Outbound) -> Result<(), Failure> {
    let (station, journal) = Station::open(home)?;
    let state = journal.state();
    let facts = state.facts();
    let mut people = session::people(&facts.station, facts.rehearsal)?;
    let tokens = PinnedTokens::load(facts, station.wallets())?;
    let draft = Draft::new(enrolment(&station, state)?, *station.station_key())
        .map_err(|error| own_packet(&error))?;
    let pin = people.pin("station", station.token_serial())?;
    let mut token = tokens.unlock(pin)?;
    let seal = token.seal(draft.digest())?;
    token.lock()?;
    let packet = draft.seal(seal).map_err(Refusal::from)?;
    session::send(packet.bytes(), to, &mut people)?;
    people.tell(&format!(
        "The builder must show the same station key when it enrols:\n{}",
        station.station_key()
    ))?;
    Ok(())
}

fn enrolment(station: &Station, state: &State) -> Result<Enrolment, StationError> {
    let facts: &Facts = state.facts();
    let wallets = facts
        .wallets
        .iter()
        .map(enrolled)
        .collect::<Result<Vec<_>, _>>()?;
    let token = facts.tokens.first().ok_or(StationError::NoToken)?;
    Ok(Enrolment {
        station: facts.station.clone(),
        environment: facts.environment.clone(),
        station_key: *station.station_key(),
        wallets,
        policy_hash: station.policy().hash(),
        rehearsal: facts.rehearsal,
        journal_genesis: *state.genesis(),
        created: MachineClock.now(),
        token: TokenIdentity {
            manufacturer: token.manufacturer.clone(),
            model: token.model.clone(),
            serial: token.serial.clone(),
        },
    })
}

fn enrolled(record: &WalletRecord) -> Result<EnrolledWallet, StationError> {
    let evidence = &record.evidence;
    Ok(EnrolledWallet {
        wallet: record.wallet.clone(),
        key: record.key.parse()?,
        evidence: KeyEvidence {
            local: evidence.local,
            never_extractable: evidence.never_extractable,
            always_sensitive: evidence.always_sensitive,
            sensitive: evidence.sensitive,
            extractable: evidence.extractable,
            key_generation_mechanism: evidence.generation_mechanism,
            class: evidence.class.clone(),
        },
    })
}
