//! Makes a Safe's transaction: of what was typed, or of the transaction service's JSON.
//! Knows the Safe of the wallet, nothing of what the policy says.

use transaction_review::ethereum::{Operation, SafeTransaction, U256};
use transaction_review::{Policy, SafeWallet, TransactionKind, WalletChain};

use super::json::Json;
use super::transfer::{Payment, payment};
use super::{BuildError, Transaction, literal};

/// A transaction of a Safe as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeCall {
    /// The recipient or the contract, with the capitals of EIP-55.
    pub to: String,
    /// What the recipient gets, with its unit.
    pub value: String,
    /// Call data in hexadecimal digits; none pays.
    pub data: Option<String>,
    /// The Safe's next nonce.
    pub nonce: u64,
}

/// The Safe of a wallet.
///
/// # Errors
/// [`BuildError::NotSafe`].
pub fn safe_of<'p>(policy: &'p Policy, wallet: &str) -> Result<&'p SafeWallet, BuildError> {
    match policy.wallet(wallet).map(transaction_review::Wallet::chain) {
        Some(WalletChain::Safe(safe)) => Ok(safe),
        Some(WalletChain::Bitcoin(_) | WalletChain::Ethereum(_)) | None => {
            Err(BuildError::NotSafe {
                wallet: wallet.to_owned(),
            })
        }
    }
}

/// Makes the transaction of what was typed.
///
/// # Errors
/// As [`from_transfer`](super::from_transfer).
pub fn from_safe_call(
    policy: &Policy,
    safe: &SafeWallet,
    call: &SafeCall,
) -> Result<Transaction, BuildError> {
    let Payment { to, value, data } = payment(
        policy,
        safe.chain_id,
        (&call.to, &call.value, call.data.as_deref()),
    )?;
    Ok(transaction(&SafeTransaction::call(
        to, value, data, call.nonce,
    )))
}

fn transaction(safe: &SafeTransaction) -> Transaction {
    Transaction {
        kind: TransactionKind::SafeTransaction,
        bytes: safe.encode(),
        previous_transactions: Vec::new(),
        psbt: None,
    }
}

/// Makes the transaction of the JSON in which the Safe transaction service gives one. No field has a
/// default; a stated hash has to be the one that is computed here.
///
/// # Errors
/// [`BuildError::Json`], [`BuildError::Document`], [`BuildError::SafeHash`].
pub fn from_safe_json(safe: &SafeWallet, bytes: &[u8]) -> Result<Transaction, BuildError> {
    let json = Json::parse(bytes).map_err(|problem| BuildError::Json { problem })?;
    let field = |name: &'static str| {
        json.member(name).ok_or(BuildError::Document {
            place: name.to_owned(),
            problem: "is missing: no field of a Safe's transaction has a default",
        })
    };
    let wrong = |name: &str, problem| BuildError::Document {
        place: name.to_owned(),
        problem,
    };
    let address = |name| {
        let problem = "is no address with its EIP-55 capitals";
        literal::address(field(name)?).ok_or_else(|| wrong(name, problem))
    };
    let number = |name| {
        let problem = "is no whole number in plain digits";
        literal::unsigned(field(name)?).ok_or_else(|| wrong(name, problem))
    };
    if address("safe")? != safe.address {
        return Err(wrong("safe", "is another Safe than the wallet's"));
    }
    let data = match field("data")? {
        Json::Null => Vec::new(),
        json => {
            literal::bytes(json).ok_or_else(|| wrong("data", "is not 0x and hexadecimal digits"))?
        }
    };
    let operation = number("operation")?;
    let built = SafeTransaction {
        to: address("to")?,
        value: number("value")?,
        data,
        operation: if operation.is_zero() {
            Operation::Call
        } else if operation == U256::from(1_u8) {
            Operation::DelegateCall
        } else {
            return Err(wrong(
                "operation",
                "is neither 0 (CALL) nor 1 (DELEGATECALL)",
            ));
        },
        safe_tx_gas: number("safeTxGas")?,
        base_gas: number("baseGas")?,
        gas_price: number("gasPrice")?,
        gas_token: address("gasToken")?,
        refund_receiver: address("refundReceiver")?,
        nonce: u64::try_from(number("nonce")?)
            .ok()
            .ok_or_else(|| wrong("nonce", "is beyond 64 bits"))?,
    };
    let computed = built.hash(&safe.domain());
    for name in ["safeTxHash", "contractTransactionHash"] {
        let stated = json.member(name).filter(|stated| **stated != Json::Null);
        if stated.is_some_and(|stated| literal::bytes(stated).as_deref() != Some(&computed)) {
            return Err(BuildError::SafeHash {
                name,
                computed: crate::station::hexadecimal(&computed),
            });
        }
    }
    Ok(transaction(&built))
}
