//! Files that are new, whole and on the disk before anyone is told of them.
//! Knows nothing of their content, and never replaces a file.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

/// Writes a file that must not exist yet and waits until the disk has it and its name. However the
/// writing ends, the name stands for the whole content or for nothing.
///
/// # Errors
/// What the operating system reported; `AlreadyExists` if there is such a file, `ResourceBusy`
/// while another program writes it.
pub fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    Staged::new(path, content)?.publish()
}

/// As [`write_new`], for a file that only its owner may read.
///
/// # Errors
/// As [`write_new`].
pub fn write_new_private(path: &Path, content: &[u8]) -> io::Result<()> {
    Staged::private(path, content)?.publish()
}

/// A file that is whole and on the disk, and has not got its name yet: it lies beside its place as
/// `.NAME.partial`. Dropped without being published it is removed; what a crash leaves behind, the
/// next writer of the same name removes.
///
/// Several files of which all or none shall appear are staged first and published afterwards.
#[derive(Debug)]
pub struct Staged {
    path: PathBuf,
    partial: PathBuf,
    /// Locked as long as the partial name is in use.
    file: File,
}

impl Staged {
    /// Writes the content of a file that must not exist yet.
    ///
    /// # Errors
    /// As [`write_new`].
    pub fn new(path: &Path, content: &[u8]) -> io::Result<Self> {
        Self::filled(path, EVERYBODY, |file| file.write_all(content))
    }

    /// As [`Staged::new`], for a file that only its owner may read.
    ///
    /// # Errors
    /// As [`write_new`].
    pub fn private(path: &Path, content: &[u8]) -> io::Result<Self> {
        Self::filled(path, OWNER, |file| file.write_all(content))
    }

    /// Gives the file its name and waits until the disk has it.
    ///
    /// # Errors
    /// As [`write_new`]; the name does not stand for this file then.
    pub fn publish(self) -> io::Result<()> {
        rename_new(&self.partial, &self.path)?;
        let synced = sync_folder(folder_of(&self.path));
        if synced.is_err() && is_named(&self.file, &self.path) {
            fs::remove_file(&self.path)?;
        }
        synced
    }

    fn filled(
        path: &Path,
        mode: u32,
        fill: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> io::Result<Self> {
        if path.symlink_metadata().is_ok() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        let name = path.file_name().ok_or(ErrorKind::InvalidInput)?;
        let mut partial = OsString::from(".");
        partial.push(name);
        partial.push(".partial");
        let partial = path.with_file_name(partial);
        let mut staged = Self {
            path: path.to_path_buf(),
            file: create(&partial, mode)?,
            partial,
        };
        fill(&mut staged.file)?;
        staged.file.sync_all()?;
        Ok(staged)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // A part that cannot be removed does no harm: it has no name that anybody reads.
        if is_named(&self.file, &self.partial) {
            match fs::remove_file(&self.partial) {
                Ok(()) | Err(_) => {}
            }
        }
    }
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

const EVERYBODY: u32 = 0o666;
const OWNER: u32 = 0o600;

/// Times that a part in the way is removed. More than one, for somebody else may be starting too.
const ATTEMPTS: usize = 8;

/// A new file of this partial name, locked. Whoever holds the lock of the file that has the name
/// may remove it, and nobody else does.
fn create(partial: &Path, mode: u32) -> io::Result<File> {
    let mut new = OpenOptions::new();
    new.write(true).create_new(true).mode(mode);
    for _ in 0..ATTEMPTS {
        match new.open(partial) {
            Ok(file) => {
                lock(&file)?;
                if is_named(&file, partial) {
                    return Ok(file);
                }
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => remove_left(partial)?,
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::ResourceBusy.into())
}

/// Removes a part that nobody is writing any more.
fn remove_left(partial: &Path) -> io::Result<()> {
    let left = match partial.symlink_metadata() {
        Ok(found) if found.is_file() => File::open(partial),
        Ok(_) => Err(ErrorKind::AlreadyExists.into()),
        Err(error) => Err(error),
    };
    let left = match left {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        left => left?,
    };
    lock(&left)?;
    if is_named(&left, partial) {
        fs::remove_file(partial)?;
    }
    Ok(())
}

fn lock(file: &File) -> io::Result<()> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => ErrorKind::ResourceBusy.into(),
        TryLockError::Error(error) => error,
    })
}

fn is_named(file: &File, path: &Path) -> bool {
    let (Ok(file), Ok(named)) = (file.metadata(), path.symlink_metadata()) else {
        return false;
    };
    (file.dev(), file.ino()) == (named.dev(), named.ino())
}

/// Gives a file another name, which must be free. A file system that cannot do this in one step
/// (NFS) gives it a second name instead; the first is removed with the [`Staged`].
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => fs::hard_link(from, to),
        renamed => Ok(renamed?),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn kind(outcome: io::Result<()>) -> ErrorKind {
        outcome.unwrap_err().kind()
    }

    #[test]
    fn a_new_file_is_whole_and_a_private_one_is_its_owners() {
        let folder = tempfile::tempdir().unwrap();
        let (open, private) = (folder.path().join("open"), folder.path().join("private"));
        write_new(&open, b"content").unwrap();
        write_new_private(&private, b"secret").unwrap();
        assert_eq!(fs::read(open).unwrap(), b"content");
        assert_eq!(fs::read(&private).unwrap(), b"secret");
        let mode = fs::metadata(private).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(names(folder.path()), ["open", "private"]);
    }

    #[test]
    fn what_exists_is_never_replaced_even_if_it_came_in_between() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        let staged = Staged::new(&file, b"late").unwrap();
        let mut taken = File::create_new(&file).unwrap();
        taken.write_all(b"first").unwrap();
        assert_eq!(kind(staged.publish()), ErrorKind::AlreadyExists);
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        for taken in [&file, &link] {
            assert_eq!(kind(write_new(taken, b"late")), ErrorKind::AlreadyExists);
        }
        assert_eq!(fs::read(&file).unwrap(), b"first");
        assert_eq!(names(folder.path()), ["file", "link"]);
    }

    #[test]
    fn a_write_that_is_cut_off_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let full = Staged::filled(&path, EVERYBODY, |file| {
            file.write_all(b"half of")?;
            Err(ErrorKind::StorageFull.into())
        });
        assert_eq!(full.unwrap_err().kind(), ErrorKind::StorageFull);
        assert_eq!(names(folder.path()), [""; 0]);
        drop(Staged::new(&path, b"never published").unwrap());
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[test]
    fn what_a_crash_left_behind_is_no_file_and_goes_with_the_next_writing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        // A process that ends loses its lock and leaves its part.
        let mut part = create(&folder.path().join(".file.partial"), EVERYBODY).unwrap();
        part.write_all(b"half of").unwrap();
        drop(part);
        assert!(!path.exists());
        write_new_private(&path, b"whole").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn two_who_write_one_name_do_not_meet() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let first = Staged::new(&path, b"first").unwrap();
        assert_eq!(kind(write_new(&path, b"second")), ErrorKind::ResourceBusy);
        first.publish().unwrap();
        assert_eq!(kind(write_new(&path, b"second")), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"first");
    }

    #[test]
    fn a_path_without_a_name_or_a_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing/file");
        assert_eq!(kind(write_new(&missing, b"")), ErrorKind::NotFound);
        assert_eq!(kind(write_new(Path::new(""), b"")), ErrorKind::InvalidInput);
    }
}
