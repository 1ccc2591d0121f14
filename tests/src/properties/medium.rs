//! The header of a medium without a file system, and what lies behind it.
//! Knows nothing of packets.

use sha2::{Digest as _, Sha256};
use transfer_format::medium::{read_medium, to_medium};

const HEADER_BYTES: usize = 64;

/// A medium that is accepted starts with exactly what would be written for its packet.
pub fn medium(data: &[u8]) {
    accepted_is_written_back(data);
    if let Some(digested) = with_right_digest(data) {
        accepted_is_written_back(&digested);
    }
}

fn accepted_is_written_back(data: &[u8]) {
    if let Ok(packet) = read_medium(&mut &*data) {
        let written = to_medium(&packet).expect("what was read may be written");
        assert!(data.starts_with(&written), "written back differently");
    }
}

/// The digest put right for the length that the header claims.
fn with_right_digest(data: &[u8]) -> Option<Vec<u8>> {
    let length = u32::from_be_bytes(*data.get(12..)?.first_chunk()?);
    let end = usize::try_from(length).ok()?.checked_add(HEADER_BYTES)?;
    let digest = Sha256::digest(data.get(HEADER_BYTES..end)?);
    let mut bytes = data.to_vec();
    bytes[16..48].copy_from_slice(&digest);
    Some(bytes)
}
