//! Where distributions put SoftHSM's PKCS#11 module.
//! It loads nothing and knows nothing of tokens.

use std::path::{Path, PathBuf};

/// The places, in the order in which they are looked at.
pub(crate) const DEFAULT_PATHS: [&str; 9] = [
    "/usr/lib/softhsm/libsofthsm2.so", // Debian, Ubuntu, Arch
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", // Debian multi-arch
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so", // Debian multi-arch
    "/usr/lib64/pkcs11/libsofthsm2.so", // Fedora, RHEL
    "/usr/lib64/softhsm/libsofthsm2.so", // openSUSE, older Fedora
    "/usr/lib/pkcs11/libsofthsm2.so",  // Alpine
    "/usr/local/lib/softhsm/libsofthsm2.so", // built from source
    "/opt/homebrew/lib/softhsm/libsofthsm2.so", // Homebrew
    "/run/current-system/sw/lib/softhsm/libsofthsm2.so", // NixOS
];

/// The first of `paths` that is a file.
pub(crate) fn first_file(paths: &[&str]) -> Option<PathBuf> {
    paths
        .iter()
        .map(Path::new)
        .find(|path| path.is_file())
        .map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_place_that_holds_a_file_is_taken() {
        let here = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        assert_eq!(
            first_file(&["/no/such/file", here, "/etc/passwd"]),
            Some(PathBuf::from(here))
        );
    }

    #[test]
    fn a_folder_is_not_taken_for_a_module() {
        assert_eq!(first_file(&["/", "/no/such/file"]), None);
    }

    #[test]
    fn every_place_is_an_absolute_path() {
        assert!(
            DEFAULT_PATHS
                .iter()
                .all(|path| Path::new(path).is_absolute())
        );
    }
}
