//! The founding of a station: a policy, a token, two operators, and the journal's first record.
//! Knows nothing of requests; nothing can be signed before this is done.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use hsm_adapter::{Curve, KeyId, KeyInfo, KeySpec, Module, OriginClass, PublicKey, Unlocked};
use transaction_review::{Class, Policy, PolicyError, Quorum, Screen, screens_digest};
use transfer_format::IntentDigest;
use transfer_format::seal::SealKeyError;

use super::screens::founding_screens;
use super::{Station, StationError, WalletKeys, journal_path, wallet_keys};
use crate::ceremony::{Approvals, Bound, FOUNDER, Given, Isolation, People, Refusal, Room};
use crate::clock::Clock;
use crate::journal::{
    Evidence, Facts, Genesis, Journal, ModuleRecord, StorageError, TokenRecord, WalletRecord,
};
use crate::terminal::TerminalError;
use crate::tokens::{PinnedTokens, ProvenWallet, RegisteredWallet, TokenRefusal, credential, find};

/// What the founders bring.
#[derive(Debug, Clone)]
pub struct FoundingPlan {
    /// The folder of the station; it is made, and must not hold a station yet.
    pub home: PathBuf,
    /// The station's id, one of the policy's signers.
    pub station: String,
    /// The policy's text.
    pub policy: String,
    /// The PKCS#11 modules, the station token's first.
    pub modules: Vec<PathBuf>,
    /// Whether this is a rehearsal.
    pub rehearsal: bool,
    /// A fresh random id.
    pub ceremony: [u8; 16],
}

/// Why no station was founded. The folder holds no journal then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FoundingError {
    /// The policy is refused.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The policy does not name this station.
    #[error("the policy's signers are [{}], \"{station}\" is not one of them", .signers.join(", "))]
    NotASigner {
        /// The id given.
        station: String,
        /// The ids in the policy.
        signers: Vec<String>,
    },
    /// A rehearsal under a production policy.
    #[error(
        "a rehearsal may not use a policy for \"production\": give it an environment of its own"
    )]
    RehearsalInProduction,
    /// The wallets' keys lie on several tokens.
    #[error("the wallets' keys lie on the tokens {}: a station has one token", .serials.join(", "))]
    SeveralTokens {
        /// Their serials.
        serials: Vec<String>,
    },
    /// A wallet's key lies where station keys lie.
    #[error(
        "the key of wallet \"{wallet}\" has an id of a station key: give wallets keys of their own"
    )]
    WalletIsStationKey {
        /// The wallet.
        wallet: String,
    },
    /// The policy has no wallet.
    #[error("the policy registers no wallet: there is nothing to sign for")]
    NoWallet,
    /// The folder cannot be made.
    #[error("{} cannot be used as the station's folder ({kind})", .path.display())]
    Folder {
        /// Its path.
        path: PathBuf,
        /// What the system said.
        kind: io::ErrorKind,
    },
    /// A token refused.
    #[error(transparent)]
    Token(#[from] TokenRefusal),
    /// A founder refused, or an approval does not count.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The facts do not make a station.
    #[error(transparent)]
    Station(#[from] StationError),
    /// The journal could not be written.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Nobody could be asked.
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl FoundingError {
    /// The reason code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Policy(error) => error.code().as_str(),
            Self::NotASigner { .. } => "E_STATION_ID",
            Self::RehearsalInProduction => "E_REHEARSAL",
            Self::SeveralTokens { .. } => "E_STATION_TOKENS",
            Self::NoWallet | Self::WalletIsStationKey { .. } => "E_STATION_WALLETS",
            Self::Folder { .. } => "E_STATION_FOLDER",
            Self::Token(refusal) => refusal.code(),
            Self::Refused(refusal) => refusal.code(),
            Self::Station(error) => error.code(),
            Self::Storage(error) => Refusal::Storage(error.clone()).code(),
            Self::Terminal(error) => Refusal::Terminal(error.clone()).code(),
        }
    }

    /// The class.
    pub fn class(&self) -> Class {
        match self {
            Self::Policy(error) => error.class(),
            Self::NotASigner { .. }
            | Self::RehearsalInProduction
            | Self::SeveralTokens { .. }
            | Self::NoWallet
            | Self::WalletIsStationKey { .. } => Class::Usage,
            Self::Folder { .. } => Class::Storage,
            Self::Token(refusal) => refusal.class(),
            Self::Refused(refusal) => refusal.class(),
            Self::Station(error) => error.class(),
            Self::Storage(error) => Refusal::Storage(error.clone()).class(),
            Self::Terminal(error) => Refusal::Terminal(error.clone()).class(),
        }
    }
}

/// How the id of a station key on the station's token begins; each founding has a key of its own.
const STATION_KEY_ID: &[u8] = b"coldsign-station";

/// The label of the station key, for people who list the token's objects.
const STATION_KEY_LABEL: &str = "coldsign station key";

/// Founds a station: proves every wallet's key in the token, has the station key born there, has
/// two operators read and sign all of it, and writes the journal's first record.
///
/// # Errors
/// [`FoundingError`]; there is no station then.
pub fn found(
    plan: &FoundingPlan,
    people: &mut dyn People,
    clock: &dyn Clock,
    isolation: &dyn Isolation,
) -> Result<(Station, Journal), FoundingError> {
    isolation.prove().map_err(Refusal::from)?;
    let policy = Policy::parse(&plan.policy)?;
    check_plan(plan, &policy)?;
    let wallets = wallet_keys(&policy).map_err(StationError::from)?;
    let modules = plan
        .modules
        .iter()
        .map(|path| Module::load(path))
        .collect::<Result<Vec<_>, _>>()
        .map_err(TokenRefusal::from)?;
    let facts = establish(plan, &policy, &wallets, &modules, people)?;
    let station = Station::new(&facts)?;
    let tokens = PinnedTokens::new(modules, &facts, &wallets)?;
    let mut room = Room {
        station: &station,
        people,
        tokens: &tokens,
        clock,
        isolation,
    };
    let (given, bound) = approve(&facts, &mut room)?;
    // One moment for the count and for the record that it is counted against later.
    let now = clock.now();
    let approvals = Approvals::count(given, &Quorum::LEAST, &bound, &station, now)?;
    make_folder(&plan.home)?;
    let genesis = Genesis {
        facts,
        approvals: approvals.packets().to_vec(),
    };
    let journal = Journal::found(&journal_path(&plan.home), genesis, now)?;
    Ok((station, journal))
}

/// What the founders' approvals are bound to: a pure function of the facts, so that an auditor
/// can compute it from the journal alone.
pub fn founding_bound(facts: &Facts, station: &Station) -> (Vec<Screen>, Bound) {
    let screens = founding_screens(facts, station.policy());
    let bound = Bound {
        intent: IntentDigest::from_bytes(facts.digest()),
        review: screens_digest(&screens),
        policy: station.policy().hash(),
        ceremony: facts.ceremony,
        head: [0; 32],
        role: FOUNDER,
    };
    (screens, bound)
}

fn check_plan(plan: &FoundingPlan, policy: &Policy) -> Result<(), FoundingError> {
    if !policy.signers().contains(&plan.station) {
        return Err(FoundingError::NotASigner {
            station: plan.station.clone(),
            signers: policy.signers().to_vec(),
        });
    }
    let mine = policy
        .wallets()
        .iter()
        .find(|wallet| wallet.key().cka_id.starts_with(STATION_KEY_ID));
    if let Some(wallet) = mine {
        return Err(FoundingError::WalletIsStationKey {
            wallet: wallet.id().to_owned(),
        });
    }
    if plan.rehearsal && policy.environment() == "production" {
        return Err(FoundingError::RehearsalInProduction);
    }
    if journal_path(&plan.home).exists() {
        return Err(StorageError::Exists(plan.home.clone()).into());
    }
    Ok(())
}

fn station_serial(policy: &Policy) -> Result<String, FoundingError> {
    let mut serials: Vec<String> = policy
        .wallets()
        .iter()
        .map(|wallet| wallet.key().token_serial.clone())
        .collect();
    serials.sort();
    serials.dedup();
    match serials.as_slice() {
        [] => Err(FoundingError::NoWallet),
        [serial] => Ok(serial.clone()),
        _ => Err(FoundingError::SeveralTokens { serials }),
    }
}

fn establish(
    plan: &FoundingPlan,
    policy: &Policy,
    wallets: &WalletKeys,
    modules: &[Module],
    people: &mut dyn People,
) -> Result<Facts, FoundingError> {
    let serial = station_serial(policy)?;
    let token =
        find(modules, |token| token.serial == serial)?.ok_or_else(|| TokenRefusal::Absent {
            serial: serial.clone(),
        })?;
    let mut tokens = vec![token_record(token.identity())];
    let pin = people.pin("station", &serial)?;
    let mut unlocked = token.unlock(credential(pin)?).map_err(TokenRefusal::from)?;
    let mut records = Vec::new();
    for (wallet, key) in wallets {
        let proven = RegisteredWallet::try_from(key)?.prove(&unlocked)?;
        records.push(wallet_record(wallet, &proven)?);
    }
    let earlier_stations = earlier_stations(&unlocked);
    let station_key_id = [STATION_KEY_ID, plan.ceremony.as_slice()].concat();
    let station_key = station_key(&mut unlocked, &station_key_id)?;
    unlocked.lock().map_err(TokenRefusal::from)?;
    for operator in policy.operators() {
        if let Some(token) = find(modules, |token| token.serial == operator.token())? {
            tokens.push(token_record(token.identity()));
        }
    }
    Ok(Facts {
        station: plan.station.clone(),
        environment: policy.environment().to_owned(),
        rehearsal: plan.rehearsal,
        policy: plan.policy.clone(),
        modules: modules.iter().map(module_record).collect(),
        tokens,
        station_key_id,
        earlier_stations,
        station_key: station_key.to_string(),
        wallets: records,
        ceremony: plan.ceremony,
        program: concat!("offline-signer ", env!("CARGO_PKG_VERSION")).to_owned(),
    })
}

/// A station key, born now. Each founding has its own: a builder that pinned another station's
/// never takes a result of this one for one of the other's.
fn station_key(unlocked: &mut Unlocked<'_>, id: &[u8]) -> Result<PublicKey, TokenRefusal> {
    let spec = KeySpec::new(
        KeyId::new(id.to_vec())?,
        STATION_KEY_LABEL,
        Curve::Secp256k1,
    )?;
    Ok(*unlocked.generate(&spec)?.public_key())
}

/// How many station keys the token holds already: each may have a journal of its own, of which
/// this one knows nothing. The founders read the number.
fn earlier_stations(unlocked: &Unlocked<'_>) -> u64 {
    let is_station = |key: &&KeyInfo| key.id().as_bytes().starts_with(STATION_KEY_ID);
    u64::try_from(unlocked.keys().iter().filter(is_station).count()).unwrap_or(u64::MAX)
}

fn approve(facts: &Facts, room: &mut Room<'_>) -> Result<(Vec<Vec<u8>>, Bound), FoundingError> {
    let (screens, bound) = founding_bound(facts, room.station);
    let mut given = Vec::new();
    for _ in 0..Quorum::LEAST.need {
        given.push(bound.ask(&given, &Quorum::LEAST, &screens, room)?);
    }
    Ok((given.into_iter().map(Given::into_sealed).collect(), bound))
}

fn wallet_record(wallet: &str, key: &ProvenWallet) -> Result<WalletRecord, TokenRefusal> {
    let class = key.class();
    if !matches!(class, OriginClass::HsmBorn | OriginClass::SealedSeed) {
        return Err(TokenRefusal::Origin {
            wallet: wallet.to_owned(),
            class: class.to_string(),
        });
    }
    let evidence = key.evidence();
    Ok(WalletRecord {
        wallet: wallet.to_owned(),
        key: key.public_key().to_string(),
        evidence: Evidence {
            local: evidence.local,
            never_extractable: evidence.never_extractable,
            always_sensitive: evidence.always_sensitive,
            sensitive: evidence.sensitive,
            extractable: evidence.extractable,
            generation_mechanism: evidence.key_generation_mechanism,
            class: class.to_string(),
        },
    })
}

fn token_record(token: &hsm_adapter::TokenIdentity) -> TokenRecord {
    TokenRecord {
        manufacturer: token.manufacturer.clone(),
        model: token.model.clone(),
        serial: token.serial.clone(),
    }
}

fn module_record(module: &Module) -> ModuleRecord {
    let identity = module.identity();
    ModuleRecord {
        path: identity.path.clone(),
        sha256: identity.sha256,
    }
}

fn make_folder(home: &std::path::Path) -> Result<(), FoundingError> {
    let failed = |error: io::Error| FoundingError::Folder {
        path: home.to_path_buf(),
        kind: error.kind(),
    };
    match DirBuilder::new().recursive(true).mode(0o700).create(home) {
        Ok(()) => fs::metadata(home).map(drop).map_err(failed),
        Err(error) => Err(failed(error)),
    }
}

impl From<SealKeyError> for FoundingError {
    fn from(error: SealKeyError) -> Self {
        Self::Station(StationError::Key(error))
    }
}
