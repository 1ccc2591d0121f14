//! The files of a signed transaction, for whoever broadcasts or judges it.
//! Knows nothing of how the transaction came about, and never replaces a file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use transaction_review::{Class, SignedTransaction};
use transfer_format::durable;

use crate::station::hexadecimal;

/// Why a file was not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// There is a file with another content.
    #[error(
        "{} exists and holds something else: name another folder with --out", .path.display()
    )]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The system refused.
    #[error("{} cannot be {action} ({kind}): check the path and the disk", .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// `read` or `written`.
        action: &'static str,
        /// What the operating system reported.
        kind: io::ErrorKind,
    },
}

impl FileError {
    /// The reason code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Exists { .. } => "E_FILE_EXISTS",
            Self::File { .. } => "E_FILE",
        }
    }

    /// The class, and with it the exit status.
    pub const fn class(&self) -> Class {
        match self {
            Self::Exists { .. } | Self::File { .. } => Class::Storage,
        }
    }
}

/// The files, by name. Bitcoin: `bitcoin-signed.hex` (BIP-144), `bitcoin-signed.psbt` (BIP-174,
/// finalised), `bitcoin-prevouts.json` (the coins spent, for a consensus library). Ethereum:
/// `ethereum-signed.hex` (EIP-2718).
pub fn broadcast_files(transaction: &SignedTransaction) -> Vec<(&'static str, Vec<u8>)> {
    match transaction {
        SignedTransaction::Bitcoin {
            raw,
            psbt,
            prevouts,
            ..
        } => {
            let coins = prevouts.iter().map(|coin| {
                json!({
                    "txid": coin.txid,
                    "vout": coin.vout,
                    "amount_sat": coin.amount_sat,
                    "script_pubkey": hexadecimal(&coin.script_pubkey),
                })
            });
            let coins = Value::Array(coins.collect());
            vec![
                ("bitcoin-signed.hex", line(&hexadecimal(raw))),
                ("bitcoin-signed.psbt", psbt.clone()),
                ("bitcoin-prevouts.json", line(&format!("{coins:#}"))),
            ]
        }
        SignedTransaction::Ethereum { raw, .. } => {
            let text = format!("0x{}", hexadecimal(raw));
            vec![("ethereum-signed.hex", line(&text))]
        }
    }
}

/// Writes files into a folder, which is made if it is missing. A file that is there already with
/// this very content stays; returns the paths in order.
///
/// # Errors
/// [`FileError::Exists`] before anything is written, [`FileError::File`].
pub fn write_files(folder: &Path, files: &[(&str, Vec<u8>)]) -> Result<Vec<PathBuf>, FileError> {
    let failed = |path: &Path, action, error: &io::Error| FileError::File {
        path: path.to_path_buf(),
        action,
        kind: error.kind(),
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder, "written", &error))?;
    let mut paths = Vec::new();
    let mut missing = Vec::new();
    for (name, content) in files {
        let path = folder.join(name);
        match fs::read(&path) {
            Ok(found) if found == *content => {}
            Ok(_) => return Err(FileError::Exists { path }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                missing.push((path.clone(), content));
            }
            Err(error) => return Err(failed(&path, "read", &error)),
        }
        paths.push(path);
    }
    for (path, content) in missing {
        durable::write_new(&path, content).map_err(|error| failed(&path, "written", &error))?;
    }
    Ok(paths)
}

fn line(text: &str) -> Vec<u8> {
    format!("{text}\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_written_once_and_left_alone_the_second_time() {
        let folder = tempfile::tempdir().unwrap();
        let files = [("a", b"1".to_vec()), ("b", b"2".to_vec())];
        let inside = folder.path().join("new");
        let paths = write_files(&inside, &files).unwrap();
        assert_eq!(paths, [inside.join("a"), inside.join("b")]);
        assert_eq!(write_files(&inside, &files), Ok(paths));
    }

    #[test]
    fn a_file_with_another_content_stops_everything() {
        let folder = tempfile::tempdir().unwrap();
        durable::write_new(&folder.path().join("b"), b"mine").unwrap();
        let files = [("a", b"1".to_vec()), ("b", b"2".to_vec())];
        let path = folder.path().join("b");
        assert_eq!(
            write_files(folder.path(), &files),
            Err(FileError::Exists { path: path.clone() })
        );
        assert_eq!(fs::read(path).unwrap(), b"mine");
        assert!(!folder.path().join("a").exists());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        durable::write_new(&file, b"").unwrap();
        let path = file.join("inside");
        assert_eq!(
            write_files(&path, &[]),
            Err(FileError::File {
                path,
                action: "written",
                kind: io::ErrorKind::NotADirectory,
            })
        );
    }
}
