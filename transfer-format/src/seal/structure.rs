//! The bytes of a seal: protected header, `Sig_structure` and the whole COSE_Sign1.
//! Knows nothing of keys beyond algorithm and id, and checks nothing.

use sha2::{Digest, Sha256};

use super::key::{KeyId, SealAlgorithm};
use crate::cbor::{Item, MapItem};
use crate::packet::PacketKind;

/// The tag of COSE_Sign1 (RFC 9052 §2).
pub(super) const COSE_SIGN1_TAG: u64 = 18;

/// Keys of the protected header (RFC 9052 §3.1).
pub(super) const HEADER_ALGORITHM: u64 = 1;
/// See [`HEADER_ALGORITHM`].
pub(super) const HEADER_CONTENT_TYPE: u64 = 3;
/// See [`HEADER_ALGORITHM`].
pub(super) const HEADER_KEY_ID: u64 = 4;

/// The protected header, encoded.
pub(super) fn protected_header(
    algorithm: SealAlgorithm,
    kind: PacketKind,
    key_id: KeyId,
) -> Vec<u8> {
    let map = MapItem::new()
        .with(HEADER_ALGORITHM, Item::int(algorithm.cose_number()))
        .with(HEADER_CONTENT_TYPE, Item::text(kind.content_type()))
        .with(HEADER_KEY_ID, Item::bytes(key_id.as_bytes()));
    Item::map(map).into_bytes()
}

/// SHA-256 of the `Sig_structure` (RFC 9052 §4.4): what the author signs.
pub(super) fn signing_digest(kind: PacketKind, protected: &[u8], payload: &[u8]) -> [u8; 32] {
    let structure = Item::array([
        Item::text("Signature1"),
        Item::bytes(protected),
        Item::bytes(kind.seal_domain().as_bytes()),
        Item::bytes(payload),
    ]);
    Sha256::digest(structure.as_bytes()).into()
}

/// The sealed packet.
pub(super) fn sealed(protected: &[u8], payload: &[u8], signature: &[u8; 64]) -> Vec<u8> {
    let body = Item::array([
        Item::bytes(protected),
        Item::map(MapItem::new()),
        Item::bytes(payload),
        Item::bytes(signature),
    ]);
    Item::tagged(COSE_SIGN1_TAG, &body).into_bytes()
}
