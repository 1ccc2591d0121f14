//! Bitcoin: PSBTs (BIP-174, BIP-370) that spend the coins of one registered wallet, with amounts
//! proven by previous transactions. Knows the wallet, nothing of limits, names of payees or screens.

mod amount;
mod descriptor;
mod digest;
mod error;
mod finalise;
mod inputs;
mod network;
mod ours;
mod outputs;
mod prepare;
mod proof;
mod psbt;
mod reviewed;

#[cfg(test)]
pub(crate) mod tests;

pub use descriptor::{Derived, DerivedKey, Descriptor, DescriptorError, ScriptType};
pub use error::BitcoinError;
pub use finalise::PreviousOutput;
pub use network::Network;
pub use prepare::{PrepareError, Prepared, prepare};

pub(crate) use descriptor::account;
pub(crate) use finalise::{Share, finalise, txid};
pub(crate) use network::script_of;
pub(crate) use outputs::{Output, OutputKind};
pub(crate) use reviewed::{Reviewed, review};
