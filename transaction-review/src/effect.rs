//! Effects: the things a request would do, one by one, and the coins or nonces it would use up.
//! Knows nothing of whether they are allowed.

use core::fmt;

use crate::{Amount, Asset};

/// One thing that a request would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Value goes to someone else.
    Pay {
        /// Where in the transaction: `output 1`, `transfer`.
        path: String,
        /// The address, derived from what is signed and never from a text beside it.
        destination: String,
        /// The name in the address book, on an exact match only.
        name: Option<String>,
        /// How much.
        amount: Amount,
    },
    /// Value goes to a script that has no address.
    PayScript {
        /// Where in the transaction.
        path: String,
        /// The whole script in hexadecimal digits.
        script: String,
        /// How much.
        amount: Amount,
    },
    /// Data that nobody can spend (`OP_RETURN`), with whatever value is burnt with it.
    Data {
        /// Where in the transaction.
        path: String,
        /// The whole script in hexadecimal digits.
        script: String,
        /// How much is burnt.
        amount: Amount,
    },
    /// Value comes back to the wallet, whose script was derived anew.
    Change {
        /// Where in the transaction.
        path: String,
        /// The wallet's address.
        address: String,
        /// The key's origin (BIP-380).
        origin: String,
        /// How much.
        amount: Amount,
    },
    /// What the transaction costs; on Ethereum the most that it can cost.
    Fee {
        /// How much.
        amount: Amount,
    },
}

impl Effect {
    /// What leaves the wallet to others by this effect; the fee is not counted.
    pub const fn external(&self) -> Option<&Amount> {
        match self {
            Self::Pay { amount, .. }
            | Self::PayScript { amount, .. }
            | Self::Data { amount, .. } => Some(amount),
            Self::Change { .. } | Self::Fee { .. } => None,
        }
    }

    /// The asset.
    pub const fn asset(&self) -> Asset {
        match self {
            Self::Pay { amount, .. }
            | Self::PayScript { amount, .. }
            | Self::Data { amount, .. }
            | Self::Change { amount, .. }
            | Self::Fee { amount } => amount.asset(),
        }
    }
}

/// What a signature would use up: the journal locks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spend {
    /// A Bitcoin coin with its proven amount.
    Outpoint {
        /// The transaction's id in the byte order of the wire.
        txid: [u8; 32],
        /// The output's position.
        vout: u32,
        /// Its amount in satoshis.
        amount_sat: u64,
    },
    /// A nonce of an Ethereum account.
    Nonce {
        /// The chain.
        chain_id: u64,
        /// The account.
        address: [u8; 20],
        /// The nonce.
        nonce: u64,
    },
}

impl fmt::Display for Spend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outpoint { txid, vout, .. } => {
                let mut reversed = *txid;
                reversed.reverse();
                write!(f, "{}:{vout}", data_encoding::HEXLOWER.encode(&reversed))
            }
            Self::Nonce {
                chain_id,
                address,
                nonce,
            } => {
                let address = alloy_primitives::Address::new(*address).to_checksum(None);
                write!(f, "chain {chain_id} {address} nonce {nonce}")
            }
        }
    }
}
