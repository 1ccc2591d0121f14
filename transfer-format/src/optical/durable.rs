//! Files that are new, whole and on the disk before anyone is told of them.
//! Knows nothing of their content.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file that must not exist yet and waits until the disk has it.
pub(super) fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Waits until the disk has the names in a folder.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The folder a file is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."))
}
