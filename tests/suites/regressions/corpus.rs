//! The inputs kept in `tests/corpus`, one folder for each fuzz target.

use std::fs;
use std::path::PathBuf;

use integration_tests::properties;

use crate::seeds;

fn folder(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target)
}

#[test]
fn every_input_that_was_kept_still_has_its_property_opt_04_ftn_06_cbr_03_cbr_13() {
    for (target, property) in properties::ALL {
        let entries = fs::read_dir(folder(target)).expect("a folder for each target");
        let paths: Vec<PathBuf> = entries
            .map(|entry| entry.expect("an entry").path())
            .collect();
        assert!(!paths.is_empty(), "no inputs for {target}");
        for path in paths {
            println!("{}", path.display());
            property(&fs::read(&path).expect("a file"));
        }
    }
}

/// `./check --fuzz` takes its targets from the manifest of the fuzzers.
#[test]
fn every_property_has_a_fuzz_target_and_every_target_a_property() {
    let targets = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/targets");
    let name = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        path.file_stem().unwrap().to_str().unwrap().to_owned()
    };
    let mut found: Vec<String> = fs::read_dir(targets).unwrap().map(name).collect();
    found.sort_unstable();
    assert_eq!(found, properties::ALL.map(|(name, _)| name));
    let manifest = include_str!("../../fuzz/Cargo.toml");
    for name in found {
        assert!(manifest.contains(&format!("name = \"{name}\"\n")), "{name}");
    }
}

/// The seeds are made of real packets and frames: when the format changes they change, and a
/// fuzzer that starts from old ones finds nothing. With `COLDSIGN_WRITE_SEEDS` set they are written.
#[test]
fn the_seeds_of_the_corpus_are_those_of_this_format() {
    let write = std::env::var_os("COLDSIGN_WRITE_SEEDS").is_some();
    for (target, name, bytes) in seeds::all() {
        let path = folder(target).join(format!("seed-{name}"));
        if write {
            fs::create_dir_all(folder(target)).expect("a folder for each target");
            fs::write(&path, &bytes).expect("a seed");
        }
        let kept = fs::read(&path).unwrap_or_default();
        assert!(kept == bytes, "{} is not what it should be", path.display());
    }
}

/// A byte more, a byte less, a bit flipped: at every place of every seed. What costs a signature is
/// changed in one bit of each byte.
#[test]
fn every_neighbour_of_a_small_seed_has_its_property_cbr_13() {
    for (target, _, bytes) in seeds::all() {
        let mut all = properties::ALL.into_iter();
        let (_, property) = all.find(|(name, _)| *name == target).unwrap();
        let bits = match target {
            "image" | "fountain_session" => continue,
            "packet" => 1,
            _ => 8,
        };
        for place in 0..bytes.len() {
            property(&bytes[..place]);
            for bit in 0..bits {
                let mut changed = bytes.clone();
                changed[place] ^= 1 << ((place + bit) % 8);
                property(&changed);
            }
        }
        property(&[bytes, vec![0]].concat());
    }
}
