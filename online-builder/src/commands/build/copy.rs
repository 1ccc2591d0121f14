//! The copy of a request that `--out` asks for: nothing is in its way, and it is whole or not there.
//! Knows nothing of what it holds.

use std::io::{self, ErrorKind};
use std::path::Path;

use transfer_format::IntentDigest;
use transfer_format::durable::{self, Staged};

use crate::failure::Failure;

/// Makes sure that nothing is in the way of the copy before anything is sealed.
pub(super) fn check_copy(path: &Path) -> Result<(), Failure> {
    if path.symlink_metadata().is_ok() {
        return Err(unwritable(path)(ErrorKind::AlreadyExists.into()));
    }
    let folder = durable::folder_of(path).metadata();
    if folder.map_err(unwritable(path))?.is_dir() {
        return Ok(());
    }
    Err(unwritable(path)(ErrorKind::NotADirectory.into()))
}

/// The copy, whole, that lacks nothing but its name.
pub(super) fn stage_copy(path: &Path, content: &[u8]) -> Result<Staged, Failure> {
    Staged::new(path, content).map_err(unwritable(path))
}

pub(super) fn publish_copy(
    staged: Staged,
    path: &Path,
    intent: IntentDigest,
) -> Result<(), Failure> {
    staged.publish().map_err(|error| Failure::CopyNotWritten {
        intent,
        path: path.to_path_buf(),
        kind: error.kind(),
    })
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> Failure {
    move |error| Failure::File {
        path: path.to_path_buf(),
        action: "written",
        kind: error.kind(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn a_copy_whose_name_is_taken_at_the_last_moment_leaves_a_request_that_is_built() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copy.cbor");
        let intent = IntentDigest::of(b"request");
        let staged = Staged::new(&path, b"request").unwrap();
        File::create_new(&path).unwrap();
        let failure = publish_copy(staged, &path, intent).unwrap_err();
        let text = format!("{failure}");
        assert!(text.starts_with(&format!("the request {intent} IS built and kept")));
        assert!(
            text.contains(&format!("send --request {intent} --to")),
            "{text}"
        );
        assert_eq!(failure.code(), "E_COPY_NOT_WRITTEN");
        assert_eq!(failure.class().exit_code(), 22);
    }
}
