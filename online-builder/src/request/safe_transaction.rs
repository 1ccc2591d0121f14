//! Makes a Safe's transaction: of what was typed, or of the transaction service's JSON.
//! Knows the Safe of the wallet, nothing of what the policy says.

use transaction_review::ethereum::{Address, Operation, SafeTransaction, U256};
use transaction_review::{Policy, SafeWallet, TransactionKind, WalletChain};

use super::json::{Json, refused};
use super::transfer::{Payment, payment};
use super::{BuildError, Transaction, literal};
use crate::station::hexadecimal;

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
    Transaction::alone(TransactionKind::SafeTransaction, safe.encode())
}

/// Makes the transaction of the JSON in which the Safe transaction service gives one. No field has a
/// default; a stated hash has to be the one that is computed here.
///
/// # Errors
/// [`BuildError::Json`], [`BuildError::Document`], [`BuildError::SafeHash`].
pub fn from_safe_json(safe: &SafeWallet, bytes: &[u8]) -> Result<Transaction, BuildError> {
    let json = Json::parse(bytes)?;
    let fields = Fields(&json);
    if fields.address("safe")? != safe.address {
        return Err(refused("safe", "is another Safe than the wallet's"));
    }
    let built = SafeTransaction {
        to: fields.address("to")?,
        value: fields.number("value")?,
        data: fields.data()?,
        operation: fields.operation()?,
        safe_tx_gas: fields.number("safeTxGas")?,
        base_gas: fields.number("baseGas")?,
        gas_price: fields.number("gasPrice")?,
        gas_token: fields.address("gasToken")?,
        refund_receiver: fields.address("refundReceiver")?,
        nonce: u64::try_from(fields.number("nonce")?)
            .ok()
            .ok_or_else(|| refused("nonce", "is beyond 64 bits"))?,
    };
    let computed = built.hash(&safe.domain());
    for name in ["safeTxHash", "contractTransactionHash"] {
        let stated = json.member(name).filter(|stated| **stated != Json::Null);
        if stated.is_some_and(|stated| literal::bytes(stated).as_deref() != Some(&computed)) {
            return Err(BuildError::SafeHash {
                name,
                computed: hexadecimal(&computed),
            });
        }
    }
    Ok(transaction(&built))
}

/// The fields of the service's JSON. What it says besides is for its own screens.
struct Fields<'j>(&'j Json);

impl Fields<'_> {
    fn field(&self, name: &str) -> Result<&Json, BuildError> {
        let problem = "is missing: no field of a Safe's transaction has a default";
        self.0.member(name).ok_or_else(|| refused(name, problem))
    }

    fn address(&self, name: &str) -> Result<Address, BuildError> {
        let problem = "is no address with its EIP-55 capitals";
        literal::address(self.field(name)?).ok_or_else(|| refused(name, problem))
    }

    fn number(&self, name: &str) -> Result<U256, BuildError> {
        let problem = "is no whole number in plain digits";
        literal::unsigned(self.field(name)?).ok_or_else(|| refused(name, problem))
    }

    /// `null` is how the service writes no data.
    fn data(&self) -> Result<Vec<u8>, BuildError> {
        let json = self.field("data")?;
        if *json == Json::Null {
            return Ok(Vec::new());
        }
        literal::bytes(json).ok_or_else(|| refused("data", "is not 0x and hexadecimal digits"))
    }

    fn operation(&self) -> Result<Operation, BuildError> {
        let number = self.number("operation")?;
        let known = [Operation::Call, Operation::DelegateCall].into_iter();
        let mut known = known.filter(|operation| number == U256::from(operation.number()));
        let problem = "is neither 0 (CALL) nor 1 (DELEGATECALL)";
        known.next().ok_or_else(|| refused("operation", problem))
    }
}
