//! Holds the workspace to its drawing: who may know whom, what the signer may contain, how long
//! a file may be. It looks at manifests and sources and runs nothing of ours.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};

/// Who depends on whom among our crates; `docs/src/architecture.md` draws the same arrows.
const ARROWS: [(&str, &[&str]); 6] = [
    ("hsm-adapter", &[]),
    (
        "integration-tests",
        &[
            "hsm-adapter",
            "offline-signer",
            "online-builder",
            "transaction-review",
            "transfer-format",
        ],
    ),
    (
        "offline-signer",
        &["hsm-adapter", "transaction-review", "transfer-format"],
    ),
    ("online-builder", &["transaction-review", "transfer-format"]),
    ("transaction-review", &[]),
    ("transfer-format", &[]),
];

/// Crates that open sockets, or exist in order to. None of them is in the signer.
const NETWORK: [&str; 20] = [
    "async-std",
    "attohttpc",
    "curl",
    "curl-sys",
    "h2",
    "hickory-resolver",
    "hyper",
    "isahc",
    "mio",
    "native-tls",
    "openssl-sys",
    "quinn",
    "reqwest",
    "rustls",
    "smol",
    "socket2",
    "tokio",
    "tungstenite",
    "ureq",
    "zmq",
];

/// A file with more lines, its unit tests not counted, holds two ideas.
const LONGEST_FILE: usize = 400;

#[test]
fn the_crates_know_each_other_as_drawn() {
    let metadata = metadata();
    let ours: BTreeSet<&str> = members(&metadata)
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let found: BTreeMap<&str, BTreeSet<&str>> = members(&metadata)
        .into_iter()
        .map(|package| {
            let known = package
                .dependencies
                .iter()
                .map(|dependency| dependency.name.as_str());
            (
                package.name.as_str(),
                known.filter(|name| ours.contains(name)).collect(),
            )
        })
        .collect();
    let drawn: BTreeMap<&str, BTreeSet<&str>> = ARROWS
        .into_iter()
        .map(|(name, known)| (name, known.iter().copied().collect()))
        .collect();
    assert_eq!(found, drawn);
}

#[test]
fn nothing_that_opens_a_socket_is_in_the_signer_sup_06() {
    let metadata = metadata();
    let contained = linked_into(&metadata, "offline-signer");
    assert!(
        contained.contains("hsm-adapter"),
        "the tree was read: {contained:?}"
    );
    let found: Vec<_> = NETWORK
        .into_iter()
        .filter(|name| contained.contains(*name))
        .collect();
    assert_eq!(found, Vec::<&str>::new());
}

#[test]
fn the_two_programs_do_not_contain_each_other() {
    let metadata = metadata();
    assert!(!linked_into(&metadata, "offline-signer").contains("online-builder"));
    assert!(!linked_into(&metadata, "online-builder").contains("offline-signer"));
    assert!(!linked_into(&metadata, "online-builder").contains("cryptoki"));
}

#[test]
fn only_the_adapter_knows_pkcs11() {
    let metadata = metadata();
    let knowing: Vec<_> = metadata
        .packages
        .iter()
        .filter(|package| {
            package.dependencies.iter().any(|dependency| {
                // The tests look into tokens with eyes of their own.
                dependency.kind != DependencyKind::Development
                    && (dependency.name == "cryptoki" || dependency.name == "cryptoki-sys")
            })
        })
        .map(|package| package.name.as_str())
        .filter(|name| *name != "cryptoki")
        .collect();
    assert_eq!(knowing, ["hsm-adapter"]);
}

#[test]
fn no_crate_has_a_cargo_feature() {
    let metadata = metadata();
    let features: Vec<_> = members(&metadata)
        .into_iter()
        .flat_map(|package| package.features.keys())
        .collect();
    assert_eq!(features, Vec::<&String>::new());
}

#[test]
fn every_crate_is_held_to_the_workspaces_lints() {
    for package in production(&metadata()) {
        let manifest = fs::read_to_string(&package.manifest_path).unwrap();
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{}",
            package.name
        );
    }
}

#[test]
fn no_file_is_longer_than_one_idea() {
    let too_long: Vec<_> = production_sources(&metadata())
        .into_iter()
        .map(|path| (production_part(&path).lines().count(), path))
        .filter(|(lines, _path)| *lines > LONGEST_FILE)
        .collect();
    assert_eq!(too_long, Vec::<(usize, PathBuf)>::new());
}

#[test]
fn every_file_says_first_what_it_is() {
    let silent: Vec<_> = production_sources(&metadata())
        .into_iter()
        .filter(|path| !production_part(path).starts_with("//! "))
        .collect();
    assert_eq!(silent, Vec::<PathBuf>::new());
}

#[test]
fn every_crate_says_what_it_does_and_what_it_knows_nothing_of() {
    for package in production(&metadata()) {
        let library = folder(package).join("src/lib.rs");
        let text = fs::read_to_string(&library).unwrap();
        let about: Vec<_> = text
            .lines()
            .take_while(|line| line.starts_with("//! "))
            .collect();
        assert!(about.len() >= 2, "{}", library.display());
    }
}

/// The kernel's camera calls cannot be made otherwise; nothing else is worth the risk.
#[test]
fn only_the_cameras_kernel_calls_are_unsafe() {
    let unsafe_files: Vec<_> = production_sources(&metadata())
        .into_iter()
        .filter(|path| {
            production_part(path)
                .lines()
                .filter(|line| !is_comment(line))
                .any(|line| line.contains("unsafe ") || line.contains("unsafe_code"))
        })
        .collect();
    let [only] = unsafe_files.as_slice() else {
        panic!("{unsafe_files:?}");
    };
    assert!(only.ends_with("transfer-format/src/optical/source/camera/kernel/calls.rs"));
}

/// Only a scanner's process is ever started, and only by its own module.
#[test]
fn only_the_scanners_process_is_started() {
    let starting: Vec<_> = production_sources(&metadata())
        .into_iter()
        .filter(|path| {
            production_part(path).contains("process::Command")
                || production_part(path).contains("Command::new")
        })
        .collect();
    let [only] = starting.as_slice() else {
        panic!("{starting:?}");
    };
    assert!(only.ends_with("transfer-format/src/scanner/supervisor.rs"));
}

/// Bytes hashed or signed for one purpose must not be mistaken for those of another, so every
/// tag has one place and none begins another.
#[test]
fn domain_tags_are_distinct_and_none_begins_another() {
    let mut tags = Vec::new();
    for path in production_sources(&metadata()) {
        let text = production_part(&path);
        tags.extend(
            text.lines()
                .filter(|line| !is_comment(line))
                .flat_map(tags_in),
        );
    }
    tags.sort();
    assert!(tags.len() >= 5, "the tags were found: {tags:?}");
    for pair in tags.windows(2) {
        // In sorted order a tag stands right before the ones it begins.
        assert!(
            !pair[1].starts_with(&pair[0]),
            "{} and {}",
            pair[0],
            pair[1]
        );
    }
}

/// An operator who sees a code must be able to look it up.
#[test]
fn every_reason_code_is_in_the_manual() {
    let manual = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/src/exit-and-reason-codes.md"
    );
    let manual = fs::read_to_string(manual).unwrap();
    let mut codes = BTreeSet::new();
    for path in production_sources(&metadata()) {
        codes.extend(
            production_part(&path)
                .lines()
                .filter(|line| !is_comment(line))
                .flat_map(codes_in),
        );
    }
    assert!(codes.len() > 150, "the codes were found: {codes:?}");
    let missing: Vec<&String> = codes
        .iter()
        .filter(|code| !manual.contains(&format!("`{code}`")))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/src/exit-and-reason-codes.md lacks {missing:?}"
    );
}

/// The packages that are built on this machine; what other platforms would need is not fetched.
fn metadata() -> Metadata {
    let cargo = Command::new(env!("CARGO")).arg("-vV").output().unwrap();
    let about = String::from_utf8(cargo.stdout).unwrap();
    let host = about
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .other_options(["--offline", "--locked", "--filter-platform", host].map(str::to_owned))
        .exec()
        .unwrap()
}

fn members(metadata: &Metadata) -> Vec<&Package> {
    metadata.workspace_packages()
}

/// Our crates without the tests.
fn production(metadata: &Metadata) -> Vec<&Package> {
    let mut packages = members(metadata);
    packages.retain(|package| package.name.as_str() != "integration-tests");
    packages
}

fn folder(package: &Package) -> &Path {
    package.manifest_path.parent().unwrap().as_std_path()
}

/// Everything that is linked into a package: its normal dependencies and theirs.
fn linked_into(metadata: &Metadata, name: &str) -> BTreeSet<String> {
    let resolve = metadata.resolve.as_ref().unwrap();
    let root = members(metadata)
        .into_iter()
        .find(|package| package.name.as_str() == name)
        .unwrap();
    let mut contained = BTreeSet::<&PackageId>::new();
    let mut left = vec![&root.id];
    while let Some(package) = left.pop() {
        let node = resolve
            .nodes
            .iter()
            .find(|node| node.id == *package)
            .unwrap();
        for dependency in &node.deps {
            let is_linked = dependency
                .dep_kinds
                .iter()
                .any(|kind| kind.kind == DependencyKind::Normal);
            if is_linked && contained.insert(&dependency.pkg) {
                left.push(&dependency.pkg);
            }
        }
    }
    contained
        .into_iter()
        .map(|id| metadata[id].name.to_string())
        .collect()
}

/// Every source file of our crates that is more than tests, in order.
fn production_sources(metadata: &Metadata) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for package in production(metadata) {
        let folder = folder(package).join("src");
        let mut found = Vec::new();
        collect(&folder, &mut found);
        found.retain(|file| !is_test(file.strip_prefix(&folder).unwrap()));
        files.append(&mut found);
    }
    files.sort();
    assert!(files.len() > 20, "the sources were found: {files:?}");
    files
}

/// Whether a path below `src` is that of tests alone: `tests.rs`, or in a folder `tests`.
fn is_test(path: &Path) -> bool {
    path.ends_with("tests.rs") || path.iter().any(|part| part == "tests")
}

/// A file up to the unit tests at its end.
fn production_part(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    text.split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// The text literals of a line that begin with our name and end with a version.
fn tags_in(line: &str) -> Vec<String> {
    line.split('"')
        .skip(1)
        .step_by(2)
        .filter(|literal| literal.starts_with("coldsign/"))
        .map(str::to_owned)
        .collect()
}

/// The text literals of a line that are reason codes.
fn codes_in(line: &str) -> Vec<String> {
    let is_code = |literal: &&str| {
        literal.strip_prefix("E_").is_some_and(|words| {
            !words.is_empty()
                && words
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        })
    };
    line.split('"')
        .skip(1)
        .step_by(2)
        .filter(is_code)
        .map(str::to_owned)
        .collect()
}
