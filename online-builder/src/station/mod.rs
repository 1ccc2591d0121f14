//! A station the builder trusts: its key, what it enrolled, and the policy it has installed.
//! Knows nothing of files; the same checks are made when it is pinned and whenever it is used.

mod error;

use transaction_review::{Policy, Source, Wallet};
use transfer_format::DigestWords;
use transfer_format::packet::{EnrolledWallet, Enrolment, KeyEvidence};
use transfer_format::seal::{Envelope, Packet, SealAlgorithm, SealKey};

pub use self::error::EnrolmentError;

/// A station whose enrolment fits its policy and this builder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Station {
    enrolment: Packet<Enrolment>,
    policy: Policy,
    source: SealKey,
}

impl Station {
    /// Checks an enrolment: sealed by `key`, which people compared with the station's screen; the
    /// policy's hash, audience and wallets; keys born in their token; and that the policy knows
    /// this builder's `source` key.
    ///
    /// # Errors
    /// [`EnrolmentError`]: the first rule that does not hold.
    pub fn establish(
        enrolment: Vec<u8>,
        policy: &str,
        key: &SealKey,
        source: &SealKey,
    ) -> Result<Self, EnrolmentError> {
        let enrolment = Envelope::read(enrolment)?.open::<Enrolment>(key)?;
        let policy = Policy::parse(policy)?;
        let station = Self {
            enrolment,
            policy,
            source: *source,
        };
        station.check_identity()?;
        station.check_source()?;
        station.check_wallets()?;
        Ok(station)
    }

    /// The station's id.
    pub fn id(&self) -> &str {
        &self.enrolled().station
    }

    /// The environment it signs for.
    pub fn environment(&self) -> &str {
        &self.enrolled().environment
    }

    /// The key that seals its answers.
    pub const fn key(&self) -> &SealKey {
        self.enrolment.key()
    }

    /// Whether it is a rehearsal station, whose results must say so.
    pub const fn is_rehearsal(&self) -> bool {
        self.enrolled().rehearsal
    }

    /// The policy it has installed.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What it presented itself with.
    pub const fn enrolled(&self) -> &Enrolment {
        self.enrolment.payload()
    }

    /// The sealed enrolment.
    pub fn packet(&self) -> &[u8] {
        self.enrolment.bytes()
    }

    /// This builder, as the policy names it.
    pub fn source(&self) -> Option<&Source> {
        let key = self.source.to_string();
        let mut sources = self.policy.sources().iter();
        sources.find(|source| source.public_key().to_string() == key)
    }

    fn check_identity(&self) -> Result<(), EnrolmentError> {
        let (enrolled, policy) = (self.enrolled(), &self.policy);
        if enrolled.station_key != *self.key() {
            let (found, expected) = (enrolled.station_key.to_string(), self.key().to_string());
            return Err(EnrolmentError::StationKey { found, expected });
        }
        if enrolled.policy_hash != policy.hash() {
            return Err(EnrolmentError::PolicyHash {
                found: hexadecimal(&enrolled.policy_hash),
                expected: hexadecimal(&policy.hash()),
            });
        }
        if !policy.signers().contains(&enrolled.station) {
            return Err(EnrolmentError::Station {
                found: enrolled.station.clone(),
                signers: policy.signers().to_vec(),
            });
        }
        if enrolled.environment != policy.environment() {
            return Err(EnrolmentError::Environment {
                found: enrolled.environment.clone(),
                expected: policy.environment().to_owned(),
            });
        }
        Ok(())
    }

    fn check_source(&self) -> Result<(), EnrolmentError> {
        match self.source() {
            Some(_) => Ok(()),
            None => Err(EnrolmentError::Source {
                key: self.source.to_string(),
            }),
        }
    }

    fn check_wallets(&self) -> Result<(), EnrolmentError> {
        let enrolled = self.enrolled();
        for wallet in &enrolled.wallets {
            let unknown = || EnrolmentError::WalletUnknown {
                wallet: wallet.wallet.clone(),
            };
            let registered = self.policy.wallet(&wallet.wallet).ok_or_else(unknown)?;
            check_wallet(wallet, registered, &enrolled.token.serial)?;
        }
        let missing = self.policy.wallets().iter().find(|wallet| {
            let mut keys = enrolled.wallets.iter();
            !keys.any(|enrolled| enrolled.wallet == wallet.id())
        });
        match missing {
            Some(wallet) => Err(EnrolmentError::WalletMissing {
                wallet: wallet.id().to_owned(),
            }),
            None => Ok(()),
        }
    }
}

/// What two people read aloud to compare a key: its id in the seals, as words.
pub fn key_words(key: &SealKey) -> DigestWords {
    let mut digest = [0; 32];
    for (byte, of_id) in digest.iter_mut().zip(key.key_id().as_bytes()) {
        *byte = *of_id;
    }
    DigestWords::of(&digest)
}

/// Lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// The same behind `0x`, as Ethereum's programs write bytes.
pub(crate) fn prefixed_hexadecimal(bytes: &[u8]) -> String {
    format!("0x{}", hexadecimal(bytes))
}

fn check_wallet(
    wallet: &EnrolledWallet,
    registered: &Wallet,
    serial: &str,
) -> Result<(), EnrolmentError> {
    let id = || wallet.wallet.clone();
    let key = registered.key();
    let (found, expected) = (
        wallet.key.to_string(),
        format!("{}:{}", SealAlgorithm::Es256k, hexadecimal(&key.public_key)),
    );
    if found != expected {
        return Err(EnrolmentError::WalletKey {
            wallet: id(),
            found,
            expected,
        });
    }
    if key.token_serial != serial {
        return Err(EnrolmentError::Token {
            wallet: id(),
            found: serial.to_owned(),
            expected: key.token_serial.clone(),
        });
    }
    let (doubtful, expected) = if key.account.is_some() {
        (not_of_a_sealed_seed(&wallet.evidence), SEALED_SEED)
    } else {
        (not_born_in_token(&wallet.evidence), BORN)
    };
    match doubtful {
        Some(attribute) => Err(EnrolmentError::Origin {
            wallet: id(),
            class: wallet.evidence.class.clone(),
            attribute,
            expected,
        }),
        None => Ok(()),
    }
}

/// What is not as it is for the account of a seed that the token keeps sealed: that is what a policy
/// with an extended key asks for, and no better class may be claimed.
fn not_of_a_sealed_seed(evidence: &KeyEvidence) -> Option<&'static str> {
    let rules = [
        ("CKA_SENSITIVE", evidence.sensitive != Some(false)),
        ("CKA_EXTRACTABLE", evidence.extractable != Some(true)),
        ("the class", evidence.class == SEALED_SEED),
    ];
    rules
        .into_iter()
        .find(|(_, holds)| !holds)
        .map(|(name, _)| name)
}

/// The first attribute (PKCS#11 3.0 §4.9) that is not as it is for a key born in its token. The
/// class is drawn anew from the attributes; a station cannot claim it against them.
fn not_born_in_token(evidence: &KeyEvidence) -> Option<&'static str> {
    let rules = [
        ("CKA_LOCAL", evidence.local == Some(true)),
        (
            "CKA_KEY_GEN_MECHANISM",
            evidence.key_generation_mechanism == Some(EC_KEY_PAIR_GENERATION),
        ),
        ("CKA_SENSITIVE", evidence.sensitive == Some(true)),
        ("CKA_EXTRACTABLE", evidence.extractable == Some(false)),
        (
            "CKA_NEVER_EXTRACTABLE",
            evidence.never_extractable == Some(true),
        ),
        (
            "CKA_ALWAYS_SENSITIVE",
            evidence.always_sensitive == Some(true),
        ),
        ("the class", evidence.class == BORN),
    ];
    rules
        .into_iter()
        .find(|(_, holds)| !holds)
        .map(|(name, _)| name)
}

/// The class of a key that was born in its token and can never leave it.
const BORN: &str = "hsm-born";

/// The class of a key that is derived, for one ceremony, from a seed that a key of the token has
/// sealed.
const SEALED_SEED: &str = "sealed-seed";

/// `CKM_EC_KEY_PAIR_GEN` (PKCS#11 3.0 §2.3).
const EC_KEY_PAIR_GENERATION: u64 = 0x1040;

#[cfg(test)]
mod tests;
