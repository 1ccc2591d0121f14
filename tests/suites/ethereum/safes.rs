//! Safes: our hashes are the contracts' own, and the owners' signatures that we put together execute.

use integration_tests::evm::{Address, SafeFields, SafeRelease, U256, World};
use transaction_review::ethereum::{Operation, SafeDomain, SafeTransaction};

/// Transactions that differ in one field each, and some at the ends of their range.
fn transactions() -> Vec<SafeTransaction> {
    let plain = SafeTransaction::call(
        Address::repeat_byte(0x22),
        U256::from(7_u8),
        vec![1, 2, 3],
        0,
    );
    let other = Address::repeat_byte(0x99);
    let with = |bend: fn(&mut SafeTransaction, Address)| {
        let mut bent = plain.clone();
        bend(&mut bent, other);
        bent
    };
    vec![
        plain.clone(),
        with(|t, other| t.to = other),
        with(|t, _| t.value = U256::MAX),
        with(|t, _| t.data = Vec::new()),
        with(|t, _| t.data = vec![0xab; 1_000]),
        with(|t, _| t.operation = Operation::DelegateCall),
        with(|t, _| t.safe_tx_gas = U256::from(1_u8)),
        with(|t, _| t.base_gas = U256::from(2_u8)),
        with(|t, _| t.gas_price = U256::MAX),
        with(|t, other| t.gas_token = other),
        with(|t, other| t.refund_receiver = other),
        with(|t, _| t.nonce = u64::MAX),
    ]
}

#[test]
fn every_field_is_hashed_as_the_contract_hashes_it_in_every_release_safe_06() {
    const CHAIN: u64 = 31_337;
    let owners = [Address::repeat_byte(1), Address::repeat_byte(2)];
    let mut seen = std::collections::BTreeSet::new();
    for release in SafeRelease::ALL {
        let mut world = World::new(CHAIN);
        let safe = world.safe(release, &owners, 2);
        let domain = SafeDomain {
            chain_id: CHAIN,
            safe,
        };
        for transaction in transactions() {
            let fields = SafeFields {
                to: transaction.to,
                value: transaction.value,
                data: transaction.data.clone(),
                operation: transaction.operation.number(),
                safe_tx_gas: transaction.safe_tx_gas,
                base_gas: transaction.base_gas,
                gas_price: transaction.gas_price,
                gas_token: transaction.gas_token,
                refund_receiver: transaction.refund_receiver,
                nonce: U256::from(transaction.nonce),
            };
            let theirs = world.safe_transaction_hash(safe, &fields);
            assert_eq!(transaction.hash(&domain), theirs, "{transaction:?}");
            seen.insert((safe, theirs));
            let signatures = vec![7; 130];
            let call = transaction.execution_call(&signatures);
            assert_eq!(call, fields.exec_transaction(&signatures));
        }
    }
    assert_eq!(seen.len(), transactions().len() * SafeRelease::ALL.len());
}
