//! `receive`: believes or refuses an answer, keeps it, and writes what can be broadcast.
//! Knows nothing of why an answer is believed; see [`crate::answer`].

use std::path::{Path, PathBuf};
use std::slice;

use serde_json::json;
use transaction_review::SignedTransaction;
use transfer_format::IntentDigest;
use transfer_format::packet::{RefusalNotice, Request, SigningResult};
use transfer_format::route::Inbound;
use transfer_format::seal::Packet;

use super::combine::{identity, is_part, shares_beside, write_combined};
use super::{Desk, input};
use crate::answer::{
    Answer, AnswerError, Standing, broadcast_files, check_audience, check_witness, share,
    signed_transaction, write_files,
};
use crate::failure::Failure;
use crate::home::Lock;
use crate::station::{Station, hexadecimal};

pub(super) fn run(
    desk: &mut Desk<'_, '_>,
    from: &Inbound,
    out: Option<PathBuf>,
) -> Result<(), Failure> {
    let lock = desk.home.lock()?;
    let bytes = input::arrived(desk, from)?;
    let stations = desk.home.stations(&desk.source.public_key())?;
    match Answer::open(bytes, &stations)? {
        (station, Answer::Result(result)) => signed(desk, &lock, station, &result, out),
        (station, Answer::Refusal(refusal)) => Err(refused(desk, &lock, station, &refusal)?),
    }
}

fn signed(
    desk: &mut Desk<'_, '_>,
    lock: &Lock,
    station: &Station,
    result: &Packet<SigningResult>,
    out: Option<PathBuf>,
) -> Result<(), Failure> {
    let payload = result.payload();
    let request = asked(desk, payload.intent)?;
    let own = share(payload, &request, station)?;
    let part = signed_transaction(slice::from_ref(&own))?;
    let transaction = if is_part(&part) {
        let mut shares = vec![own];
        shares.extend(shares_beside(desk, payload.intent, &shares)?);
        signed_transaction(&shares)?
    } else {
        part.clone()
    };
    let earlier: Vec<SigningResult> = desk.home.results(station)?;
    let standing = check_witness(payload, &earlier)?;
    if let Standing::Late { newest } = standing {
        // Said before anything is kept: a second receiving would not say it.
        warn(desk, payload, newest)?;
    }
    if standing != Standing::Known {
        desk.home.keep_result(lock, result)?;
    }
    let folder = out.unwrap_or_else(|| desk.home.result_folder(&payload.intent));
    let name = format!("result-{}.cbor", payload.intent);
    let mut files = broadcast_files(&part, station.id());
    files.push((name, result.bytes().to_vec()));
    let mut paths = write_files(&folder, &files)?;
    if transaction != part {
        paths.extend(write_combined(&folder, &transaction)?);
    }
    say(desk, payload, &transaction, standing, &paths)
}

fn refused(
    desk: &Desk<'_, '_>,
    lock: &Lock,
    station: &Station,
    refusal: &Packet<RefusalNotice>,
) -> Result<Failure, Failure> {
    let payload = refusal.payload();
    let request = asked(desk, payload.intent)?;
    check_audience(&request, station)?;
    desk.home.keep_refusal(lock, refusal)?;
    Ok(Failure::Refused {
        intent: payload.intent,
        station: payload.station.clone(),
        code: payload.code.clone(),
        policy_version: payload.policy_version,
    })
}

/// The request that is answered; an answer to anything else is not ours.
fn asked(desk: &Desk<'_, '_>, intent: IntentDigest) -> Result<Packet<Request>, Failure> {
    let request = desk.home.request(&intent, &desk.source.public_key())?;
    Ok(request.ok_or(AnswerError::Unasked { intent })?)
}

/// The one thing that is believed and still wants a person's eye.
fn warn(desk: &mut Desk<'_, '_>, result: &SigningResult, newest: u64) -> Result<(), Failure> {
    desk.console.say(&format!(
        "WARNING P2\nThis result is of record {} of {}'s journal, and one of record {newest} is \
         known.\nIf they were carried here in another order than they were made, that is all. If\n\
         not, the station was rolled back: do not broadcast before its log sheet, or the\nwhole \
         journal, shows this record.\n\n",
        result.journal_sequence, result.station,
    ))
}

fn say(
    desk: &mut Desk<'_, '_>,
    result: &SigningResult,
    transaction: &SignedTransaction,
    standing: Standing,
    paths: &[PathBuf],
) -> Result<(), Failure> {
    let (name, id) = identity(transaction);
    let mut lines = Vec::new();
    let known = standing == Standing::Known;
    if known {
        lines.push("This result was received before; nothing of it has changed.".to_owned());
    }
    if result.rehearsal {
        lines.push("REHEARSAL: not for real funds".to_owned());
    }
    lines.push(format!("SIGNED   request {}", result.intent));
    lines.push(format!("WORDS    {}", result.intent.words()));
    lines.push(format!(
        "BY       {}, every signature verified ({})",
        result.station,
        result.signatures.len()
    ));
    lines.push(format!("JOURNAL  record {}", result.journal_sequence));
    lines.push(format!("HEAD     {}", hexadecimal(&result.journal_head)));
    lines.push(format!("{:<9}{id}", name.to_uppercase()));
    let written = paths
        .iter()
        .map(|path| format!("FILE     {}", path.display()));
    lines.extend(written);
    lines.push(String::new());
    desk.console.say(&lines.join("\n"))?;
    let files = paths.iter().map(|path| Path::to_string_lossy(path));
    desk.console.object(&json!({
        "schema": "receive/1",
        "outcome": "signed",
        "intent": result.intent.to_string(),
        "station": result.station,
        "rehearsal": result.rehearsal,
        "journal_sequence": result.journal_sequence,
        "journal_head": hexadecimal(&result.journal_head),
        "received_before": known,
        "late": matches!(standing, Standing::Late { .. }),
        (name): id,
        "files": files.collect::<Vec<_>>(),
    }))
}
