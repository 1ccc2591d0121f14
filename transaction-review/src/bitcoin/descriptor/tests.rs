//! Descriptors that are wallets, and all the others. Another library derives the same scripts.
//! Knows nothing of policies.

use proptest::prelude::*;

use super::{Descriptor, DescriptorError, account};
use crate::bitcoin::Network;
use crate::bitcoin::tests::wallets::{TestWallet, all, named};

/// The key of BIP-143's P2WPKH example.
const KEY: &str = "025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357";
/// Another point.
const OTHER: &str = "03ad1d8e89212f0b92c74d23bb710c00662ad1470198ac48c43f7d6f93a2a26873";
/// `m/0'` of the first vector of BIP-32, whose master key has the fingerprint 3442193e.
const XPUB: &str = "xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1bgwQ9xv5ski8PX9rL2dZXvgGDnw";

fn parse(text: &str) -> Result<Descriptor, DescriptorError> {
    Descriptor::parse(text, Network::Mainnet)
}

fn unreadable(text: &str) -> bool {
    matches!(parse(text), Err(DescriptorError::Unreadable { .. }))
}

#[test]
fn a_key_without_origin_has_its_own_fingerprint() {
    let descriptor = parse(&format!("wpkh({KEY})")).unwrap();
    let derived = descriptor.derived(0, 0).unwrap();
    assert_eq!(
        derived.script_pubkey.to_hex_string(),
        "00141d0f172a0ecb48aee1be1f2687d2963ae33f71a1"
    );
    assert_eq!(descriptor.origin(0), "1d0f172a");
    assert_eq!(descriptor.words(), "1 key, P2WPKH");
    assert_eq!(
        descriptor.address(Network::Mainnet, 0, 0).unwrap(),
        "bc1qr583w2swedy2acd7rung055k8t3n7udp7vyzyg"
    );
    assert!(derived.keys[0].path.is_empty());
}

#[test]
fn a_declared_origin_is_kept() {
    let descriptor = parse(&format!("wpkh([a1b2c3d4/84h/0'/7]{KEY})")).unwrap();
    assert_eq!(descriptor.origin(0), "a1b2c3d4/84'/0'/7");
    let derived = descriptor.derived(1, 9).unwrap();
    assert_eq!(derived.keys[0].path, vec![0x8000_0054, 0x8000_0000, 7]);
}

#[test]
fn scripts_are_those_that_another_library_derives() {
    for TestWallet { name, .. } in all() {
        let wallet = named(name);
        let ours = parse(&wallet.descriptor).unwrap();
        assert_eq!(ours.is_ranged(), wallet.is_ranged);
        assert_eq!(ours.threshold(), wallet.threshold);
        assert_eq!(ours.key_count(), wallet.key_count());
        for (branch, index) in [(0, 0), (1, 0), (0, 1), (1, 0x7fff_ffff)] {
            let derived = ours.derived(branch, index).unwrap();
            let theirs = wallet.at(branch, index);
            assert_eq!(derived.script_pubkey, theirs.script_pubkey(), "{name}");
            let hidden = derived.witness_script.or(derived.redeem_script);
            if let Some(hidden) = hidden.filter(|_| ours.threshold() > 1) {
                assert_eq!(hidden, theirs.explicit_script().unwrap(), "{name}");
            }
        }
    }
}

#[test]
fn places_that_do_not_exist_have_no_script_btc_09() {
    let ours = parse(&named("wpkh-hd").descriptor).unwrap();
    assert_eq!(ours.derived(2, 0), None);
    assert_eq!(ours.derived(0, 0x8000_0000), None);
    assert_eq!(ours.derived(u32::MAX, u32::MAX), None);
}

#[test]
fn keys_are_told_in_the_order_of_the_script_and_with_their_place_in_the_descriptor() {
    let wallet = named("sh-wsh-sorted-2-3");
    let derived = parse(&wallet.descriptor).unwrap().derived(0, 0).unwrap();
    let points: Vec<_> = derived.keys.iter().map(|key| key.public_key).collect();
    assert!(points.is_sorted());
    let mut positions: Vec<_> = derived.keys.iter().map(|key| key.position).collect();
    assert_ne!(
        positions,
        [0, 1, 2],
        "the test keys are not sorted by themselves"
    );
    positions.sort_unstable();
    assert_eq!(positions, [0, 1, 2]);
}

#[test]
fn multi_keeps_its_order_and_sortedmulti_does_not_care_btc_11() {
    let script = |form: &str, keys: [&str; 2]| {
        let text = format!("wsh({form}(2,{},{}))", keys[0], keys[1]);
        parse(&text).unwrap().derived(0, 0).unwrap().script_pubkey
    };
    let (there, back) = ([KEY, OTHER], [OTHER, KEY]);
    assert_ne!(script("multi", there), script("multi", back));
    assert_eq!(script("sortedmulti", there), script("sortedmulti", back));
}

/// The descriptors of BIP-380's own vectors make scripts that no wallet has; the checksums are
/// verified by the same function.
#[test]
fn a_checksum_is_verified_if_there_is_one() {
    use miniscript::descriptor::checksum::verify_checksum;
    assert_eq!(
        verify_checksum("raw(deadbeef)#89f8spxm").unwrap(),
        "raw(deadbeef)"
    );
    for wrong in [
        "raw(deadbeef)#",
        "raw(deadbeef)#89f8spxmx",
        "raw(deadbeef)#89f8spx",
        "raw(deedbeef)#89f8spxm",
        "raw(deadbeef)##9f8spxm",
    ] {
        assert!(verify_checksum(wrong).is_err(), "{wrong}");
    }
    let body = format!("wpkh({KEY})");
    let mut engine = miniscript::descriptor::checksum::Engine::new();
    engine.input(&body).unwrap();
    let right = format!("{body}#{}", engine.checksum());
    assert_eq!(parse(&right).unwrap().text(), right);
    let (_, checksum) = right.split_once('#').unwrap();
    let longer = format!("{right}q");
    let shorter = right.strip_suffix(|_: char| true).unwrap();
    for wrong in [
        longer.as_str(),
        shorter,
        &format!("{body}#"),
        &format!("{}#{checksum}", body.replace("wpkh", "pkh")),
        &format!("{body}##{checksum}"),
    ] {
        assert!(unreadable(wrong), "{wrong}");
    }
}

#[test]
fn scripts_that_no_wallet_here_has_are_refused_by_name() {
    let taproot = "taproot output (tr), which no PKCS#11 token signs for";
    let hash = "script hash without witness (sh)";
    let witness = "witness script (wsh) other than multi and sortedmulti";
    for (text, found) in [
        (format!("tr({KEY})"), taproot),
        (format!("sh(multi(1,{KEY}))"), hash),
        (format!("sh(sortedmulti(2,{KEY},{OTHER}))"), hash),
        (format!("sh(pk({KEY}))"), hash),
        (format!("pk({KEY})"), "bare script"),
        (format!("wsh(pk({KEY}))"), witness),
        (format!("wsh(and_v(v:pk({KEY}),older(144)))"), witness),
        (format!("wsh(and_v(v:pk({KEY}),after(100)))"), witness),
        (format!("sh(wsh(pkh({KEY})))"), witness),
    ] {
        assert_eq!(
            parse(&text),
            Err(DescriptorError::Script { found }),
            "{text}"
        );
    }
    for text in [
        format!("wpkh({KEY}"),
        format!("wpkh({KEY}) "),
        format!("wpkh( {KEY})"),
        format!("wpkh({})", KEY.to_uppercase()),
        format!("wpkh({})", KEY.replace("025", "055")),
        format!("wpkh([a1b2c3]{KEY})"),
        format!("wpkh([a1b2c3d4/]{KEY})"),
        format!("wpkh([a1b2c3d4/84x]{KEY})"),
        format!("wpkh([a1b2c3d4//1]{KEY})"),
        format!("wpkh([A1B2C3D4/84]{KEY})"),
        format!("wpkh([a1b2c3d4/084]{KEY})"),
        format!("wpkh([a1b2c3d4/2147483648]{KEY})"),
        format!("wpkh({KEY}/0)"),
        format!("wsh(wpkh({KEY}))"),
        format!("addr({KEY})"),
        "raw(deadbeef)".to_owned(),
        "combo(02)".to_owned(),
        String::new(),
    ] {
        assert!(unreadable(&text), "{text}: {:?}", parse(&text));
    }
}

#[test]
fn one_signature_of_several_keys_is_refused_btc_11() {
    let one = |form: &str| parse(&format!("wsh({form}(1,{KEY},{OTHER}))"));
    let refusal = DescriptorError::Threshold {
        threshold: 1,
        keys: 2,
    };
    assert_eq!(one("multi"), Err(refusal.clone()));
    assert_eq!(one("sortedmulti"), Err(refusal));
    let single = DescriptorError::Threshold {
        threshold: 1,
        keys: 1,
    };
    assert_eq!(parse(&format!("wsh(multi(1,{KEY}))")), Err(single));
    assert!(unreadable(&format!("wsh(multi(3,{KEY},{OTHER}))")));
    assert!(unreadable(&format!("wsh(multi(0,{KEY},{OTHER}))")));
}

#[test]
fn a_cosigner_that_is_there_twice_is_refused_btc_11() {
    let twice = DescriptorError::KeyDuplicate {
        first: 1,
        second: 3,
    };
    let keys = format!("{KEY},{OTHER},{KEY}");
    let found = parse(&format!("wsh(sortedmulti(2,{keys}))"));
    // The library refuses it first where it looks, and says so in its own words.
    assert!(found == Err(twice.clone()) || unreadable(&format!("wsh(sortedmulti(2,{keys}))")));
    let keys = format!("{KEY},{OTHER},[a1b2c3d4/1]{KEY}");
    assert_eq!(parse(&format!("wsh(sortedmulti(2,{keys}))")), Err(twice));
}

/// The example wallet of fifteen keys is the largest; one key more is refused.
#[test]
fn the_cap_on_keys_holds_at_the_next_one() {
    let fifteen = parse(&named("wsh-sorted-15-15-hd").descriptor).unwrap();
    assert_eq!(fifteen.key_count(), 15);
    let keys: Vec<String> = (1_u8..=16)
        .map(|number| {
            let key = k256::ecdsa::SigningKey::from_slice(&[number; 32]).unwrap();
            data_encoding::HEXLOWER.encode(&key.verifying_key().to_sec1_point(true).to_bytes())
        })
        .collect();
    let of = |count: usize| parse(&format!("wsh(multi(2,{}))", keys[..count].join(",")));
    assert_eq!(of(15).unwrap().key_count(), 15);
    let refusal = DescriptorError::Keys {
        found: 16,
        limit: 15,
    };
    assert_eq!(of(16), Err(refusal));
}

#[test]
fn extended_keys_need_their_origin_their_branches_and_their_network_btc_19() {
    let wpkh = |key: &str| parse(&format!("wpkh({key})"));
    assert!(wpkh(&format!("[3442193e/0']{XPUB}/<0;1>/*")).is_ok());
    assert!(wpkh(&format!("[3442193e/0h]{XPUB}/<0;1>/*")).is_ok());
    let origin = DescriptorError::Origin { key: 1 };
    assert_eq!(wpkh(&format!("{XPUB}/<0;1>/*")), Err(origin.clone()));
    assert_eq!(wpkh(&format!("[00000000/0']{XPUB}/<0;1>/*")), Err(origin));
    let branches = Err(DescriptorError::Branches { key: 1 });
    for end in [
        "",
        "/*",
        "/0/*",
        "/<1;0>/*",
        "/<0;2>/*",
        "/<0;1;2>/*",
        "/<0;1>",
        "/<0;1>/0/*",
    ] {
        assert_eq!(
            wpkh(&format!("[3442193e/0']{XPUB}{end}")),
            branches,
            "{end}"
        );
    }
    for end in ["/<0;1>/*'", "/<0;1>/*h"] {
        let found = wpkh(&format!("[3442193e/0']{XPUB}{end}"));
        assert!(found.is_err(), "{end}");
    }
    let depth = |steps| {
        Err(DescriptorError::Depth {
            key: 1,
            depth: 1,
            steps,
        })
    };
    assert_eq!(wpkh(&format!("[3442193e]{XPUB}/<0;1>/*")), depth(0));
    assert_eq!(wpkh(&format!("[3442193e/1']{XPUB}/<0;1>/*")), depth(1));
    assert_eq!(wpkh(&format!("[3442193e/84'/0']{XPUB}/<0;1>/*")), depth(2));
    let text = format!("wpkh([3442193e/0']{XPUB}/<0;1>/*)");
    for network in [Network::Testnet, Network::Signet, Network::Regtest] {
        let refusal = DescriptorError::Network {
            key: 1,
            network: network.name(),
        };
        assert_eq!(Descriptor::parse(&text, network), Err(refusal));
    }
}

#[test]
fn single_keys_and_accounts_are_not_mixed() {
    let text = format!("wsh(multi(2,{KEY},[3442193e/0']{XPUB}/<0;1>/*))");
    let found = parse(&text);
    // The library wants the same number of branches from every key.
    assert!(found == Err(DescriptorError::KeyMixed { key: 2 }) || unreadable(&text));
}

#[test]
fn an_uncompressed_key_is_refused_in_every_script_btc_34() {
    let uncompressed = "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
    assert_eq!(
        parse(&format!("pkh({uncompressed})")),
        Err(DescriptorError::KeyForm { key: 1 })
    );
    assert!(unreadable(&format!("wpkh({uncompressed})")));
    assert!(unreadable(&format!("wsh(multi(2,{uncompressed},{KEY}))")));
}

#[test]
fn an_account_of_a_policy_is_an_extended_key_with_origin_and_nothing_behind_it() {
    let network = Network::Mainnet;
    let (_, found) = account(&format!("[3442193e/0']{XPUB}"), network).unwrap();
    assert_eq!(found.fingerprint, [0x34, 0x42, 0x19, 0x3e]);
    assert_eq!(found.path, [0x8000_0000]);
    for wrong in [
        XPUB.to_owned(),
        format!("[3442193e/0']{XPUB}/0"),
        format!("[3442193e/0']{XPUB}/*"),
        format!("[3442193e/0']{XPUB}/<0;1>/*"),
        format!("[3442193e/1']{XPUB}"),
        KEY.to_owned(),
        String::new(),
    ] {
        assert!(account(&wrong, network).is_err(), "{wrong}");
    }
    assert!(account(&format!("[3442193e/0']{XPUB}"), Network::Signet).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_makes_the_reader_panic(text in "[a-z0-9'()<>;,/*#\\[\\]]{0,120}") {
        prop_assert!(parse(&text).is_err());
    }

    #[test]
    fn one_changed_character_is_another_wallet_or_none(at in any::<usize>(), byte in b' '..b'~') {
        let wallet = named("wsh-sorted-2-3-hd");
        let mut text = wallet.descriptor.clone().into_bytes();
        let place = at % text.len();
        text[place] = byte;
        let text = String::from_utf8(text).unwrap();
        let same = |one: char, other: char| "h'".contains(one) && "h'".contains(other);
        let differs = !text.chars().zip(wallet.descriptor.chars()).all(|(a, b)| a == b || same(a, b));
        if let Ok(other) = parse(&text) {
            let honest = parse(&wallet.descriptor).unwrap();
            prop_assert_eq!(differs, other.derived(0, 0) != honest.derived(0, 0));
        }
    }
}
