//! Files that are new, whole and on the disk before anyone is told of them.
//! Knows nothing of their content, and never replaces a file.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Writes a file that must not exist yet and waits until the disk has it and its name.
///
/// # Errors
/// What the operating system reported; `AlreadyExists` if there is such a file.
pub fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    write(File::create_new(path)?, content)?;
    sync_folder(folder_of(path))
}

/// As [`write_new`], for a file that only its owner may read.
///
/// # Errors
/// As [`write_new`].
pub fn write_new_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    write(file, content)?;
    sync_folder(folder_of(path))
}

fn write(mut file: File, content: &[u8]) -> io::Result<()> {
    file.write_all(content)?;
    file.sync_all()
}

/// Waits until the disk has the names in a folder.
///
/// # Errors
/// What the operating system reported.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The folder a file is in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."))
}
