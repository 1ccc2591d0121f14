//! The properties of the harness, without the rest of it: what a fuzzer needs is built quickly.

#[path = "../../src/properties/mod.rs"]
pub mod properties;
