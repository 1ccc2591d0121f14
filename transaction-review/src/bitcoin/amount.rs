//! Sums of satoshis that cannot wrap. Knows nothing of whose they are.

use super::BitcoinError;
use crate::limits::MAX_SATOSHIS;

/// An amount that can exist.
pub(super) fn in_range(satoshis: u64, what: impl Fn() -> String) -> Result<u64, BitcoinError> {
    if satoshis > MAX_SATOSHIS {
        return Err(BitcoinError::AmountRange { what: what() });
    }
    Ok(satoshis)
}

/// A sum that can exist.
pub(super) fn sum(what: &str, mut amounts: impl Iterator<Item = u64>) -> Result<u64, BitcoinError> {
    let out_of_range = || BitcoinError::AmountRange {
        what: what.to_owned(),
    };
    let sum = amounts
        .try_fold(0_u64, u64::checked_add)
        .ok_or_else(out_of_range)?;
    in_range(sum, || what.to_owned())
}
