//! Files and requests, as the command line names them.
//! Knows nothing of what is done with them.

use std::io::{IsTerminal as _, Read as _, stderr, stdin};
use std::path::Path;

use transfer_format::IntentDigest;
use transfer_format::input::{self, InputError};
use transfer_format::packet::Request;
use transfer_format::route::{Inbound, MediumAccess, RouteError};
use transfer_format::scanner::ProgressDisplay;
use transfer_format::seal::{Envelope, Packet};

use super::Desk;
use crate::failure::Failure;

/// A file, whole, unless it is larger than `limit` bytes; `-` is standard input.
pub(super) fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        return standard_input(limit);
    }
    input::read_file(path, limit).map_err(|cause| match cause {
        InputError::Unreadable { kind } => Failure::File {
            path: path.to_path_buf(),
            action: "read",
            kind,
        },
        InputError::TooLarge { limit } => Failure::FileTooLarge {
            path: path.to_path_buf(),
            limit,
        },
        InputError::Kind { .. } => RouteError::unread(path, cause).into(),
    })
}

/// Standard input, whole, unless it is larger than `limit` bytes.
fn standard_input(limit: u64) -> Result<Vec<u8>, Failure> {
    let path = || Path::new("-").to_path_buf();
    let mut content = Vec::new();
    // One byte past the limit tells what is too large from what just fits.
    stdin()
        .take(limit.saturating_add(1))
        .read_to_end(&mut content)
        .map_err(|error| Failure::File {
            path: path(),
            action: "read",
            kind: error.kind(),
        })?;
    if u64::try_from(content.len()).unwrap_or(u64::MAX) > limit {
        return Err(Failure::FileTooLarge {
            path: path(),
            limit,
        });
    }
    Ok(content)
}

/// What arrives on a channel; how it goes is shown to people.
pub(super) fn arrived(desk: &mut Desk<'_, '_>, from: &Inbound) -> Result<Vec<u8>, Failure> {
    let mut display = ProgressDisplay::new(desk.console.notes(), stderr().is_terminal());
    let bytes = desk.scan.scan(from, MediumAccess::Any, &mut |progress| {
        display.show(progress);
    });
    display.finish();
    Ok(bytes?)
}

/// Bytes of a foreign JSON document: more than what any of its kind becomes.
const MAX_DOCUMENT_BYTES: u64 = 1_048_576;

/// A foreign JSON document.
pub(super) fn document(path: &Path) -> Result<Vec<u8>, Failure> {
    read_file(path, MAX_DOCUMENT_BYTES)
}

/// A text file, whole, unless it is larger than `limit` bytes.
pub(super) fn read_text(path: &Path, limit: u64) -> Result<String, Failure> {
    String::from_utf8(read_file(path, limit)?).map_err(|_not_utf8| Failure::File {
        path: path.to_path_buf(),
        action: "read",
        kind: std::io::ErrorKind::InvalidData,
    })
}

/// A request of this builder, named by its intent or by a file that holds it.
pub(super) fn request(desk: &Desk<'_, '_>, name: &str) -> Result<Packet<Request>, Failure> {
    let source = desk.source.public_key();
    match name.parse::<IntentDigest>() {
        Ok(intent) => {
            let request = desk.home.request(&intent, &source)?;
            request.ok_or(Failure::RequestUnknown { intent })
        }
        Err(_) if Path::new(name).is_file() => {
            let bytes = Inbound::File(name.into()).read(MediumAccess::Any)?;
            let envelope = Envelope::read(bytes).map_err(Failure::RequestPacket)?;
            envelope.open(&source).map_err(Failure::RequestSeal)
        }
        Err(cause) => Err(Failure::RequestName {
            found: name.to_owned(),
            cause,
        }),
    }
}
