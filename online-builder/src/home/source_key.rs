//! The source key's file: 64 hexadecimal digits and a line feed, for its owner only.
//! Knows nothing of what the key seals, and wipes every copy of it.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use data_encoding::HEXLOWER;
use transfer_format::durable;
use transfer_format::seal::SoftwareSealer;
use zeroize::Zeroizing;

use super::HomeError;

/// What the file of a key says.
pub(super) fn text(secret: &[u8; 32]) -> Result<Zeroizing<[u8; TEXT_BYTES]>, HomeError> {
    SoftwareSealer::from_bytes(secret).map_err(|_not_a_key| HomeError::Secret)?;
    let mut text = Zeroizing::new([b'\n'; TEXT_BYTES]);
    let (digits, _line_feed) = text.split_at_mut(DIGITS);
    HEXLOWER.encode_mut(secret, digits);
    Ok(text)
}

/// Writes a new key; there must be none.
pub(super) fn create(path: &Path, text: &[u8; TEXT_BYTES]) -> Result<(), HomeError> {
    durable::write_new_private(path, text.as_slice()).map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            let path = path.to_path_buf();
            return HomeError::Exists { path };
        }
        HomeError::written(path, &error)
    })
}

/// Reads the key, unless others may read it too.
pub(super) fn load(path: &Path) -> Result<SoftwareSealer, HomeError> {
    let failed = |error: io::Error| HomeError::read(path, &error);
    let mut file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(HomeError::Permissions {
            path: path.to_path_buf(),
            mode,
        });
    }
    let mut text = Zeroizing::new([0; TEXT_BYTES]);
    let damaged = || HomeError::damaged(path, &"it holds no key");
    file.read_exact(text.as_mut_slice()).map_err(|error| {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            return damaged();
        }
        failed(error)
    })?;
    let ended = file.read(&mut [0]).map_err(failed)? == 0;
    let digits = text.strip_suffix(b"\n").filter(|_| ended);
    let mut secret = Zeroizing::new([0; 32]);
    match HEXLOWER.decode_mut(digits.ok_or_else(damaged)?, secret.as_mut_slice()) {
        Ok(32) => SoftwareSealer::from_bytes(&secret).map_err(|_not_a_key| damaged()),
        Ok(_) | Err(_) => Err(damaged()),
    }
}

const DIGITS: usize = 64;
const TEXT_BYTES: usize = 65;
