//! What a PSBT may not do, and what comes of one that does nothing wrong.
//! Knows the catalogue of attacks by its ids.

mod claims;
mod fields;
mod matrix;
mod messages;
mod mutations;
mod outputs;
mod proofs;
mod screens;
mod signed;
mod terms;
mod vectors;
mod version_two;
pub(crate) mod wallets;
