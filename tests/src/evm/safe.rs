//! Safes of the real bytecode: made, asked for their hashes, and made to execute.
//! It knows nothing of how we compute those hashes.

use super::abi::{Argument, call_data};
use super::{Address, Outcome, RELAYER, SafeRelease, U256, World, contracts, keccak256};

/// The fields of a `SafeTx` in the contract's order; the rest of them zero by default.
#[derive(Clone, Debug, Default)]
pub struct SafeFields {
    /// The account the Safe calls.
    pub to: Address,
    /// Wei.
    pub value: U256,
    /// Call data.
    pub data: Vec<u8>,
    /// 0 call, 1 delegate call.
    pub operation: u8,
    /// Gas for the inner call.
    pub safe_tx_gas: U256,
    /// Gas refunded besides.
    pub base_gas: U256,
    /// Price of the refund.
    pub gas_price: U256,
    /// Token of the refund.
    pub gas_token: Address,
    /// Who is refunded.
    pub refund_receiver: Address,
    /// The Safe's nonce.
    pub nonce: U256,
}

impl SafeFields {
    fn arguments(&self, last: Argument) -> [Argument; 10] {
        [
            Argument::Account(self.to),
            Argument::Word(self.value),
            Argument::Bytes(self.data.clone()),
            Argument::Word(U256::from(self.operation)),
            Argument::Word(self.safe_tx_gas),
            Argument::Word(self.base_gas),
            Argument::Word(self.gas_price),
            Argument::Account(self.gas_token),
            Argument::Account(self.refund_receiver),
            last,
        ]
    }

    /// Call data of `execTransaction` with the owners' signatures, 65 bytes each.
    pub fn exec_transaction(&self, signatures: &[u8]) -> Vec<u8> {
        call_data(
            "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)",
            &self.arguments(Argument::Bytes(signatures.to_vec())),
        )
    }
}

impl World {
    /// The singleton of a release, deployed once a world.
    pub fn singleton(&mut self, release: SafeRelease) -> Address {
        if let Some(address) = self.singletons.get(&release) {
            return *address;
        }
        let address = self.deploy(contracts::safe(release));
        self.singletons.insert(release, address);
        address
    }

    /// A Safe made by the release's own factory, with its fallback handler.
    pub fn safe(&mut self, release: SafeRelease, owners: &[Address], threshold: u64) -> Address {
        let singleton = self.singleton(release);
        let factory = self.deploy(contracts::safe_proxy_factory(release));
        let setup = self.setup(release, owners, threshold);
        let data = call_data(
            "createProxyWithNonce(address,bytes,uint256)",
            &[
                Argument::Account(singleton),
                Argument::Bytes(setup),
                Argument::Word(U256::ZERO),
            ],
        );
        let outcome = self.call(RELAYER, factory, U256::ZERO, data);
        assert!(outcome.success, "the factory makes the proxy: {outcome:?}");
        Address::from_slice(&outcome.output[12..32])
    }

    /// A Safe at an address of the caller's choice: the proxy's runtime code with the singleton
    /// in slot 0, then `setup`.
    pub fn safe_at(
        &mut self,
        address: Address,
        release: SafeRelease,
        owners: &[Address],
        threshold: u64,
    ) {
        let singleton = self.singleton(release);
        self.place(address, contracts::safe_proxy_runtime(release));
        self.store(address, U256::ZERO, singleton.into_word().into());
        let setup = self.setup(release, owners, threshold);
        let outcome = self.call(RELAYER, address, U256::ZERO, setup);
        assert!(outcome.success, "the Safe is set up: {outcome:?}");
    }

    fn setup(&mut self, release: SafeRelease, owners: &[Address], threshold: u64) -> Vec<u8> {
        let handler = self.deploy(contracts::compatibility_fallback_handler(release));
        call_data(
            "setup(address[],uint256,address,bytes,address,address,uint256,address)",
            &[
                Argument::Accounts(owners.to_vec()),
                Argument::Word(U256::from(threshold)),
                Argument::Account(Address::ZERO),
                Argument::Bytes(Vec::new()),
                Argument::Account(handler),
                Argument::Account(Address::ZERO),
                Argument::Word(U256::ZERO),
                Argument::Account(Address::ZERO),
            ],
        )
    }

    /// What the contract says its owners sign: `getTransactionHash`.
    pub fn safe_transaction_hash(&mut self, safe: Address, fields: &SafeFields) -> [u8; 32] {
        let data = call_data(
            "getTransactionHash(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,uint256)",
            &fields.arguments(Argument::Word(fields.nonce)),
        );
        self.word(safe, data).to_be_bytes()
    }

    /// What the Safe answers to a question of one word.
    pub fn word(&mut self, contract: Address, data: Vec<u8>) -> U256 {
        let outcome = self.look(contract, data);
        assert!(outcome.success && outcome.output.len() == 32, "{outcome:?}");
        U256::from_be_slice(&outcome.output)
    }

    /// Submits `execTransaction`. Success is the Safe's own `ExecutionSuccess`; a revert and an
    /// `ExecutionFailure` are none.
    pub fn execute_safe(&mut self, safe: Address, exec_transaction: Vec<u8>) -> Outcome {
        let mut outcome = self.call(RELAYER, safe, U256::ZERO, exec_transaction);
        let event = keccak256("ExecutionSuccess(bytes32,uint256)");
        outcome.success &= outcome
            .logs
            .iter()
            .any(|log| log.address == safe && log.topics().first() == Some(&event));
        outcome
    }

    /// Deploys the release's `MultiSendCallOnly`.
    pub fn multi_send_call_only(&mut self, release: SafeRelease) -> Address {
        self.deploy(contracts::multi_send_call_only(release))
    }
}
