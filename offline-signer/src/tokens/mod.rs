//! The pinned PKCS#11 tokens behind the ceremony's ports: the operators' and the station's.
//! Knows nothing of requests; it signs digests that a ceremony hands it, with registered keys only.

mod pinned;
mod refusal;
mod wallet;

pub use self::pinned::{PinnedTokens, credential, find};
pub use self::refusal::TokenRefusal;
pub use self::wallet::{ProvenWallet, RegisteredWallet};
