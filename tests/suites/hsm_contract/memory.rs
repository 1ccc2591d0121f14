//! Whether a seed can be found in this process's memory after it was used.
//! The test itself never holds the seed in one piece, but for the moment of sealing it.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use hsm_adapter::ChildPath;
use zeroize::Zeroizing;

use super::raw::Reader;
use super::*;

/// Bytes that stand for a seed, as they may lie in memory: every one changed.
struct Masked([u8; 32]);

impl Masked {
    fn new() -> Self {
        Self(Sha256::digest(b"a seed, but with every bit turned").into())
    }

    fn plain(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.iter().map(|byte| !byte).collect())
    }

    fn is_in(&self, memory: &[u8]) -> bool {
        memory
            .windows(self.0.len())
            .any(|here| here[0] == !self.0[0] && here.iter().zip(self.0).all(|(a, b)| *a == !b))
    }

    /// The writable parts of this process in which the bytes stand, by their lines in `maps`.
    fn found(&self) -> Vec<String> {
        let memory = File::open("/proc/self/mem").unwrap();
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        let mut found = Vec::new();
        for line in maps.lines().filter(|line| line.contains(" rw")) {
            let (range, _rest) = line.split_once(' ').unwrap();
            let (start, end) = range.split_once('-').unwrap();
            let [start, end] = [start, end].map(|text| u64::from_str_radix(text, 16).unwrap());
            let mut bytes = Zeroizing::new(vec![0; usize::try_from(end - start).unwrap()]);
            if memory.read_exact_at(&mut bytes, start).is_ok() && self.is_in(&bytes) {
                found.push(line.to_owned());
            }
        }
        found
    }
}

#[test]
fn a_seed_is_not_left_in_memory_after_it_was_used_mem_02() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        let masked = Masked::new();
        let reader = Reader::new(&serial);
        let key = reader.sealing_key(1, "treasury", &[]);
        let bound_to = b"coldsign/sealed-seed/v1\x01\x01\x08treasury\0\0\0\x01";
        reader.store(1, &reader.seal(key, &masked.plain(), bound_to));

        let held = masked.plain();
        assert_ne!(masked.found(), Vec::<String>::new(), "the search finds");
        drop(held);
        assert_eq!(masked.found(), Vec::<String>::new(), "before");

        let path = "84h/0h/0h".parse().unwrap();
        let account = unlocked.account(&id(1), &path).unwrap();
        let proven = unlocked
            .registered_account(&id(1), account.account())
            .unwrap();
        for index in 0..10 {
            let child = ChildPath::new(0, index).unwrap();
            let expected = proven.account().child(child).unwrap();
            let signature = unlocked.sign_child(&proven, child, &expected, digest(index));
            assert_signs(&expected, digest(index), &signature.unwrap());
        }
        assert_eq!(masked.found(), Vec::<String>::new(), "after");
    });
}
