//! SoftHSM tokens in a folder of their own, gone after the test.
//! It loads no PKCS#11 module: tokens are made by SoftHSM's own program.

use std::any::type_name;
use std::collections::BTreeSet;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hsm_adapter::Module;
use tempfile::TempDir;

/// Names the folder to the child process of [`in_own_process`].
const FOLDER: &str = "COLDSIGN_TEST_FOLDER";
/// Names another PKCS#11 module than the distribution's SoftHSM.
const MODULE: &str = "COLDSIGN_MODULE";
/// What SoftHSM reads to find its configuration.
pub const CONFIGURATION: &str = "SOFTHSM2_CONF";

/// A SoftHSM with its own configuration and token folder.
pub struct SoftHsm {
    folder: PathBuf,
    /// Removes the folder; `None` in the child, where the parent does it.
    _owner: Option<TempDir>,
}

impl SoftHsm {
    /// Makes the folder and the configuration; there is no token in it yet.
    pub fn new() -> Self {
        let owner = tempfile::tempdir().expect("a temporary folder can be made");
        let softhsm = Self::in_folder(owner.path());
        Self {
            _owner: Some(owner),
            ..softhsm
        }
    }

    /// The same in a folder that exists, is empty, and stays.
    pub fn in_folder(folder: &Path) -> Self {
        let softhsm = Self {
            folder: folder.to_path_buf(),
            _owner: None,
        };
        fs::create_dir(softhsm.token_folder()).expect("the folder is new");
        softhsm.configure();
        softhsm
    }

    /// The tokens in a folder to which a whole SoftHSM was copied.
    pub fn copied_to(folder: &Path) -> Self {
        let softhsm = Self {
            folder: folder.to_path_buf(),
            _owner: None,
        };
        softhsm.configure();
        softhsm
    }

    fn configure(&self) {
        let configuration = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            self.token_folder().display()
        );
        fs::write(self.configuration(), configuration).expect("the folder is ours");
    }

    /// Initialises a token, also one with the label of another, and returns its serial number.
    pub fn init_token(&self, label: &str, so_pin: &str, user_pin: &str) -> String {
        let before: BTreeSet<String> = self.serials();
        self.softhsm2_util(&[
            "--init-token",
            "--free",
            "--label",
            label,
            "--so-pin",
            so_pin,
            "--pin",
            user_pin,
        ]);
        let mut new = self
            .serials()
            .into_iter()
            .filter(|serial| !before.contains(serial));
        new.next().expect("softhsm2-util has made a token")
    }

    /// Imports a private key (PKCS#8, PEM) and its public half into the token with this serial.
    /// An id (in hex) that is taken is taken twice.
    pub fn import_key(&self, serial: &str, user_pin: &str, id: &str, pem: &str) {
        let file = self.folder.join("import.pem");
        fs::write(&file, pem).expect("the folder is ours");
        let file_name = file.to_str().expect("temporary folders have plain names");
        self.softhsm2_util(&[
            "--import", file_name, "--serial", serial, "--pin", user_pin, "--id", id, "--label",
            "imported", "--force",
        ]);
        fs::remove_file(&file).expect("the file was just written");
    }

    /// Where `SOFTHSM2_CONF` has to point to.
    pub fn configuration(&self) -> PathBuf {
        self.folder.join("softhsm2.conf")
    }

    /// What a program needs in its environment to find the tokens.
    pub fn environment(&self) -> [(&'static str, PathBuf); 1] {
        [(CONFIGURATION, self.configuration())]
    }

    /// The folder that holds one folder for each token.
    pub fn token_folder(&self) -> PathBuf {
        self.folder.join("tokens")
    }

    /// A folder for whatever else a test wants to write.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Every object file of every token.
    pub fn object_files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = entries(&self.token_folder())
            .iter()
            .flat_map(|token| entries(token))
            .filter(|file| file.extension() == Some(OsStr::new("object")))
            .collect();
        files.sort();
        files
    }

    fn serials(&self) -> BTreeSet<String> {
        let slots = self.softhsm2_util(&["--show-slots"]);
        slots
            .lines()
            .filter_map(|line| line.trim().strip_prefix("Serial number:"))
            .map(|serial| serial.trim().to_owned())
            .filter(|serial| !serial.is_empty())
            .collect()
    }

    fn softhsm2_util(&self, arguments: &[&str]) -> String {
        let output = Command::new("softhsm2-util")
            .args(arguments)
            .arg("--module")
            .arg(module_path())
            .env(CONFIGURATION, self.configuration())
            .output()
            .unwrap_or_else(|error| panic!("softhsm2-util: {error}; {INSTALL}"));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "softhsm2-util {arguments:?}: {said}{complained}"
        );
        said
    }
}

impl Default for SoftHsm {
    fn default() -> Self {
        Self::new()
    }
}

/// SoftHSM's PKCS#11 module: the one `COLDSIGN_MODULE` names, or the distribution's.
///
/// A missing SoftHSM is a failure and not a reason to skip: it panics with the command that
/// installs it.
pub fn module_path() -> PathBuf {
    env::var_os(MODULE)
        .map(PathBuf::from)
        .or_else(Module::find_softhsm)
        .unwrap_or_else(|| panic!("SoftHSM's PKCS#11 module is not there; {INSTALL}"))
}

/// Runs the body of a test in a process of its own, with a SoftHSM of its own.
///
/// A PKCS#11 module belongs to its process, and SoftHSM is told by the environment where its
/// tokens are; so the test binary starts itself again, for this one test. Which test that is
/// follows from where the body stands, so it has to be a closure written in the test itself.
///
/// ```no_run
/// use integration_tests::softhsm::in_own_process;
///
/// #[test]
/// fn a_token_can_be_made() {
///     in_own_process(|softhsm| {
///         softhsm.init_token("station", "12345678", "1234");
///     });
/// }
/// ```
pub fn in_own_process<F: FnOnce(&SoftHsm)>(body: F) {
    if let Some(folder) = env::var_os(FOLDER) {
        body(&SoftHsm {
            folder: PathBuf::from(folder),
            _owner: None,
        });
        return;
    }
    let test_name = test_name_of::<F>();
    let softhsm = SoftHsm::new();
    let output = Command::new(env::current_exe().expect("a test binary has a path"))
        .args(["--exact", &test_name, "--nocapture", "--test-threads=1"])
        .env(CONFIGURATION, softhsm.configuration())
        .env(FOLDER, softhsm.folder())
        .output()
        .expect("a test binary can be started");
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{test_name} in its own process:\n{said}\n{complained}"
    );
    assert!(
        said.contains("1 passed"),
        "no test is called {test_name}:\n{said}"
    );
}

/// `suite::module::test::{{closure}}` is the body of what the test runner calls `module::test`.
/// Should the compiler ever name closures otherwise, no test is found, and that is a failure.
fn test_name_of<F>() -> String {
    let path = type_name::<F>();
    let path = path.split_once("::").map_or(path, |(_suite, path)| path);
    path.split_once("::{{")
        .map_or(path, |(path, _closure)| path)
        .to_owned()
}

const INSTALL: &str =
    "install it: sudo apt-get install softhsm2 (Fedora: sudo dnf install softhsm)";

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .expect("the folder is ours")
        .map(|entry| entry.expect("the folder is ours").path())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::panic::{catch_unwind, resume_unwind};

    use super::*;

    #[test]
    fn tokens_with_one_label_get_serials_of_their_own() {
        let softhsm = SoftHsm::new();
        let first = softhsm.init_token("twin", "12345678", "1234");
        let second = softhsm.init_token("twin", "12345678", "1234");
        assert_ne!(first, second);
        assert_eq!(softhsm.serials(), BTreeSet::from([first, second]));
    }

    #[test]
    fn the_folder_is_gone_after_the_test() {
        let softhsm = SoftHsm::new();
        let folder = softhsm.folder().to_path_buf();
        softhsm.init_token("station", "12345678", "1234");
        drop(softhsm);
        assert!(!folder.exists());
    }

    #[test]
    fn a_test_in_its_own_process_has_the_environment_of_its_softhsm() {
        in_own_process(|softhsm| {
            let named = env::var_os(CONFIGURATION).map(PathBuf::from);
            assert_eq!(named, Some(softhsm.configuration()));
        });
    }

    #[test]
    #[should_panic(expected = "no test is called")]
    fn a_body_outside_of_a_test_does_not_pass() {
        fn elsewhere() {
            in_own_process(|_softhsm| {});
        }
        elsewhere();
    }

    #[test]
    fn a_body_that_fails_fails_its_test() {
        let outcome = catch_unwind(|| in_own_process(|_softhsm| panic!("on purpose")));
        let failure = outcome.expect_err("the body has failed");
        if env::var_os(FOLDER).is_some() {
            resume_unwind(failure); // in the child, where this test has to fail
        }
    }
}
