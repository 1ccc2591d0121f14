//! The review of one request: parse strictly, prove, work out effects, digests and what is spent.
//! Knows the policy's wallets and names, nothing of its limits: [`judge`](crate::judge) does.

mod bitcoin;
mod error;
mod ethereum;

#[cfg(test)]
mod tests;

pub use error::ReviewError;

use std::collections::BTreeSet;

use alloy_primitives::U256;

use crate::excerpt::excerpt;
use crate::{
    Amount, Asset, Effect, Payment, Policy, Source, Spend, TransactionKind, Wallet, WalletChain,
    WalletKey, bitcoin as bitcoin_chain, ethereum as ethereum_chain,
};

/// What is asked: the part of a request that says what to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject<'a> {
    /// The wallet's id.
    pub wallet: &'a str,
    /// What the bytes claim to be.
    pub kind: TransactionKind,
    /// The PSBT or the unsigned transaction.
    pub transaction: &'a [u8],
    /// For Bitcoin the previous transactions without witnesses, sorted by txid bytes, once each.
    pub previous_transactions: &'a [Vec<u8>],
    /// The business reference, such as an invoice's number.
    pub reference: &'a str,
    /// The intent digest of the request that this one replaces.
    pub replaces: Option<[u8; 32]>,
}

/// A digest to be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SigningDigest {
    /// The input, counted from 0; 0 for Ethereum.
    pub index: u32,
    /// The digest: BIP-143 `SIGHASH_ALL`, Keccak-256 of the unsigned envelope, or the EIP-712 digest.
    pub digest: [u8; 32],
    /// The public key under which the signature has to verify, a compressed point.
    pub public_key: [u8; 33],
    /// Where this station's key for it comes from.
    pub path: KeyPath,
}

/// Which of a wallet's keys signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyPath {
    /// The registered key itself.
    Own,
    /// A child of the registered extended key (BIP-32), neither step hardened.
    Child {
        /// 0 to receive, 1 for change (BIP-44).
        branch: u32,
        /// The position in the branch.
        index: u32,
    },
}

/// What a request would do, completely: nothing of the transaction is outside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    policy_hash: [u8; 32],
    reference: String,
    replaces: Option<[u8; 32]>,
    wallet: Wallet,
    kind: TransactionKind,
    effects: Vec<Effect>,
    digests: Vec<SigningDigest>,
    spends: Vec<Spend>,
    change_places: Vec<(String, u32, u32)>,
    initiator: Option<String>,
    intent: Option<[u8; 32]>,
    details: Details,
}

/// What only one chain has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Details {
    Bitcoin(Box<bitcoin_chain::Reviewed>),
    Ethereum(Box<ethereum_chain::Reviewed>),
}

impl Review {
    /// The wallet's id.
    pub fn wallet_id(&self) -> &str {
        self.wallet.id()
    }

    /// The wallet.
    pub const fn wallet(&self) -> &Wallet {
        &self.wallet
    }

    /// The hash of the policy that gave the wallet, its key and the names: no other one may judge.
    pub const fn policy_hash(&self) -> &[u8; 32] {
        &self.policy_hash
    }

    /// The business reference.
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// The intent that it says it replaces.
    pub const fn replaces(&self) -> Option<[u8; 32]> {
        self.replaces
    }

    /// The same review, of a request that this source has sealed: a tier may keep the person behind
    /// the source from approving.
    #[must_use]
    pub fn asked_by(self, source: &Source) -> Self {
        let initiator = source.person().map(str::to_owned);
        Self { initiator, ..self }
    }

    /// The same review, of the request with this intent digest: what has to wait is known by it.
    #[must_use]
    pub fn of_intent(self, intent: [u8; 32]) -> Self {
        let intent = Some(intent);
        Self { intent, ..self }
    }

    /// The intent digest of the request, if it has one yet.
    pub const fn intent(&self) -> Option<&[u8; 32]> {
        self.intent.as_ref()
    }

    /// The person who asked, if the source is known and says who that is.
    pub fn initiator(&self) -> Option<&str> {
        self.initiator.as_deref()
    }

    /// The outputs that come back to a derived key: the output's path, branch and index.
    pub fn change_places(&self) -> &[(String, u32, u32)] {
        &self.change_places
    }

    /// What goes to others, in the order of the transaction, without the fee.
    pub fn payments(&self) -> Vec<Payment> {
        self.effects.iter().filter_map(Payment::of).collect()
    }

    /// The kind of transaction.
    pub const fn kind(&self) -> TransactionKind {
        self.kind
    }

    /// What it does beside moving value, in the order of the transaction.
    pub fn acts(&self) -> Vec<String> {
        self.effects.iter().filter_map(Effect::act).collect()
    }

    /// Everything it would do, in the order of the transaction, the fee last.
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// What has to be signed, in the order of the inputs.
    pub fn digests(&self) -> &[SigningDigest] {
        &self.digests
    }

    /// The key that has to sign.
    pub const fn key(&self) -> &WalletKey {
        self.wallet.key()
    }

    /// The coins or the nonce that a signature uses up.
    pub fn spends(&self) -> &[Spend] {
        &self.spends
    }

    /// What goes to others of the native asset, without the fee.
    pub fn total_external(&self) -> Amount {
        self.total_of(self.asset())
    }

    /// What goes to others of one asset, or may go to them, without the fee.
    pub fn total_of(&self, asset: Asset) -> Amount {
        let external = self.effects.iter().filter_map(Effect::external);
        let external = external.filter(|amount| amount.asset() == asset);
        let total = external.fold(U256::ZERO, |sum, amount| sum.saturating_add(amount.units()));
        Amount::new(asset, total)
    }

    /// The assets of which anything goes to others; the native one if there are none.
    pub fn assets(&self) -> BTreeSet<Asset> {
        let external = self.effects.iter().filter_map(Effect::external);
        let some = external.filter(|amount| !amount.units().is_zero());
        let mut assets: BTreeSet<Asset> = some.map(Amount::asset).collect();
        if assets.is_empty() {
            assets.insert(self.asset());
        }
        assets
    }

    /// The fee; on Ethereum the most that gas can cost.
    pub fn fee(&self) -> Amount {
        let fee = self.effects.iter().find_map(|effect| {
            let Effect::Fee { amount } = effect else {
                return None;
            };
            Some(*amount)
        });
        fee.unwrap_or_else(|| Amount::new(self.asset(), U256::ZERO))
    }

    /// What leaves the wallet in all of its native asset: payments and fee.
    pub fn total_leaving(&self) -> Amount {
        let total = self
            .total_external()
            .units()
            .saturating_add(self.fee().units());
        Amount::new(self.asset(), total)
    }

    /// Whether it only uses up the nonce of an earlier transaction.
    pub(crate) fn cancels(&self) -> bool {
        let mut effects = self.effects.iter();
        effects.any(|effect| matches!(effect, Effect::Cancel { .. }))
    }

    pub(crate) fn asset(&self) -> Asset {
        match &self.details {
            Details::Bitcoin(_) => Asset::Bitcoin,
            Details::Ethereum(reviewed) => Asset::Ether {
                chain_id: reviewed.chain_id,
            },
        }
    }

    pub(crate) const fn details(&self) -> &Details {
        &self.details
    }
}

/// Reviews what a request asks for. A pure function: the same bytes and policy give the same review.
///
/// # Errors
/// [`ReviewError`]: the wallet or the kind do not fit, or the transaction is malformed, lies, or
/// has a part that this program does not understand.
///
/// ```
/// use transaction_review::{Policy, ReviewError, Subject, TransactionKind, review};
///
/// let policy = Policy::parse(include_str!("../../examples/policy.toml"))?;
/// let subject = Subject {
///     wallet: "somebody-elses",
///     kind: TransactionKind::BitcoinPsbt,
///     transaction: b"psbt\xff",
///     previous_transactions: &[],
///     reference: "INV-2291",
///     replaces: None,
/// };
/// let unknown = ReviewError::WalletUnknown { wallet: "somebody-elses".to_owned() };
/// assert_eq!(review(&policy, &subject), Err(unknown));
/// # Ok::<(), transaction_review::PolicyError>(())
/// ```
pub fn review(policy: &Policy, subject: &Subject<'_>) -> Result<Review, ReviewError> {
    let unknown = || ReviewError::WalletUnknown {
        wallet: excerpt(subject.wallet),
    };
    let wallet = policy.wallet(subject.wallet).ok_or_else(unknown)?;
    if !wallet.signs(subject.kind) {
        let (found, expected) = (subject.kind, wallet.kind());
        return Err(ReviewError::KindMismatch {
            wallet: subject.wallet.to_owned(),
            found,
            expected,
        });
    }
    match wallet.chain() {
        WalletChain::Bitcoin(chain) => {
            let proofs = subject.previous_transactions;
            let reviewed = bitcoin_chain::review(chain, wallet.key(), subject.transaction, proofs)?;
            Ok(bitcoin::of(policy, subject, wallet, reviewed))
        }
        WalletChain::Ethereum(_) | WalletChain::Safe(_) => {
            let found = subject.previous_transactions.len();
            if found > 0 {
                return Err(ReviewError::ProofUnused { found });
            }
            Ok(ethereum::of(policy, subject, wallet)?)
        }
    }
}

/// The book's name of a destination, on an exact match of asset and address.
fn name_of(policy: &Policy, asset: Asset, destination: &str) -> Option<String> {
    let matches = |value: &str| match asset {
        Asset::Bitcoin => value == destination || same_bech32(value, destination),
        Asset::Ether { .. } | Asset::Token(_) => value == destination,
    };
    let mut book = policy.addresses().iter();
    let entry = book.find(|entry| entry.covers(asset) && matches(entry.value()))?;
    Some(entry.name().to_owned())
}

/// BIP-173 allows a segwit address to be written in capitals throughout.
fn same_bech32(value: &str, destination: &str) -> bool {
    let capitals = !value.bytes().any(|byte| byte.is_ascii_lowercase());
    capitals && value.to_ascii_lowercase() == destination
}
