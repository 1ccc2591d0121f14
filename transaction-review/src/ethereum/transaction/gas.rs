//! The gas that a transaction costs before any code runs. Knows nothing of prices.

use super::Transaction;

/// Gas of every transaction (yellow paper, appendix G: `G_transaction`).
pub(super) const TRANSFER_GAS: u64 = 21_000;
/// Gas of a token of call data (EIP-2028, in the terms of EIP-7623).
const TOKEN_GAS: u64 = 4;
/// Gas of a token at least, whatever the code does (EIP-7623).
const FLOOR_TOKEN_GAS: u64 = 10;
/// Tokens of a byte that is not zero; a zero is one token (EIP-7623).
const TOKENS_OF_A_BYTE: u64 = 4;
/// Gas of an address in an access list (EIP-2930).
const ADDRESS_GAS: u64 = 2_400;
/// Gas of a storage key in an access list (EIP-2930).
const STORAGE_KEY_GAS: u64 = 1_900;
/// Gas of an authorization (EIP-7702: `PER_EMPTY_ACCOUNT_COST`).
const AUTHORIZATION_GAS: u64 = 25_000;

impl Transaction {
    /// The least gas limit with which a node takes this transaction: 21 000, the call data
    /// (EIP-2028), the access list (EIP-2930) and the authorizations (EIP-7702), and not less than
    /// the floor for call data (EIP-7623). Code that runs costs more.
    pub fn intrinsic_gas(&self) -> u64 {
        let tokens = self.data.iter().fold(0_u64, |tokens, byte| {
            tokens.saturating_add(if *byte == 0 { 1 } else { TOKENS_OF_A_BYTE })
        });
        let keys = self.access_list.iter().fold(0_u64, |keys, entry| {
            keys.saturating_add(length(&entry.storage_keys))
        });
        let floor = times(tokens, FLOOR_TOKEN_GAS);
        let standard = times(tokens, TOKEN_GAS)
            .saturating_add(times(length(&self.access_list), ADDRESS_GAS))
            .saturating_add(times(keys, STORAGE_KEY_GAS))
            .saturating_add(times(length(&self.authorizations), AUTHORIZATION_GAS));
        TRANSFER_GAS.saturating_add(standard.max(floor))
    }
}

const fn times(number: u64, gas: u64) -> u64 {
    number.saturating_mul(gas)
}

fn length<T>(items: &[T]) -> u64 {
    u64::try_from(items.len()).unwrap_or(u64::MAX)
}
