//! A PKCS#11 module: a shared library, loaded and initialised once and finalised for certain.
//! It knows nothing of PINs and keys.

use std::cell::RefCell;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::device::DeviceError;
use crate::nonces::Nonces;
use crate::softhsm;
use crate::token::{Token, TokenError, TokenIdentity, TokenSelector};

/// A loaded PKCS#11 module.
///
/// One thread owns it, and everything taken from it borrows it: when it is closed or dropped no
/// session can be left, and `C_Finalize` is called.
pub struct Module {
    pkcs11: Pkcs11,
    identity: ModuleIdentity,
    nonces: RefCell<Nonces>,
    initialised: bool,
}

impl Module {
    /// Loads the module at an absolute path, whatever its digest, and initialises it.
    ///
    /// # Errors
    ///
    /// [`ModuleError`], but not [`ModuleError::Digest`] nor [`ModuleError::Finalise`].
    pub fn load(path: &Path) -> Result<Self, ModuleError> {
        Self::open(path, None)
    }

    /// Loads the module at an absolute path if its SHA-256 is the pinned one. A module that was
    /// replaced is not loaded at all: already loading runs its code.
    ///
    /// # Errors
    ///
    /// [`ModuleError::Digest`], and those of [`Module::load`].
    pub fn load_pinned(path: &Path, sha256: &[u8; 32]) -> Result<Self, ModuleError> {
        Self::open(path, Some(sha256))
    }

    /// Finalises the module and says whether that worked; dropping it does the same in silence.
    ///
    /// # Errors
    ///
    /// [`ModuleError::Finalise`].
    pub fn close(mut self) -> Result<(), ModuleError> {
        self.finalise().map_err(ModuleError::Finalise)
    }

    /// What was loaded.
    pub const fn identity(&self) -> &ModuleIdentity {
        &self.identity
    }

    /// The initialised tokens that are present, in the order of their slots.
    ///
    /// # Errors
    ///
    /// [`TokenError::Device`].
    pub fn tokens(&self) -> Result<Vec<TokenIdentity>, TokenError> {
        let present = crate::token::present(&self.pkcs11)?;
        Ok(present
            .into_iter()
            .map(|(_slot, identity)| identity)
            .collect())
    }

    /// The one token that has the wanted manufacturer, model and serial.
    ///
    /// # Errors
    ///
    /// [`TokenError::NotFound`], [`TokenError::Ambiguous`], [`TokenError::Device`].
    pub fn token(&self, selector: &TokenSelector) -> Result<Token<'_>, TokenError> {
        Token::select(self, selector)
    }

    /// The places where distributions put SoftHSM's module, in the order of search.
    pub fn default_paths() -> &'static [&'static str] {
        &softhsm::DEFAULT_PATHS
    }

    /// SoftHSM's module, if it is installed in one of [`Module::default_paths`].
    pub fn find_softhsm() -> Option<PathBuf> {
        softhsm::first_file(&softhsm::DEFAULT_PATHS)
    }

    pub(crate) const fn pkcs11(&self) -> &Pkcs11 {
        &self.pkcs11
    }

    pub(crate) const fn nonces(&self) -> &RefCell<Nonces> {
        &self.nonces
    }

    fn open(path: &Path, pinned: Option<&[u8; 32]>) -> Result<Self, ModuleError> {
        let sha256 = digest_of(path)?;
        if let Some(expected) = pinned.filter(|expected| **expected != sha256) {
            return Err(ModuleError::Digest {
                path: path.to_path_buf(),
                expected: HEXLOWER.encode(expected),
                found: HEXLOWER.encode(&sha256),
            });
        }
        let pkcs11 = initialised(path)?;
        let mut module = Self {
            pkcs11,
            identity: ModuleIdentity::unread(path, sha256),
            nonces: RefCell::default(),
            initialised: true,
        };
        module.identify().map_err(ModuleError::Information)?;
        Ok(module)
    }

    fn identify(&mut self) -> Result<(), DeviceError> {
        let info = self.pkcs11.get_library_info()?;
        let version = info.library_version();
        self.identity = ModuleIdentity {
            manufacturer: info.manufacturer_id().trim().to_owned(),
            description: info.library_description().trim().to_owned(),
            version: format!("{}.{}", version.major(), version.minor()),
            ..self.identity.clone()
        };
        Ok(())
    }

    fn finalise(&mut self) -> Result<(), DeviceError> {
        if !self.initialised {
            return Ok(());
        }
        self.initialised = false;
        let _one_at_a_time = serialised();
        self.pkcs11.clone().finalize().map_err(DeviceError::from)
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        // Nobody is left to tell: `close` is for whoever wants to know.
        drop(self.finalise());
    }
}

/// What was loaded, as far as a module can be told apart from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleIdentity {
    /// Absolute path of the shared library.
    pub path: PathBuf,
    /// SHA-256 of the file, taken before it was loaded.
    pub sha256: [u8; 32],
    /// `manufacturerID` of `CK_INFO`, trimmed.
    pub manufacturer: String,
    /// `libraryDescription` of `CK_INFO`, trimmed.
    pub description: String,
    /// `libraryVersion` of `CK_INFO`, as major.minor.
    pub version: String,
}

impl ModuleIdentity {
    fn unread(path: &Path, sha256: [u8; 32]) -> Self {
        Self {
            path: path.to_path_buf(),
            sha256,
            manufacturer: String::new(),
            description: String::new(),
            version: String::new(),
        }
    }
}

/// Why a module cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModuleError {
    /// This process has the module in use already.
    #[error("{path} is already in use by this program; close it first")]
    AlreadyInitialised {
        /// The module.
        path: PathBuf,
    },
    /// The file is another one than the pinned one.
    #[error(
        "the PKCS#11 module {path} has SHA-256 {found}, pinned is {expected}; it was replaced or \
         updated: find out by whom before going on"
    )]
    Digest {
        /// The module.
        path: PathBuf,
        /// The pinned digest in hex.
        expected: String,
        /// The digest of the file in hex.
        found: String,
    },
    /// `C_Finalize` failed.
    #[error("the PKCS#11 module could not be finalised: {0}")]
    Finalise(DeviceError),
    /// `C_GetInfo` failed.
    #[error("the PKCS#11 module does not say what it is: {0}")]
    Information(DeviceError),
    /// `C_Initialize` failed.
    #[error(
        "the PKCS#11 module {path} could not be initialised: {fault}; check its configuration \
         (SoftHSM: the file that SOFTHSM2_CONF names, and that its token folder exists)"
    )]
    Initialise {
        /// The module.
        path: PathBuf,
        /// What it answered.
        fault: DeviceError,
    },
    /// There is no such file.
    #[error("there is no PKCS#11 module at {path}; install it or give its right path")]
    Missing {
        /// The path that was given.
        path: PathBuf,
    },
    /// The path is not absolute: it would depend on the folder one happens to be in.
    #[error("the path of a PKCS#11 module must be absolute, {path} is not; give the whole path")]
    NotAbsolute {
        /// The path that was given.
        path: PathBuf,
    },
    /// The dynamic loader refused the file.
    #[error("{path} is no shared library of this machine ({reason}); give the path of the module")]
    NotLoadable {
        /// The path that was given.
        path: PathBuf,
        /// What the loader said.
        reason: String,
    },
    /// A shared library, but without `C_GetFunctionList`.
    #[error("{path} is a shared library but not a PKCS#11 module; give the path of the module")]
    NotPkcs11 {
        /// The path that was given.
        path: PathBuf,
    },
    /// The file cannot be read, so its digest cannot be taken.
    #[error("the PKCS#11 module {path} cannot be read ({kind}); check its permissions")]
    Unreadable {
        /// The path that was given.
        path: PathBuf,
        /// What the system said.
        kind: ErrorKind,
    },
}

fn digest_of(path: &Path) -> Result<[u8; 32], ModuleError> {
    if !path.is_absolute() {
        return Err(ModuleError::NotAbsolute {
            path: path.to_path_buf(),
        });
    }
    if !path.is_file() {
        return Err(ModuleError::Missing {
            path: path.to_path_buf(),
        });
    }
    let bytes = fs::read(path).map_err(|error| ModuleError::Unreadable {
        path: path.to_path_buf(),
        kind: error.kind(),
    })?;
    Ok(Sha256::digest(&bytes).into())
}

fn initialised(path: &Path) -> Result<Pkcs11, ModuleError> {
    let _one_at_a_time = serialised();
    let pkcs11 = Pkcs11::new(path).map_err(|error| not_loaded(path, error))?;
    pkcs11
        .initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))
        .map_err(|error| not_initialised(path, error))?;
    Ok(pkcs11)
}

/// Modules disagree on what concurrent calls of `C_Initialize` do (SoftHSM lets all of them
/// succeed), so there is never more than one at a time in a process.
fn serialised() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

fn not_loaded(path: &Path, error: Error) -> ModuleError {
    let path = path.to_path_buf();
    match error {
        Error::LibraryLoading(reason) => ModuleError::NotLoadable {
            path,
            reason: reason.to_string(),
        },
        Error::MissingSymbol(_) => ModuleError::NotPkcs11 { path },
        Error::Pkcs11(..)
        | Error::NotSupported
        | Error::TryFromInt(_)
        | Error::TryFromSlice(_)
        | Error::ParseInt(_)
        | Error::Utf8(_)
        | Error::NulError(_)
        | Error::NullFunctionPointer
        | Error::InvalidValue
        | Error::PinNotSet => ModuleError::Initialise {
            path,
            fault: error.into(),
        },
    }
}

fn not_initialised(path: &Path, error: Error) -> ModuleError {
    let path = path.to_path_buf();
    let fault = DeviceError::from(error);
    if fault.code() == Some(RvError::CryptokiAlreadyInitialized) {
        return ModuleError::AlreadyInitialised { path };
    }
    ModuleError::Initialise { path, fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(path: &Path) -> ModuleError {
        Module::load(path).err().unwrap()
    }

    #[test]
    fn a_relative_path_is_refused_hsm_17() {
        let path = PathBuf::from("libsofthsm2.so");
        assert_eq!(refusal(&path), ModuleError::NotAbsolute { path });
    }

    #[test]
    fn a_missing_module_and_a_folder_are_refused() {
        for path in ["/no/such/module.so", "/"].map(PathBuf::from) {
            assert_eq!(refusal(&path), ModuleError::Missing { path });
        }
    }

    #[test]
    fn a_file_that_is_no_library_is_refused() {
        let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        let error = refusal(&path);
        assert!(matches!(&error, ModuleError::NotLoadable { path: found, .. } if *found == path));
    }

    #[test]
    fn a_module_with_another_digest_is_refused_before_it_is_loaded_hsm_17() {
        let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        let found = HEXLOWER.encode(&Sha256::digest(fs::read(&path).unwrap()));
        let expected = "00".repeat(32);
        assert_eq!(
            Module::load_pinned(&path, &[0; 32]).err(),
            Some(ModuleError::Digest {
                path,
                expected,
                found
            })
        );
    }
}
