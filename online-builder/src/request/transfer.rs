//! Makes a transfer of value (EIP-1559) of what was typed on the command line.
//! Knows nothing of accounts and of what the policy says.

use transaction_review::ethereum::{Eip1559, parse_address};
use transaction_review::{Amount, Asset, TransactionKind};

use super::{BuildError, Transaction};

/// A transfer as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// The chain id (EIP-155).
    pub chain: u64,
    /// The account's next nonce.
    pub nonce: u64,
    /// The recipient, with the capitals of EIP-55.
    pub to: String,
    /// What the recipient gets, with its unit: ETH, gwei or wei.
    pub value: String,
    /// Gas, at most.
    pub gas_limit: u64,
    /// What one gas may cost in all, with its unit.
    pub max_fee: String,
    /// What of it may go to the block's proposer, with its unit.
    pub tip: String,
}

/// Makes the unsigned transaction.
///
/// ```
/// use online_builder::request::{Transfer, from_transfer};
///
/// let transaction = from_transfer(&Transfer {
///     chain: 1,
///     nonce: 7,
///     to: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed".to_owned(),
///     value: "0.5 ETH".to_owned(),
///     gas_limit: 21_000,
///     max_fee: "30 gwei".to_owned(),
///     tip: "1 gwei".to_owned(),
/// })?;
/// assert_eq!(transaction.bytes.first(), Some(&2));
/// # Ok::<(), online_builder::request::BuildError>(())
/// ```
///
/// # Errors
/// [`BuildError::Address`], [`BuildError::Amount`], [`BuildError::GasPrice`].
pub fn from_transfer(transfer: &Transfer) -> Result<Transaction, BuildError> {
    let asset = Asset::Ether {
        chain_id: transfer.chain,
    };
    let to = parse_address(&transfer.to).ok_or_else(|| BuildError::Address {
        found: transfer.to.clone(),
    })?;
    let transaction = Eip1559 {
        chain_id: transfer.chain,
        nonce: transfer.nonce,
        max_priority_fee_per_gas: gas_price(asset, "--tip", &transfer.tip)?,
        max_fee_per_gas: gas_price(asset, "--max-fee", &transfer.max_fee)?,
        gas_limit: transfer.gas_limit,
        to,
        value: amount(asset, "--value", &transfer.value)?.units(),
    };
    Ok(Transaction {
        kind: TransactionKind::EthereumTransaction,
        bytes: transaction.encode_unsigned(),
        previous_transactions: Vec::new(),
        psbt: None,
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
    use transaction_review::ethereum::U256;

    use super::*;

    fn transfer() -> Transfer {
        Transfer {
            chain: 11_155_111,
            nonce: 3,
            to: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed".to_owned(),
            value: "0.000000000000000001 ETH".to_owned(),
            gas_limit: 21_000,
            max_fee: "30.5 gwei".to_owned(),
            tip: "7 wei".to_owned(),
        }
    }

    #[test]
    fn what_was_typed_is_what_the_transaction_says() {
        let transaction = from_transfer(&transfer()).unwrap();
        let read = Eip1559::decode_unsigned(&transaction.bytes).unwrap();
        let expected = Eip1559 {
            chain_id: 11_155_111,
            nonce: 3,
            max_priority_fee_per_gas: 7,
            max_fee_per_gas: 30_500_000_000,
            gas_limit: 21_000,
            to: parse_address(&transfer().to).unwrap(),
            value: U256::from(1_u64),
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
        assert_eq!(from_transfer(&wrong), Err(BuildError::Address { found }));
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
        assert_eq!(from_transfer(&value), Err(error("--value", "0.5")));
        let tip = Transfer {
            tip: "1e9 wei".to_owned(),
            ..transfer()
        };
        assert_eq!(from_transfer(&tip), Err(error("--tip", "1e9 wei")));
    }

    #[test]
    fn the_largest_price_of_gas_is_taken_and_one_wei_more_is_refused() {
        let most = Transfer {
            max_fee: format!("{} wei", u128::MAX),
            ..transfer()
        };
        from_transfer(&most).unwrap();
        let past = U256::from(u128::MAX).saturating_add(U256::from(1_u64));
        let past = Transfer {
            max_fee: format!("{past} wei"),
            ..transfer()
        };
        let option = "--max-fee";
        assert_eq!(from_transfer(&past), Err(BuildError::GasPrice { option }));
    }
}
