//! Bitcoin: PSBTs (BIP-174) that spend the P2WPKH coins of one registered key, with amounts proven
//! by previous transactions. Knows the wallet, nothing of limits, names of payees or screens.

mod descriptor;
mod error;
mod finalise;
mod network;
mod prepare;
mod proof;
mod psbt;
mod reviewed;

#[cfg(test)]
mod tests;

pub use descriptor::Descriptor;
pub use error::BitcoinError;
pub use finalise::PreviousOutput;
pub use network::Network;
pub use prepare::{PrepareError, Prepared, prepare};

pub(crate) use finalise::finalise;
pub(crate) use network::script_of;
pub(crate) use reviewed::{OutputKind, Reviewed, review};
