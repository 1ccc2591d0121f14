//! What a ceremony may touch, as traits: people, tokens, the proof of isolation.
//! Knows nothing of terminals, PKCS#11 or files; the station hands in the real ones.

use transaction_review::{History, KeyPath, Screen, Signature, SigningDigest, TransactionKind};
use transfer_format::packet::Payload;
use transfer_format::seal::{Draft, SealKey};
use zeroize::Zeroizing;

use crate::clock::Clock;
use crate::isolation::{Isolated, IsolationError};
use crate::journal::{Alert, Journal};
use crate::station::Station;
use crate::terminal::TerminalError;
use crate::tokens::TokenRefusal;

/// The whole list of what a ceremony can touch.
pub struct Desk<'d> {
    /// Who is in the room.
    pub room: Room<'d>,
    /// What happened so far, and where every step is written down.
    pub journal: &'d mut Journal,
    /// What the journal's intents commit to: windows and conflicts are judged against it.
    pub history: &'d mut History,
    /// Fresh random bytes: the ceremony's id, which every approval names.
    pub ceremony: [u8; 16],
}

/// What two people need to approve something.
pub struct Room<'d> {
    /// Who the station is, what its policy says, which keys it has.
    pub station: &'d Station,
    /// The operators.
    pub people: &'d mut dyn People,
    /// Their tokens, and the station's.
    pub tokens: &'d dyn Tokens,
    /// The time.
    pub clock: &'d dyn Clock,
    /// The proof that the machine is isolated.
    pub isolation: &'d dyn Isolation,
}

/// The operators, at the only screen and keyboard.
pub trait People {
    /// Shows an alert of the highest priority.
    ///
    /// # Errors
    /// [`TerminalError`] if nobody can be shown anything.
    fn alert(&mut self, alert: &Alert) -> Result<(), TerminalError>;

    /// Says how far the ceremony is.
    ///
    /// # Errors
    /// [`TerminalError`].
    fn tell(&mut self, sentence: &str) -> Result<(), TerminalError>;

    /// Asks who is at the keyboard; the answer is an operator's id.
    ///
    /// # Errors
    /// [`TerminalError`].
    fn who(&mut self, place: &str) -> Result<String, TerminalError>;

    /// Shows every page of `screens`, one after the other, and returns once all were turned.
    ///
    /// # Errors
    /// [`TerminalError`].
    fn read(&mut self, reader: &str, screens: &[Screen]) -> Result<Reading, TerminalError>;

    /// Asks for the decision on what was just read.
    ///
    /// # Errors
    /// [`TerminalError`].
    fn decide(&mut self, reader: &str, summary: &[String]) -> Result<Decision, TerminalError>;

    /// Asks for the PIN of a token, unseen.
    ///
    /// # Errors
    /// [`TerminalError`].
    fn pin(&mut self, whose: &str, serial: &str) -> Result<TypedPin, TerminalError>;
}

/// A PIN as it was typed. It has no `Debug`, `Clone` or `Display`, and is wiped when dropped.
pub struct TypedPin(Zeroizing<Vec<u8>>);

impl TypedPin {
    /// What was typed.
    pub const fn new(typed: Zeroizing<Vec<u8>>) -> Self {
        Self(typed)
    }

    /// What was typed, for the one place that hands it to a token.
    pub(crate) fn into_typed(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

/// A digest that a recorded intent wants signed. Only a ceremony makes one: there is no way to
/// have a bare hash signed by a wallet's key.
pub struct Authorised {
    wallet: String,
    wanted: SigningDigest,
}

impl Authorised {
    pub(super) fn new(wallet: &str, wanted: &SigningDigest) -> Self {
        Self {
            wallet: wallet.to_owned(),
            wanted: *wanted,
        }
    }

    /// The wallet whose key signs.
    pub fn wallet(&self) -> &str {
        &self.wallet
    }

    /// The digest.
    pub const fn digest(&self) -> [u8; 32] {
        self.wanted.digest
    }

    /// The public key under which the signature has to verify, a compressed point.
    pub const fn public_key(&self) -> [u8; 33] {
        self.wanted.public_key
    }

    /// Which of the wallet's keys that is.
    pub const fn path(&self) -> KeyPath {
        self.wanted.path
    }
}

/// The digest of a draft packet: what a seal signs (RFC 9052 §4.4), and nothing else.
pub struct SealDigest([u8; 32]);

impl SealDigest {
    /// The digest of this draft.
    pub fn of<P: Payload>(draft: &Draft<P>) -> Self {
        Self(draft.digest())
    }

    /// The digest.
    pub const fn digest(&self) -> [u8; 32] {
        self.0
    }
}

/// What a reader did with the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Turned every page.
    Finished,
    /// Stopped before the end.
    Stopped,
}

/// What an operator decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Approve exactly what was read.
    Approve,
    /// Refuse it, for a reason in the operator's words.
    Refuse {
        /// The reason, possibly empty.
        reason: String,
    },
}

/// The tokens that the genesis pinned.
pub trait Tokens {
    /// Has the token with this serial seal a packet with the private half of `key`.
    ///
    /// # Errors
    /// [`TokenRefusal`].
    fn approve(
        &self,
        serial: &str,
        key: &SealKey,
        pin: TypedPin,
        digest: &SealDigest,
    ) -> Result<[u8; 64], TokenRefusal>;

    /// Unlocks the station's token.
    ///
    /// # Errors
    /// [`TokenRefusal`].
    fn unlock(&self, pin: TypedPin) -> Result<Box<dyn StationToken + '_>, TokenRefusal>;
}

/// The station's token, unlocked. Dropping it locks it.
pub trait StationToken {
    /// Signs one digest with a wallet's key: 64 bytes r‖s in low-S form, verified under the
    /// registered key, and the recovery id.
    ///
    /// # Errors
    /// [`TokenRefusal`].
    fn sign(&mut self, authorised: &Authorised) -> Result<WalletSignature, TokenRefusal>;

    /// Signs the digest of a packet with the station key.
    ///
    /// # Errors
    /// [`TokenRefusal`].
    fn seal(&mut self, digest: &SealDigest) -> Result<[u8; 64], TokenRefusal>;

    /// Logs out and closes.
    ///
    /// # Errors
    /// [`TokenRefusal`].
    fn lock(self: Box<Self>) -> Result<(), TokenRefusal>;
}

/// A signature by a wallet's key, already verified under the registered public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalletSignature {
    /// r‖s, each 32 bytes big-endian, low-S.
    pub rs: [u8; 64],
    /// The recovery id's parity bit: 0 or 1.
    pub y_parity: u8,
}

impl WalletSignature {
    /// The signature in the form that the review's chain gives it.
    pub(super) const fn into_signature(self, kind: TransactionKind, index: u32) -> Signature {
        let Self { rs, y_parity } = self;
        match kind {
            TransactionKind::BitcoinPsbt => Signature::Bitcoin { input: index, rs },
            TransactionKind::EthereumTransaction
            | TransactionKind::SafeTransaction
            | TransactionKind::TypedData
            | TransactionKind::Message
            | TransactionKind::Delegation => Signature::Ethereum { rs, y_parity },
        }
    }
}

/// Proves isolation, at the start and again right before each signature.
pub trait Isolation {
    /// Runs the checks now.
    ///
    /// # Errors
    /// [`IsolationError`].
    fn prove(&self) -> Result<Isolated, IsolationError>;
}
