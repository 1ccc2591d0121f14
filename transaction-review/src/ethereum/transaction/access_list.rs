//! Access lists (EIP-2930). Knows nothing of what they save.

use alloy_primitives::Address;
use alloy_rlp::Encodable;

use crate::ethereum::EthereumError;
use crate::ethereum::rlp::{address, end, list, string, wrap};
use crate::limits::{MAX_ACCESS_LIST_ENTRIES, MAX_STORAGE_KEYS};

/// An account and some of its storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessListEntry {
    /// The account.
    pub address: Address,
    /// Places in its storage.
    pub storage_keys: Vec<[u8; 32]>,
}

pub(super) fn encode(entries: &[AccessListEntry]) -> Vec<u8> {
    let mut payload = Vec::new();
    for entry in entries {
        let mut keys = Vec::new();
        for key in &entry.storage_keys {
            key.as_slice().encode(&mut keys);
        }
        let mut fields = Vec::new();
        entry.address.encode(&mut fields);
        fields.extend(wrap(&keys));
        payload.extend(wrap(&fields));
    }
    wrap(&payload)
}

/// Reads the list; no more entries and keys are read than the caps allow.
pub(super) fn decode(fields: &mut &[u8]) -> Result<Vec<AccessListEntry>, EthereumError> {
    const FIELD: &str = "access_list";
    let mut entries = Vec::new();
    let mut keys = 0_usize;
    let mut payload = list(FIELD, fields)?;
    while !payload.is_empty() {
        let mut entry = list(FIELD, &mut payload)?;
        let address = address(FIELD, &mut entry)?.ok_or(EthereumError::Length {
            field: FIELD,
            found: 0,
            expected: 20,
        })?;
        let mut listed = list(FIELD, &mut entry)?;
        end("an entry of the access list", entry)?;
        let mut storage_keys = Vec::new();
        while !listed.is_empty() {
            let key = string(FIELD, &mut listed)?;
            let wrong = EthereumError::Length {
                field: FIELD,
                found: key.len(),
                expected: 32,
            };
            storage_keys.push(<[u8; 32]>::try_from(key).ok().ok_or(wrong)?);
            keys = keys.saturating_add(1);
            within("storage keys in the access list", keys, MAX_STORAGE_KEYS)?;
        }
        entries.push(AccessListEntry {
            address,
            storage_keys,
        });
        let count = entries.len();
        within("entries of the access list", count, MAX_ACCESS_LIST_ENTRIES)?;
    }
    Ok(entries)
}

/// No more than a cap.
pub(super) const fn within(
    what: &'static str,
    found: usize,
    limit: usize,
) -> Result<(), EthereumError> {
    if found <= limit {
        return Ok(());
    }
    Err(EthereumError::TooMany { what, limit })
}
