//! What an Ethereum transaction may not be, and what comes of one that is a plain transfer.
//! Knows the catalogue of attacks by its ids.

mod arbitrary;
mod authorization;
mod envelope;
mod gas;
mod independent;
mod published;
mod signed;
mod types;
