//! Requests made by hand, right or wrong in one point, sealed by whatever key a test chooses.
//! It goes around the builder, as an attacker on the builder's machine would.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use bitcoin::psbt::Psbt;
use transaction_review::bitcoin::prepare;
use transaction_review::ethereum::{Transaction, U256};
use transfer_format::packet::{Audience, Request, TransactionKind};
use transfer_format::seal::{Draft, SoftwareSealer};

use crate::rehearsal::{CHAIN, ETHEREUM_PAYEE, Rehearsal, STATION};

/// A source key that is made from one byte.
pub fn source(byte: u8) -> SoftwareSealer {
    SoftwareSealer::from_bytes(&[byte; 32]).expect("every such number is a key")
}

/// The present, in seconds UTC.
pub fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_secs()
}

/// A request that the station would sign, for a PSBT.
pub fn bitcoin(psbt: &Psbt) -> Request {
    let prepared = prepare(&psbt.serialize()).expect("a sound PSBT");
    request(
        "btc-cold",
        TransactionKind::BitcoinPsbt,
        prepared.psbt,
        prepared.previous_transactions,
    )
}

/// A request that the station would sign: one ETH to the payee of the address book.
pub fn ethereum(nonce: u64) -> Request {
    let transaction = transfer(nonce).encode_unsigned();
    request(
        "eth-cold",
        TransactionKind::EthereumTransaction,
        transaction,
        Vec::new(),
    )
}

/// The transaction of [`ethereum`].
pub fn transfer(nonce: u64) -> Transaction {
    let payee = ETHEREUM_PAYEE.parse().expect("an address");
    let value = U256::from(1_000_000_000_000_000_000_u64);
    Transaction {
        max_priority_fee_per_gas: 1_000_000_000,
        max_fee_per_gas: 30_000_000_000,
        ..Transaction::transfer(CHAIN, nonce, payee, value)
    }
}

fn request(
    wallet: &str,
    kind: TransactionKind,
    transaction: Vec<u8>,
    previous_transactions: Vec<Vec<u8>>,
) -> Request {
    Request {
        audience: Audience {
            station: STATION.to_owned(),
            environment: "rehearsal".to_owned(),
        },
        wallet: wallet.to_owned(),
        kind,
        transaction,
        previous_transactions,
        reference: reference(),
        created: now(),
        expires: now() + 3_600,
        sequence: 1,
        preflight_verdict: "OK".to_owned(),
        replaces: None,
    }
}

/// A reference that no other request of this process has: two payments with one reference are one
/// payment asked for twice.
fn reference() -> String {
    static REQUESTS: AtomicU32 = AtomicU32::new(0);
    format!("BY-HAND-{}", REQUESTS.fetch_add(1, Ordering::Relaxed))
}

/// Seals a request.
pub fn sealed(request: Request, sealer: &SoftwareSealer) -> Vec<u8> {
    let draft = Draft::new(request, sealer.public_key()).expect("the request follows the format");
    sealer
        .seal(draft)
        .expect("the key is the sealer's")
        .bytes()
        .to_vec()
}

/// Puts bytes into a file of the rehearsal and returns the way to them.
pub fn arriving(rehearsal: &Rehearsal, name: &str, bytes: &[u8]) -> String {
    let file: PathBuf = rehearsal.folder().join(name);
    fs::write(&file, bytes).expect("the folder is ours");
    format!("file:{}", file.display())
}
