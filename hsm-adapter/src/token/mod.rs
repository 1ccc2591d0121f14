//! Tokens: which are there, which one is meant, what its PIN counter says, and the way in.
//! It knows nothing of keys; labels and slot numbers select nothing.

use std::fmt;

use cryptoki::context::Pkcs11;
use cryptoki::error::RvError;
use cryptoki::slot::{Slot, TokenInfo};

use crate::credential::Credential;
use crate::device::DeviceError;
use crate::module::Module;
use crate::unlocked::{Login, Unlocked};

/// What a token says it is, trimmed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenIdentity {
    /// `manufacturerID` of `CK_TOKEN_INFO`.
    pub manufacturer: String,
    /// `model` of `CK_TOKEN_INFO`.
    pub model: String,
    /// `serialNumber` of `CK_TOKEN_INFO`.
    pub serial: String,
    /// `label` of `CK_TOKEN_INFO`: for people only, two tokens may have the same.
    pub label: String,
}

impl TokenIdentity {
    /// What selects this token again.
    pub fn selector(&self) -> TokenSelector {
        TokenSelector {
            manufacturer: self.manufacturer.clone(),
            model: self.model.clone(),
            serial: self.serial.clone(),
        }
    }
}

impl From<&TokenInfo> for TokenIdentity {
    fn from(info: &TokenInfo) -> Self {
        let trimmed = |text: &str| text.trim_matches([' ', '\0']).to_owned();
        Self {
            manufacturer: trimmed(info.manufacturer_id()),
            model: trimmed(info.model()),
            serial: trimmed(info.serial_number()),
            label: trimmed(info.label()),
        }
    }
}

/// Which token is meant. All three must agree: slot numbers change from start to start, and labels
/// are whatever somebody typed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenSelector {
    /// The manufacturer, trimmed.
    pub manufacturer: String,
    /// The model, trimmed.
    pub model: String,
    /// The serial number, trimmed.
    pub serial: String,
}

impl TokenSelector {
    /// Whether this is the token that is meant.
    ///
    /// ```
    /// use hsm_adapter::TokenIdentity;
    ///
    /// let mut token = TokenIdentity {
    ///     manufacturer: "SoftHSM project".into(),
    ///     model: "SoftHSM v2".into(),
    ///     serial: "0123456789abcdef".into(),
    ///     label: "station".into(),
    /// };
    /// let selector = token.selector();
    /// token.label = "something else".into();
    /// assert!(selector.matches(&token));
    /// token.serial = "0123456789abcdee".into();
    /// assert!(!selector.matches(&token));
    /// ```
    pub fn matches(&self, token: &TokenIdentity) -> bool {
        self.manufacturer == token.manufacturer
            && self.model == token.model
            && self.serial == token.serial
    }
}

impl fmt::Display for TokenSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} / {} / {}",
            self.manufacturer, self.model, self.serial
        )
    }
}

/// What a token says about the tries that are left for the user PIN (PKCS#11 3.0 table 6).
/// SoftHSM never goes further than [`PinState::CountLow`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PinState {
    /// No wrong PIN since the last right one, or the token does not say.
    Ok,
    /// `CKF_USER_PIN_COUNT_LOW`: at least one wrong PIN since the last right one.
    CountLow,
    /// `CKF_USER_PIN_FINAL_TRY`: one more wrong PIN locks the token.
    FinalTry,
    /// `CKF_USER_PIN_LOCKED`.
    Locked,
}

impl From<&TokenInfo> for PinState {
    fn from(info: &TokenInfo) -> Self {
        if info.user_pin_locked() {
            Self::Locked
        } else if info.user_pin_final_try() {
            Self::FinalTry
        } else if info.user_pin_count_low() {
            Self::CountLow
        } else {
            Self::Ok
        }
    }
}

impl fmt::Display for PinState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "the token reports no wrong tries",
            Self::CountLow => "the token has counted wrong tries",
            Self::FinalTry => "one try is left before the token locks",
            Self::Locked => "the token is locked",
        })
    }
}

/// A token that was found and is locked: it has nothing that signs.
///
/// ```compile_fail
/// # use hsm_adapter::{Prehash, ProvenKey, Token};
/// fn sign(mut token: Token<'_>, key: &ProvenKey) {
///     token.sign(key, Prehash::new([0; 32])); // only an unlocked token signs
/// }
/// ```
pub struct Token<'m> {
    module: &'m Module,
    slot: Slot,
    identity: TokenIdentity,
    pin_state: PinState,
}

impl<'m> Token<'m> {
    pub(crate) fn select(module: &'m Module, selector: &TokenSelector) -> Result<Self, TokenError> {
        let mut matching: Vec<_> = present(module.pkcs11())?
            .into_iter()
            .filter(|(_slot, identity)| selector.matches(identity))
            .collect();
        let count = matching.len();
        match (matching.pop(), count) {
            (None, _) => Err(TokenError::NotFound {
                selector: selector.clone(),
            }),
            (Some((slot, identity)), 1) => {
                let pin_state = PinState::from(&information(module.pkcs11(), slot)?);
                Ok(Self {
                    module,
                    slot,
                    identity,
                    pin_state,
                })
            }
            (Some(_), _) => Err(TokenError::Ambiguous {
                selector: selector.clone(),
                count,
            }),
        }
    }

    /// Logs in as the user, once, and lists the keys.
    ///
    /// A PIN is never tried twice: after a wrong one the token has to be selected anew, by
    /// whoever decides that there shall be another try. A token on its last try is not tried.
    ///
    /// SoftHSM 2.6 rewrites its token file in place at every login: a process that is killed in
    /// here can leave a token without keys. Back the token folder up before, or have it read-only.
    ///
    /// # Errors
    ///
    /// [`UnlockError`].
    pub fn unlock(self, credential: Credential) -> Result<Unlocked<'m>, UnlockError> {
        let before = information(self.module.pkcs11(), self.slot)?;
        let found = TokenIdentity::from(&before);
        if found != self.identity {
            return Err(UnlockError::OtherToken {
                expected: self.identity.serial,
                found: found.serial,
            });
        }
        may_be_tried(PinState::from(&before))?;
        let session = self
            .module
            .pkcs11()
            .open_ro_session(self.slot)
            .map_err(DeviceError::from)?;
        let Credential::Pin(pin) = credential;
        let login = Login::new(session, &pin).map_err(|fault| self.refused(fault))?;
        drop(pin);
        Unlocked::new(self.module, self.slot, self.identity, login).map_err(UnlockError::from)
    }

    /// What the token is.
    pub const fn identity(&self) -> &TokenIdentity {
        &self.identity
    }

    /// What the token said about the user PIN's tries when it was selected.
    pub const fn pin_state(&self) -> PinState {
        self.pin_state
    }

    /// Reads a refused `C_Login`, with the PIN counter as it stands after it.
    fn refused(&self, fault: DeviceError) -> UnlockError {
        let state = information(self.module.pkcs11(), self.slot)
            .map_or(PinState::CountLow, |after| PinState::from(&after));
        refused_login(fault, state)
    }
}

/// Why a token cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Several tokens answer to the selector: clones, or a fake.
    #[error("{count} tokens answer to {selector}; unplug all but the right one")]
    Ambiguous {
        /// What was looked for.
        selector: TokenSelector,
        /// How many there are.
        count: usize,
    },
    /// The device failed.
    #[error("{0}; stop here and have the device looked at")]
    Device(#[from] DeviceError),
    /// No token answers to the selector.
    #[error("the token {selector} is not there; plug in the right one")]
    NotFound {
        /// What was looked for.
        selector: TokenSelector,
    },
}

/// Why a token stays locked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnlockError {
    /// Somebody is logged in already: whatever they do would run under our login, and ours under
    /// theirs.
    #[error("the token is already in use by a logged-in session; close that program first")]
    AlreadyLoggedIn,
    /// The device failed.
    #[error("{0}; stop here and have the device looked at")]
    Device(#[from] DeviceError),
    /// One more wrong PIN would lock the token, so it is not tried.
    #[error("one wrong PIN more would lock the token; find out who tried, then reset its PIN")]
    FinalTry,
    /// Another token is in the slot than the one that was selected.
    #[error(
        "the token was exchanged: {expected} was selected, {found} is there now; do not use it"
    )]
    OtherToken {
        /// Serial of the token that was selected.
        expected: String,
        /// Serial of the token that is there.
        found: String,
    },
    /// The PIN has to be changed before it can be used.
    #[error("the token's PIN has expired; change it first")]
    PinExpired,
    /// The PIN is wrong.
    #[error("the PIN is wrong; {state}")]
    PinIncorrect {
        /// What the token says about further tries.
        state: PinState,
    },
    /// The PIN cannot be right: the token wants a longer or a shorter one.
    #[error("the PIN is too short or too long for this token; type it again")]
    PinLength,
    /// Too many wrong PINs.
    #[error("the token is locked after too many wrong PINs; its security officer can unlock it")]
    PinLocked,
    /// The token has no user PIN yet.
    #[error("the token has no user PIN yet; its security officer has to set one")]
    PinNotSet,
}

/// The initialised tokens and their slots.
pub(crate) fn present(pkcs11: &Pkcs11) -> Result<Vec<(Slot, TokenIdentity)>, DeviceError> {
    let mut present = Vec::new();
    for slot in pkcs11.get_slots_with_token()? {
        let info = pkcs11.get_token_info(slot)?;
        if info.token_initialized() {
            present.push((slot, TokenIdentity::from(&info)));
        }
    }
    Ok(present)
}

fn information(pkcs11: &Pkcs11, slot: Slot) -> Result<TokenInfo, DeviceError> {
    pkcs11.get_token_info(slot).map_err(DeviceError::from)
}

fn may_be_tried(state: PinState) -> Result<(), UnlockError> {
    match state {
        PinState::Ok | PinState::CountLow => Ok(()),
        PinState::FinalTry => Err(UnlockError::FinalTry),
        PinState::Locked => Err(UnlockError::PinLocked),
    }
}

fn refused_login(fault: DeviceError, state: PinState) -> UnlockError {
    let Some(code) = fault.code() else {
        return UnlockError::Device(fault);
    };
    if code == RvError::PinIncorrect || code == RvError::PinInvalid {
        UnlockError::PinIncorrect { state }
    } else if code == RvError::PinLenRange {
        UnlockError::PinLength
    } else if code == RvError::PinLocked {
        UnlockError::PinLocked
    } else if code == RvError::PinExpired {
        UnlockError::PinExpired
    } else if code == RvError::UserPinNotInitialized {
        UnlockError::PinNotSet
    } else if code == RvError::UserAlreadyLoggedIn || code == RvError::UserAnotherAlreadyLoggedIn {
        UnlockError::AlreadyLoggedIn
    } else {
        UnlockError::Device(fault)
    }
}

#[cfg(test)]
mod tests;
