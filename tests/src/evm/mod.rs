//! An Ethereum virtual machine as judge: real contracts, raw transactions, what came of them.
//! It knows nothing of how the review reads a transaction.

pub mod abi;
pub mod contracts;
mod safe;
mod trace;

use std::collections::BTreeMap;

use alloy_consensus::private::alloy_eips::Decodable2718 as _;
use alloy_consensus::transaction::SignerRecoverable as _;
use alloy_consensus::{Transaction as _, TxEnvelope};
use revm::MainContext as _;
use revm::bytecode::Bytecode;
use revm::context::TxEnv;
use revm::context::result::ExecutionResult;
use revm::database::InMemoryDB;
pub use revm::interpreter::CallScheme;
use revm::primitives::hardfork::SpecId;
pub use revm::primitives::{Address, Log, TxKind, U256, keccak256};
use revm::state::AccountInfo;
use revm::{Context, DatabaseCommit as _, DatabaseRef as _, InspectEvm as _, MainBuilder as _};

use abi::{Argument, call_data};
pub use contracts::SafeRelease;
pub use safe::SafeFields;
pub use trace::TracedCall;
use trace::Tracer;

/// Enough for any of the contracts' deployments.
const GAS: u64 = 16_000_000;
/// Who deploys, and who submits what the owners of a Safe signed.
const RELAYER: Address = Address::repeat_byte(0xee);

/// What came of a transaction.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// It was executed to its end and not reverted.
    pub success: bool,
    /// What the called code returned, or the reason it gave for reverting.
    pub output: Vec<u8>,
    /// The events; none when it failed.
    pub logs: Vec<Log>,
    /// Every call the machine made, the transaction's own first.
    pub calls: Vec<TracedCall>,
    /// The contract it created.
    pub created: Option<Address>,
    /// Why the chain would not take the transaction at all (nonce, fee, chain id, balance).
    pub refused: Option<String>,
}

/// An in-memory chain by Prague's rules.
pub struct World {
    chain_id: u64,
    state: InMemoryDB,
    singletons: BTreeMap<SafeRelease, Address>,
}

impl World {
    /// A chain without accounts.
    pub fn new(chain_id: u64) -> Self {
        Self {
            chain_id,
            state: InMemoryDB::default(),
            singletons: BTreeMap::new(),
        }
    }

    /// Gives `address` `wei` more.
    pub fn fund(&mut self, address: Address, wei: U256) {
        let mut account = self.account(address);
        account.balance += wei;
        self.state.insert_account_info(address, account);
    }

    /// Wei.
    pub fn balance(&self, address: Address) -> U256 {
        self.account(address).balance
    }

    /// The nonce its next transaction must carry.
    pub fn nonce(&self, address: Address) -> u64 {
        self.account(address).nonce
    }

    /// One word of its storage.
    pub fn storage(&self, address: Address, slot: U256) -> U256 {
        self.state.storage_ref(address, slot).expect("in memory")
    }

    /// Its code; `0xef0100` and an address for an account delegated by EIP-7702.
    pub fn code(&self, address: Address) -> Vec<u8> {
        let account = self.account(address);
        let code = account.code.unwrap_or_else(|| {
            self.state
                .code_by_hash_ref(account.code_hash)
                .expect("in memory")
        });
        code.original_bytes().to_vec()
    }

    /// Puts `runtime_code` at an address of the caller's choice.
    pub fn place(&mut self, address: Address, runtime_code: Vec<u8>) {
        let mut account = self.account(address);
        let code = Bytecode::new_raw(runtime_code.into());
        account.code_hash = code.hash_slow();
        account.code = Some(code);
        account.nonce = account.nonce.max(1);
        self.state.insert_account_info(address, account);
    }

    /// Writes one word of storage.
    pub fn store(&mut self, address: Address, slot: U256, word: U256) {
        self.state
            .insert_account_storage(address, slot, word)
            .expect("in memory");
    }

    /// Runs creation code, constructor arguments appended, and says where the contract is.
    pub fn deploy(&mut self, creation_code: Vec<u8>) -> Address {
        let transaction = self.free(RELAYER, TxKind::Create, U256::ZERO, creation_code);
        let outcome = self.run(transaction, true);
        assert!(outcome.success, "the creation code runs: {outcome:?}");
        outcome.created.expect("an address")
    }

    /// A transaction of `from` at no fee; when it reverts only its nonce is used up.
    pub fn call(&mut self, from: Address, to: Address, value: U256, data: Vec<u8>) -> Outcome {
        let transaction = self.free(from, TxKind::Call(to), value, data);
        self.run(transaction, true)
    }

    /// What a call would return; nothing is committed.
    pub fn look(&mut self, to: Address, data: Vec<u8>) -> Outcome {
        let transaction = self.free(RELAYER, TxKind::Call(to), U256::ZERO, data);
        self.run(transaction, false)
    }

    /// A signed raw transaction of type 0, 1, 2 or 4, decoded and its sender recovered by
    /// another library. What the chain would not take is `refused`.
    pub fn execute_raw(&mut self, raw: &[u8]) -> Outcome {
        let mut rest = raw;
        let envelope = TxEnvelope::decode_2718(&mut rest)
            .unwrap_or_else(|error| panic!("another library cannot decode it: {error}"));
        assert!(
            rest.is_empty(),
            "bytes are left over behind the transaction"
        );
        let sender = envelope
            .recover_signer()
            .unwrap_or_else(|error| panic!("another library recovers no sender: {error}"));
        let kind = u8::from(envelope.tx_type());
        assert!(
            matches!(kind, 0 | 1 | 2 | 4),
            "type {kind} is not for this judge"
        );
        let transaction = TxEnv::builder()
            .tx_type(Some(kind))
            .caller(sender)
            .gas_limit(envelope.gas_limit())
            .gas_price(envelope.max_fee_per_gas())
            .gas_priority_fee(envelope.max_priority_fee_per_gas())
            .kind(envelope.kind())
            .value(envelope.value())
            .data(envelope.input().clone())
            .nonce(envelope.nonce())
            .chain_id(envelope.chain_id())
            .access_list(envelope.access_list().cloned().unwrap_or_default())
            .authorization_list_signed(envelope.authorization_list().unwrap_or_default().to_vec())
            .build()
            .expect("the machine takes it");
        self.run(transaction, true)
    }

    /// An ERC-20 whose whole supply is `holder`'s.
    pub fn token(&mut self, supply: U256, holder: Address) -> Address {
        let mut code = contracts::erc20();
        code.extend(abi::encode(&[
            Argument::Bytes(b"Token".to_vec()),
            Argument::Bytes(b"TOK".to_vec()),
            Argument::Word(supply),
            Argument::Account(holder),
        ]));
        self.deploy(code)
    }

    /// The same contract at an address of the caller's choice. Its storage: balances in slot 0,
    /// the supply in slot 2.
    pub fn token_at(&mut self, address: Address, supply: U256, holder: Address) {
        self.place(address, contracts::erc20_runtime());
        let mut key = holder.into_word().to_vec();
        key.extend([0; 32]);
        self.store(address, keccak256(key).into(), supply);
        self.store(address, U256::from(2), supply);
    }

    /// What the token says `holder` has.
    pub fn token_balance(&mut self, token: Address, holder: Address) -> U256 {
        let data = call_data("balanceOf(address)", &[Argument::Account(holder)]);
        let outcome = self.look(token, data);
        assert!(outcome.success && outcome.output.len() == 32, "{outcome:?}");
        U256::from_be_slice(&outcome.output)
    }

    fn account(&self, address: Address) -> AccountInfo {
        self.state
            .basic_ref(address)
            .expect("in memory")
            .unwrap_or_default()
    }

    /// A transaction at no fee.
    fn free(&self, from: Address, kind: TxKind, value: U256, data: Vec<u8>) -> TxEnv {
        TxEnv::builder()
            .caller(from)
            .gas_limit(GAS)
            .gas_price(0)
            .kind(kind)
            .value(value)
            .data(data.into())
            .nonce(self.nonce(from))
            .chain_id(Some(self.chain_id))
            .build()
            .expect("the machine takes it")
    }

    fn run(&mut self, transaction: TxEnv, commit: bool) -> Outcome {
        let chain_id = self.chain_id;
        let mut evm = Context::mainnet()
            .modify_cfg_chained(|cfg| {
                cfg.chain_id = chain_id;
                cfg.set_spec_and_mainnet_gas_params(SpecId::PRAGUE);
            })
            .with_db(&mut self.state)
            .build_mainnet_with_inspector(Tracer::default());
        let result = evm.inspect_tx(transaction);
        let calls = evm.into_inspector().calls;
        let mut outcome = Outcome {
            success: false,
            output: Vec::new(),
            logs: Vec::new(),
            calls,
            created: None,
            refused: None,
        };
        match result {
            Err(error) => outcome.refused = Some(error.to_string()),
            Ok(done) => {
                match done.result {
                    ExecutionResult::Success { logs, output, .. } => {
                        outcome.success = true;
                        outcome.logs = logs;
                        outcome.created = output.address().copied();
                        outcome.output = output.into_data().to_vec();
                    }
                    ExecutionResult::Revert { output, .. } => outcome.output = output.to_vec(),
                    ExecutionResult::Halt { .. } => {}
                }
                // A reverted transaction still costs its nonce and its fee.
                if commit {
                    self.state.commit(done.state);
                }
            }
        }
        outcome
    }
}
