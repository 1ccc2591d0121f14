//! Tokens and a Safe, from the order to what the real contracts do with the signatures.

use std::fs;
use std::path::Path;

use integration_tests::evm::{Address, SafeRelease, U256, World, contracts};
use integration_tests::rehearsal::{
    CHAIN, ETHEREUM_PAYEE, MULTI_SEND_CALL_ONLY, SAFE, TOKEN, TOKEN_SYMBOL, Vault,
};
use offline_signer::journal::Entry;
use serde_json::json;
use transaction_review::ethereum::{BatchedCall, Function, Value, encode_multi_send};

use crate::{hex_file, rehearsal};

fn ether(whole: u64) -> U256 {
    U256::from(whole) * U256::from(1_000_000_000_000_000_000_u64)
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

#[test]
fn a_payment_of_a_token_is_executed_by_the_token_contract() {
    let folder = tempfile::tempdir().unwrap();
    let rehearsal = rehearsal(folder.path());
    let value = format!("12.5 {TOKEN_SYMBOL}@{CHAIN}");
    let built = rehearsal.build_ethereum("0", &value, "INV-1");
    let there = format!("file:{}", built.packet.display());
    let back = format!("file:{}", folder.path().join("result.cbor").display());
    rehearsal.sign(&there, &back);
    let out = folder.path().join("out");
    rehearsal.built(&["receive", "--from", &back, "--out", out.to_str().unwrap()]);
    let mut world = World::new(CHAIN);
    let account = address(&rehearsal.plan.ethereum.address);
    world.fund(account, ether(1));
    world.token_at(address(TOKEN), ether(100), account);
    let outcome = world.execute_raw(&hex_file(&out.join("ethereum-signed.hex")));
    assert!(outcome.success, "{outcome:?}");
    let paid = world.token_balance(address(TOKEN), address(ETHEREUM_PAYEE));
    assert_eq!(paid, U256::from(12_500_000_000_000_000_000_u64));
}

/// The JSON of the transaction service for a transaction of the Safe.
fn service_json(to: &str, data: &[u8], operation: u8, nonce: u64) -> String {
    let zero = "0x0000000000000000000000000000000000000000";
    json!({
        "safe": SAFE,
        "to": to,
        "value": "0",
        "data": format!("0x{}", data_encoding::HEXLOWER.encode(data)),
        "operation": operation,
        "gasToken": zero,
        "safeTxGas": 0,
        "baseGas": 0,
        "gasPrice": "0",
        "refundReceiver": zero,
        "nonce": nonce,
        "submissionDate": "2026-11-27T10:00:00Z",
    })
    .to_string()
}

fn transfer(units: U256) -> Vec<u8> {
    let function = Function::parse("transfer(address,uint256)").unwrap();
    let values = [
        Value::Address(address(ETHEREUM_PAYEE)),
        Value::Unsigned(units),
    ];
    function.encode(&values).unwrap()
}

/// A chain with the vault's Safe, its token and the pinned batch contract.
fn world(vault: &Vault) -> World {
    let mut world = World::new(CHAIN);
    let owners: Vec<Address> = vault.owners().iter().map(|owner| address(owner)).collect();
    let library = contracts::multi_send_call_only_runtime(SafeRelease::V1_4_1);
    world.place(address(MULTI_SEND_CALL_ONLY), library);
    world.safe_at(address(SAFE), SafeRelease::V1_4_1, &owners, 2);
    world.fund(address(SAFE), ether(10));
    world.token_at(address(TOKEN), ether(1_000), address(SAFE));
    world
}

#[test]
fn two_stations_sign_a_batch_as_two_owners_and_the_real_safe_executes_it() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::found(&folder.path().join("vault"));
    let calls = [
        BatchedCall {
            to: address(ETHEREUM_PAYEE),
            value: ether(2),
            data: Vec::new(),
        },
        BatchedCall {
            to: address(TOKEN),
            value: U256::ZERO,
            data: transfer(ether(30)),
        },
    ];
    let file = folder.path().join("batch.json");
    let json = service_json(MULTI_SEND_CALL_ONLY, &encode_multi_send(&calls), 1, 0);
    fs::write(&file, json).unwrap();
    let source = ["--transaction", file.to_str().unwrap()];
    let intents = vault.build_safe(&source, "INV-1");
    let out = folder.path().join("out");
    let read = vault.sign(0, &intents[0], &out);
    assert!(read.contains("MultiSendCallOnly"), "{read}");
    // One owner is not enough, and no file says so.
    assert!(!out.join("safe-execution.hex").exists());
    vault.sign(1, &intents[1], &out);
    let execution = hex_file(&out.join("safe-execution.hex"));
    let outcome = world(&vault).execute_safe(address(SAFE), execution.clone());
    assert!(outcome.success, "{outcome:?}");
    let mut paid = world(&vault);
    assert!(paid.execute_safe(address(SAFE), execution.clone()).success);
    assert_eq!(paid.balance(address(ETHEREUM_PAYEE)), ether(2));
    let token = paid.token_balance(address(TOKEN), address(ETHEREUM_PAYEE));
    assert_eq!(token, ether(30));
    // Once is enough: the nonce is used up.
    assert!(!paid.execute_safe(address(SAFE), execution.clone()).success);
    // One changed byte in any field, in the batch or in a signature: reverted. Padding, which the
    // contract does not read, is left alone.
    let fields = (0..10)
        .filter(|word| ![2, 9].contains(word))
        .map(|word| 4 + 32 * word + 31);
    let signatures = execution.len() - 160;
    let batch = (4 + 32 * 11..4 + 32 * 11 + 200).step_by(23);
    for place in fields
        .chain(batch)
        .chain((signatures..signatures + 130).step_by(13))
    {
        let mut mutated = execution.clone();
        mutated[place] ^= 1;
        let outcome = world(&vault).execute_safe(address(SAFE), mutated);
        assert!(!outcome.success, "byte {place}");
    }
    for site in vault.sites() {
        let verified = site.unattended(vault.softhsm(), &["journal", "verify"]);
        assert_eq!(verified.code, 0, "{}", verified.stderr);
    }
}

/// Puts a request of the builder's own, which its preflight would refuse, before the first station.
fn presented(vault: &Vault, folder: &Path, transaction: Vec<u8>) -> (i32, String) {
    use integration_tests::requests;
    use transfer_format::packet::{Audience, Request, TransactionKind};
    let request = Request {
        audience: Audience {
            station: vault.sites()[0].id.clone(),
            environment: "rehearsal".to_owned(),
        },
        wallet: "safe".to_owned(),
        kind: TransactionKind::SafeTransaction,
        transaction,
        previous_transactions: Vec::new(),
        reference: "INV-9".to_owned(),
        created: requests::now(),
        expires: requests::now() + 3_600,
        sequence: 1,
        preflight_verdict: "OK".to_owned(),
        replaces: None,
    };
    let sealer = vault.source();
    let file = folder.join("presented.cbor");
    fs::write(&file, requests::sealed(request, &sealer)).unwrap();
    let from = format!("file:{}", file.display());
    let to = format!("file:{}", folder.join("never.cbor").display());
    let mut pty = vault.sites()[0].signer(vault.softhsm(), &["sign", "--from", &from, "--to", &to]);
    let status = pty.wait_without_notice();
    (status, pty.shown())
}

#[test]
fn a_delegate_call_dressed_as_a_transfer_is_shown_for_what_it_is_and_refused_safe_01() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::found(&folder.path().join("vault"));
    let file = folder.path().join("bybit.json");
    let attacker = "0x9999999999999999999999999999999999999999";
    // The theft of February 2025: operation 1, and data that reads like a transfer of a token.
    fs::write(&file, service_json(attacker, &transfer(ether(1)), 1, 0)).unwrap();
    let [one, two] = vault.sites();
    let ended = vault.office().run(&[
        "build",
        "safe",
        "--station",
        &one.id,
        "--station",
        &two.id,
        "--wallet",
        "safe",
        "--reference",
        "INV-9",
        "--transaction",
        file.to_str().unwrap(),
    ]);
    assert_eq!(ended.code, 14, "{}{}", ended.stdout, ended.stderr);
    assert!(
        ended.stderr.contains("E_SAFE_DELEGATECALL"),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stdout.contains("!!! DELEGATECALL (1) !!!"),
        "{}",
        ended.stdout
    );
    // A builder that lies about its preflight gets no further.
    let safe = transaction_review::ethereum::SafeTransaction {
        operation: transaction_review::ethereum::Operation::DelegateCall,
        ..transaction_review::ethereum::SafeTransaction::call(
            address(attacker),
            U256::ZERO,
            transfer(ether(1)),
            0,
        )
    };
    let (status, shown) = presented(&vault, folder.path(), safe.encode());
    assert_eq!(status, 14, "{shown}");
    assert!(shown.contains("E_SAFE_DELEGATECALL"), "{shown}");
    let records = one.records();
    let alerts = records
        .iter()
        .filter(|record| matches!(record.entry, Entry::Alert(_)));
    assert_eq!(alerts.count(), 1);
    let refused = records.iter().filter_map(|record| match &record.entry {
        Entry::Refused(refused) => Some(refused.code.as_str()),
        _ => None,
    });
    assert_eq!(refused.collect::<Vec<_>>(), ["E_SAFE_DELEGATECALL"]);
    assert!(!folder.path().join("never.cbor").exists());
}

#[test]
fn a_change_of_owners_waits_for_its_time_in_the_journal_and_is_then_executed_safe_03() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::found(&folder.path().join("vault"));
    let function = Function::parse("swapOwner(address,address,address)").unwrap();
    let sentinel = Address::with_last_byte(1);
    let (old, new) = (address(&vault.owners()[0]), Address::repeat_byte(0x77));
    let values = [sentinel, old, new].map(Value::Address);
    let data = function.encode(&values).unwrap();
    let file = folder.path().join("swap.json");
    fs::write(&file, service_json(SAFE, &data, 0, 0)).unwrap();
    let source = ["--transaction", file.to_str().unwrap()];
    let intents = vault.build_safe(&source, "ADMIN-1");
    let way = |name: &str| format!("file:{}", folder.path().join(name).display());
    let out = folder.path().join("out");
    for (index, site) in vault.sites().iter().enumerate() {
        let intent = &intents[index];
        let there = way(&format!("{intent}.request"));
        vault
            .office()
            .built(&["send", "--request", intent, "--to", &there]);
        let mut pty = site.signer(
            vault.softhsm(),
            &["sign", "--from", &there, "--to", &way("never.cbor")],
        );
        pty.expect("E_COOL_DOWN");
        pty.answer("Enter for none > ", "");
        assert_eq!(pty.wait(), 14, "{}", pty.shown());
        let refused = site.records();
        let told = refused.last().unwrap().time;
        // The rule waits one second by the journal's clock: until then nothing is asked.
        while integration_tests::requests::now() <= told {
            std::thread::yield_now();
        }
        let read = vault.sign(index, intent, &out);
        assert!(read.contains("THE SAFE CHANGES ITSELF"), "{read}");
        let verified = site.unattended(vault.softhsm(), &["journal", "verify"]);
        assert_eq!(verified.code, 0, "{}", verified.stderr);
    }
    let execution = hex_file(&out.join("safe-execution.hex"));
    let mut chain = world(&vault);
    let outcome = chain.execute_safe(address(SAFE), execution);
    assert!(outcome.success, "{outcome:?}");
    let owners = chain.look(
        address(SAFE),
        integration_tests::evm::abi::call_data("getOwners()", &[]),
    );
    let listed = |owner: Address| {
        let word = owner.into_word();
        owners
            .output
            .chunks(32)
            .any(|chunk| chunk == word.as_slice())
    };
    assert!(listed(new) && !listed(old));
}
