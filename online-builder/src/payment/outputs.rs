//! What others get: payments as they were typed, and data.
//! Knows nothing of coins and of who may be paid.

use bitcoin::address::NetworkUnchecked;
use bitcoin::script::PushBytesBuf;
use bitcoin::{Address, ScriptBuf, TxOut};
use data_encoding::HEXLOWER_PERMISSIVE;
use transaction_review::bitcoin::Network;
use transaction_review::{Amount, Asset};

use super::PaymentError;

/// Reads a payment, `ADDRESS=AMOUNT`, such as `bcrt1q…=0.5 BTC`.
///
/// # Errors
/// [`PaymentError::Form`], [`PaymentError::Address`], [`PaymentError::AddressNetwork`],
/// [`PaymentError::Amount`].
pub fn payment_output(network: Network, text: &str) -> Result<TxOut, PaymentError> {
    let form = || PaymentError::Form {
        found: text.to_owned(),
    };
    let (address, amount) = text.split_once('=').ok_or_else(form)?;
    let amount = Amount::parse(Asset::Bitcoin, amount.trim_ascii());
    let amount = amount.map_err(|cause| PaymentError::Amount {
        found: text.to_owned(),
        cause,
    })?;
    let satoshis = u64::try_from(amount.units()).map_err(|_larger| PaymentError::Range)?;
    Ok(TxOut {
        value: bitcoin::Amount::from_sat(satoshis),
        script_pubkey: script_of(network, address.trim_ascii())?,
    })
}

/// An output of data that nobody can spend and that is worth nothing (`OP_RETURN`), from
/// hexadecimal digits.
///
/// # Errors
/// [`PaymentError::Data`].
pub fn data_output(digits: &str) -> Result<TxOut, PaymentError> {
    let malformed = || PaymentError::Data {
        found: digits.to_owned(),
        limit: MAX_DATA_BYTES,
    };
    let bytes = HEXLOWER_PERMISSIVE.decode(digits.as_bytes());
    let bytes = bytes.map_err(|_digits| malformed())?;
    if !(1..=MAX_DATA_BYTES).contains(&bytes.len()) {
        return Err(malformed());
    }
    let push = PushBytesBuf::try_from(bytes).map_err(|_length| malformed())?;
    Ok(TxOut {
        value: bitcoin::Amount::ZERO,
        script_pubkey: ScriptBuf::new_op_return(push),
    })
}

/// Bytes of data that nodes pass on since ever.
const MAX_DATA_BYTES: usize = 80;

fn script_of(network: Network, text: &str) -> Result<ScriptBuf, PaymentError> {
    let unchecked: Result<Address<NetworkUnchecked>, _> = text.parse();
    let unchecked = unchecked.map_err(|error| PaymentError::Address {
        found: text.to_owned(),
        reason: error.to_string(),
    })?;
    let kind = match network {
        Network::Mainnet => bitcoin::Network::Bitcoin,
        Network::Testnet => bitcoin::Network::Testnet,
        Network::Signet => bitcoin::Network::Signet,
        Network::Regtest => bitcoin::Network::Regtest,
    };
    match unchecked.require_network(kind) {
        Ok(address) => Ok(address.script_pubkey()),
        Err(_other) => Err(PaymentError::AddressNetwork {
            found: text.to_owned(),
            expected: network,
        }),
    }
}

#[cfg(test)]
mod tests {
    use transaction_review::AmountError;

    use super::*;

    /// A P2WPKH address on mainnet, from BIP-173.
    const MAINNET: &str = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
    /// The same key on the test networks.
    const TESTNET: &str = "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx";

    #[test]
    fn a_payment_is_an_address_and_an_amount_with_its_unit() {
        for (amount, satoshis) in [("0.5 BTC", 50_000_000), ("25000 sat", 25_000)] {
            for text in [
                format!("{MAINNET}={amount}"),
                format!("{MAINNET} = {amount}"),
            ] {
                let output = payment_output(Network::Mainnet, &text).unwrap();
                assert_eq!(output.value.to_sat(), satoshis);
                assert!(output.script_pubkey.is_p2wpkh());
            }
        }
        let text = format!("{TESTNET}=1 BTC");
        payment_output(Network::Testnet, &text).unwrap();
        payment_output(Network::Signet, &text).unwrap();
    }

    #[test]
    fn an_address_of_another_network_is_refused_btc_19() {
        let refuse = |network, address: &str| {
            let refused = payment_output(network, &format!("{address}=1 BTC"));
            assert_eq!(
                refused,
                Err(PaymentError::AddressNetwork {
                    found: address.to_owned(),
                    expected: network,
                })
            );
        };
        refuse(Network::Regtest, MAINNET);
        refuse(Network::Testnet, MAINNET);
        refuse(Network::Mainnet, TESTNET);
        refuse(Network::Regtest, TESTNET);
    }

    #[test]
    fn what_is_no_payment_is_refused() {
        let refused = |text: &str| payment_output(Network::Mainnet, text).unwrap_err();
        let found = MAINNET.to_owned();
        assert_eq!(refused(MAINNET), PaymentError::Form { found });
        let wrong = MAINNET.replace("f3t4", "f3t5");
        assert_eq!(refused(&format!("{wrong}=1 BTC")).code(), "E_ADDRESS");
        let text = format!("{MAINNET}=1");
        assert_eq!(
            refused(&text),
            PaymentError::Amount {
                found: text,
                cause: AmountError::Grammar {
                    found: "1".to_owned()
                },
            }
        );
        for amount in ["-1 BTC", "1 ETH", "0.123456789 BTC", "1e3 sat", ""] {
            assert_eq!(refused(&format!("{MAINNET}={amount}")).code(), "E_AMOUNT");
        }
    }

    #[test]
    fn data_has_1_to_80_bytes() {
        let output = data_output("6869").unwrap();
        assert_eq!(output.script_pubkey.to_hex_string(), "6a026869");
        assert_eq!(output.value.to_sat(), 0);
        assert_eq!(
            data_output(&"ab".repeat(80)).unwrap().script_pubkey.len(),
            83
        );
        for digits in ["", "abc", "xy", &"ab".repeat(81)] {
            let found = digits.to_owned();
            let limit = 80;
            assert_eq!(
                data_output(digits),
                Err(PaymentError::Data { found, limit })
            );
        }
    }
}
