//! Typed data (EIP-712): whole documents in canonical CBOR, never only a hash, and nothing in them that
//! their types do not say. Knows the standards that grant tokens, nothing of which a policy allows.

mod document;
mod domain;
mod error;
mod hash;
mod kind;
mod raw;
mod standard;
mod types;

#[cfg(test)]
mod tests;

pub use document::{TypedData, TypedValue};
pub use error::TypedDataError;
pub use kind::{BaseType, MemberType};
pub use raw::RawValue;
pub use standard::{Grant, GrantKind, Standard, Statement};
pub use types::{Member, Types};

pub(super) use hash::signed_digest;
