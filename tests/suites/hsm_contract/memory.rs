//! Whether a seed, or a private key derived from it, can be found in memory after it was used.
//! The test itself never holds one in one piece, but for the moment of sealing the seed.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use data_encoding::HEXLOWER;
use hsm_adapter::ChildPath;
use zeroize::Zeroizing;

use super::raw::Reader;
use super::*;

/// The private keys of the master, of m/84h/0h/0h and of its child 0/0, every bit turned. They were
/// worked out from the seed by another program.
const TURNED_KEYS: [&str; 3] = [
    "1c387c887be924005f917cb7c055d721aa613f2b71a9e9e1720b2da09b5af650",
    "e5dc62ea47ff5592dea615762c997f8bed32075eddbf81f52816fedc91c21972",
    "ef8c84721128fd46848d648ddd78336ab2ec32d83d72adf74c1169bfc4a40eac",
];

/// The public key of that child.
const CHILD: &str = "es256k:023b2b2101504951e8aa5e30dd1339206c33e62cba539b5f2145cf7de09c36170b";

/// What is looked for, every bit turned, so that it does not find itself.
fn secrets() -> Vec<(String, [u8; 32])> {
    let mut secrets = vec![("the seed".to_owned(), turned_seed())];
    for (name, digits) in ["master", "account", "child"].into_iter().zip(TURNED_KEYS) {
        let key: [u8; 32] = HEXLOWER
            .decode(digits.as_bytes())
            .unwrap()
            .try_into()
            .unwrap();
        let mut limbs = key;
        limbs.reverse();
        secrets.push((format!("the {name}'s key"), key));
        secrets.push((format!("the {name}'s key in limbs"), limbs));
    }
    secrets
}

fn turned_seed() -> [u8; 32] {
    Sha256::digest(b"a seed, but with every bit turned").into()
}

fn seed() -> Zeroizing<Vec<u8>> {
    Zeroizing::new(turned_seed().iter().map(|byte| !byte).collect())
}

/// Which secrets stand where in this process's writable memory.
fn found() -> Vec<(String, String)> {
    let memory = File::open("/proc/self/mem").unwrap();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let mut found = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (range, _rest) = line.split_once(' ').unwrap();
        let (start, end) = range.split_once('-').unwrap();
        let [start, end] = [start, end].map(|text| u64::from_str_radix(text, 16).unwrap());
        let mut bytes = Zeroizing::new(vec![0; usize::try_from(end - start).unwrap()]);
        if memory.read_exact_at(&mut bytes, start).is_ok() {
            let here = secrets()
                .into_iter()
                .filter(|(_, turned)| stands_in(&bytes, turned));
            found.extend(here.map(|(name, _)| (name, line.to_owned())));
        }
    }
    found
}

fn stands_in(bytes: &[u8], turned: &[u8; 32]) -> bool {
    bytes
        .windows(turned.len())
        .any(|here| here[0] == !turned[0] && here.iter().zip(turned).all(|(a, b)| *a == !b))
}

#[test]
fn neither_a_seed_nor_a_derived_key_is_left_in_memory_after_use_mem_02() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        let reader = Reader::new(&serial);
        let key = reader.sealing_key(1, "treasury", &[]);
        let bound_to = b"coldsign/sealed-seed/v1\x01\x01\x08treasury\0\0\0\x01";
        reader.store(1, &reader.seal(key, &seed(), bound_to));

        let held = seed();
        assert_ne!(found(), [], "the search finds what is there");
        drop(held);
        assert_eq!(found(), [], "before");

        let path = "84h/0h/0h".parse().unwrap();
        let account = unlocked.account(&id(1), &path).unwrap();
        let proven = unlocked
            .registered_account(&id(1), account.account())
            .unwrap();
        let child = ChildPath::new(0, 0).unwrap();
        let expected = CHILD.parse().unwrap();
        for number in 0..10 {
            let signature = unlocked.sign_child(&proven, child, &expected, digest(number));
            assert_signs(&expected, digest(number), &signature.unwrap());
        }
        assert_eq!(found(), [], "after");
    });
}
