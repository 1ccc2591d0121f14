//! Where a key came from and what it may do, as its attributes say; missing ones are unknown.
//! It knows nothing of sessions, and it proves nothing: these are the module's claims.

use std::fmt;

/// The attributes of a private key that tell where it came from (PKCS#11 3.0 §4.9).
/// `None` means that the token did not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OriginEvidence {
    /// `CKA_LOCAL`: generated on the token.
    pub local: Option<bool>,
    /// `CKA_NEVER_EXTRACTABLE`: could not leave the token at any time.
    pub never_extractable: Option<bool>,
    /// `CKA_ALWAYS_SENSITIVE`: its value could not be read at any time.
    pub always_sensitive: Option<bool>,
    /// `CKA_SENSITIVE`: its value cannot be read now.
    pub sensitive: Option<bool>,
    /// `CKA_EXTRACTABLE`: it can be wrapped and taken away now.
    pub extractable: Option<bool>,
    /// `CKA_KEY_GEN_MECHANISM`: the mechanism that made it, by its number in the standard.
    pub key_generation_mechanism: Option<u64>,
}

impl OriginEvidence {
    /// `CKM_EC_KEY_PAIR_GEN`, the one mechanism by which our keys are born.
    pub const EC_KEY_PAIR_GENERATION: u64 = 0x1040;

    /// Draws the conclusion. What is not known is never taken for good.
    ///
    /// ```
    /// use hsm_adapter::{OriginClass, OriginEvidence};
    ///
    /// assert_eq!(OriginEvidence::default().class(), OriginClass::Unknown);
    /// ```
    pub fn class(&self) -> OriginClass {
        let locked = self.sensitive == Some(true) && self.extractable == Some(false);
        let born = self.local == Some(true)
            && self.key_generation_mechanism == Some(Self::EC_KEY_PAIR_GENERATION);
        match (born, locked, self.never_extractable, self.always_sensitive) {
            (true, true, Some(true), Some(true)) => OriginClass::HsmBorn,
            (true, true, Some(_), Some(_)) => OriginClass::BornThenLocked,
            _ if self.local == Some(false) => OriginClass::Imported,
            _ => OriginClass::Unknown,
        }
    }
}

/// What the evidence amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OriginClass {
    /// Born in the token and never able to leave it.
    HsmBorn,
    /// Born in the token, but there was a time when it could leave or be read.
    BornThenLocked,
    /// Made elsewhere and brought in.
    Imported,
    /// Derived outside the token from a seed that a key of the token has sealed, and brought in for
    /// one signature. No attribute says so: it follows from how the key was come by.
    SealedSeed,
    /// The token says too little, contradicts itself, or lets the key leave.
    Unknown,
}

impl OriginClass {
    /// The word that packets and screens use: printable ASCII, lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HsmBorn => "hsm-born",
            Self::BornThenLocked => "born-then-locked",
            Self::Imported => "imported",
            Self::SealedSeed => "sealed-seed",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for OriginClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An attribute of a private key that is not as it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnsafeAttribute {
    /// Its name in the standard, such as `CKA_EXTRACTABLE`.
    pub name: &'static str,
    /// What the token says; `None`: it does not say.
    pub found: Option<bool>,
    /// What it must be.
    pub expected: bool,
}

impl fmt::Display for UnsafeAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = match self.found {
            Some(true) => "true",
            Some(false) => "false",
            None => "unknown",
        };
        write!(f, "{} is {found} and must be {}", self.name, self.expected)
    }
}

/// The attributes of a private key that forbid its use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnsafeAttributes(Vec<UnsafeAttribute>);

impl UnsafeAttributes {
    /// Those of the rules (name, what was found, what must be) that do not hold.
    pub(crate) fn among(
        rules: impl IntoIterator<Item = (&'static str, Option<bool>, bool)>,
    ) -> Self {
        Self(
            rules
                .into_iter()
                .filter(|(_, found, expected)| *found != Some(*expected))
                .map(|(name, found, expected)| UnsafeAttribute {
                    name,
                    found,
                    expected,
                })
                .collect(),
        )
    }

    /// Whether there is none, so that the key may be used.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The attributes.
    pub fn as_slice(&self) -> &[UnsafeAttribute] {
        &self.0
    }
}

impl fmt::Display for UnsafeAttributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, attribute) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { ", " };
            write!(f, "{separator}{attribute}")?;
        }
        Ok(())
    }
}

/// Everything that is read of a private key besides its name and curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Attributes {
    pub(crate) origin: OriginEvidence,
    pub(crate) usage: Usage,
}

/// What a private key may be used for, and what may be done to its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Usage {
    pub(crate) sign: Option<bool>,
    pub(crate) sign_recover: Option<bool>,
    pub(crate) decrypt: Option<bool>,
    pub(crate) unwrap: Option<bool>,
    pub(crate) derive: Option<bool>,
    pub(crate) modifiable: Option<bool>,
    pub(crate) copyable: Option<bool>,
    pub(crate) destroyable: Option<bool>,
}

impl Attributes {
    /// Lists what is not as it must be; an attribute the token does not tell counts as wrong.
    ///
    /// Two exceptions: modules written before PKCS#11 2.40 do not know `CKA_COPYABLE` and
    /// `CKA_DESTROYABLE`. A copy stays in the token and may not be less sensitive than its
    /// original (PKCS#11 3.0 §5.7.2), and a destroyed key signs nothing, so only a token that
    /// *says* so is refused.
    pub(crate) fn unsafe_ones(&self) -> UnsafeAttributes {
        let Self { origin, usage } = self;
        let rules = [
            ("CKA_SENSITIVE", origin.sensitive, true),
            ("CKA_EXTRACTABLE", origin.extractable, false),
            ("CKA_LOCAL", origin.local, true),
            ("CKA_NEVER_EXTRACTABLE", origin.never_extractable, true),
            ("CKA_ALWAYS_SENSITIVE", origin.always_sensitive, true),
            ("CKA_SIGN", usage.sign, true),
            ("CKA_SIGN_RECOVER", usage.sign_recover, false),
            ("CKA_DECRYPT", usage.decrypt, false),
            ("CKA_UNWRAP", usage.unwrap, false),
            ("CKA_DERIVE", usage.derive, false),
            ("CKA_MODIFIABLE", usage.modifiable, false),
            ("CKA_COPYABLE", usage.copyable.or(Some(false)), false),
            ("CKA_DESTROYABLE", usage.destroyable.or(Some(false)), false),
        ];
        UnsafeAttributes::among(rules)
    }
}

#[cfg(test)]
mod tests;
