//! Why a descriptor is not a wallet. Knows nothing of where the policy keeps it.

/// Why a descriptor or an extended key is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DescriptorError {
    /// Not a descriptor (BIP-380), or not in the form that this program writes.
    #[error("it is not a descriptor as BIP-380 writes it: {reason}")]
    Unreadable {
        /// What the reader says.
        reason: String,
    },
    /// A script that no wallet here has.
    #[error(
        "it makes a {found}: write pkh, wpkh, sh(wpkh), or multi or sortedmulti in wsh or sh(wsh)"
    )]
    Script {
        /// The kind of script.
        found: &'static str,
    },
    /// One signature would be enough although there are several keys.
    #[error("{threshold} of {keys} keys would do: let two sign at least")]
    Threshold {
        /// How many have to sign.
        threshold: usize,
        /// How many there are.
        keys: usize,
    },
    /// More keys than [`MAX_KEYS`](crate::limits::MAX_KEYS).
    #[error("it has {found} keys, the most is {limit}")]
    Keys {
        /// How many.
        found: usize,
        /// The cap.
        limit: usize,
    },
    /// One key twice.
    #[error("key {second} is key {first} again: every key signs for itself")]
    KeyDuplicate {
        /// The earlier key, counted from 1.
        first: usize,
        /// The later one.
        second: usize,
    },
    /// Some keys have children and some have none.
    #[error(
        "key {key} is of another sort than key 1: all are single keys or all are extended keys"
    )]
    KeyMixed {
        /// Which, counted from 1.
        key: usize,
    },
    /// A single key that is not a compressed point.
    #[error("key {key} is not a compressed key (33 bytes that begin with 02 or 03)")]
    KeyForm {
        /// Which, counted from 1.
        key: usize,
    },
    /// An extended key without origin, or of the fingerprint that stands for nobody.
    #[error(
        "key {key} has no origin: write [fingerprint/path] before it, fingerprint not 00000000"
    )]
    Origin {
        /// Which, counted from 1.
        key: usize,
    },
    /// An extended key that is not where its origin says.
    #[error(
        "key {key} is an extended key of depth {depth}, its origin has {steps} steps: they are the same key's"
    )]
    Depth {
        /// Which, counted from 1.
        key: usize,
        /// What the extended key says.
        depth: u8,
        /// What the origin says.
        steps: usize,
    },
    /// Other children than those of BIP-44's two branches.
    #[error("key {key} does not end with /<0;1>/*: receiving and change addresses, none hardened")]
    Branches {
        /// Which, counted from 1.
        key: usize,
    },
    /// An extended key of another network.
    #[error("key {key} is an extended key of another network than {network}")]
    Network {
        /// Which, counted from 1.
        key: usize,
        /// The wallet's network.
        network: &'static str,
    },
}
