//! What a request would do, and may it? Strict parsing of Bitcoin PSBTs and Ethereum transactions,
//! their effects, signing digests, signature checks and assembly; the policy and its verdict.
//!
//! Pure functions of bytes, policy and time. This crate knows nothing of files, screens, tokens,
//! the wire or a clock.
//!
//! The order of a ceremony is the order of the functions: [`Policy::parse`], [`review()`],
//! [`judge`], [`Review::screens`], [`check_signature`], [`assemble()`]. What is not fully understood
//! is refused, and there is no way to have a digest signed that a review did not compute.

#![cfg_attr(
    test,
    expect(
        clippy::arithmetic_side_effects,
        clippy::assertions_on_result_states,
        clippy::integer_division,
        reason = "a test may panic, and its numbers are its own"
    )
)]

mod amount;
mod assemble;
pub mod bitcoin;
mod class;
mod code;
mod effect;
pub mod ethereum;
mod excerpt;
mod history;
mod instant;
mod key;
mod kind;
pub mod limits;
mod policy;
mod review;
mod screen;
mod signature;
mod verdict;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use amount::{Amount, AmountError, Asset, Symbol, Token};
pub use assemble::{
    AssembleError, EthereumSignature, Part, SafeSignatures, SignedTransaction, assemble,
    check_complete, combine,
};
pub use bitcoin::BitcoinError;
pub use class::Class;
pub use code::Code;
pub use effect::{Effect, Spend};
pub use ethereum::EthereumError;
pub use history::{Commitment, History, Payment};
pub use key::{Algorithm, PublicKey};
pub use kind::TransactionKind;
pub use policy::{
    AccountKey, AddressEntry, ApproveRule, ArgumentBound, BitcoinWallet, CallRule, Contract,
    DataOutputs, EthereumWallet, Example, FeeCap, FeeCaps, Finding, Limit, LockTimeRule,
    MessageRule, Operator, POLICY_HASH_TAG, Policy, PolicyError, Role, Rule, SafeAdminRule,
    SafeWallet, Source, SourceError, Tier, TimeWindow, TypedRule, Wallet, WalletChain, WalletKey,
};
pub use review::{KeyPath, Review, ReviewError, SigningDigest, Subject, review};
pub use screen::{REVIEW_DIGEST_TAG, Screen, screens_digest};
pub use signature::{Signature, SignatureError, check_signature};
pub use verdict::{Check, Quorum, Spent, Verdict, judge};
