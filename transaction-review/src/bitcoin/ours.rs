//! The wallet's side of every comparison: what a PSBT states about keys and scripts must be what the
//! descriptor has at that place. Knows one wallet, nothing of amounts.

use std::collections::BTreeMap;

use bitcoin::ScriptBuf;
use bitcoin::bip32::KeySource;
use bitcoin::secp256k1::PublicKey;
use data_encoding::HEXLOWER;

use super::descriptor::{Derived, DerivedKey, Descriptor, origin_text};
use super::{BitcoinError, Network};
use crate::excerpt::excerpt;
use crate::{BitcoinWallet, KeyPath, WalletKey};

/// What a map of a PSBT states about the key and the scripts of a coin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stated<'a> {
    pub(super) keys: &'a BTreeMap<PublicKey, KeySource>,
    pub(super) redeem_script: Option<&'a ScriptBuf>,
    pub(super) witness_script: Option<&'a ScriptBuf>,
    /// The names of the two script fields.
    pub(super) fields: [&'static str; 2],
}

/// A place of the wallet, with all that is derived there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Home {
    /// Which of the wallet's keys it is.
    pub(crate) path: KeyPath,
    /// What the descriptor has there.
    pub(crate) derived: Derived,
    /// The key of this station.
    pub(crate) key: DerivedKey,
}

impl Home {
    /// Where this station's key is, in the words of BIP-380.
    pub(crate) fn origin(&self) -> String {
        origin_text(self.key.fingerprint, &self.key.path)
    }
}

/// One wallet as the policy has it, and which of its keys this station holds.
pub(super) struct Ours<'a> {
    pub(super) network: Network,
    descriptor: &'a Descriptor,
    position: usize,
    known: BTreeMap<(u32, u32), Home>,
}

impl<'a> Ours<'a> {
    /// `None` if the key is none of the descriptor's, which no policy allows.
    pub(super) fn new(wallet: &'a BitcoinWallet, key: &WalletKey) -> Option<Self> {
        let descriptor = &wallet.descriptor;
        Some(Self {
            network: wallet.network,
            descriptor,
            position: descriptor.position_of(key)?,
            known: BTreeMap::new(),
        })
    }

    pub(super) const fn descriptor(&self) -> &Descriptor {
        self.descriptor
    }

    /// What is derived at a place.
    pub(super) fn home(&mut self, place: (u32, u32)) -> Option<Home> {
        if let Some(home) = self.known.get(&place) {
            return Some(home.clone());
        }
        let (branch, index) = place;
        let derived = self.descriptor.derived(branch, index)?;
        let mut keys = derived.keys.iter();
        let key = keys.find(|key| key.position == self.position)?.clone();
        let path = if self.descriptor.is_ranged() {
            KeyPath::Child { branch, index }
        } else {
            KeyPath::Own
        };
        let home = Home { path, derived, key };
        self.known.insert(place, home.clone());
        Some(home)
    }

    /// The place that stated keys name; without ranges there is only one, named or not.
    pub(super) fn place(&self, stated: &Stated<'_>) -> Option<(u32, u32)> {
        if !self.descriptor.is_ranged() {
            return Some((0, 0));
        }
        let mut origins = stated.keys.values();
        origins.find_map(|(fingerprint, path)| {
            let steps = path.to_u32_vec();
            self.descriptor.place(fingerprint.to_bytes(), &steps)
        })
    }

    /// Whether stated keys say that the wallet, or a part of it, owns the coin.
    pub(super) fn is_claimed(&mut self, stated: &Stated<'_>) -> bool {
        let fixed = if self.descriptor.is_ranged() {
            None
        } else {
            self.home((0, 0))
        };
        let keys = fixed.map_or_else(Vec::new, |home| home.derived.keys);
        stated.keys.iter().any(|(key, (fingerprint, _))| {
            let own = |own: &DerivedKey| own.public_key == key.serialize();
            self.descriptor.has_fingerprint(fingerprint.to_bytes()) || keys.iter().any(own)
        })
    }

    /// The stated keys are those of the place, no more and no fewer; the stated scripts are its own.
    /// Where there is one place only, a PSBT may leave the keys out.
    pub(super) fn check(
        &self,
        home: &Home,
        stated: &Stated<'_>,
        place: &str,
    ) -> Result<(), BitcoinError> {
        for (key, source) in stated.keys {
            check_key(home, key, source, place)?;
        }
        let silent = stated.keys.is_empty() && !self.descriptor.is_ranged();
        let keys = &home.derived.keys;
        if !silent && stated.keys.len() != keys.len() {
            return Err(BitcoinError::DerivationMissing {
                place: place.to_owned(),
                found: stated.keys.len(),
                expected: keys.len(),
            });
        }
        let derived = &home.derived;
        let [redeem, witness] = stated.fields;
        check_script(
            place,
            redeem,
            stated.redeem_script,
            derived.redeem_script.as_ref(),
        )?;
        check_script(
            place,
            witness,
            stated.witness_script,
            derived.witness_script.as_ref(),
        )
    }
}

/// A stated key is one of the place, at the origin that the policy declares.
fn check_key(
    home: &Home,
    key: &PublicKey,
    (fingerprint, path): &KeySource,
    place: &str,
) -> Result<(), BitcoinError> {
    let public_key = key.serialize();
    let mut keys = home.derived.keys.iter();
    let own = keys.find(|own| own.public_key == public_key);
    let (fingerprint, steps) = (fingerprint.to_bytes(), path.to_u32_vec());
    if own.is_some_and(|own| own.fingerprint == fingerprint && own.path == steps) {
        return Ok(());
    }
    let own = own.unwrap_or(&home.key);
    Err(BitcoinError::Derivation {
        place: place.to_owned(),
        key: HEXLOWER.encode(&public_key),
        found: excerpt(&origin_text(fingerprint, &steps)),
        expected: origin_text(own.fingerprint, &own.path),
    })
}

fn check_script(
    place: &str,
    field: &'static str,
    stated: Option<&ScriptBuf>,
    derived: Option<&ScriptBuf>,
) -> Result<(), BitcoinError> {
    match (stated, derived) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(BitcoinError::Field {
            place: place.to_owned(),
            field,
        }),
        (Some(stated), Some(derived)) if stated == derived => Ok(()),
        (Some(stated), Some(derived)) => Err(BitcoinError::Script {
            place: place.to_owned(),
            field,
            found: excerpt(&stated.to_hex_string()),
            expected: excerpt(&derived.to_hex_string()),
        }),
    }
}
