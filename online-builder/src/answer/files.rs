//! The files of a signed transaction, for whoever broadcasts or judges it.
//! Knows nothing of how the transaction came about, and never replaces a file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use transaction_review::{Class, SafeSignatures, SignedTransaction};
use transfer_format::durable::{self, Staged};

use crate::codes::class_of;
use crate::station::{hexadecimal, prefixed_hexadecimal};

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
    pub fn class(&self) -> Class {
        class_of(self.code())
    }
}

/// The files, by name. Bitcoin: `bitcoin-signed.hex` (BIP-144), `bitcoin-signed.psbt` (BIP-174,
/// finalised), `bitcoin-prevouts.json` (the coins spent, for a consensus library). Ethereum:
/// `ethereum-signed.hex` (EIP-2718). Of a part, which nobody can broadcast, `bitcoin-part-STATION.psbt`
/// with what this station signed, so that the parts of one payment can lie in one folder. A Safe:
/// `safe-part-STATION.json` while owners are missing, then `safe-signatures.json` and
/// `safe-execution.hex`, the call data of `execTransaction`. Documents, messages and delegations:
/// `ethereum-signature.json`.
pub fn broadcast_files(transaction: &SignedTransaction, station: &str) -> Vec<(String, Vec<u8>)> {
    let files = match transaction {
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
        SignedTransaction::BitcoinPart { psbt, .. } => {
            return vec![(format!("bitcoin-part-{station}.psbt"), psbt.clone())];
        }
        SignedTransaction::Ethereum { raw, .. } => {
            let text = prefixed_hexadecimal(raw);
            vec![("ethereum-signed.hex", line(&text))]
        }
        SignedTransaction::Safe(signed) => return safe_files(signed, station),
        SignedTransaction::EthereumStatement(signed) => {
            let statement = json!({
                "digest": prefixed_hexadecimal(&signed.digest),
                "signer": signed.signer,
                "signature": prefixed_hexadecimal(&signed.signature),
            });
            vec![("ethereum-signature.json", line(&format!("{statement:#}")))]
        }
    };
    let named = files.into_iter();
    named
        .map(|(name, content)| (name.to_owned(), content))
        .collect()
}

/// The files of a Safe's transaction: what this station signed, by its name, and once enough owners
/// have signed, what executes it.
fn safe_files(signatures: &SafeSignatures, station: &str) -> Vec<(String, Vec<u8>)> {
    let SafeSignatures {
        safe,
        chain_id,
        safe_tx_hash,
        nonce,
        signed,
        threshold,
        owners,
        signatures,
        execution,
    } = signatures;
    let statement = json!({
        "safe": safe,
        "chain_id": chain_id,
        "nonce": nonce,
        "safe_tx_hash": prefixed_hexadecimal(safe_tx_hash),
        "signed": signed,
        "threshold": threshold,
        "owners": owners,
        "signatures": prefixed_hexadecimal(signatures),
    });
    let name = match (execution, station) {
        (Some(_), _) => "safe-signatures.json".to_owned(),
        (None, station) => format!("safe-part-{station}.json"),
    };
    let mut files = vec![(name, line(&format!("{statement:#}")))];
    if let Some(call) = execution {
        let text = prefixed_hexadecimal(call);
        files.push(("safe-execution.hex".to_owned(), line(&text)));
    }
    files
}

/// Writes files into a folder, which is made if it is missing: all of them, or none. A file that is
/// there already with this very content stays, so that a call that was cut off can be repeated;
/// returns the paths in order.
///
/// # Errors
/// [`FileError::Exists`] before anything is written, [`FileError::File`].
pub fn write_files(
    folder: &Path,
    files: &[(impl AsRef<str>, Vec<u8>)],
) -> Result<Vec<PathBuf>, FileError> {
    let made = fs::create_dir_all(folder);
    let made = made.and_then(|()| durable::sync_folder(durable::folder_of(folder)));
    made.map_err(|error| failed(folder, "written", &error))?;
    let mut paths = Vec::new();
    let mut missing = Vec::new();
    for (name, content) in files {
        let path = folder.join(name.as_ref());
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
    let mut staged = Vec::new();
    for (path, content) in missing {
        let file = Staged::new(&path, content);
        staged.push((
            file.map_err(|error| failed(&path, "written", &error))?,
            path,
        ));
    }
    publish(staged)?;
    Ok(paths)
}

/// Gives files their names: all of them, or none.
fn publish(staged: Vec<(Staged, PathBuf)>) -> Result<(), FileError> {
    let mut published: Vec<PathBuf> = Vec::new();
    for (file, path) in staged {
        if let Err(error) = file.publish() {
            published.iter().for_each(remove);
            return Err(failed(&path, "written", &error));
        }
        published.push(path);
    }
    Ok(())
}

/// Takes a file back. If that fails too, it is still the first failure that is reported.
fn remove(path: &PathBuf) {
    match fs::remove_file(path) {
        Ok(()) | Err(_) => {}
    }
}

fn failed(path: &Path, action: &'static str, error: &io::Error) -> FileError {
    FileError::File {
        path: path.to_path_buf(),
        action,
        kind: error.kind(),
    }
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

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_failure_before_the_last_file_leaves_none_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let files = [("a", b"1".to_vec()), ("b/c", b"2".to_vec())];
        let error = FileError::File {
            path: folder.path().join("b/c"),
            action: "written",
            kind: io::ErrorKind::NotFound,
        };
        assert_eq!(write_files(folder.path(), &files), Err(error));
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[test]
    fn a_name_that_is_taken_at_the_last_moment_leaves_none_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (folder.path().join("a"), folder.path().join("b"));
        let staged = [&first, &second].map(|path| (Staged::new(path, b"ours").unwrap(), path));
        fs::File::create_new(&second).unwrap();
        let error = FileError::File {
            path: second.clone(),
            action: "written",
            kind: io::ErrorKind::AlreadyExists,
        };
        let staged = staged.map(|(file, path)| (file, path.clone()));
        assert_eq!(publish(staged.into()), Err(error));
        assert_eq!(names(folder.path()), ["b"]);
        assert_eq!(fs::read(second).unwrap(), b"");
    }

    #[test]
    fn what_a_crash_left_behind_is_completed() {
        let folder = tempfile::tempdir().unwrap();
        durable::write_new(&folder.path().join("a"), b"1").unwrap();
        durable::write_new(&folder.path().join(".b.partial"), b"half of").unwrap();
        let files = [("a", b"1".to_vec()), ("b", b"2".to_vec())];
        write_files(folder.path(), &files).unwrap();
        assert_eq!(names(folder.path()), ["a", "b"]);
        assert_eq!(fs::read(folder.path().join("b")).unwrap(), b"2");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        durable::write_new(&file, b"").unwrap();
        let path = file.join("inside");
        let nothing: [(&str, Vec<u8>); 0] = [];
        assert_eq!(
            write_files(&path, &nothing),
            Err(FileError::File {
                path,
                action: "written",
                kind: io::ErrorKind::NotADirectory,
            })
        );
    }
}
