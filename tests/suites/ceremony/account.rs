//! A wallet of an account: the seed lies sealed in the token, and its children sign.

use std::fs;

use bitcoin::bip32::{ChildNumber, DerivationPath, Fingerprint, Xpub};
use bitcoin::consensus::deserialize;
use bitcoin::psbt::Psbt;
use bitcoin::secp256k1::Secp256k1;
use bitcoin::{Transaction, TxOut};
use integration_tests::operator::{Pty, Size};
use integration_tests::programs::offline_signer;
use integration_tests::rehearsal::{BITCOIN_PAYEE, Coins, Person, Rehearsal};
use integration_tests::softhsm::{SoftHsm, module_path};

use crate::{hex_file, judges};

const PATH: &str = "84h/1h/0h";

/// The account that `key create-seed` shows: `[fingerprint/path]tpub…`.
struct Account {
    expression: String,
    xpub: Xpub,
    fingerprint: Fingerprint,
}

fn create(softhsm: &SoftHsm, station: &Person) -> Account {
    let module = module_path();
    let arguments = [
        "key",
        "create-seed",
        "--module",
        module.to_str().unwrap(),
        "--token",
        &station.serial,
        "--id",
        "07",
        "--label",
        "btc-account",
        "--path",
        PATH,
        "--network",
        "regtest",
        "--rehearsal",
    ];
    let mut pty = Pty::spawn(
        &offline_signer(),
        arguments,
        softhsm.environment(),
        Size::default(),
    );
    station.type_pin(&mut pty);
    pty.expect("wpkh(");
    assert_eq!(pty.wait(), 0, "{}", pty.shown());
    let shown = pty.shown();
    let (_, rest) = shown.split_once("xpub = \"").expect("a policy line");
    let (expression, _) = rest.split_once('"').expect("it ends");
    let (origin, xpub) = expression.split_once(']').expect("an origin");
    Account {
        expression: expression.to_owned(),
        xpub: xpub.parse().expect("another library reads it"),
        fingerprint: origin[1..9].parse().expect("a fingerprint"),
    }
}

impl Account {
    /// The child key, derived by another library.
    fn child(&self, branch: u32, index: u32) -> (bitcoin::CompressedPublicKey, DerivationPath) {
        let steps = [branch, index].map(|step| ChildNumber::from_normal_idx(step).unwrap());
        let key = self.xpub.derive_pub(&Secp256k1::new(), &steps).unwrap();
        let path: DerivationPath = format!("84'/1'/0'/{branch}/{index}").parse().unwrap();
        (bitcoin::CompressedPublicKey(key.public_key), path)
    }
}

#[test]
fn children_of_a_sealed_seed_sign_a_payment_that_is_valid_under_consensus() {
    let folder = tempfile::tempdir().unwrap();
    let mut account = None;
    let rehearsal =
        Rehearsal::found_among(folder.path(), &mut |_| {}, |mut plan, softhsm, station| {
            let made = create(softhsm, station);
            plan.bitcoin.descriptor = format!("wpkh({}/<0;1>/*)", made.expression);
            plan.bitcoin.account = Some(("07".to_owned(), made.expression.clone()));
            account = Some(made);
            plan
        });
    let account = account.expect("it was made");
    let spent = [(0, 3), (1, 4), (0, 900)];
    let scripts = spent.map(|(branch, index)| {
        let (key, _) = account.child(branch, index);
        bitcoin::ScriptBuf::new_p2wpkh(&key.wpubkey_hash())
    });
    let funded: Vec<Coins> = (1_u8..)
        .zip(&scripts)
        .map(|(salt, script)| Coins::to(script, &[50_000_000], salt))
        .collect();
    let mut coins = funded[0].clone();
    coins.previous = funded
        .iter()
        .flat_map(|coins| coins.previous.clone())
        .collect();
    coins.script = {
        let (key, _) = account.child(1, 5);
        bitcoin::ScriptBuf::new_p2wpkh(&key.wpubkey_hash())
    };
    let mut psbt: Psbt = coins.psbt(BITCOIN_PAYEE, 120_000_000, 4_000);
    for (input, (branch, index)) in psbt.inputs.iter_mut().zip(spent) {
        let (key, path) = account.child(branch, index);
        input
            .bip32_derivation
            .insert(key.0, (account.fingerprint, path));
    }
    let (key, path) = account.child(1, 5);
    psbt.outputs[1]
        .bip32_derivation
        .insert(key.0, (account.fingerprint, path));
    let file = folder.path().join("payment.psbt");
    fs::write(&file, psbt.serialize()).unwrap();
    let built = rehearsal.build_bitcoin(&file, "INV-1");
    let there = format!("file:{}", built.packet.display());
    let back = format!("file:{}", folder.path().join("result.cbor").display());
    rehearsal.sign(&there, &back);
    let out = folder.path().join("out");
    rehearsal.built(&["receive", "--from", &back, "--out", out.to_str().unwrap()]);
    let signed: Transaction = deserialize(&hex_file(&out.join("bitcoin-signed.hex"))).unwrap();
    let prevouts: Vec<TxOut> = coins
        .previous
        .iter()
        .map(|coin| coin.output[1].clone())
        .collect();
    judges::assert_valid(&signed, &prevouts);
    // What was imported for the signatures is gone, and the journal verifies.
    let verified = rehearsal.signer_unattended(&["journal", "verify"]);
    assert_eq!(verified.code, 0, "{}", verified.stderr);
}
