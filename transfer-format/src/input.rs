//! Opens what a person names as an input: without waiting for it, without following a link, and
//! asking what was opened before a byte of it is read.
//!
//! Knows nothing of what a file holds. A medium may hold a pipe, a device or a link where a file
//! is expected; the first never ends, the second does something when it is read, and the third
//! leads elsewhere. The question is put to the open descriptor, so that nothing can be exchanged
//! between the answer and the reading.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, openat};
use rustix::io::Errno;

/// Neither waits for the other end of a pipe nor makes a terminal this program's own.
const NEVER_WAITS: OFlags = OFlags::RDONLY
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC);

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A file with content of its own.
    Regular,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A named pipe.
    Pipe,
    /// A device that is read byte by byte, such as a terminal.
    CharacterDevice,
    /// A device that is read in blocks, such as a disk.
    BlockDevice,
    /// A socket.
    Socket,
    /// Something that this program has no name for.
    Unknown,
}

impl FileKind {
    fn of(file: &File) -> Result<Self, Errno> {
        Ok(match FileType::from_raw_mode(fstat(file)?.st_mode) {
            FileType::RegularFile => Self::Regular,
            FileType::Directory => Self::Folder,
            FileType::Symlink => Self::Link,
            FileType::Fifo => Self::Pipe,
            FileType::CharacterDevice => Self::CharacterDevice,
            FileType::BlockDevice => Self::BlockDevice,
            FileType::Socket => Self::Socket,
            FileType::Unknown => Self::Unknown,
        })
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Regular => "a file",
            Self::Folder => "a folder",
            Self::Link => "a symbolic link",
            Self::Pipe => "a named pipe",
            Self::CharacterDevice => "a character device",
            Self::BlockDevice => "a block device",
            Self::Socket => "a socket",
            Self::Unknown => "something unknown",
        })
    }
}

/// Why an input is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// It could not be opened or read.
    #[error("it cannot be read ({kind}); check the path and the medium")]
    Unreadable {
        /// What the operating system reported.
        kind: io::ErrorKind,
    },
    /// It is something else than a file.
    #[error("it is {found} where {expected} is wanted; name that itself")]
    Kind {
        /// What it is.
        found: FileKind,
        /// What can be read.
        expected: &'static str,
    },
    /// It is larger than it may be.
    #[error("it is larger than {limit} bytes, which is the most that is read")]
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
}

impl From<io::Error> for InputError {
    fn from(error: io::Error) -> Self {
        Self::Unreadable { kind: error.kind() }
    }
}

impl From<Errno> for InputError {
    fn from(error: Errno) -> Self {
        io::Error::from(error).into()
    }
}

/// Opens whatever a path names but a link or a socket, and says what it is. A pipe is open before
/// anyone writes to it, and reading it does not wait.
///
/// # Errors
/// [`InputError::Unreadable`]; [`InputError::Kind`] for a link or a socket, saying that `expected`
/// is wanted.
pub fn open(path: &Path, expected: &'static str) -> Result<(File, FileKind), InputError> {
    let opened = openat(CWD, path, NEVER_WAITS | OFlags::NOFOLLOW, Mode::empty());
    let not_readable = |found| InputError::Kind { found, expected };
    let file = File::from(opened.map_err(|error| match error {
        Errno::LOOP => not_readable(FileKind::Link),
        // What open(2) reports for a socket.
        Errno::NXIO => not_readable(FileKind::Socket),
        other => other.into(),
    })?);
    let kind = FileKind::of(&file)?;
    Ok((file, kind))
}

/// Opens a regular file.
///
/// ```
/// use std::path::Path;
/// use transfer_format::input::{FileKind, InputError, open_file};
///
/// let error = open_file(Path::new("/dev/null")).err();
/// let (found, expected) = (FileKind::CharacterDevice, "a file");
/// assert_eq!(error, Some(InputError::Kind { found, expected }));
/// ```
///
/// # Errors
/// [`InputError::Unreadable`], [`InputError::Kind`].
pub fn open_file(path: &Path) -> Result<File, InputError> {
    let expected = "a file";
    match open(path, expected)? {
        (file, FileKind::Regular) => Ok(file),
        (_, found) => Err(InputError::Kind { found, expected }),
    }
}

/// Opens a block device or a regular file that holds the image of one. The names that the system
/// gives its devices are links (`/dev/disk/by-id/…`); a link that leads to a device is followed,
/// one that leads to a file is not.
///
/// # Errors
/// [`InputError::Unreadable`], [`InputError::Kind`].
pub fn open_medium(path: &Path) -> Result<File, InputError> {
    let expected = "a block device or a file";
    match open(path, expected) {
        Ok((file, FileKind::Regular | FileKind::BlockDevice)) => Ok(file),
        Ok((_, found)) => Err(InputError::Kind { found, expected }),
        Err(InputError::Kind {
            found: FileKind::Link,
            ..
        }) => {
            let followed = openat(CWD, path, NEVER_WAITS, Mode::empty());
            match followed.map(File::from) {
                Ok(file) if FileKind::of(&file)? == FileKind::BlockDevice => Ok(file),
                Ok(_) | Err(_) => {
                    let found = FileKind::Link;
                    Err(InputError::Kind { found, expected })
                }
            }
        }
        Err(error) => Err(error),
    }
}

/// Reads a regular file whole.
///
/// # Errors
/// [`InputError`]; one byte more than `limit` is [`InputError::TooLarge`].
pub fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, InputError> {
    let file = open_file(path)?;
    let mut bytes = Vec::new();
    // One byte past the limit tells a file that is too large from one that just fits.
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(InputError::TooLarge { limit });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use rustix::fs::mknodat;

    use super::*;
    use crate::durable::write_new;

    const fn kind(found: FileKind, expected: &'static str) -> InputError {
        InputError::Kind { found, expected }
    }

    #[test]
    fn whatever_is_no_file_is_refused_at_once_and_by_its_name_usb_04() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        write_new(&at("file"), b"content").unwrap();
        symlink(at("file"), at("link")).unwrap();
        symlink(at("nowhere"), at("dangling")).unwrap();
        mknodat(CWD, at("pipe"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let _listener = UnixListener::bind(at("socket")).unwrap();
        std::fs::create_dir(at("folder")).unwrap();
        let device = "/dev/null".into();
        for (path, found) in [
            (at("link"), FileKind::Link),
            (at("dangling"), FileKind::Link),
            (at("pipe"), FileKind::Pipe),
            (at("socket"), FileKind::Socket),
            (at("folder"), FileKind::Folder),
            (device, FileKind::CharacterDevice),
        ] {
            assert_eq!(open_file(&path).err(), Some(kind(found, "a file")));
            assert_eq!(read_file(&path, 100), Err(kind(found, "a file")));
            let expected = "a block device or a file";
            assert_eq!(open_medium(&path).err(), Some(kind(found, expected)));
        }
        assert_eq!(read_file(&at("file"), 7), Ok(b"content".to_vec()));
        open_medium(&at("file")).unwrap();
    }

    #[test]
    fn a_file_is_read_at_the_limit_and_refused_one_byte_past_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write_new(&path, b"seven b").unwrap();
        assert_eq!(read_file(&path, 7), Ok(b"seven b".to_vec()));
        assert_eq!(read_file(&path, 6), Err(InputError::TooLarge { limit: 6 }));
    }
}
