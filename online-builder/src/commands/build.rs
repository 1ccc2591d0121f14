//! `build`: makes a transaction, shows what it would do and what the policy says, and seals it.
//! Knows nothing of channels.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde_json::json;
use transaction_review::limits::{MAX_PREVIOUS_TRANSACTION_BYTES, MAX_TRANSACTION_BYTES};
use transfer_format::IntentDigest;
use transfer_format::durable::{self, Staged};
use transfer_format::limits::SYMBOL_BYTES;
use transfer_format::optical::Density;
use transfer_format::packet::Request;
use transfer_format::seal::Packet;

use super::{Desk, input};
use crate::arguments::{OrderArguments, TransferArguments};
use crate::clock::utc;
use crate::console::counted;
use crate::failure::Failure;
use crate::request::{Order, Preflight, Transaction, Transfer, from_psbt_file, from_transfer};

pub(super) fn bitcoin(
    desk: &mut Desk<'_, '_>,
    order: &OrderArguments,
    psbt: &Path,
) -> Result<(), Failure> {
    let transaction = from_psbt_file(&input::read_file(psbt, MAX_PSBT_FILE_BYTES)?)?;
    build(desk, order, transaction)
}

pub(super) fn ethereum(
    desk: &mut Desk<'_, '_>,
    order: &OrderArguments,
    transfer: TransferArguments,
) -> Result<(), Failure> {
    let transaction = from_transfer(&Transfer {
        chain: transfer.chain,
        nonce: transfer.nonce,
        to: transfer.to,
        value: transfer.value,
        gas_limit: transfer.gas_limit,
        max_fee: transfer.max_fee,
        tip: transfer.tip,
    })?;
    build(desk, order, transaction)
}

fn build(
    desk: &mut Desk<'_, '_>,
    arguments: &OrderArguments,
    transaction: Transaction,
) -> Result<(), Failure> {
    let copy = arguments.out.as_deref();
    if let Some(copy) = copy {
        check_copy(copy)?;
    }
    let lock = desk.home.lock()?;
    let source = desk.source.public_key();
    let station = desk.home.station(&arguments.station, &source)?;
    let order = Order {
        wallet: arguments.wallet.clone(),
        reference: arguments.reference.clone(),
        created: desk.now,
        lifetime: arguments.expires_in.seconds(),
    };
    let preflight = Preflight::of(&station, order, transaction)?;
    desk.console.screens(&preflight.screens())?;
    let last = desk.home.requests(&source)?;
    let last = last.last().map(|request| request.payload().sequence);
    let sequence = last.map_or(1, |last| last.saturating_add(1));
    let request = preflight.seal(sequence, &desk.source)?;
    // The copy is whole before the request is kept; all that is left for later is its name.
    let staged = copy.map(|path| Staged::new(path, request.bytes()).map_err(unwritable(path)));
    let staged = staged.transpose()?;
    let psbt = preflight.transaction().psbt.as_deref();
    let path = desk.home.keep_request(&lock, &request, psbt)?;
    if let (Some(staged), Some(copy)) = (staged, copy) {
        publish_copy(staged, copy, request.intent())?;
    }
    say(desk, &request, &path, copy)
}

/// Makes sure that nothing is in the way of the copy before anything is sealed.
fn check_copy(path: &Path) -> Result<(), Failure> {
    if path.symlink_metadata().is_ok() {
        return Err(unwritable(path)(ErrorKind::AlreadyExists.into()));
    }
    let folder = durable::folder_of(path).metadata();
    if folder.map_err(unwritable(path))?.is_dir() {
        return Ok(());
    }
    Err(unwritable(path)(ErrorKind::NotADirectory.into()))
}

fn publish_copy(staged: Staged, path: &Path, intent: IntentDigest) -> Result<(), Failure> {
    staged.publish().map_err(|error| Failure::CopyNotWritten {
        intent,
        path: path.to_path_buf(),
        kind: error.kind(),
    })
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> Failure {
    move |error| Failure::File {
        path: path.to_path_buf(),
        action: "written",
        kind: error.kind(),
    }
}

fn say(
    desk: &mut Desk<'_, '_>,
    packet: &Packet<Request>,
    path: &Path,
    copy: Option<&Path>,
) -> Result<(), Failure> {
    let (request, intent) = (packet.payload(), packet.intent());
    let (bytes, frames) = (packet.bytes().len(), frames(packet.bytes().len()));
    let path: PathBuf = copy.unwrap_or(path).to_path_buf();
    desk.console.say(&format!(
        "REQUEST  {} of this builder, \"{}\"\nFOR      {} ({}), wallet {}\nEXPIRES  {}\n\
         INTENT   {intent}\nWORDS    {}\nSIZE     {bytes} bytes, {} at least\n\
         FILE     {}\n",
        request.sequence,
        request.reference,
        request.audience.station,
        request.audience.environment,
        request.wallet,
        utc(request.expires),
        intent.words(),
        counted(frames, "frame"),
        path.display(),
    ))?;
    desk.console.object(&json!({
        "schema": "build/1",
        "intent": intent.to_string(),
        "words": intent.words().to_string(),
        "station": request.audience.station,
        "wallet": request.wallet,
        "reference": request.reference,
        "sequence": request.sequence,
        "created": request.created,
        "expires": request.expires,
        "verdict": request.preflight_verdict,
        "bytes": bytes,
        "frames": frames,
        "path": path.to_string_lossy(),
    }))
}

/// Codes that a station has to read at least, at the usual density.
fn frames(packet_length: usize) -> usize {
    let density = Density::DEFAULT.no_more_than_needed(packet_length);
    packet_length
        .div_ceil(SYMBOL_BYTES)
        .div_ceil(usize::from(density.symbols_per_frame()))
}

/// Bytes of a PSBT file: a transaction of the largest size with a few previous transactions of the
/// largest size, in base64. What is too large for a packet is refused later, by its own rule.
const MAX_PSBT_FILE_BYTES: u64 = 16 << 20;

const _: () = assert!(
    MAX_PREVIOUS_TRANSACTION_BYTES < 16 << 20 && MAX_TRANSACTION_BYTES < 16 << 20,
    "a file of this size holds the largest transaction"
);

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn a_copy_whose_name_is_taken_at_the_last_moment_leaves_a_request_that_is_built() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copy.cbor");
        let intent = IntentDigest::of(b"request");
        let staged = Staged::new(&path, b"request").unwrap();
        File::create_new(&path).unwrap();
        let failure = publish_copy(staged, &path, intent).unwrap_err();
        let text = format!("{failure}");
        assert!(text.starts_with(&format!("the request {intent} IS built and kept")));
        assert!(
            text.contains(&format!("send --request {intent} --to")),
            "{text}"
        );
        assert_eq!(failure.code(), "E_COPY_NOT_WRITTEN");
        assert_eq!(failure.class().exit_code(), 22);
    }

    #[test]
    fn the_estimate_counts_symbols_and_rounds_up() {
        for (bytes, expected) in [(1, 1), (120, 1), (121, 1), (840, 1), (841, 2), (8_400, 10)] {
            assert_eq!(frames(bytes), expected, "{bytes}");
        }
    }
}
