//! The online side of a rehearsal: a builder in a folder, known by its command line only.
//! It knows nothing of stations but what they show.

use std::path::{Path, PathBuf};

use super::site::Site;
use crate::programs::{Ended, online_builder, run};
use crate::softhsm::SoftHsm;

/// A builder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// Its folder.
    pub home: PathBuf,
}

/// A request that the builder made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The intent digest in hex.
    pub intent: String,
    /// The sealed request.
    pub packet: PathBuf,
}

impl Office {
    /// Makes a builder in `home` and returns it with the key that it seals with.
    pub fn found(home: PathBuf) -> (Self, String) {
        let office = Self { home };
        let output = office.built(&["init"]);
        let key = output
            .split_whitespace()
            .find(|word| word.starts_with("es256k:"));
        let key = key.expect("the builder prints its key").to_owned();
        (office, key)
    }

    /// Runs the builder, whatever comes of it.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        let home = self.home.to_str().expect("plain names");
        let arguments = [&["--home", home], arguments].concat();
        run(&online_builder(), arguments, [("TERM", "dumb")])
    }

    /// Runs the builder, which must succeed, and returns what it printed.
    pub fn built(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments);
        assert_eq!(
            ended.code, 0,
            "online-builder {arguments:?}\n{}{}",
            ended.stdout, ended.stderr
        );
        ended.stdout
    }

    /// Pins a station, by way of a file beside the builder's folder.
    pub fn enrol(&self, site: &Site, softhsm: &SoftHsm, file: &Path) {
        let key = site.enrol(softhsm, file);
        self.built(&[
            "enrol",
            "--from",
            &format!("file:{}", file.display()),
            "--policy",
            site.policy.to_str().expect("plain names"),
            "--station-key",
            &key,
        ]);
    }
}

/// What `--json` says of one request.
pub(super) fn built(output: &str) -> Built {
    let said: serde_json::Value = serde_json::from_str(output).expect("--json prints an object");
    let text = |key: &str| {
        said[key]
            .as_str()
            .unwrap_or_else(|| panic!("{key} in {said}"))
            .to_owned()
    };
    Built {
        intent: text("intent"),
        packet: text("path").into(),
    }
}

/// The intents of several requests that `--json` names.
pub(super) fn intents(output: &str) -> Vec<String> {
    let said: serde_json::Value = serde_json::from_str(output).expect("--json prints an object");
    let requests = said["requests"].as_array().expect("several requests");
    requests
        .iter()
        .map(|request| request["intent"].as_str().expect("an intent").to_owned())
        .collect()
}
