//! Effects: the things a request would do, one by one, and the coins or nonces it would use up.
//! Knows nothing of whether they are allowed.

use core::fmt;

use crate::Amount;

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
    /// Somebody may take a token from the wallet, now and later.
    Approve {
        /// Where in the transaction or the document.
        path: String,
        /// Who may take it.
        spender: String,
        /// The spender's name in the address book, on an exact match only.
        name: Option<String>,
        /// How much, at most.
        amount: Amount,
    },
    /// A contract is called.
    Call {
        /// Where in the transaction.
        path: String,
        /// The contract's address.
        contract: String,
        /// The name that the policy gives the contract.
        name: Option<String>,
        /// The function's full signature.
        function: String,
        /// Every argument, in lines: its type and its value.
        arguments: Vec<String>,
        /// What of the native asset goes with the call.
        amount: Amount,
    },
    /// A Safe changes its own owners, threshold, modules, guard or handler.
    Administer {
        /// Where in the transaction.
        path: String,
        /// The function's full signature.
        function: String,
        /// Every argument, in lines.
        arguments: Vec<String>,
    },
    /// The account lets a contract's code act for it (EIP-7702).
    Delegate {
        /// Where in the transaction.
        path: String,
        /// The contract.
        contract: String,
        /// The name that the policy gives the contract.
        name: Option<String>,
    },
    /// A document says something that moves nothing.
    Declare {
        /// Where in the document.
        path: String,
        /// What it says.
        text: String,
    },
    /// A nonce is used up so that an earlier transaction can never run.
    Cancel {
        /// Where in the transaction.
        path: String,
    },
}

impl Effect {
    /// What leaves the wallet to others by this effect, or may leave it; the fee is not counted.
    pub const fn external(&self) -> Option<&Amount> {
        match self {
            Self::Pay { amount, .. }
            | Self::PayScript { amount, .. }
            | Self::Data { amount, .. }
            | Self::Approve { amount, .. }
            | Self::Call { amount, .. } => Some(amount),
            Self::Change { .. }
            | Self::Fee { .. }
            | Self::Administer { .. }
            | Self::Delegate { .. }
            | Self::Declare { .. }
            | Self::Cancel { .. } => None,
        }
    }

    /// Whether it does anything to anybody: data that nobody can spend, change and the fee do not.
    pub const fn acts(&self) -> bool {
        match self {
            Self::Pay { .. }
            | Self::PayScript { .. }
            | Self::Approve { .. }
            | Self::Call { .. }
            | Self::Administer { .. }
            | Self::Delegate { .. }
            | Self::Declare { .. }
            | Self::Cancel { .. } => true,
            Self::Data { .. } | Self::Change { .. } | Self::Fee { .. } => false,
        }
    }

    /// What it does beside moving value, as a text that tells two such effects apart: a replacement
    /// keeps it.
    pub fn act(&self) -> Option<String> {
        match self {
            Self::Approve {
                path,
                spender,
                amount,
                ..
            } => Some(format!("{path}: approve {spender} {amount}")),
            Self::Call {
                path,
                contract,
                function,
                arguments,
                amount,
                ..
            } => Some(format!(
                "{path}: {contract} {function} {} {amount}",
                arguments.join(" ")
            )),
            Self::Administer {
                path,
                function,
                arguments,
            } => Some(format!("{path}: {function} {}", arguments.join(" "))),
            Self::Delegate { path, contract, .. } => Some(format!("{path}: delegate {contract}")),
            Self::Declare { path, text } => Some(format!("{path}: {text}")),
            Self::Cancel { .. }
            | Self::Pay { .. }
            | Self::PayScript { .. }
            | Self::Data { .. }
            | Self::Change { .. }
            | Self::Fee { .. } => None,
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
    /// A nonce of an Ethereum account or a Safe.
    Nonce {
        /// The chain.
        chain_id: u64,
        /// The account.
        address: [u8; 20],
        /// The nonce.
        nonce: u64,
    },
    /// A nonce inside a document (ERC-2612, ERC-3009, Permit2): a contract takes it once.
    Permit {
        /// The chain.
        chain_id: u64,
        /// The contract that takes it.
        contract: [u8; 20],
        /// The nonce, big-endian.
        nonce: [u8; 32],
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
            Self::Permit {
                chain_id,
                contract,
                nonce,
            } => {
                let contract = alloy_primitives::Address::new(*contract).to_checksum(None);
                let nonce = alloy_primitives::U256::from_be_bytes(*nonce);
                write!(f, "chain {chain_id} {contract} permit nonce {nonce}")
            }
        }
    }
}
