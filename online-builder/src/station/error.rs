//! Why a station is not trusted.
//! Knows nothing of how an enrolment is checked.

use transaction_review::{Class, PolicyError};
use transfer_format::seal::{EnvelopeError, OpenError};

use super::BORN;
use crate::codes::class_of;

/// Why a station is not trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnrolmentError {
    /// The bytes are no packet.
    #[error("the enrolment is not readable: {0}")]
    Packet(#[from] EnvelopeError),
    /// The packet is not sealed by the station's key.
    #[error(
        "the enrolment is not sealed by the station key that was given: {0}. Compare the key with \
         the station's own screen"
    )]
    Seal(#[from] OpenError),
    /// The packet names another key than the one that sealed it.
    #[error("the enrolment names the station key {found} and is sealed by {expected}: refuse it")]
    StationKey {
        /// The key named, in its text form.
        found: String,
        /// The key that sealed it, in its text form.
        expected: String,
    },
    /// The policy is no policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The station has another policy installed.
    #[error(
        "the station has installed the policy {found}, the file is {expected}: get the file that \
         the station was founded with"
    )]
    PolicyHash {
        /// Hash in the enrolment, hexadecimal.
        found: String,
        /// Hash of the file, hexadecimal.
        expected: String,
    },
    /// The policy is for other stations.
    #[error("the policy is for the stations {}, not for \"{found}\"", .signers.join(", "))]
    Station {
        /// The station that enrolled.
        found: String,
        /// The policy's signers.
        signers: Vec<String>,
    },
    /// The station signs for another environment.
    #[error("the station signs for \"{found}\" and the policy is for \"{expected}\"")]
    Environment {
        /// The station's.
        found: String,
        /// The policy's.
        expected: String,
    },
    /// This builder may not ask.
    #[error(
        "the policy has no source with this builder's key {key}: the station would refuse every \
         request. Add it as a [[source]] before the station is founded"
    )]
    Source {
        /// This builder's key, in its text form.
        key: String,
    },
    /// A wallet without key.
    #[error("the policy has the wallet \"{wallet}\" and the station did not enrol it")]
    WalletMissing {
        /// The wallet.
        wallet: String,
    },
    /// A key without wallet.
    #[error("the station enrolled the wallet \"{wallet}\" and the policy does not have it")]
    WalletUnknown {
        /// The wallet.
        wallet: String,
    },
    /// Another key than the registered one.
    #[error(
        "the station's key of the wallet \"{wallet}\" is {found} and the policy registers \
         {expected}: do not send money to this wallet"
    )]
    WalletKey {
        /// The wallet.
        wallet: String,
        /// The station's key, in its text form.
        found: String,
        /// The policy's key, in its text form.
        expected: String,
    },
    /// A wallet in another token.
    #[error(
        "the policy has the wallet \"{wallet}\" in the token {expected} and the station uses {found}"
    )]
    Token {
        /// The wallet.
        wallet: String,
        /// Serial of the station's token.
        found: String,
        /// Serial in the policy.
        expected: String,
    },
    /// A key that was not born in its token, or could have left it.
    #[error(
        "the key of the wallet \"{wallet}\" is of origin \"{class}\" and {attribute} is not as it \
         is for {}: somebody else may have it",
        of_origin(expected)
    )]
    Origin {
        /// The wallet.
        wallet: String,
        /// The class the station gave.
        class: String,
        /// What is not as it must be.
        attribute: &'static str,
        /// The class that the policy's kind of key needs.
        expected: &'static str,
    },
}

impl EnrolmentError {
    /// The reason code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Packet(error) => error.code(),
            Self::Seal(error) => error.code(),
            Self::StationKey { .. } => "E_STATION_KEY",
            Self::Policy(error) => error.code().as_str(),
            Self::PolicyHash { .. } => "E_POLICY_HASH",
            Self::Station { .. } | Self::Environment { .. } => "E_AUDIENCE",
            Self::Source { .. } => "E_SRC_UNKNOWN",
            Self::WalletMissing { .. } | Self::WalletUnknown { .. } => "E_WALLET_SET",
            Self::WalletKey { .. } => "E_WALLET_KEY",
            Self::Token { .. } => "E_WALLET_TOKEN",
            Self::Origin { .. } => "E_KEY_ORIGIN",
        }
    }

    /// The class, and with it the exit status.
    pub fn class(&self) -> Class {
        class_of(self.code())
    }
}

fn of_origin(class: &str) -> String {
    if class == BORN {
        format!("a key born in its token (\"{BORN}\")")
    } else {
        format!("an account of a seed that the token keeps sealed (\"{class}\")")
    }
}
