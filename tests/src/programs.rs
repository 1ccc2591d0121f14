//! The two programs as cargo has built them, and how to run one to its end.
//! It builds nothing: cargo does not build other packages' programs for a test.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What is left of a program that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code; -1 if a signal ended it.
    pub code: i32,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

/// Path of `offline-signer`.
pub fn offline_signer() -> PathBuf {
    built("offline-signer")
}

/// Path of `online-builder`.
pub fn online_builder() -> PathBuf {
    built("online-builder")
}

/// Runs a program without a terminal and without input, in exactly this environment.
pub fn run<A, K, V>(
    program: &Path,
    arguments: impl IntoIterator<Item = A>,
    environment: impl IntoIterator<Item = (K, V)>,
) -> Ended
where
    A: AsRef<OsStr>,
    K: AsRef<OsStr>,
    V: AsRef<OsStr>,
{
    let output = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(environment)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{} cannot be started: {error}", program.display()));
    Ended {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Programs are in `<target>/<profile>`, test binaries one folder deeper, in `deps`.
fn built(name: &str) -> PathBuf {
    let ours = env::current_exe().expect("a program has a path");
    let folder = ours.parent().expect("a program is in a folder");
    let folder = match folder.file_name() {
        Some(last) if last == "deps" => folder.parent().expect("deps is in the profile's folder"),
        _ => folder,
    };
    let program = folder.join(name);
    assert!(
        program.is_file(),
        "{} is not there: run cargo build --workspace --bins first",
        program.display()
    );
    program
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_run_to_its_end_in_the_given_environment() {
        let ended = run(
            Path::new("/bin/sh"),
            ["-c", "echo said $WORD; echo complained >&2; exit 7"],
            [("WORD", "aye")],
        );
        let expected = Ended {
            code: 7,
            stdout: "said aye\n".to_owned(),
            stderr: "complained\n".to_owned(),
        };
        assert_eq!(ended, expected);
    }

    #[test]
    fn nothing_of_our_environment_reaches_a_program() {
        let ended = run(
            Path::new("/bin/sh"),
            ["-c", "echo ${HOME-unset}"],
            [("A", "b")],
        );
        assert_eq!(ended.stdout, "unset\n");
    }

    #[test]
    #[should_panic(expected = "run cargo build --workspace --bins first")]
    fn a_missing_program_says_how_to_build_it() {
        built("no-such-program");
    }
}
