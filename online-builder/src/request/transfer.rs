//! Makes transactions, messages and delegations of what was typed on the command line.
//! Knows nothing of accounts and of what the policy says.

use transaction_review::ethereum::{
    self, Address, Authorization, Function, Message, U256, Value, parse_address,
};
use transaction_review::{Amount, Asset, Policy, TransactionKind};

use super::{BuildError, Transaction};

/// A transaction as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// The chain id (EIP-155).
    pub chain: u64,
    /// The account's next nonce.
    pub nonce: u64,
    /// The recipient, or the contract that is called, with the capitals of EIP-55.
    pub to: String,
    /// What the recipient gets, with its unit: ETH, gwei or wei, or the id of a token of the policy.
    pub value: String,
    /// Call data in hexadecimal digits; none pays.
    pub data: Option<String>,
    /// Gas, at most.
    pub gas_limit: u64,
    /// What one gas may cost in all, with its unit.
    pub max_fee: String,
    /// What of it may go to the block's proposer, with its unit.
    pub tip: String,
}

/// Makes the unsigned transaction; a payment of a token becomes a call of its contract.
///
/// # Errors
/// [`BuildError::Address`], [`BuildError::Amount`], [`BuildError::GasPrice`], [`BuildError::CallData`].
pub fn from_transfer(policy: &Policy, transfer: &Transfer) -> Result<Transaction, BuildError> {
    let chain_id = transfer.chain;
    let native = Asset::Ether { chain_id };
    let typed = (
        transfer.to.as_str(),
        transfer.value.as_str(),
        transfer.data.as_deref(),
    );
    let Payment { to, value, data } = payment(policy, chain_id, typed)?;
    let transaction = ethereum::Transaction {
        max_priority_fee_per_gas: gas_price(native, "--tip", &transfer.tip)?,
        max_fee_per_gas: gas_price(native, "--max-fee", &transfer.max_fee)?,
        gas_limit: transfer.gas_limit,
        data,
        ..ethereum::Transaction::transfer(chain_id, transfer.nonce, to, value)
    };
    Ok(Transaction::alone(
        TransactionKind::EthereumTransaction,
        transaction.encode_unsigned(),
    ))
}

/// Makes a message (EIP-191).
///
/// # Errors
/// [`BuildError::Message`].
pub fn from_message(text: &str) -> Result<Transaction, BuildError> {
    Message::decode(text.as_bytes())?;
    let bytes = text.as_bytes().to_vec();
    Ok(Transaction::alone(TransactionKind::Message, bytes))
}

/// Makes an authorization to delegate (EIP-7702).
///
/// # Errors
/// [`BuildError::Address`].
pub fn from_delegation(chain_id: u64, nonce: u64, to: &str) -> Result<Transaction, BuildError> {
    let authorization = Authorization {
        chain_id,
        address: address(to)?,
        nonce,
    };
    Ok(Transaction::alone(
        TransactionKind::Delegation,
        authorization.encode(),
    ))
}

/// Where a payment or a call goes, what value goes with it, and its data.
pub(super) struct Payment {
    pub(super) to: Address,
    pub(super) value: U256,
    pub(super) data: Vec<u8>,
}

/// What was typed, as the chain takes it: an amount of a token is a call of `transfer`.
pub(super) fn payment(
    policy: &Policy,
    chain_id: u64,
    (to, value, data): (&str, &str, Option<&str>),
) -> Result<Payment, BuildError> {
    let to = address(to)?;
    let unit = value.split_once(' ').map_or("", |(_, unit)| unit);
    let mut tokens = policy.tokens().iter();
    let token = tokens.find(|token| token.id() == unit && token.chain_id() == chain_id);
    let asset = token.map_or(Asset::Ether { chain_id }, |token| Asset::Token(*token));
    let units = amount(asset, "--value", value)?.units();
    match (token, data) {
        (None, data) => Ok(Payment {
            to,
            value: units,
            data: data.map(call_data).transpose()?.unwrap_or_default(),
        }),
        (Some(_), Some(_)) => Err(BuildError::CallData {
            problem: "a payment of a token is a call itself and takes no data",
        }),
        (Some(token), None) => {
            let function = Function::parse("transfer(address,uint256)").ok();
            let arguments = [Value::Address(to), Value::Unsigned(units)];
            let data = function.and_then(|function| function.encode(&arguments));
            let problem = "the amount does not fit a call of transfer";
            Ok(Payment {
                to: token.contract(),
                value: U256::ZERO,
                data: data.ok_or(BuildError::CallData { problem })?,
            })
        }
    }
}

fn address(text: &str) -> Result<Address, BuildError> {
    parse_address(text).ok_or_else(|| BuildError::Address {
        found: text.to_owned(),
    })
}

fn call_data(text: &str) -> Result<Vec<u8>, BuildError> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(digits.as_bytes());
    bytes.map_err(|_not_digits| BuildError::CallData {
        problem: "it is not 0x and hexadecimal digits",
    })
}

fn amount(asset: Asset, option: &'static str, text: &str) -> Result<Amount, BuildError> {
    Amount::parse(asset, text).map_err(|cause| BuildError::Amount { option, cause })
}

fn gas_price(asset: Asset, option: &'static str, text: &str) -> Result<u128, BuildError> {
    let units = amount(asset, option, text)?.units();
    u128::try_from(units).map_err(|_too_large| BuildError::GasPrice { option })
}

#[cfg(test)]
mod tests {
    use transaction_review::AmountError;

    use super::*;

    fn policy() -> Policy {
        let text = include_str!("../../../transaction-review/examples/policy.toml");
        Policy::parse(text).unwrap()
    }

    fn transfer() -> Transfer {
        Transfer {
            chain: 11_155_111,
            nonce: 3,
            to: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed".to_owned(),
            value: "0.000000000000000001 ETH".to_owned(),
            data: None,
            gas_limit: 21_000,
            max_fee: "30.5 gwei".to_owned(),
            tip: "7 wei".to_owned(),
        }
    }

    #[test]
    fn what_was_typed_is_what_the_transaction_says() {
        let transaction = from_transfer(&policy(), &transfer()).unwrap();
        let read = ethereum::Transaction::decode_unsigned(&transaction.bytes).unwrap();
        let to = parse_address(&transfer().to).unwrap();
        let expected = ethereum::Transaction {
            max_priority_fee_per_gas: 7,
            max_fee_per_gas: 30_500_000_000,
            ..ethereum::Transaction::transfer(11_155_111, 3, to, U256::from(1_u64))
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn an_address_without_its_checksum_is_refused() {
        let found = transfer().to.to_lowercase();
        let wrong = Transfer {
            to: found.clone(),
            ..transfer()
        };
        assert_eq!(
            from_transfer(&policy(), &wrong),
            Err(BuildError::Address { found })
        );
    }

    #[test]
    fn an_amount_without_unit_names_its_option() {
        let error = |option, text: &str| BuildError::Amount {
            option,
            cause: AmountError::Grammar {
                found: text.to_owned(),
            },
        };
        let value = Transfer {
            value: "0.5".to_owned(),
            ..transfer()
        };
        assert_eq!(
            from_transfer(&policy(), &value),
            Err(error("--value", "0.5"))
        );
        let tip = Transfer {
            tip: "1e9 wei".to_owned(),
            ..transfer()
        };
        assert_eq!(
            from_transfer(&policy(), &tip),
            Err(error("--tip", "1e9 wei"))
        );
    }

    #[test]
    fn the_largest_price_of_gas_is_taken_and_one_wei_more_is_refused() {
        let most = Transfer {
            max_fee: format!("{} wei", u128::MAX),
            ..transfer()
        };
        from_transfer(&policy(), &most).unwrap();
        let past = U256::from(u128::MAX).saturating_add(U256::from(1_u64));
        let past = Transfer {
            max_fee: format!("{past} wei"),
            ..transfer()
        };
        let option = "--max-fee";
        assert_eq!(
            from_transfer(&policy(), &past),
            Err(BuildError::GasPrice { option })
        );
    }
}
