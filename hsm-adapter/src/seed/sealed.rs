//! The sealed seed as bytes: what is stored beside the sealing key, and what its seal is bound to.
//! It knows nothing of tokens.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version, 1 |
//! | 4 | epoch, big-endian: which sealing this is, from 1 |
//! | 12 | nonce |
//! | 48 | the seed under AES-256-GCM, and the tag of 16 bytes (NIST SP 800-38D) |

use crate::key::KeyId;

/// Names our objects in a token, and begins what every seal is bound to.
pub(crate) const DOMAIN: &[u8] = b"coldsign/sealed-seed/v1";

/// Length of the tag, in bits.
pub(crate) const TAG_BITS: u64 = 128;

/// Length of the nonce, in bytes: the one that GCM takes as it is.
pub(crate) const NONCE_LENGTH: usize = 12;

/// The epoch of a seed that was just made. Sealing it anew would take the next one.
pub(crate) const FIRST_EPOCH: u32 = 1;

const VERSION: u8 = 1;
const CIPHERTEXT_LENGTH: usize = 48;

/// A sealed seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealedSeed {
    pub(crate) epoch: u32,
    pub(crate) nonce: [u8; NONCE_LENGTH],
    pub(crate) ciphertext: [u8; CIPHERTEXT_LENGTH],
}

impl SealedSeed {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend(self.epoch.to_be_bytes());
        bytes.extend(self.nonce);
        bytes.extend(self.ciphertext);
        bytes
    }

    /// Reads what [`SealedSeed::to_bytes`] wrote; `None` for anything else.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first()?;
        let (epoch, rest) = rest.split_first_chunk()?;
        let (nonce, ciphertext) = rest.split_first_chunk()?;
        let sealed = Self {
            epoch: u32::from_be_bytes(*epoch),
            nonce: *nonce,
            ciphertext: ciphertext.try_into().ok()?,
        };
        (*version == VERSION).then_some(sealed)
    }
}

/// What a seal is bound to besides the key: our purpose, the id and label of the sealing key, and
/// the epoch. The fields before the last are told apart by their lengths, which never exceed 255.
pub(crate) fn associated_data(id: &KeyId, label: &[u8], epoch: u32) -> Vec<u8> {
    let mut data = DOMAIN.to_vec();
    for field in [id.as_bytes(), label] {
        data.push(u8::try_from(field.len()).unwrap_or(u8::MAX));
        data.extend(field);
    }
    data.extend(epoch.to_be_bytes());
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed() -> SealedSeed {
        SealedSeed {
            epoch: 0x0102_0304,
            nonce: [5; 12],
            ciphertext: [6; 48],
        }
    }

    #[test]
    fn a_sealed_seed_is_read_as_it_was_written_and_no_other_length_is() {
        let bytes = sealed().to_bytes();
        assert_eq!(bytes.len(), 65);
        assert_eq!(bytes.get(..6), Some([1, 1, 2, 3, 4, 5].as_slice()));
        assert_eq!(SealedSeed::from_bytes(&bytes), Some(sealed()));
        for length in 0..bytes.len() {
            assert_eq!(SealedSeed::from_bytes(&bytes[..length]), None);
        }
        assert_eq!(SealedSeed::from_bytes(&[bytes, vec![0]].concat()), None);
    }

    #[test]
    fn another_version_is_not_read() {
        let mut bytes = sealed().to_bytes();
        bytes[0] = 2;
        assert_eq!(SealedSeed::from_bytes(&bytes), None);
    }

    #[test]
    fn id_label_and_epoch_are_each_part_of_what_a_seal_is_bound_to() {
        let id = |bytes: &[u8]| KeyId::new(bytes.to_vec()).unwrap();
        let data = associated_data(&id(b"ab"), b"c", 1);
        assert_eq!(data, b"coldsign/sealed-seed/v1\x02ab\x01c\0\0\0\x01");
        assert_ne!(data, associated_data(&id(b"a"), b"bc", 1));
        assert_ne!(data, associated_data(&id(b"ab"), b"c", 2));
    }
}
