//! Lies about keys, scripts and places, in wallets of every script type.
//! Knows the catalogue of attacks by its ids, nothing of the policy's limits.

use bitcoin::bip32::{ChildNumber, DerivationPath, Fingerprint};
use bitcoin::psbt::PsbtSighashType;
use bitcoin::secp256k1::PublicKey;
use bitcoin::{Amount, ScriptBuf};

use super::wallets::{Out, TestWallet, all, named};
use crate::fixture::{BitcoinRequest, COIN, CUSTODIAN, funding, script_of};
use crate::{BitcoinError, Code, Effect, ReviewError};

fn refusal(wallet: &TestWallet, request: &BitcoinRequest) -> ReviewError {
    request.review_under(&wallet.policy(0)).unwrap_err()
}

fn ranged() -> impl Iterator<Item = TestWallet> {
    all().into_iter().filter(|wallet| wallet.is_ranged)
}

/// A request whose outputs a test makes itself.
fn paying(wallet: &TestWallet, outputs: &[Out]) -> BitcoinRequest {
    wallet.request(&[(0, 0, COIN)], outputs)
}

fn step(path: &DerivationPath, from_end: usize, number: ChildNumber) -> DerivationPath {
    let mut steps: Vec<ChildNumber> = path.into_iter().copied().collect();
    let place = steps.len() - from_end;
    steps[place] = number;
    steps.into()
}

fn plain(index: u32) -> ChildNumber {
    ChildNumber::from_normal_idx(index).unwrap()
}

#[test]
fn a_stated_script_that_is_not_the_wallets_is_refused_in_every_type_btc_05() {
    for wallet in all() {
        for is_redeem in [true, false] {
            for is_input in [true, false] {
                let mut request = wallet.ordinary(1);
                let lie = Some(ScriptBuf::from_bytes(vec![0x51]));
                match (is_input, is_redeem) {
                    (true, true) => request.psbt.inputs[0].redeem_script = lie,
                    (true, false) => request.psbt.inputs[0].witness_script = lie,
                    (false, true) => request.psbt.outputs[1].redeem_script = lie,
                    (false, false) => request.psbt.outputs[1].witness_script = lie,
                }
                let code = refusal(&wallet, &request).code();
                let expected = [Code::ScriptMismatch, Code::PsbtField];
                assert!(expected.contains(&code), "{}: {code}", wallet.name);
            }
        }
    }
}

#[test]
fn a_stated_script_is_compared_whole_btc_05() {
    let wallet = named("wsh-multi-2-3");
    let mut request = wallet.ordinary(1);
    let own = request.psbt.inputs[0].witness_script.clone().unwrap();
    // The same keys, but one signature would do.
    let mut lie = own.to_bytes();
    lie[0] = 0x51;
    let lie = ScriptBuf::from_bytes(lie);
    request.psbt.inputs[0].witness_script = Some(lie.clone());
    let shown = |script: &ScriptBuf| crate::excerpt::excerpt(&script.to_hex_string());
    let expected = BitcoinError::Script {
        place: "input 1".to_owned(),
        field: "PSBT_IN_WITNESS_SCRIPT",
        found: shown(&lie),
        expected: shown(&own),
    };
    assert_eq!(refusal(&wallet, &request), expected.into());
}

#[test]
fn scripts_may_be_left_out_for_they_are_derived() {
    for wallet in all() {
        let mut request = wallet.ordinary(1);
        let honest = request.review_under(&wallet.policy(0)).unwrap();
        request.psbt.inputs[0].witness_script = None;
        request.psbt.inputs[0].redeem_script = None;
        request.psbt.outputs[1].witness_script = None;
        request.psbt.outputs[1].redeem_script = None;
        let silent = request.review_under(&wallet.policy(0)).unwrap();
        assert_eq!(silent.digests(), honest.digests());
        assert_eq!(silent.effects(), honest.effects());
    }
}

/// P2WSH inside P2SH stated as what it hides, and the other way round: the proven script decides.
#[test]
fn a_coin_of_the_same_keys_in_another_script_type_is_foreign_btc_05() {
    let wallets = all();
    for (one, wallet) in wallets.iter().enumerate() {
        for (other, stranger) in wallets.iter().enumerate() {
            let same_sort = wallet.is_ranged == stranger.is_ranged;
            if one == other || !same_sort || wallet.script(0, 0) == stranger.script(0, 0) {
                continue;
            }
            let mut request = wallet.ordinary(1);
            let script = stranger.script(0, 0);
            request.previous = vec![funding(0, &[(script.clone(), 1_000_000)])];
            let txid = request.previous[0].compute_txid();
            request.psbt.unsigned_tx.input[0].previous_output.txid = txid;
            let expected = BitcoinError::InputForeign {
                input: 1,
                script: script.to_hex_string(),
            };
            assert_eq!(refusal(wallet, &request), expected.into());
        }
    }
}

#[test]
fn every_hash_type_but_all_is_refused_in_every_type_btc_07() {
    for wallet in all() {
        let policy = wallet.policy(0);
        for found in (0..=u32::from(u8::MAX))
            .step_by(7)
            .chain([1, 2, 3, 0x81, 0x82, 0x83])
        {
            let mut request = wallet.ordinary(1);
            request.psbt.inputs[0].sighash_type = Some(PsbtSighashType::from_u32(found));
            let expected = BitcoinError::Sighash { input: 1, found };
            match request.review_under(&policy) {
                Ok(_) => assert_eq!(found, 1),
                Err(refusal) => assert_eq!(refusal, expected.into()),
            }
        }
    }
}

#[test]
fn a_foreign_output_with_our_keys_is_fraud_in_every_type_btc_08() {
    for wallet in all() {
        for foreign in [
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
            "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
            "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        ] {
            let mut request = wallet.ordinary(1);
            let script = script_of(foreign);
            request.psbt.unsigned_tx.output[1].script_pubkey = script.clone();
            let expected = BitcoinError::ChangeFraud {
                output: 2,
                script: script.to_hex_string(),
                expected: wallet.script(1, 3).to_hex_string(),
            };
            assert_eq!(
                refusal(&wallet, &request),
                expected.into(),
                "{}",
                wallet.name
            );
        }
    }
}

/// The script of one place and the keys of another.
#[test]
fn change_at_another_place_than_it_says_is_fraud_btc_09() {
    for wallet in ranged() {
        for place in [(1, 4), (0, 3)] {
            let mut request = wallet.ordinary(1);
            let script = wallet.script(place.0, place.1);
            request.psbt.unsigned_tx.output[1].script_pubkey = script.clone();
            let expected = BitcoinError::ChangeFraud {
                output: 2,
                script: script.to_hex_string(),
                expected: wallet.script(1, 3).to_hex_string(),
            };
            assert_eq!(refusal(&wallet, &request), expected.into());
        }
    }
}

/// A hardened step, another branch, another account, one step more and one fewer.
#[test]
fn change_at_a_place_that_the_wallet_does_not_have_is_fraud_btc_09() {
    let wallet = named("wpkh-hd");
    let hardened = |index| ChildNumber::from_hardened_idx(index).unwrap();
    let bends: [fn(&DerivationPath) -> DerivationPath; 4] = [
        |path| step(path, 2, plain(2)),
        |path| path.child(plain(0)),
        |path| path.into_iter().copied().take(5).collect::<Vec<_>>().into(),
        |path| step(path, 3, plain(2)),
    ];
    let mut paths: Vec<DerivationPath> = Vec::new();
    let honest = wallet.ordinary(1);
    let (_, (_, path)) = honest.psbt.outputs[1]
        .bip32_derivation
        .first_key_value()
        .unwrap();
    paths.extend(bends.iter().map(|bend| bend(path)));
    paths.push(step(path, 1, hardened(3)));
    paths.push(step(path, 2, hardened(1)));
    paths.push(vec![plain(0); 12].into());
    for path in paths {
        let mut request = honest.clone();
        let map = &mut request.psbt.outputs[1].bip32_derivation;
        let (fingerprint, stated) = map.values_mut().next().unwrap();
        *stated = path.clone();
        let expected = BitcoinError::ChangePlace {
            output: 2,
            found: format!("{fingerprint}/{path}"),
        };
        assert_eq!(expected.code(), Code::ChangeFraud);
        assert_eq!(refusal(&wallet, &request), expected.into());
    }
}

/// The review takes any place that derives; how far change may run ahead is the verdict's, which
/// knows the history.
#[test]
fn change_far_ahead_is_derived_and_its_place_is_told_btc_09() {
    let wallet = named("wsh-sorted-2-3-hd");
    let far = 0x7fff_ffff;
    let request = paying(
        &wallet,
        &[
            Out::Pay(script_of(CUSTODIAN), COIN / 2),
            Out::Back(1, far, 1_000),
        ],
    );
    let review = request.review_under(&wallet.policy(0)).unwrap();
    assert_eq!(review.change_places(), [("output 2".to_owned(), 1, far)]);
}

#[test]
fn our_own_script_without_its_place_is_paid_as_to_a_stranger_btc_09() {
    let wallet = named("wpkh-hd");
    let mut request = wallet.ordinary(1);
    request.psbt.outputs[1].bip32_derivation.clear();
    let review = request.review_under(&wallet.policy(0)).unwrap();
    assert_eq!(review.change_places(), []);
    assert!(matches!(
        &review.effects()[1],
        Effect::Pay { name: None, .. }
    ));
}

#[test]
fn a_cosigners_key_swapped_at_its_place_is_refused_btc_11() {
    let stranger = named("wpkh").ordinary(1);
    let keys = stranger.psbt.inputs[0].bip32_derivation.keys();
    let stranger: PublicKey = keys.last().unwrap().negate(&super::wallets::secp());
    for wallet in all().into_iter().filter(|wallet| wallet.threshold > 1) {
        let mut request = wallet.ordinary(1);
        let map = &mut request.psbt.inputs[0].bip32_derivation;
        let (_, source) = map.pop_last().unwrap();
        map.insert(stranger, source);
        let code = refusal(&wallet, &request).code();
        assert_eq!(code, Code::Derivation, "{}", wallet.name);
    }
}

#[test]
fn keys_left_out_or_added_are_refused_btc_11() {
    for wallet in all().into_iter().filter(|wallet| wallet.threshold > 1) {
        let count = wallet.key_count();
        for place in ["input 1", "output 2"] {
            let mut request = wallet.ordinary(1);
            let map = match place {
                "input 1" => &mut request.psbt.inputs[0].bip32_derivation,
                _ => &mut request.psbt.outputs[1].bip32_derivation,
            };
            map.pop_last();
            let expected = BitcoinError::DerivationMissing {
                place: place.to_owned(),
                found: count - 1,
                expected: count,
            };
            assert_eq!(refusal(&wallet, &request), expected.into());
        }
    }
}

#[test]
fn a_fingerprint_or_a_step_that_is_not_the_policys_is_refused_btc_11() {
    let wallet = named("wsh-sorted-2-3-hd");
    let mut request = wallet.ordinary(1);
    let sources: Vec<_> = request.psbt.inputs[0]
        .bip32_derivation
        .values_mut()
        .collect();
    let [_, _, last] = <[_; 3]>::try_from(sources).unwrap();
    last.0 = Fingerprint::from([9; 4]);
    assert_eq!(refusal(&wallet, &request).code(), Code::Derivation);
    let mut request = wallet.ordinary(1);
    let last = request.psbt.inputs[0]
        .bip32_derivation
        .values_mut()
        .last()
        .unwrap();
    last.1 = step(&last.1, 1, plain(1));
    assert_eq!(refusal(&wallet, &request).code(), Code::Derivation);
}

#[test]
fn a_coin_of_another_wallet_is_refused_wherever_it_stands_btc_28() {
    for wallet in all() {
        let stranger = named(if wallet.name == "wpkh-hd" {
            "sh-wpkh-hd"
        } else {
            "wpkh-hd"
        });
        let mut request = wallet.ordinary(2);
        let foreign = stranger.ordinary(3);
        request.previous[1] = foreign.previous[2].clone();
        let coin = foreign.psbt.unsigned_tx.input[2].previous_output;
        request.psbt.unsigned_tx.input[1].previous_output = coin;
        request.psbt.inputs[1] = foreign.psbt.inputs[2].clone();
        let code = refusal(&wallet, &request).code();
        assert!(
            [Code::InputForeign, Code::Derivation].contains(&code),
            "{}: {code}",
            wallet.name
        );
    }
}

#[test]
fn a_coin_without_a_place_is_refused_where_there_are_places_btc_15() {
    for wallet in ranged() {
        let mut request = wallet.ordinary(1);
        request.psbt.inputs[0].bip32_derivation.clear();
        let expected = BitcoinError::InputPlace {
            input: 1,
            script: wallet.script(0, 0).to_hex_string(),
        };
        assert_eq!(expected.code(), Code::InputForeign);
        assert_eq!(refusal(&wallet, &request), expected.into());
    }
}

#[test]
fn a_taproot_coin_is_refused_with_the_reason_btc_24() {
    let script = script_of("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0");
    for wallet in all() {
        let mut request = wallet.ordinary(1);
        request.previous = vec![funding(0, &[(script.clone(), 1_000_000)])];
        let txid = request.previous[0].compute_txid();
        request.psbt.unsigned_tx.input[0].previous_output.txid = txid;
        let expected = BitcoinError::InputTaproot {
            input: 1,
            script: script.to_hex_string(),
        };
        assert_eq!(refusal(&wallet, &request), expected.into());
    }
}

#[test]
fn a_stated_amount_that_is_not_the_proven_one_is_refused_in_every_type_btc_02_btc_04() {
    for wallet in all() {
        let mut request = wallet.ordinary(1);
        request.psbt.inputs[0].witness_utxo = Some(bitcoin::TxOut {
            value: Amount::from_sat(999_999),
            script_pubkey: wallet.script(0, 0),
        });
        let expected = BitcoinError::UtxoConflict {
            input: 1,
            stated_sat: 999_999,
            proven_sat: 1_000_000,
        };
        assert_eq!(refusal(&wallet, &request), expected.into());
        let mut unproven = wallet.ordinary(1);
        unproven.previous.clear();
        assert_eq!(refusal(&wallet, &unproven).code(), Code::UtxoUnproven);
    }
}

#[test]
fn an_uncompressed_key_makes_no_coin_of_ours_btc_34() {
    let wallet = named("pkh");
    let mut request = wallet.ordinary(1);
    let (key, _) = request.psbt.inputs[0]
        .bip32_derivation
        .first_key_value()
        .unwrap();
    let uncompressed = bitcoin::PublicKey::new_uncompressed(*key);
    let script = ScriptBuf::new_p2pkh(&uncompressed.pubkey_hash());
    request.previous = vec![funding(0, &[(script.clone(), 1_000_000)])];
    let txid = request.previous[0].compute_txid();
    request.psbt.unsigned_tx.input[0].previous_output.txid = txid;
    let expected = BitcoinError::InputForeign {
        input: 1,
        script: script.to_hex_string(),
    };
    assert_eq!(refusal(&wallet, &request), expected.into());
}

#[test]
fn data_outputs_are_kept_whole_with_what_hides_behind_them_btc_16() {
    let wallet = named("wpkh-hd");
    let hidden =
        ScriptBuf::from_bytes([&[0x6a, 0x02, 0x41, 0x42][..], &[0x4c, 0x50], &[7; 80]].concat());
    let outputs = [
        Out::Pay(script_of(CUSTODIAN), COIN / 2),
        Out::Pay(hidden.clone(), 0),
    ];
    let review = paying(&wallet, &outputs)
        .review_under(&wallet.policy(0))
        .unwrap();
    let expected = Effect::Data {
        path: "output 2".to_owned(),
        script: hidden.to_hex_string(),
        amount: crate::Amount::satoshis(0),
    };
    assert_eq!(review.effects()[1], expected);
}

/// Bare multisig, a later witness version, pay to anchor, a bare key.
#[test]
fn scripts_without_address_are_shown_as_such_btc_16() {
    let wallet = named("wpkh-hd");
    let anchor = vec![0x51, 0x02, 0x4e, 0x73];
    let later = [&[0x52, 0x20][..], &[7; 32]].concat();
    let bare = [&[0x21][..], &[2; 33], &[0xac]].concat();
    let multisig = [&[0x51, 0x21][..], &[2; 33], &[0x51, 0xae]].concat();
    for bytes in [anchor, later, bare, multisig, vec![]] {
        let script = ScriptBuf::from_bytes(bytes);
        let outputs = [
            Out::Pay(script_of(CUSTODIAN), COIN / 2),
            Out::Pay(script.clone(), 1_000),
        ];
        let review = paying(&wallet, &outputs)
            .review_under(&wallet.policy(0))
            .unwrap();
        let expected = Effect::PayScript {
            path: "output 2".to_owned(),
            script: script.to_hex_string(),
            amount: crate::Amount::satoshis(1_000),
        };
        assert_eq!(review.effects()[1], expected);
    }
}
