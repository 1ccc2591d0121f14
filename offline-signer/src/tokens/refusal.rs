//! Why a token did not do what it was asked: one code for each cause, the device's words kept.
//! Knows nothing of what it was asked for.

use hsm_adapter::{
    KeyError, KeyIdError, KeySpecError, LockError, ModuleError, PathError, PinError,
    PublicKeyError, SeedError, SignError, TokenError, UnlockError,
};
use transaction_review::Class;

/// Why a token refused or failed. Nothing is tried twice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// The PKCS#11 module cannot be loaded, or is not the pinned one.
    #[error(transparent)]
    Module(#[from] ModuleError),
    /// The token is not there, or not the pinned one.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// No module shows a token with this serial.
    #[error("no token with serial {serial} is plugged in: insert it, then start again")]
    Absent {
        /// The serial that the policy names.
        serial: String,
    },
    /// What was typed cannot be a PIN.
    #[error(transparent)]
    Pin(#[from] PinError),
    /// The token was not unlocked.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
    /// A key is missing, ambiguous, unsafe, or not the registered one.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The token has no key with the registered public half.
    #[error("the token with serial {serial} does not hold {key}: is it the right token?")]
    KeyAbsent {
        /// The token's serial.
        serial: String,
        /// The registered key.
        key: String,
    },
    /// A key was not born in its token, or the token does not say so.
    #[error(
        "the key of wallet \"{wallet}\" counts as {class}: only keys born in the token are taken; make a new one with \"offline-signer key create\""
    )]
    Origin {
        /// The wallet.
        wallet: String,
        /// The class that the evidence gives.
        class: String,
    },
    /// The signature was not made, or does not verify.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The token may still be unlocked.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A key that the journal names is not written as keys are.
    #[error(transparent)]
    KeyText(#[from] PublicKeyError),
    /// A key id that the policy or the command line names is not one.
    #[error(transparent)]
    KeyId(#[from] KeyIdError),
    /// A key cannot be made as asked.
    #[error(transparent)]
    KeySpec(#[from] KeySpecError),
    /// The path of an account, or of one of its children, is not one.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A seed cannot be made or unsealed, or does not have the registered account.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// The ceremony asked for a key that is none of the wallet's.
    #[error("{key} is not a key that wallet \"{wallet}\" signs with here")]
    NotOfWallet {
        /// The wallet.
        wallet: String,
        /// The key that was asked for.
        key: String,
    },
    /// The ceremony asked for a wallet that the station does not have.
    #[error("the station has no key for wallet \"{wallet}\"")]
    Wallet {
        /// The wallet.
        wallet: String,
    },
}

impl TokenRefusal {
    /// The reason code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Module(ModuleError::Digest { .. }) => "E_MODULE_CHANGED",
            Self::Module(_) => "E_MODULE",
            Self::Token(_) | Self::Absent { .. } => "E_TOKEN",
            Self::Pin(_) => "E_PIN_FORM",
            Self::Unlock(UnlockError::PinIncorrect { .. }) => "E_PIN_INCORRECT",
            Self::Unlock(UnlockError::PinLocked | UnlockError::FinalTry) => "E_PIN_LOCKED",
            Self::Unlock(_) => "E_TOKEN_UNLOCK",
            Self::Key(KeyError::UnsafeAttributes { .. }) => "E_KEY_ATTRS",
            Self::Key(KeyError::WrongPublicKey { .. }) | Self::KeyAbsent { .. } => "E_HSM_WRONGKEY",
            Self::Key(_) => "E_KEY",
            Self::Origin { .. } => "E_KEY_ORIGIN",
            Self::Sign(SignError::Signature(_)) => "E_HSM_BADSIG",
            Self::Sign(SignError::Nonce(_)) => "E_HSM_NONCE",
            Self::Sign(_) => "E_HSM_SIGN",
            Self::Lock(_) => "E_TOKEN_LOCK",
            Self::KeyText(_) | Self::KeyId(_) | Self::KeySpec(_) | Self::Path(_) => "E_KEY_FORM",
            Self::Seed(error) => seed_code(error),
            Self::Wallet { .. } | Self::NotOfWallet { .. } => "E_WALLET_KEY",
        }
    }

    /// The class: a wrong PIN is a failed approval, everything else the HSM's.
    pub const fn class(&self) -> Class {
        match self {
            Self::Pin(_) | Self::Unlock(UnlockError::PinIncorrect { .. }) => Class::Approval,
            Self::Module(ModuleError::Digest { .. }) => Class::Isolation,
            Self::KeyText(_) | Self::KeyId(_) | Self::KeySpec(_) | Self::Path(_) => Class::Usage,
            Self::Module(_)
            | Self::Token(_)
            | Self::Absent { .. }
            | Self::Unlock(_)
            | Self::Key(_)
            | Self::KeyAbsent { .. }
            | Self::Origin { .. }
            | Self::Sign(_)
            | Self::Lock(_)
            | Self::Seed(_)
            | Self::NotOfWallet { .. }
            | Self::Wallet { .. } => Class::Hsm,
        }
    }

    /// Whether it is an alert of the highest priority: the token or its module is not itself.
    pub const fn is_alert(&self) -> bool {
        matches!(
            self,
            Self::Module(ModuleError::Digest { .. })
                | Self::KeyAbsent { .. }
                | Self::Key(KeyError::WrongPublicKey { .. })
                | Self::NotOfWallet { .. }
                | Self::Seed(
                    SeedError::WrongAccount { .. }
                        | SeedError::ChildMismatch { .. }
                        | SeedError::NotUnsealed { .. }
                        | SeedError::Sign(SignError::Signature(_) | SignError::Nonce(_))
                )
                | Self::Sign(SignError::Signature(_) | SignError::Nonce(_))
        )
    }
}

const fn seed_code(error: &SeedError) -> &'static str {
    match error {
        SeedError::UnsafeSealingKey { .. } | SeedError::UnsafeChild { .. } => "E_KEY_ATTRS",
        SeedError::WrongAccount { .. } | SeedError::ChildMismatch { .. } => "E_HSM_WRONGKEY",
        SeedError::Sign(SignError::Signature(_)) => "E_HSM_BADSIG",
        SeedError::Sign(SignError::Nonce(_)) => "E_HSM_NONCE",
        SeedError::Sign(_) => "E_HSM_SIGN",
        SeedError::Memory => "E_SEED_MEMORY",
        SeedError::Ambiguous { .. }
        | SeedError::Derivation
        | SeedError::Device(_)
        | SeedError::IdInUse { .. }
        | SeedError::Malformed { .. }
        | SeedError::NotFound { .. }
        | SeedError::NotKept
        | SeedError::NotUnsealed { .. }
        | SeedError::Random(_) => "E_SEED",
    }
}

#[cfg(test)]
mod tests {
    use hsm_adapter::{AccountMismatch, ChildPath, KeyId, PublicKey, UnsafeAttributes};

    use super::*;

    fn key() -> PublicKey {
        "es256k:0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
            .parse()
            .unwrap()
    }

    fn id() -> KeyId {
        KeyId::new(vec![1]).unwrap()
    }

    #[test]
    fn every_fault_of_a_seed_has_a_code_and_the_grave_ones_are_alerts() {
        let bad = SignError::Signature(hsm_adapter::SignatureError::Length { found: 0 });
        let cases = [
            (
                SeedError::WrongAccount {
                    id: id(),
                    mismatch: AccountMismatch::ChainCode,
                },
                "E_HSM_WRONGKEY",
                true,
            ),
            (
                SeedError::ChildMismatch {
                    child: ChildPath::new(0, 0).unwrap(),
                    expected: key(),
                    found: key(),
                },
                "E_HSM_WRONGKEY",
                true,
            ),
            (SeedError::Sign(bad), "E_HSM_BADSIG", true),
            (
                SeedError::UnsafeSealingKey {
                    id: id(),
                    attributes: UnsafeAttributes::default(),
                },
                "E_KEY_ATTRS",
                false,
            ),
            (SeedError::NotFound { id: id() }, "E_SEED", false),
            (SeedError::Memory, "E_SEED_MEMORY", false),
            (SeedError::IdInUse { id: id() }, "E_SEED", false),
        ];
        for (error, code, is_alert) in cases {
            let refusal = TokenRefusal::Seed(error);
            assert_eq!(
                (refusal.code(), refusal.is_alert(), refusal.class()),
                (code, is_alert, Class::Hsm),
                "{refusal}"
            );
        }
    }
}
