//! Proves that the machine has no network interface but the loopback, or refuses.
//! Knows nothing of requests, tokens or people; later checks of the same kind join it here.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The proof that a ceremony needs before it looks at a single byte from outside.
///
/// There are two ways to have one: nothing but `lo` exists, or the station's genesis says that it
/// is a rehearsal, in which case what was found is shown on every screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Isolated {
    waived: Vec<String>,
}

/// Why the machine does not count as isolated. Unknown is never a pass.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IsolationError {
    /// An interface besides `lo` exists, up or down.
    #[error(
        "this machine has the network interface {}: remove the device, then start again (only \"lo\" may exist)",
        .interfaces.join(", ")
    )]
    NetworkInterface {
        /// Their names as the kernel gives them.
        interfaces: Vec<String>,
    },
    /// The two kernel sources do not name the same interfaces.
    #[error(
        "/sys/class/net names [{}] but /proc/net/dev names [{}]: the check may be looking into another network namespace; start the signer outside any container",
        .sys.join(", "), .proc.join(", ")
    )]
    SourcesDisagree {
        /// Names in `/sys/class/net`.
        sys: Vec<String>,
        /// Names in `/proc/net/dev`.
        proc: Vec<String>,
    },
    /// A file the check needs cannot be read.
    #[error("{} cannot be read ({kind}), so nothing is known of the network: no session starts", .path.display())]
    Unreadable {
        /// The path below the root that was given.
        path: PathBuf,
        /// What the system said.
        kind: io::ErrorKind,
    },
}

impl Isolated {
    /// Checks the kernel's two lists of interfaces below `root` (`/` outside of tests).
    ///
    /// On a rehearsal station an interface is noted instead of refused.
    ///
    /// # Errors
    /// [`IsolationError::Unreadable`] and [`IsolationError::SourcesDisagree`] on every station,
    /// [`IsolationError::NetworkInterface`] unless the station is a rehearsal.
    pub fn prove(root: &Path, rehearsal: bool) -> Result<Self, IsolationError> {
        let sys = interfaces_in_sys(&root.join("sys/class/net"))?;
        let proc = interfaces_in_proc(&root.join("proc/net/dev"))?;
        if sys != proc {
            return Err(IsolationError::SourcesDisagree {
                sys: sys.into_iter().collect(),
                proc: proc.into_iter().collect(),
            });
        }
        let others: Vec<String> = sys.into_iter().filter(|name| name != LOOPBACK).collect();
        if others.is_empty() || rehearsal {
            return Ok(Self { waived: others });
        }
        Err(IsolationError::NetworkInterface { interfaces: others })
    }

    /// The interfaces that a rehearsal tolerated; empty on an isolated machine.
    pub fn waived(&self) -> &[String] {
        &self.waived
    }
}

fn interfaces_in_sys(folder: &Path) -> Result<BTreeSet<String>, IsolationError> {
    let unreadable = |error: io::Error| IsolationError::Unreadable {
        path: folder.to_path_buf(),
        kind: error.kind(),
    };
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let name = entry
            .map_err(unreadable)?
            .file_name()
            .to_string_lossy()
            .into_owned();
        // The bonding driver keeps a control file, not an interface, in this folder.
        if name != "bonding_masters" {
            names.insert(name);
        }
    }
    Ok(names)
}

fn interfaces_in_proc(file: &Path) -> Result<BTreeSet<String>, IsolationError> {
    let text = fs::read_to_string(file).map_err(|error| IsolationError::Unreadable {
        path: file.to_path_buf(),
        kind: error.kind(),
    })?;
    // Two lines of headings, then `name: figures`.
    Ok(text
        .lines()
        .skip(2)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _figures)| name.trim().to_owned())
        .collect())
}

const LOOPBACK: &str = "lo";

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(sys: &[&str], proc: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for name in sys {
            fs::create_dir_all(root.path().join("sys/class/net").join(name)).unwrap();
        }
        let mut text = String::from("Inter-|   Receive\n face |bytes\n");
        for name in proc {
            text.push_str(name);
            text.push_str(": 0 0 0\n");
        }
        fs::create_dir_all(root.path().join("proc/net")).unwrap();
        #[expect(clippy::disallowed_methods, reason = "a fixture, not a record")]
        fs::write(root.path().join("proc/net/dev"), text).unwrap();
        root
    }

    #[test]
    fn a_machine_with_only_the_loopback_is_isolated() {
        let root = machine(&["lo"], &["lo"]);
        let isolated = Isolated::prove(root.path(), false).unwrap();
        assert!(isolated.waived().is_empty());
    }

    #[test]
    fn any_other_interface_is_refused_iso_01() {
        let root = machine(&["lo", "eth0"], &["lo", "eth0"]);
        assert_eq!(
            Isolated::prove(root.path(), false),
            Err(IsolationError::NetworkInterface {
                interfaces: vec!["eth0".to_owned()]
            })
        );
    }

    #[test]
    fn a_rehearsal_goes_on_and_names_what_it_tolerated() {
        let root = machine(&["lo", "eth0"], &["lo", "eth0"]);
        assert_eq!(
            Isolated::prove(root.path(), true).unwrap().waived(),
            ["eth0".to_owned()]
        );
    }

    #[test]
    fn two_lists_that_disagree_are_refused_even_in_a_rehearsal_iso_02() {
        let root = machine(&["lo", "eth0"], &["lo"]);
        assert_eq!(
            Isolated::prove(root.path(), true),
            Err(IsolationError::SourcesDisagree {
                sys: vec!["eth0".to_owned(), "lo".to_owned()],
                proc: vec!["lo".to_owned()],
            })
        );
    }

    #[test]
    fn a_list_that_cannot_be_read_is_not_a_pass_iso_07() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(
            Isolated::prove(root.path(), true),
            Err(IsolationError::Unreadable {
                path: root.path().join("sys/class/net"),
                kind: io::ErrorKind::NotFound,
            })
        );
    }
}
