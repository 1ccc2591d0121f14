//! Canonical CBOR (RFC 8949 §4.2.1): the scan that comes before any parser, a reader of closed
//! integer-keyed maps, and a writer that cannot produce anything else.
//!
//! Knows nothing of packets and seals; the journal of a station is read and written with it too.

mod canonical;
mod canonical_error;
mod read_error;
mod reader;
mod writer;

pub use canonical::{check_canonical, check_canonical_tagged, first_item_length};
pub use canonical_error::CanonicalError;
pub use read_error::ReadError;
pub use reader::{MapReader, Reader};
pub use writer::{Item, MapItem};

#[cfg(test)]
mod tests;
