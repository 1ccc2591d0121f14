//! `combine`: the shares of several stations become one transaction. `receive` does the same by
//! itself for requests that were built together. Knows nothing of why a share is believed.

use std::path::{Path, PathBuf};

use serde_json::json;
use transaction_review::SignedTransaction;
use transfer_format::IntentDigest;
use transfer_format::route::{Inbound, MediumAccess};

use super::Desk;
use crate::answer::{
    Answer, AnswerError, Share, broadcast_files, share, signed_transaction, write_files,
};
use crate::earlier::{Earlier, Ledger, Outcome};
use crate::failure::Failure;
use crate::station::prefixed_hexadecimal;

pub(super) fn run(
    desk: &mut Desk<'_, '_>,
    names: &[String],
    out: Option<PathBuf>,
) -> Result<(), Failure> {
    let _lock = desk.home.lock()?;
    let ledger = desk.home.ledger(&desk.source.public_key(), desk.now)?;
    let mut shares: Vec<Share> = Vec::new();
    let mut intents = Vec::new();
    for name in names {
        let intent = answered(desk, name)?;
        let earlier = ledger.find(&intent);
        let earlier = earlier.ok_or(Failure::RequestUnknown { intent })?;
        let kept = kept(desk, &ledger, earlier)?;
        let share = kept.ok_or(Failure::ResultMissing { intent })?;
        shares.push(share);
        intents.push(intent);
    }
    let [first, ..] = intents.as_slice() else {
        return Err(Failure::NothingToCombine);
    };
    let transaction = signed_transaction(&shares)?;
    let folder = out.unwrap_or_else(|| desk.home.result_folder(first));
    let paths = write_combined(&folder, &transaction)?;
    say(desk, &intents, &transaction, &paths)
}

/// The request that a result, named by its intent or by a file, answers.
fn answered(desk: &Desk<'_, '_>, name: &str) -> Result<IntentDigest, Failure> {
    let cause = match name.parse::<IntentDigest>() {
        Ok(intent) => return Ok(intent),
        Err(cause) => cause,
    };
    if !Path::new(name).is_file() {
        let found = name.to_owned();
        return Err(Failure::RequestName { found, cause });
    }
    let bytes = Inbound::File(name.into()).read(MediumAccess::Any)?;
    let stations = desk.home.stations(&desk.source.public_key())?;
    match Answer::open(bytes, &stations)? {
        (_, Answer::Result(result)) => Ok(result.payload().intent),
        (_, Answer::Refusal(refusal)) => {
            let intent = refusal.payload().intent;
            Err(AnswerError::NoSignatures { intent }.into())
        }
    }
}

/// The share that a station gave for a request, if its result was received.
fn kept(desk: &Desk<'_, '_>, ledger: &Ledger, earlier: &Earlier) -> Result<Option<Share>, Failure> {
    let station = ledger.station(&earlier.request.payload().audience.station);
    let (Outcome::Signed, Some(station)) = (&earlier.outcome, station) else {
        return Ok(None);
    };
    let intent = earlier.request.intent();
    let mut results = desk.home.results(station)?.into_iter();
    match results.find(|result| result.intent == intent) {
        Some(result) => Ok(Some(share(&result, &earlier.request, station)?)),
        None => Ok(None),
    }
}

/// The shares of other keys for the transaction of this request, as far as they were received.
pub(super) fn shares_beside(
    desk: &Desk<'_, '_>,
    intent: IntentDigest,
    own: &[Share],
) -> Result<Vec<Share>, Failure> {
    let ledger = desk.home.ledger(&desk.source.public_key(), desk.now)?;
    let mut found: Vec<Share> = Vec::new();
    for earlier in ledger.same_transaction(&intent) {
        let Some(share) = kept(desk, &ledger, earlier)? else {
            continue;
        };
        let mut known = own.iter().chain(&found);
        if !known.any(|other| other.public_key() == share.public_key()) {
            found.push(share);
        }
    }
    Ok(found)
}

/// Writes what several shares make. A transaction that is there already stays as it is: of more
/// shares than needed, others could be taken, and one finished transaction is enough.
pub(super) fn write_combined(
    folder: &Path,
    transaction: &SignedTransaction,
) -> Result<Vec<PathBuf>, Failure> {
    if is_part(transaction) {
        return Ok(Vec::new());
    }
    let files = broadcast_files(transaction, "");
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| folder.join(name)).collect();
    if paths.iter().all(|path| path.is_file()) {
        return Ok(paths);
    }
    Ok(write_files(folder, &files)?)
}

/// What a transaction is called, and its name.
pub(super) fn identity(transaction: &SignedTransaction) -> (&'static str, String) {
    match transaction {
        SignedTransaction::Bitcoin { txid, .. } => ("txid", txid.clone()),
        SignedTransaction::BitcoinPart {
            signed, threshold, ..
        } => ("part", format!("{signed} of {threshold}")),
        SignedTransaction::Ethereum { hash, .. } => ("hash", prefixed_hexadecimal(hash)),
        SignedTransaction::Safe(safe) if safe.execution.is_none() => {
            ("part", format!("{} of {}", safe.signed, safe.threshold))
        }
        SignedTransaction::Safe(safe) => ("hash", prefixed_hexadecimal(&safe.safe_tx_hash)),
        SignedTransaction::EthereumStatement(signed) => {
            ("digest", prefixed_hexadecimal(&signed.digest))
        }
    }
}

/// Whether signatures of other stations are missing.
pub(super) const fn is_part(transaction: &SignedTransaction) -> bool {
    match transaction {
        SignedTransaction::BitcoinPart { .. } => true,
        SignedTransaction::Safe(safe) => safe.execution.is_none(),
        SignedTransaction::Bitcoin { .. }
        | SignedTransaction::Ethereum { .. }
        | SignedTransaction::EthereumStatement(_) => false,
    }
}

fn say(
    desk: &mut Desk<'_, '_>,
    intents: &[IntentDigest],
    transaction: &SignedTransaction,
    paths: &[PathBuf],
) -> Result<(), Failure> {
    let (name, id) = identity(transaction);
    let mut lines: Vec<String> = intents
        .iter()
        .map(|intent| format!("SIGNED   request {intent}"))
        .collect();
    lines.push(format!("{:<9}{id}", name.to_uppercase()));
    if is_part(transaction) {
        lines.push("Not finished: nothing was written. Have more stations sign.".to_owned());
    }
    let written = paths.iter();
    lines.extend(written.map(|path| format!("FILE     {}", path.display())));
    lines.push(String::new());
    desk.console.say(&lines.join("\n"))?;
    let intents = intents.iter().map(IntentDigest::to_string);
    let files = paths.iter().map(|path| Path::to_string_lossy(path));
    desk.console.object(&json!({
        "schema": "combine/1",
        "intents": intents.collect::<Vec<_>>(),
        (name): id,
        "files": files.collect::<Vec<_>>(),
    }))
}
