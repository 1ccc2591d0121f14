//! Payments from coins, for wallets of every kind: what is made passes the station's own review,
//! and what is signed passes the network's.

use std::fs;
use std::path::Path;

use bitcoin::consensus::encode::{deserialize, serialize};
use bitcoin::secp256k1::Secp256k1;
use bitcoin::{Psbt, Transaction};
use miniscript::psbt::PsbtExt as _;
use serde_json::Value;
use transaction_review::bitcoin::Descriptor;
use transfer_format::packet::Request;
use transfer_format::seal::Packet;

use super::*;
use crate::fixture::{
    Builder, Ended, FakeStation, NOW, Secret, TestWallet, bitcoin_address, refusal,
};

/// Wallets of every kind.
fn wallets() -> Vec<TestWallet> {
    let own = [0x61, 0x62, 0x63].map(Secret::Own);
    let accounts = [0x71, 0x72, 0x73].map(Secret::Account);
    let mut wallets = Vec::new();
    for shape in ["pkh(@0)", "wpkh(@0)", "sh(wpkh(@0))"] {
        wallets.push(TestWallet::of(shape, &own[..1]));
        wallets.push(TestWallet::of(shape, &accounts[..1]));
    }
    for shape in [
        "wsh(multi(2,@0,@1,@2))",
        "wsh(sortedmulti(2,@0,@1,@2))",
        "wsh(sortedmulti(3,@0,@1,@2))",
        "sh(wsh(sortedmulti(2,@0,@1,@2)))",
    ] {
        wallets.push(TestWallet::of(shape, &own));
        wallets.push(TestWallet::of(shape, &accounts));
    }
    wallets
}

/// A builder and the stations that hold the keys of a wallet.
fn with_wallet(wallet: &TestWallet) -> (Builder, Vec<FakeStation>) {
    let builder = Builder::new();
    let source = builder.source();
    let mut stations = Vec::new();
    for (key, seal) in (0..wallet.secrets.len()).zip(0x41..) {
        let id = format!("station-{}", key + 1);
        let station = FakeStation::with_wallet((seal, &id), &source, wallet, key);
        let ended = builder.enrol(&station);
        assert_eq!(ended.status, 0, "{}", ended.errors);
        stations.push(station);
    }
    (builder, stations)
}

fn pay(amount: &str) -> String {
    format!("{}={amount}", bitcoin_address(0x31))
}

fn build(builder: &Builder, stations: &[FakeStation], coins: &[u8], more: &[&str]) -> Ended {
    let coins = builder.file("coins.json", coins);
    let mut arguments = vec!["--json", "build", "bitcoin", "--wallet", "btc-cold"];
    for station in stations {
        arguments.extend(["--station", &station.id]);
    }
    arguments.extend(["--coins", &coins]);
    builder.run(&[&arguments, more].concat())
}

/// The requests that a build made, in the order of the stations.
fn requests(builder: &Builder, built: &Ended) -> Vec<Packet<Request>> {
    assert_eq!(built.status, 0, "{}", built.errors);
    let object: Value = serde_json::from_str(&built.output).unwrap();
    let single = [object.clone()];
    let made = object["requests"]
        .as_array()
        .map_or(&single[..], Vec::as_slice);
    let home = crate::home::Home::open(&builder.home()).unwrap();
    let intents = made.iter().map(|made| made["intent"].as_str().unwrap());
    let request = |intent: &str| home.request(&intent.parse().unwrap(), &builder.source());
    intents
        .map(|intent| request(intent).unwrap().unwrap())
        .collect()
}

fn finished(folder: &Path) -> Transaction {
    let hex = fs::read_to_string(folder.join("bitcoin-signed.hex")).unwrap();
    let raw = data_encoding::HEXLOWER.decode(hex.trim_end().as_bytes());
    deserialize(&raw.unwrap()).unwrap()
}

/// Bitcoin Core's own verifier accepts every input.
fn accepted_by_consensus(signed: &Transaction, folder: &Path) {
    let coins = fs::read_to_string(folder.join("bitcoin-prevouts.json")).unwrap();
    let coins: Value = serde_json::from_str(&coins).unwrap();
    let raw = serialize(signed);
    for (index, coin) in coins.as_array().unwrap().iter().enumerate() {
        let script = coin["script_pubkey"].as_str().unwrap();
        let script = data_encoding::HEXLOWER.decode(script.as_bytes()).unwrap();
        let amount = coin["amount_sat"].as_u64().unwrap();
        let verdict = bitcoinconsensus::verify(&script, amount, &raw, None, index);
        assert_eq!(verdict, Ok(()), "input {index}");
    }
}

/// Another library puts the stations' parts together and comes to the same bytes.
fn finished_by_miniscript(parts: &[Vec<u8>]) -> Transaction {
    let mut parts = parts.iter().map(|part| Psbt::deserialize(part).unwrap());
    let mut whole = parts.next().unwrap();
    for part in parts {
        whole.combine(part).unwrap();
    }
    whole.finalize_mut(&Secp256k1::new()).unwrap();
    whole.extract_tx_unchecked_fee_rate()
}

/// Every signer's result comes in, and only the last one finishes the transaction. Returns the last
/// folder.
fn received(
    builder: &Builder,
    signers: &[FakeStation],
    requests: &[Packet<Request>],
) -> std::path::PathBuf {
    let (mut parts, mut folder) = (Vec::new(), builder.path(""));
    for (station, request) in signers.iter().zip(requests) {
        let result = station.sealed(station.sign(request, 4, 1));
        let ended = builder.receive(result.bytes(), &[]);
        assert_eq!(ended.status, 0, "{}", ended.errors);
        folder = builder.home().join("results");
        folder = folder.join(request.intent().to_string());
        if signers.len() > 1 {
            parts.push(fs::read(folder.join(format!("bitcoin-part-{}.psbt", station.id))).unwrap());
            let last = parts.len() == signers.len();
            assert_eq!(folder.join("bitcoin-signed.hex").exists(), last);
        }
    }
    if signers.len() > 1 {
        assert_eq!(finished_by_miniscript(&parts), finished(&folder));
    }
    folder
}

#[test]
fn every_kind_of_wallet_pays_and_the_network_accepts_it() {
    for wallet in wallets() {
        let (builder, stations) = with_wallet(&wallet);
        let coins = wallet.coins(&[(0, 0, 300_000), (0, 7, 250_000), (1, 3, 90_000)]);
        let network = transaction_review::bitcoin::Network::Regtest;
        let descriptor = Descriptor::parse(&wallet.descriptor, network).unwrap();
        let signers = &stations[..descriptor.threshold()];
        let payment = pay("0.004 BTC");
        let more = ordered(&payment, "12 sat/vB", "INV-1");
        let built = build(&builder, signers, &coins, &more);
        let requests = requests(&builder, &built);
        assert_eq!(requests.len(), signers.len());
        let folder = received(&builder, signers, &requests);
        let signed = finished(&folder);
        accepted_by_consensus(&signed, &folder);
        let whole = fs::read(folder.join("bitcoin-signed.psbt")).unwrap();
        psbt_v2::v0::Psbt::deserialize(&whole).unwrap();
        let whole = Psbt::deserialize(&whole).unwrap();
        assert_eq!(whole.extract_tx_unchecked_fee_rate(), signed);
        // Two coins, a payment and change; the fee is that of the largest size there can be.
        assert_eq!((signed.input.len(), signed.output.len()), (2, 2));
        let change = if wallet.is_ranged() { 4 } else { 0 };
        assert_eq!(signed.output[1].script_pubkey, wallet.script(1, change));
        let paid: u64 = signed
            .output
            .iter()
            .map(|output| output.value.to_sat())
            .sum();
        let size = u64::try_from(signed.vsize()).unwrap();
        let rate: FeeRate = "12 sat/vB".parse().unwrap();
        let fees = rate.fee(size)..=rate.fee(size + 5);
        assert!(fees.contains(&(550_000 - paid)), "{size}");
    }
}

/// What a build asks for, beside coins.
fn ordered<'a>(payment: &'a str, rate: &'a str, reference: &'a str) -> [&'a str; 6] {
    [
        "--pay",
        payment,
        "--fee-rate",
        rate,
        "--reference",
        reference,
    ]
}

fn unsigned_of(request: &Packet<Request>) -> Transaction {
    let psbt = Psbt::deserialize(&request.payload().transaction).unwrap();
    psbt.unsigned_tx
}

#[test]
fn the_same_coins_in_any_order_make_the_same_transaction() {
    let wallet = TestWallet::account();
    let descriptor = &wallet.descriptor;
    let network = transaction_review::bitcoin::Network::Regtest;
    let policy = crate::fixture::policy(
        &crate::fixture::sealer(0x11).public_key(),
        &wallet,
        wallet.secrets[0],
    );
    let policy = transaction_review::Policy::parse(&policy).unwrap();
    let registered = bitcoin_wallet(policy.wallet("btc-cold").unwrap()).unwrap();
    assert_eq!(registered.descriptor.text(), descriptor);
    let listed: Vec<(u32, u32, u64)> = (0..40)
        .map(|at| (at % 2, at, 10_000 + u64::from(at)))
        .collect();
    let mut coins = read_coins(&wallet.coins(&listed)).unwrap();
    let terms = Terms {
        outputs: vec![payment_output(network, &pay("100000 sat")).unwrap()],
        fee_rate: "3 sat/vB".parse().unwrap(),
        change_index: 40,
        lock_time: 0,
        taken: BTreeSet::new(),
        replaced: None,
    };
    let first = compose(registered, &coins, &terms).unwrap();
    coins.reverse();
    assert_eq!(compose(registered, &coins, &terms).unwrap(), first);
    coins.rotate_left(13);
    assert_eq!(compose(registered, &coins, &terms).unwrap(), first);
}

#[test]
fn coins_of_other_requests_are_left_alone_until_those_are_withdrawn() {
    let wallet = TestWallet::account();
    let (builder, stations) = with_wallet(&wallet);
    let coins = wallet.coins(&[(0, 0, 200_000), (0, 1, 200_000)]);
    let (first, second) = (pay("0.001 BTC"), pay("0.0011 BTC"));
    let built = build(
        &builder,
        &stations,
        &coins,
        &ordered(&first, "2 sat/vB", "INV-1"),
    );
    let one = requests(&builder, &built).remove(0);
    let built = build(
        &builder,
        &stations,
        &coins,
        &ordered(&second, "2 sat/vB", "INV-2"),
    );
    let two = requests(&builder, &built).remove(0);
    let spent = |request| unsigned_of(request).input[0].previous_output;
    assert_ne!(spent(&one), spent(&two));
    // Change goes to the next place each time.
    assert_eq!(
        unsigned_of(&one).output[1].script_pubkey,
        wallet.script(1, 0)
    );
    assert_eq!(
        unsigned_of(&two).output[1].script_pubkey,
        wallet.script(1, 1)
    );
    let third = pay("0.0012 BTC");
    let again = || {
        build(
            &builder,
            &stations,
            &coins,
            &ordered(&third, "2 sat/vB", "INV-3"),
        )
    };
    let ended = again();
    assert_eq!(refusal(&ended), "REFUSED  E_FUNDS  (exit 13)");
    assert!(
        ended.errors.contains("0 of them are worth 0"),
        "{}",
        ended.errors
    );
    let intent = one.intent().to_string();
    assert_eq!(builder.run(&["withdraw", "--request", &intent]).status, 0);
    let three = requests(&builder, &again()).remove(0);
    assert_eq!(spent(&three), spent(&one));
}

#[test]
fn two_requests_over_one_coin_are_refused_and_listed_as_a_conflict_rpl_02() {
    let wallet = TestWallet::account();
    let (mut builder, stations) = with_wallet(&wallet);
    let coins = wallet.coins(&[(0, 0, 200_000)]);
    let payment = pay("0.001 BTC");
    let built = build(
        &builder,
        &stations,
        &coins,
        &ordered(&payment, "2 sat/vB", "INV-1"),
    );
    let one = requests(&builder, &built).remove(0);
    let home = crate::home::Home::open(&builder.home()).unwrap();
    let psbt = home.psbt(&one.intent()).unwrap().unwrap();
    let mut psbt = Psbt::deserialize(&psbt).unwrap();
    psbt.unsigned_tx.output[1].value -= Amount::from_sat(1);
    let psbt = psbt.serialize();
    let ended = builder.build_psbt(&psbt, &[]);
    assert_eq!(refusal(&ended), "REFUSED  E_INTENT_CONFLICT  (exit 12)");
    // The first one expires; the second is built, and then the first one's result arrives.
    builder.now = NOW + 86_400;
    assert_eq!(builder.build_psbt(&psbt, &[]).status, 0);
    let result = stations[0].sealed(stations[0].sign(&one, 4, 1));
    assert_eq!(builder.receive(result.bytes(), &[]).status, 0);
    let listed = builder.run(&["list"]).output;
    let conflicts = listed.matches("CONFLICT: spends the same coin").count();
    assert_eq!(conflicts, 2, "{listed}");
}

#[test]
fn data_and_a_lock_time_are_put_in_where_the_policy_allows_them() {
    let wallet = TestWallet::account();
    let (builder, mut stations) = with_wallet(&wallet);
    let coins = wallet.coins(&[(0, 0, 200_000)]);
    let payment = pay("0.001 BTC");
    let more = ["--op-return", "6869", "--lock-time", "800000"];
    let arguments = [&ordered(&payment, "2 sat/vB", "INV-1")[..], &more].concat();
    let ended = build(&builder, &stations, &coins, &arguments);
    assert_eq!(ended.status, 14, "{}", ended.errors);
    let builder = Builder::new();
    let mut station = FakeStation::with_wallet((0x41, "station-1"), &builder.source(), &wallet, 0);
    station.policy = station.policy.replace(
        "max_inputs = 10\n",
        "max_inputs = 10\nop_return = { max_bytes = 4 }\nlock_time = { max_height = 800000 }\n",
    );
    assert_eq!(builder.enrol(&station).status, 0);
    stations = vec![station];
    let built = build(&builder, &stations, &coins, &arguments);
    let request = requests(&builder, &built).remove(0);
    let transaction = unsigned_of(&request);
    assert_eq!(transaction.lock_time.to_consensus_u32(), 800_000);
    assert_eq!(
        transaction.output[1].script_pubkey.to_hex_string(),
        "6a026869"
    );
    assert_eq!(transaction.output.len(), 3);
}

mod coins;
mod raised;
mod stations;
