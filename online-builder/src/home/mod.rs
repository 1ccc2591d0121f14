//! The builder's folder: its source key, the stations it trusts, what it asked, what it was told.
//! Knows nothing of how requests are judged. It adds files and never changes one.

mod answers;
mod error;
mod ledger;
mod requests;
mod source_key;
mod stations;

use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use transfer_format::durable;
use transfer_format::seal::SoftwareSealer;

pub use self::error::HomeError;

/// The builder's folder.
///
/// | path | content |
/// |---|---|
/// | `source-key` | the key that seals requests, for its owner only |
/// | `stations/ID/` | enrolment, policy and key of a station |
/// | `requests/INTENT.cbor`, `.psbt` | a sealed request, and the PSBT it was made of |
/// | `answers/` | results and refusals as they came, and which requests were withdrawn |
/// | `results/INTENT/` | transactions that can be broadcast |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    folder: PathBuf,
}

/// The right to add to a folder: one program has it at a time, until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _folder: File,
}

impl Home {
    /// Makes the folder, for its owner only, with a source key of these secret bytes. The folder may
    /// be there if it is empty; in one that is somebody else's nothing is changed.
    ///
    /// # Errors
    /// [`HomeError::Exists`] if there is a key already, [`HomeError::Occupied`] if there is anything
    /// else, [`HomeError::Secret`] for bytes that are no key, [`HomeError::File`].
    pub fn create(folder: &Path, secret: &[u8; 32]) -> Result<Self, HomeError> {
        let home = Self {
            folder: folder.to_path_buf(),
        };
        let key = source_key::text(secret)?;
        home.check_empty()?;
        let owner_only = || -> io::Result<()> {
            let mut builder = DirBuilder::new();
            builder.recursive(true).mode(0o700).create(folder)?;
            fs::set_permissions(folder, Permissions::from_mode(0o700))?;
            for name in FOLDERS {
                builder.create(folder.join(name))?;
            }
            durable::sync_folder(folder)
        };
        owner_only().map_err(|error| HomeError::written(folder, &error))?;
        source_key::create(&home.source_key_path(), &key)?;
        Ok(home)
    }

    fn check_empty(&self) -> Result<(), HomeError> {
        let path = self.source_key_path();
        if path.symlink_metadata().is_ok() {
            return Err(HomeError::Exists { path });
        }
        match fs::read_dir(&self.folder).map(|mut names| names.next().is_none()) {
            Ok(true) => Ok(()),
            Ok(false) => Err(HomeError::Occupied {
                folder: self.folder.clone(),
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(HomeError::read(&self.folder, &error)),
        }
    }

    /// The folder that [`Home::create`] made.
    ///
    /// # Errors
    /// [`HomeError::Missing`].
    pub fn open(folder: &Path) -> Result<Self, HomeError> {
        let home = Self {
            folder: folder.to_path_buf(),
        };
        if home.source_key_path().is_file() {
            Ok(home)
        } else {
            Err(HomeError::Missing {
                folder: home.folder,
            })
        }
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes the right to add to the folder.
    ///
    /// # Errors
    /// [`HomeError::Busy`] while another program has it, [`HomeError::File`].
    pub fn lock(&self) -> Result<Lock, HomeError> {
        let failed = |error: io::Error| HomeError::read(&self.folder, &error);
        let folder = File::open(&self.folder).map_err(failed)?;
        match flock(&folder, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Lock { _folder: folder }),
            Err(Errno::WOULDBLOCK) => Err(HomeError::Busy {
                folder: self.folder.clone(),
            }),
            Err(error) => Err(failed(error.into())),
        }
    }

    /// The key that seals this builder's requests.
    ///
    /// # Errors
    /// [`HomeError::Permissions`] if others may read it, [`HomeError::Damaged`],
    /// [`HomeError::File`].
    pub fn source(&self) -> Result<SoftwareSealer, HomeError> {
        source_key::load(&self.source_key_path())
    }

    fn source_key_path(&self) -> PathBuf {
        self.folder.join("source-key")
    }

    fn part(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

const STATIONS: &str = "stations";
const REQUESTS: &str = "requests";
const ANSWERS: &str = "answers";
const RESULTS: &str = "results";
const FOLDERS: [&str; 4] = [STATIONS, REQUESTS, ANSWERS, RESULTS];

/// Adds a file for its owner only, whole or not at all.
fn keep(path: &Path, content: &[u8]) -> Result<(), HomeError> {
    let kept = durable::write_new_private(path, content);
    kept.map_err(|error| HomeError::written(path, &error))
}

/// The bytes of a file; `None` if there is none.
fn find(path: &Path) -> Result<Option<Vec<u8>>, HomeError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(HomeError::read(path, &error)),
    }
}

/// The names in a folder that do not begin with a point, in order.
fn names(folder: &Path) -> Result<Vec<String>, HomeError> {
    let failed = |error: io::Error| HomeError::read(folder, &error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let name = name.to_string_lossy().into_owned();
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests;
