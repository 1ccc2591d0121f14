//! `build`: makes a transaction, shows what it would do and what the policy says, and seals it, for
//! one station or for every station that holds a key of the wallet. Knows nothing of channels.

mod bitcoin;
mod copy;
mod ethereum;
mod said;

use std::path::{Path, PathBuf};

use transfer_format::IntentDigest;
use transfer_format::packet::Request;
use transfer_format::seal::Packet;

pub(super) use self::bitcoin::{bitcoin, bump};
pub(super) use self::ethereum::{delegation, ethereum, message, safe, typed_data};

use self::copy::{check_copy, publish_copy, stage_copy};
use self::said::say;
use super::Desk;
use crate::arguments::OrderArguments;
use crate::console::counted;
use crate::earlier::Ledger;
use crate::failure::Failure;
use crate::home::Lock;
use crate::request::{Order, Preflight, Transaction};
use crate::station::Station;

/// What every request says, and whom it is for.
struct Wanted {
    stations: Vec<String>,
    wallet: String,
    reference: String,
    lifetime: u64,
    replaces: Option<IntentDigest>,
    copy: Option<PathBuf>,
}

impl Wanted {
    fn of(order: &OrderArguments) -> Self {
        let mut stations: Vec<String> = Vec::new();
        for id in &order.station {
            if !stations.contains(id) {
                stations.push(id.clone());
            }
        }
        Self {
            stations,
            wallet: order.wallet.clone(),
            reference: order.reference.clone(),
            lifetime: order.expires_in.seconds(),
            replaces: order.replaces,
            copy: order.out.clone(),
        }
    }
}

/// Builds a request for each station. The transaction is made once, from what was asked before and
/// the first station's policy; every station's own policy has to permit it.
fn build(
    desk: &mut Desk<'_, '_>,
    wanted: &Wanted,
    make: impl FnOnce(&Ledger, &Station) -> Result<Transaction, Failure>,
) -> Result<(), Failure> {
    let copy = wanted.copy.as_deref();
    if copy.is_some() && wanted.stations.len() > 1 {
        return Err(Failure::CopyOfSeveral);
    }
    copy.map_or(Ok(()), check_copy)?;
    let lock = desk.home.lock()?;
    let source = desk.source.public_key();
    let stations = wanted.stations.iter();
    let stations: Result<Vec<Station>, _> =
        stations.map(|id| desk.home.station(id, &source)).collect();
    let stations = stations?;
    let [first, ..] = stations.as_slice() else {
        return Err(Failure::NoStation);
    };
    let ledger = desk.home.ledger(&source, desk.now)?;
    let transaction = make(&ledger, first)?;
    let mut preflights = Vec::new();
    for station in &stations {
        preflights.push(preflight(desk, wanted, &ledger, (station, &transaction))?);
    }
    let requests = seal(desk, &preflights, ledger.next_sequence())?;
    let kept = keep(desk, &lock, &requests, (&transaction, copy))?;
    say(desk, &kept)
}

/// Reviews and judges as the station will, and shows what the operators will read.
fn preflight<'s>(
    desk: &mut Desk<'_, '_>,
    wanted: &Wanted,
    ledger: &Ledger,
    (station, transaction): (&'s Station, &Transaction),
) -> Result<Preflight<'s>, Failure> {
    let replaces = match wanted.replaces {
        Some(intent) if ledger.find(&intent).is_none() => {
            return Err(Failure::RequestUnknown { intent });
        }
        Some(intent) => Some(ledger.replaced(intent, station)?.request.intent()),
        None => None,
    };
    let order = Order {
        wallet: wanted.wallet.clone(),
        reference: wanted.reference.clone(),
        created: desk.now,
        lifetime: wanted.lifetime,
        replaces,
    };
    let history = ledger.history(station, None)?;
    let preflight = Preflight::of(station, order, transaction.clone(), &history)?;
    let count = history.commitments().len();
    if wanted.stations.len() > 1 {
        desk.console.say(&format!("FOR {}\n\n", station.id()))?;
    }
    if count > 0 {
        desk.console.say(&format!(
            "{} to {} before this count as signed; a record on these pages is a\nrequest's number \
             here.\n\n",
            counted(count, "request"),
            station.id(),
        ))?;
    }
    desk.console.screens(&preflight.screens())?;
    Ok(preflight)
}

/// Seals all of them, or none.
fn seal(
    desk: &Desk<'_, '_>,
    preflights: &[Preflight<'_>],
    first: u64,
) -> Result<Vec<Packet<Request>>, Failure> {
    let mut requests = Vec::new();
    for (sequence, preflight) in (first..).zip(preflights) {
        requests.push(preflight.seal(sequence, &desk.source)?);
    }
    Ok(requests)
}

fn keep(
    desk: &Desk<'_, '_>,
    lock: &Lock,
    requests: &[Packet<Request>],
    (transaction, copy): (&Transaction, Option<&Path>),
) -> Result<Vec<(Packet<Request>, PathBuf)>, Failure> {
    let mut kept = Vec::new();
    for request in requests {
        // The copy is whole before the request is kept; all that is left for later is its name.
        let staged = copy.map(|path| stage_copy(path, request.bytes()));
        let staged = staged.transpose()?;
        let psbt = transaction.psbt.as_deref();
        let path = desk.home.keep_request(lock, request, psbt)?;
        if let (Some(staged), Some(copy)) = (staged, copy) {
            publish_copy(staged, copy, request.intent())?;
        }
        let path = copy.map_or(path, Path::to_path_buf);
        kept.push((request.clone(), path));
    }
    Ok(kept)
}
