//! Tokens through PKCS#11, each selected by what the genesis pinned and proven by its key.
//! Knows nothing of why a digest is to be signed.

use std::collections::BTreeMap;

use hsm_adapter::{
    Credential, KeyId, Module, Prehash, ProvenAccount, ProvenKey, PublicKey, SecretPin, Token,
    TokenSelector, Unlocked,
};
use transfer_format::seal::SealKey;
use zeroize::Zeroizing;

use super::refusal::TokenRefusal;
use super::wallet::RegisteredWallet;
use crate::ceremony::{Authorised, SealDigest, StationToken, Tokens, TypedPin, WalletSignature};
use crate::journal::Facts;
use crate::station::WalletKeys;

/// The loaded modules and what is pinned of their tokens.
pub struct PinnedTokens {
    modules: Vec<Module>,
    selectors: Vec<TokenSelector>,
    station_key: (KeyId, PublicKey),
    wallets: BTreeMap<String, RegisteredWallet>,
}

impl PinnedTokens {
    /// Loads the modules that the genesis pinned, each only if its file is still the same.
    ///
    /// # Errors
    /// [`TokenRefusal::Module`], [`TokenRefusal::KeyText`], [`TokenRefusal::KeyId`],
    /// [`TokenRefusal::Path`].
    pub fn load(facts: &Facts, wallets: &WalletKeys) -> Result<Self, TokenRefusal> {
        let modules = facts
            .modules
            .iter()
            .map(|module| Module::load_pinned(&module.path, &module.sha256))
            .collect::<Result<Vec<_>, _>>()?;
        Self::new(modules, facts, wallets)
    }

    /// The tokens of modules that are loaded already.
    ///
    /// # Errors
    /// [`TokenRefusal::KeyText`], [`TokenRefusal::KeyId`], [`TokenRefusal::Path`].
    pub fn new(
        modules: Vec<Module>,
        facts: &Facts,
        wallets: &WalletKeys,
    ) -> Result<Self, TokenRefusal> {
        let selectors = facts
            .tokens
            .iter()
            .map(|token| TokenSelector {
                manufacturer: token.manufacturer.clone(),
                model: token.model.clone(),
                serial: token.serial.clone(),
            })
            .collect();
        let station_key = (
            KeyId::new(facts.station_key_id.clone())?,
            facts.station_key.parse::<PublicKey>()?,
        );
        let mut registered = BTreeMap::new();
        for (wallet, key) in wallets {
            registered.insert(wallet.clone(), RegisteredWallet::try_from(key)?);
        }
        Ok(Self {
            modules,
            selectors,
            station_key,
            wallets: registered,
        })
    }

    fn token(&self, serial: &str) -> Result<Token<'_>, TokenRefusal> {
        let absent = || TokenRefusal::Absent {
            serial: serial.to_owned(),
        };
        // An operator enrolled by the policy but not present at the founding is not pinned by
        // maker and model; the registered key that the token must prove decides in either case.
        let pinned = self
            .selectors
            .iter()
            .find(|selector| selector.serial == serial);
        find(&self.modules, |token| match pinned {
            Some(selector) => selector.matches(token),
            None => token.serial == serial,
        })?
        .ok_or_else(absent)
    }
}

impl Tokens for PinnedTokens {
    fn approve(
        &self,
        serial: &str,
        key: &SealKey,
        pin: TypedPin,
        digest: &SealDigest,
    ) -> Result<[u8; 64], TokenRefusal> {
        let registered: PublicKey = key.to_string().parse()?;
        let mut unlocked = self.token(serial)?.unlock(credential(pin)?)?;
        let absent = || TokenRefusal::KeyAbsent {
            serial: serial.to_owned(),
            key: key.to_string(),
        };
        let id = unlocked
            .keys()
            .iter()
            .find(|known| *known.public_key() == registered)
            .map(|known| known.id().clone())
            .ok_or_else(absent)?;
        let proven = unlocked.registered(&id, &registered)?;
        let signature = unlocked.sign(&proven, Prehash::new(digest.digest()))?;
        unlocked.lock()?;
        Ok(*signature.rs())
    }

    fn unlock(&self, pin: TypedPin) -> Result<Box<dyn StationToken + '_>, TokenRefusal> {
        let [station, ..] = self.selectors.as_slice() else {
            return Err(TokenRefusal::Absent {
                serial: String::new(),
            });
        };
        let unlocked = self.token(&station.serial)?.unlock(credential(pin)?)?;
        let station_key = unlocked.registered(&self.station_key.0, &self.station_key.1)?;
        Ok(Box::new(UnlockedStation {
            unlocked,
            station_key,
            wallets: &self.wallets,
            accounts: BTreeMap::new(),
        }))
    }
}

/// The station's token with its user logged in.
struct UnlockedStation<'t> {
    unlocked: Unlocked<'t>,
    station_key: ProvenKey,
    wallets: &'t BTreeMap<String, RegisteredWallet>,
    /// The accounts that have proven themselves since the token was unlocked.
    accounts: BTreeMap<String, ProvenAccount>,
}

impl StationToken for UnlockedStation<'_> {
    fn sign(&mut self, authorised: &Authorised) -> Result<WalletSignature, TokenRefusal> {
        let wallet = authorised.wallet();
        let registered = self
            .wallets
            .get(wallet)
            .ok_or_else(|| TokenRefusal::Wallet {
                wallet: wallet.to_owned(),
            })?;
        let signature = registered.sign(&mut self.unlocked, &mut self.accounts, authorised)?;
        // Recovery ids 2 and 3 mean that r was reduced by n; the parity is the low bit in all four.
        let y_parity = signature.recovery_id().unwrap_or_default() & 1;
        Ok(WalletSignature {
            rs: *signature.rs(),
            y_parity,
        })
    }

    fn seal(&mut self, digest: &SealDigest) -> Result<[u8; 64], TokenRefusal> {
        Ok(*self
            .unlocked
            .sign(&self.station_key, Prehash::new(digest.digest()))?
            .rs())
    }

    fn lock(self: Box<Self>) -> Result<(), TokenRefusal> {
        Ok(self.unlocked.lock()?)
    }
}

/// The one token, over all modules, that `wanted` says yes to.
///
/// # Errors
/// [`TokenRefusal::Token`] if a module fails, or if several tokens answer to the same description.
pub fn find(
    modules: &[Module],
    wanted: impl Fn(&hsm_adapter::TokenIdentity) -> bool,
) -> Result<Option<Token<'_>>, TokenRefusal> {
    for module in modules {
        if let Some(token) = module.tokens()?.iter().find(|token| wanted(token)) {
            return Ok(Some(module.token(&token.selector())?));
        }
    }
    Ok(None)
}

/// What was typed, as the adapter takes it.
///
/// # Errors
/// [`TokenRefusal::Pin`] if it cannot be a PIN.
pub fn credential(pin: TypedPin) -> Result<Credential, TokenRefusal> {
    let typed = pin.into_typed();
    // Not UTF-8 is not printable ASCII either: the empty text is refused for its length.
    let text = std::str::from_utf8(&typed).unwrap_or_default();
    Ok(Credential::Pin(SecretPin::new(Zeroizing::new(
        text.to_owned(),
    ))?))
}
