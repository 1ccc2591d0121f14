//! What is permitted, and by how little it fails to be. Knows the catalogue of attacks by its ids.

mod bitcoin;
mod common;
mod ethereum;
pub(crate) mod evm;
mod properties;
mod texts;
pub(crate) mod vectors;

use crate::{Check, Code, Verdict};

/// The check of this code that failed.
fn failed(verdict: &Verdict, code: Code) -> &Check {
    verdict
        .failed()
        .find(|check| check.code == code)
        .unwrap_or_else(|| panic!("{code} holds: {verdict}"))
}
