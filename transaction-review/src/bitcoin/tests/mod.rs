//! What a PSBT may not do, and what comes of one that does nothing wrong.
//! Knows the catalogue of attacks by its ids.

mod fields;
mod outputs;
mod proofs;
mod signed;
mod vectors;
