//! Nesting that ends other decoders' processes, and a run of tiny items.

use std::env;
use std::process::Command;

use transfer_format::cbor::{CanonicalError, check_canonical};
use transfer_format::limits::{MAX_CBOR_DEPTH, MAX_CBOR_ITEMS};
use transfer_format::packet::{Payload as _, Request};
use transfer_format::seal::Envelope;

const CHILD: &str = "COLDSIGN_DEEP_CHILD";
const DEPTH: usize = 200_000;
const NAME: &str = "deep::nesting_of_200_000_is_an_error_and_not_the_end_of_the_process_cbr_04";

/// A stack that overflows ends the process, whatever a test catches: so the work is done in a
/// second process of this suite, and that one must end well.
#[test]
fn nesting_of_200_000_is_an_error_and_not_the_end_of_the_process_cbr_04() {
    if env::var_os(CHILD).is_some() {
        refuse_everything_deep();
        return;
    }
    let suite = env::current_exe().unwrap();
    let child = Command::new(suite)
        .args([NAME, "--exact"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{:?} {said}", child.status);
    assert!(said.contains("1 passed"), "{said}");
}

fn refuse_everything_deep() {
    let too_deep = CanonicalError::TooDeep {
        offset: MAX_CBOR_DEPTH,
        limit: MAX_CBOR_DEPTH,
    };
    // Arrays of one, maps of one whose value goes on, and arrays that never end.
    let array = vec![0x81; DEPTH];
    assert_eq!(check_canonical(&array), Err(too_deep));
    let map: Vec<u8> = [0xa1, 0x00].repeat(DEPTH);
    let at = CanonicalError::TooDeep {
        offset: 2 * MAX_CBOR_DEPTH,
        limit: MAX_CBOR_DEPTH,
    };
    assert_eq!(check_canonical(&map), Err(at));
    assert!(check_canonical(&vec![0x9f; DEPTH]).is_err());
    assert!(check_canonical(&vec![0xc1; DEPTH]).is_err());
    for bytes in [array, map] {
        assert!(Request::decode(&bytes).is_err());
        let sealed = [vec![0xd2], bytes].concat();
        assert!(Envelope::read(sealed).is_err());
    }
}

/// The scan looks at each byte once and stops at the item cap: a million tiny items cost no more
/// than the cap's. How long it takes is printed and not judged: other programs run beside.
#[test]
fn a_million_tiny_items_end_at_the_cap_cbr_11() {
    let mut many = vec![0x9a, 0x00, 0x0f, 0x42, 0x40];
    many.resize(5 + 1_000_000, 0x00);
    let error = CanonicalError::TooManyItems {
        limit: MAX_CBOR_ITEMS,
    };
    assert_eq!(check_canonical(&many), Err(error));
    // The largest map within the cap: keys in order, each compared with the one before it only.
    let map = |entries: u16| {
        let mut bytes = vec![0xb9];
        bytes.extend_from_slice(&entries.to_be_bytes());
        for key in 0..entries {
            let key = u32::from(key) + 0x1_0000;
            bytes.push(0x1a);
            bytes.extend_from_slice(&key.to_be_bytes());
            bytes.push(0x00);
        }
        bytes
    };
    let time = |bytes: &[u8]| {
        let start = std::time::Instant::now();
        for _ in 0..20 {
            assert_eq!(check_canonical(bytes), Ok(()));
        }
        start.elapsed()
    };
    let (small, large) = (time(&map(499)), time(&map(4_990)));
    println!(
        "ten times the entries take {:.1} times as long",
        large.div_duration_f64(small)
    );
}
