//! The review of what an Ethereum account or a Safe is asked to sign, from what its parser understood.
//! Knows the names of the policy, nothing of RLP and CBOR.

use std::sync::Arc;

use alloy_primitives::U256;

use super::{Details, KeyPath, Review, SigningDigest, Subject, name_of};
use crate::ethereum::{
    Action, Address, EthereumError, Function, GrantKind, Leaf, Operation, Reviewed, Signable,
    Statement, TOKEN_FUNCTIONS, Value, admin_signature, delegation, message, raw, safe_transaction,
    transaction, typed_data, with_selector,
};
use crate::{Amount, Asset, Effect, Policy, Spend, TransactionKind, Wallet, WalletChain};

/// Reads what is asked and reviews it.
pub(super) fn of(
    policy: &Policy,
    subject: &Subject<'_>,
    wallet: &Wallet,
) -> Result<Review, EthereumError> {
    let reviewed = read(policy, subject, wallet)?;
    let namer = Namer {
        policy,
        reviewed: &reviewed,
    };
    let effects = namer.effects();
    let digests = vec![SigningDigest {
        index: 0,
        digest: reviewed.digest,
        public_key: wallet.key().public_key,
        path: KeyPath::Own,
    }];
    Ok(Review {
        policy_hash: policy.hash(),
        reference: subject.reference.to_owned(),
        replaces: subject.replaces,
        wallet: wallet.clone(),
        kind: subject.kind,
        effects,
        digests,
        spends: spends(&reviewed),
        change_places: Vec::new(),
        initiator: None,
        intent: None,
        details: Details::Ethereum(Box::new(reviewed)),
    })
}

fn read(
    policy: &Policy,
    subject: &Subject<'_>,
    wallet: &Wallet,
) -> Result<Reviewed, EthereumError> {
    let bytes = subject.transaction;
    let known = |to: Address, selector: [u8; 4]| function(policy, wallet, to, selector);
    match (wallet.chain(), subject.kind) {
        (WalletChain::Ethereum(own), TransactionKind::EthereumTransaction) => {
            transaction(own, bytes, &known)
        }
        (WalletChain::Ethereum(own), TransactionKind::TypedData) => {
            typed_data((own.address, own.address), None, bytes)
        }
        (WalletChain::Ethereum(own), TransactionKind::Message) => message(own, bytes),
        (WalletChain::Ethereum(own), TransactionKind::Delegation) => delegation(own, bytes),
        (WalletChain::Safe(safe), TransactionKind::TypedData) => {
            typed_data((safe.address, safe.owner), Some(safe), bytes)
        }
        (WalletChain::Safe(safe), TransactionKind::SafeTransaction) => {
            safe_transaction(safe, bytes, &known)
        }
        (WalletChain::Bitcoin(_) | WalletChain::Ethereum(_) | WalletChain::Safe(_), _) => {
            Err(EthereumError::Empty)
        }
    }
}

/// The function with which a call is decoded: of a registered token the ERC-20 ones, of the Safe itself
/// those that change it, of everything else what a rule of this wallet names.
fn function(
    policy: &Policy,
    wallet: &Wallet,
    to: Address,
    selector: [u8; 4],
) -> Option<Arc<Function>> {
    let on_chain = |chain_id: u64| wallet.is_on(chain_id);
    let mut calls = policy.calls().iter();
    let named = calls.find(|rule| {
        let of_wallet = rule.wallet() == wallet.id() && on_chain(rule.chain_id());
        of_wallet && rule.address() == to && rule.function().selector() == selector
    });
    if let Some(rule) = named {
        return Some(Arc::clone(rule.function()));
    }
    let mut tokens = policy.tokens().iter();
    let token = tokens.any(|token| on_chain(token.chain_id()) && token.contract() == to);
    let signature = if token {
        with_selector(&TOKEN_FUNCTIONS, selector)
    } else {
        match wallet.chain() {
            WalletChain::Safe(safe) if safe.address == to => admin_signature(selector),
            WalletChain::Safe(_) | WalletChain::Bitcoin(_) | WalletChain::Ethereum(_) => None,
        }
    };
    Function::parse(signature?).ok().map(Arc::new)
}

fn spends(reviewed: &Reviewed) -> Vec<Spend> {
    let nonce = reviewed.nonce().map(|nonce| Spend::Nonce {
        chain_id: reviewed.chain_id,
        address: raw(reviewed.account),
        nonce,
    });
    let Signable::TypedData { document, .. } = &reviewed.signable else {
        return nonce.into_iter().collect();
    };
    let nonces = Statement::of(document).map(|statement| statement.nonces);
    let permits = nonces.into_iter().flatten().map(|nonce| Spend::Permit {
        chain_id: reviewed.chain_id,
        contract: raw(document.verifying_contract()),
        nonce,
    });
    permits.collect()
}

/// Gives effects the names of the policy.
struct Namer<'a> {
    policy: &'a Policy,
    reviewed: &'a Reviewed,
}

impl Namer<'_> {
    fn effects(&self) -> Vec<Effect> {
        let reviewed = self.reviewed;
        let mut effects: Vec<Effect> = reviewed.leaves.iter().map(|leaf| self.leaf(leaf)).collect();
        match &reviewed.signable {
            Signable::Transaction(transaction) => {
                let entries = (0_usize..).zip(&transaction.authorizations);
                effects.extend(entries.map(|(index, signed)| {
                    let path = format!("transaction/authorization[{index}]");
                    self.delegate(path, signed.authorization.address)
                }));
                effects.push(Effect::Fee {
                    amount: self.native(reviewed.max_gas_cost()),
                });
            }
            Signable::Safe(safe) => {
                if safe.transaction.operation == Operation::DelegateCall && !safe.batch {
                    effects.push(self.foreign_code(&safe.transaction));
                }
            }
            Signable::TypedData { document, .. } => effects.extend(self.document(document)),
            Signable::Message(message) => effects.push(Effect::Declare {
                path: "message".to_owned(),
                text: message.text().to_owned(),
            }),
            Signable::Delegation(authorization) => {
                effects.push(self.delegate("delegation".to_owned(), authorization.address));
            }
        }
        effects
    }

    fn native(&self, units: U256) -> Amount {
        let chain_id = self.reviewed.chain_id;
        Amount::new(Asset::Ether { chain_id }, units)
    }

    fn delegate(&self, path: String, contract: Address) -> Effect {
        Effect::Delegate {
            path,
            contract: contract.to_checksum(None),
            name: self.policy.contract_name(self.reviewed.chain_id, contract),
        }
    }

    /// A delegate call to anything but the pinned batch: the Safe's own storage and coins are in its
    /// hands, whatever its data looks like.
    fn foreign_code(&self, transaction: &crate::ethereum::SafeTransaction) -> Effect {
        Effect::Call {
            path: "safe-tx".to_owned(),
            contract: transaction.to.to_checksum(None),
            name: self
                .policy
                .contract_name(self.reviewed.chain_id, transaction.to),
            function: "DELEGATECALL: this contract's code would run as the Safe itself".to_owned(),
            arguments: vec![format!(
                "data 0x{}",
                data_encoding::HEXLOWER.encode(&transaction.data)
            )],
            amount: self.native(transaction.value),
        }
    }

    fn pay(&self, path: &str, asset: Asset, to: Address, units: U256) -> Effect {
        let destination = to.to_checksum(None);
        Effect::Pay {
            path: path.to_owned(),
            name: name_of(self.policy, asset, &destination),
            destination,
            amount: Amount::new(asset, units),
        }
    }

    fn approve(&self, path: &str, asset: Asset, spender: Address, units: U256) -> Effect {
        let spender = spender.to_checksum(None);
        Effect::Approve {
            path: path.to_owned(),
            name: name_of(self.policy, asset, &spender),
            spender,
            amount: Amount::new(asset, units),
        }
    }

    /// One transfer or call.
    fn leaf(&self, leaf: &Leaf) -> Effect {
        match &leaf.action {
            Action::Transfer => {
                let own = leaf.to == self.reviewed.account && leaf.from == self.reviewed.account;
                if own && leaf.value.is_zero() && self.reviewed.leaves.len() == 1 {
                    return Effect::Cancel {
                        path: leaf.path.clone(),
                    };
                }
                let chain_id = self.reviewed.chain_id;
                self.pay(&leaf.path, Asset::Ether { chain_id }, leaf.to, leaf.value)
            }
            Action::Function {
                function, values, ..
            } => self
                .token_call(leaf, function, values)
                .unwrap_or_else(|| self.call(leaf, function, values)),
        }
    }

    /// A payment or an approval of a registered token; a call of one of its functions that moves what
    /// is not the account's, or that carries value, is neither.
    fn token_call(&self, leaf: &Leaf, function: &Function, values: &[Value]) -> Option<Effect> {
        let token = self.policy.token_at(self.reviewed.chain_id, leaf.to)?;
        let asset = Asset::Token(token);
        let own = self.reviewed.account;
        if !leaf.value.is_zero() {
            return None;
        }
        match (function.signature(), values) {
            ("transfer(address,uint256)", [Value::Address(to), Value::Unsigned(units)]) => {
                Some(self.pay(&leaf.path, asset, *to, *units))
            }
            (
                "transferFrom(address,address,uint256)",
                [
                    Value::Address(from),
                    Value::Address(to),
                    Value::Unsigned(units),
                ],
            ) if *from == own => Some(self.pay(&leaf.path, asset, *to, *units)),
            ("approve(address,uint256)", [Value::Address(spender), Value::Unsigned(units)]) => {
                Some(self.approve(&leaf.path, asset, *spender, *units))
            }
            (_, _) => None,
        }
    }

    fn call(&self, leaf: &Leaf, function: &Function, values: &[Value]) -> Effect {
        let arguments = arguments(function, values);
        let safe = matches!(self.reviewed.signable, Signable::Safe(_));
        if safe && leaf.to == self.reviewed.account {
            return Effect::Administer {
                path: leaf.path.clone(),
                function: function.signature().to_owned(),
                arguments,
            };
        }
        Effect::Call {
            path: leaf.path.clone(),
            contract: leaf.to.to_checksum(None),
            name: self.policy.contract_name(self.reviewed.chain_id, leaf.to),
            function: function.signature().to_owned(),
            arguments,
            amount: self.native(leaf.value),
        }
    }

    /// What a document of a known standard grants; every other document only declares something, and
    /// no rule allows it.
    fn document(&self, document: &crate::ethereum::TypedData) -> Vec<Effect> {
        let declared = |text: String| Effect::Declare {
            path: "message".to_owned(),
            text,
        };
        let Some(statement) = Statement::of(document) else {
            return vec![declared(document.encode_type())];
        };
        let grants = statement.grants.iter().map(|grant| {
            let token = self.policy.token_at(self.reviewed.chain_id, grant.token);
            let path = format!("message/{}", grant.path);
            match (token, grant.kind) {
                (None, _) => Effect::Declare {
                    path,
                    text: format!(
                        "{} base units of the unregistered token {} for {}",
                        grant.amount,
                        grant.token.to_checksum(None),
                        grant.spender.to_checksum(None)
                    ),
                },
                (Some(token), GrantKind::Transfer) => {
                    self.pay(&path, Asset::Token(token), grant.spender, grant.amount)
                }
                (Some(token), GrantKind::Allowance) => {
                    self.approve(&path, Asset::Token(token), grant.spender, grant.amount)
                }
            }
        });
        let grants: Vec<Effect> = grants.collect();
        if grants.is_empty() {
            return vec![declared(document.encode_type())];
        }
        grants
    }
}

/// Every argument with its type, in lines.
fn arguments(function: &Function, values: &[Value]) -> Vec<String> {
    let types = function.types();
    let arguments = types.iter().zip(values);
    arguments
        .flat_map(|(kind, value)| {
            let mut lines = value.lines();
            if let Some(first) = lines.first_mut() {
                *first = format!("{kind} {first}");
            }
            lines
        })
        .collect()
}
