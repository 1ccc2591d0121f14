//! Lies about where money goes and how much it is. Knows nothing of the policy's limits.

use bitcoin::ScriptBuf;
use bitcoin::bip32::{DerivationPath, Fingerprint};
use bitcoin::secp256k1::PublicKey;

use crate::fixture::{
    BitcoinRequest, COIN, CUSTODIAN, NOW, own_script, policy, policy_with, script_of,
};
use crate::{Amount, BitcoinError, Code, Effect, History, PolicyError, Spend, judge};

/// One address of every kind that has one, none of them ours.
const FOREIGN: [&str; 5] = [
    "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
    CUSTODIAN,
    "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
];

fn own_key() -> PublicKey {
    PublicKey::from_slice(&policy().wallets()[0].key().public_key).unwrap()
}

fn foreign_key() -> PublicKey {
    PublicKey::from_slice(policy().sources()[0].public_key().point()).unwrap()
}

fn at(fingerprint: [u8; 4]) -> (Fingerprint, DerivationPath) {
    (Fingerprint::from(fingerprint), DerivationPath::default())
}

#[test]
fn an_output_that_claims_to_be_change_but_is_not_ours_is_fraud_btc_08() {
    const OURS: [u8; 4] = [0x1d, 0x0f, 0x17, 0x2a];
    for address in FOREIGN {
        let script = script_of(address);
        for (key, fingerprint) in [
            (own_key(), OURS),
            (foreign_key(), OURS),
            (own_key(), [9; 4]),
        ] {
            let mut request = BitcoinRequest::new(
                &[2 * COIN],
                &[(script_of(CUSTODIAN), COIN), (script.clone(), COIN / 2)],
            );
            request.psbt.outputs[1]
                .bip32_derivation
                .insert(key, at(fingerprint));
            let refusal = BitcoinError::ChangeFraud {
                output: 2,
                script: script.to_hex_string(),
                expected: own_script().to_hex_string(),
            };
            assert_eq!(refusal.code(), Code::ChangeFraud);
            assert_eq!(refusal.code().class().exit_code(), 13);
            assert_eq!(request.review(), Err(refusal.into()));
        }
    }
}

#[test]
fn a_strangers_key_at_our_origin_is_refused_on_an_input() {
    let mut request = BitcoinRequest::ordinary();
    let ours = at([0x1d, 0x0f, 0x17, 0x2a]);
    request.psbt.inputs[0]
        .bip32_derivation
        .insert(foreign_key(), ours);
    assert_eq!(request.review().unwrap_err().code(), Code::Derivation);
}

#[test]
fn a_claim_for_a_stranger_is_refused_even_on_our_own_script() {
    let mut request = BitcoinRequest::ordinary();
    request.psbt.outputs[1]
        .bip32_derivation
        .insert(foreign_key(), at([9; 4]));
    assert_eq!(request.review().unwrap_err().code(), Code::Derivation);
}

#[test]
fn change_is_what_pays_our_script_and_nothing_else() {
    let review = BitcoinRequest::ordinary().review().unwrap();
    let effects = [
        Effect::Pay {
            path: "output 1".to_owned(),
            destination: CUSTODIAN.to_owned(),
            name: Some("Example custodian".to_owned()),
            amount: Amount::satoshis(1_250_000_000),
        },
        Effect::Change {
            path: "output 2".to_owned(),
            address: "bc1qr583w2swedy2acd7rung055k8t3n7udp7vyzyg".to_owned(),
            origin: "1d0f172a".to_owned(),
            amount: Amount::satoshis(149_994_708),
        },
        Effect::Fee {
            amount: Amount::satoshis(5_292),
        },
    ];
    assert_eq!(review.effects(), effects);
}

#[test]
fn spends_name_every_coin_with_its_proven_amount() {
    let request = BitcoinRequest::ordinary();
    let review = request.review().unwrap();
    let texts: Vec<String> = review.spends().iter().map(ToString::to_string).collect();
    let inputs = &request.psbt.unsigned_tx.input;
    let expected: Vec<String> = inputs
        .iter()
        .map(|input| input.previous_output.to_string())
        .collect();
    assert_eq!(texts, expected);
    assert!(matches!(
        review.spends()[1],
        Spend::Outpoint {
            amount_sat: 600_000_000,
            ..
        }
    ));
}

#[test]
fn amounts_and_sums_beyond_what_exists_are_refused_at_the_next_satoshi_btc_14() {
    const MOST: u64 = 2_100_000_000_000_000;
    let range = |what: &str| {
        Err(BitcoinError::AmountRange {
            what: what.to_owned(),
        }
        .into())
    };
    let pay = |sat: &[u64]| {
        let outputs: Vec<_> = sat.iter().map(|sat| (script_of(CUSTODIAN), *sat)).collect();
        BitcoinRequest::new(&[MOST], &outputs)
    };
    assert!(pay(&[MOST]).review().is_ok());
    assert_eq!(pay(&[MOST + 1]).review(), range("output 1"));
    // Read as a signed number this is minus one.
    assert_eq!(pay(&[COIN, u64::MAX]).review(), range("output 2"));
    assert_eq!(pay(&[MOST, 1]).review(), range("the sum of the outputs"));
    let many = pay(&vec![MOST; 1_000]);
    assert_eq!(many.review(), range("the sum of the outputs"));
    assert_eq!(
        BitcoinRequest::new(&[MOST + 1], &[(own_script(), 1)]).review(),
        range("input 1")
    );
    let rich = BitcoinRequest::new(&[MOST, 1], &[(own_script(), COIN)]);
    assert_eq!(rich.review(), range("the sum of the inputs"));
}

#[test]
fn outputs_above_the_inputs_are_refused_at_the_next_satoshi_btc_14() {
    let pay = |sat| BitcoinRequest::new(&[COIN], &[(script_of(CUSTODIAN), sat)]).review();
    assert_eq!(pay(COIN).unwrap().fee(), Amount::satoshis(0));
    let negative = BitcoinError::FeeNegative {
        inputs_sat: COIN,
        outputs_sat: COIN + 1,
    };
    assert_eq!(pay(COIN + 1), Err(negative.into()));
}

#[test]
fn scripts_without_address_are_shown_whole_and_never_permitted_btc_16() {
    let hidden = [&[0x6a, 0x01, 0x41, 0x4c, 0x50][..], &[0x42; 0x50]].concat();
    let key = [&[0x21, 2][..], &[0x11; 32], &[0x21, 3], &[0x11; 32]].concat();
    let bare_multisig = [&[0x51][..], &key, &[0x52, 0xae]].concat();
    let future_witness = [&[0x52, 0x20][..], &[7; 32]].concat();
    let anchor = vec![0x51, 0x02, 0x4e, 0x73];
    for script in [
        vec![],
        vec![0x6a],
        hidden,
        bare_multisig,
        future_witness,
        anchor,
        vec![0x51],
    ] {
        let script = ScriptBuf::from_bytes(script);
        let outputs = [(script_of(CUSTODIAN), COIN), (script.clone(), COIN / 2)];
        let review = BitcoinRequest::new(&[2 * COIN - COIN / 4], &outputs)
            .review()
            .unwrap();
        let (path, amount) = ("output 2".to_owned(), Amount::satoshis(COIN / 2));
        let digits = script.to_hex_string();
        let (shown, code) = if script.is_op_return() {
            let script = digits;
            let data = Effect::Data {
                path,
                script,
                amount,
            };
            (data, Code::DataOutput)
        } else {
            let script = digits;
            let paid = Effect::PayScript {
                path,
                script,
                amount,
            };
            (paid, Code::OutputKind)
        };
        assert_eq!(review.effects()[1], shown);
        assert_eq!(review.total_external(), Amount::satoshis(COIN + COIN / 2));
        let verdict = judge(&policy(), &review, &History::new(), NOW);
        assert_eq!(verdict.primary, Some(code));
    }
}

#[test]
fn a_destination_is_named_by_its_script_and_only_on_an_exact_match_btc_30() {
    // One character of the key hash differs: first and last ones are those of the custodian.
    let mut bytes = script_of(CUSTODIAN).to_bytes();
    bytes[12] ^= 1;
    let twin = ScriptBuf::from_bytes(bytes);
    let review = BitcoinRequest::new(&[COIN], &[(twin, COIN - 1_000)])
        .review()
        .unwrap();
    let Effect::Pay {
        destination, name, ..
    } = &review.effects()[0]
    else {
        panic!("a payment")
    };
    assert!(destination.starts_with("bc1qw508d6q") && destination != CUSTODIAN);
    assert_eq!(*name, None);
    assert_eq!(
        judge(&policy(), &review, &History::new(), NOW).primary,
        Some(Code::DestinationUnlisted)
    );
}

#[test]
fn a_book_that_writes_the_address_in_capitals_still_names_it_btc_30() {
    let policy = policy_with(CUSTODIAN, &CUSTODIAN.to_uppercase()).unwrap();
    let review = BitcoinRequest::ordinary().review_under(&policy).unwrap();
    assert!(
        matches!(&review.effects()[0], Effect::Pay { name: Some(name), .. } if name == "Example custodian")
    );
}

#[test]
fn the_key_of_a_wallet_signs_for_one_network_only_btc_19() {
    // The same coins under a policy for another network pay addresses of that network, so the
    // mainnet payee is not in its book: such a policy is not even accepted.
    for network in ["testnet", "signet", "regtest"] {
        let refusal = policy_with("network = \"mainnet\"", &format!("network = \"{network}\""));
        let expected = PolicyError::Reference {
            path: "rule[0].to".to_owned(),
            found: "Example custodian".to_owned(),
            expected: "an address on the wallet's network",
        };
        assert_eq!(refusal, Err(expected));
    }
}

#[test]
fn two_wallets_never_share_a_key_btc_19() {
    let wallet = crate::fixture::POLICY.split("[[wallet]]").nth(1).unwrap();
    let twin = wallet
        .replace("btc-cold", "btc-test")
        .replace("mainnet", "testnet");
    let refusal = policy_with("[[wallet]]", &format!("[[wallet]]{twin}[[wallet]]"));
    let expected = PolicyError::Separation {
        what: "key",
        first: "wallet btc-test".to_owned(),
        second: "wallet btc-cold".to_owned(),
    };
    assert_eq!(refusal, Err(expected));
}
