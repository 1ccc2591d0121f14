//! `enrol`: shows the station to a builder, sealed with the station key.
//! Knows nothing of what a builder does with it.

use std::path::Path;

use transfer_format::packet::{EnrolledWallet, Enrolment, KeyEvidence, TokenIdentity};
use transfer_format::route::Outbound;
use transfer_format::seal::{Draft, Packet};

use super::session::{self, ThisMachine};
use super::sign::recorded;
use crate::ceremony::{Attempt, Isolation as _, People as _, Refusal, SealDigest, Tokens as _};
use crate::clock::{Clock as _, MachineClock};
use crate::failure::Failure;
use crate::journal::{Entry, Facts, Journal, Sent, State, WalletRecord};
use crate::station::{Station, own_packet};
use crate::terminal::TerminalPeople;
use crate::tokens::PinnedTokens;

pub(super) fn run(home: &Path, to: &Outbound) -> Result<(), Failure> {
    let (station, mut journal, _) = Station::open(home)?;
    let facts = journal.state().facts().clone();
    let outcome = sealed(&station, &journal);
    // The station key is asked: whoever tries, and fails, leaves a record.
    let (packet, mut people) = recorded(outcome, Attempt::unread(), &mut journal)?;
    let sent = Sent {
        kind: "enrolment".to_owned(),
        packet: packet.digest(),
    };
    journal.append(Entry::Sent(sent), MachineClock.now())?;
    session::send_from(home, packet.bytes(), to, &mut people)?;
    people.tell(&format!(
        "The builder must show the same station key when it enrols {}:\n{}",
        facts.station,
        station.station_key()
    ))?;
    Ok(())
}

fn sealed(
    station: &Station,
    journal: &Journal,
) -> Result<(Packet<Enrolment>, TerminalPeople), Refusal> {
    let state = journal.state();
    let facts = state.facts();
    let machine = ThisMachine::of(facts);
    machine.prove()?;
    let mut people = session::people(&facts.station, facts.rehearsal)?;
    let tokens = PinnedTokens::load(facts, station.wallets())?;
    let draft = Draft::new(enrolment(station, state)?, *station.station_key())
        .map_err(|error| own_packet(&error))?;
    let pin = people.pin("station", station.token_serial())?;
    machine.prove()?;
    let mut token = tokens.unlock(pin)?;
    let seal = token.seal(&SealDigest::of(&draft))?;
    token.lock()?;
    Ok((draft.seal(seal)?, people))
}

fn enrolment(station: &Station, state: &State) -> Result<Enrolment, Refusal> {
    let facts: &Facts = state.facts();
    let wallets = facts
        .wallets
        .iter()
        .map(enrolled)
        .collect::<Result<Vec<_>, _>>()?;
    let token = facts
        .tokens
        .first()
        .ok_or_else(|| unusable("the journal names no token"))?;
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

fn enrolled(record: &WalletRecord) -> Result<EnrolledWallet, Refusal> {
    let evidence = &record.evidence;
    Ok(EnrolledWallet {
        wallet: record.wallet.clone(),
        key: record
            .key
            .parse()
            .map_err(|_not_a_key| unusable("a wallet's key is not one"))?,
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

fn unusable(sentence: &str) -> Refusal {
    Refusal::OwnPacket {
        sentence: sentence.to_owned(),
    }
}
