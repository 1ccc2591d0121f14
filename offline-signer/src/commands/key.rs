//! `key`: has keys born and seeds made in a token, and lists what a token holds.
//! Knows nothing of policies; it prints the line that goes into one.

use std::path::Path;

use data_encoding::HEXLOWER;
use hsm_adapter::{
    AccountPath, AccountPublic, Curve, ExtendedKeyVersion, KeyId, KeyInfo, KeySpec, Module,
    SeedInfo, SeedSpec, Unlocked,
};
use transaction_review::ethereum;

use super::session::{self, ThisMachine};
use crate::arguments::{AccountArguments, CurveName, KeyCommand, NetworkName};
use crate::ceremony::{Isolation as _, People as _, Refusal};
use crate::failure::Failure;
use crate::tokens::{TokenRefusal, credential, find};

pub(super) fn run(command: KeyCommand) -> Result<(), Failure> {
    match command {
        KeyCommand::Create {
            module,
            token,
            curve,
            id,
            label,
        } => {
            let spec =
                KeySpec::new(key_id(&id)?, &label, curve.into()).map_err(TokenRefusal::from)?;
            with_token(&module, &token, |unlocked| {
                Ok(vec![described(&unlocked.generate(&spec)?)])
            })
        }
        KeyCommand::CreateSeed {
            module,
            token,
            id,
            label,
            account,
        } => {
            let spec = SeedSpec::new(key_id(&id)?, &label).map_err(TokenRefusal::from)?;
            let wanted = Wanted::of(&account)?;
            with_seed(&module, &token, account.rehearsal, |unlocked| {
                let made = unlocked.create_seed(&spec)?;
                Ok(vec![
                    described_seed(&made),
                    wanted.described(made.id(), unlocked)?,
                ])
            })
        }
        KeyCommand::Account {
            module,
            token,
            id,
            account,
        } => {
            let (id, wanted) = (key_id(&id)?, Wanted::of(&account)?);
            with_seed(&module, &token, account.rehearsal, |unlocked| {
                Ok(vec![wanted.described(&id, unlocked)?])
            })
        }
        KeyCommand::List { module, token } => with_token(&module, &token, |unlocked| {
            let keys = unlocked.keys().iter().map(described);
            let seeds = unlocked.seeds()?;
            Ok(keys.chain(seeds.iter().map(described_seed)).collect())
        }),
    }
}

impl From<CurveName> for Curve {
    fn from(name: CurveName) -> Self {
        match name {
            CurveName::Secp256k1 => Self::Secp256k1,
            CurveName::P256 => Self::P256,
        }
    }
}

/// An account as the command line names it.
struct Wanted {
    path: AccountPath,
    version: ExtendedKeyVersion,
}

impl Wanted {
    fn of(account: &AccountArguments) -> Result<Self, TokenRefusal> {
        Ok(Self {
            path: account.path.parse()?,
            version: match account.network {
                NetworkName::Mainnet => ExtendedKeyVersion::Main,
                NetworkName::Testnet | NetworkName::Signet | NetworkName::Regtest => {
                    ExtendedKeyVersion::Test
                }
            },
        })
    }

    fn described(&self, id: &KeyId, unlocked: &Unlocked<'_>) -> Result<String, TokenRefusal> {
        let account = unlocked.account(id, &self.path)?;
        let serial = &unlocked.identity().serial;
        Ok(described_account(
            (id, serial),
            &account,
            &account.key_expression(self.version)?,
        ))
    }
}

fn key_id(digits: &str) -> Result<KeyId, TokenRefusal> {
    Ok(digits.parse::<KeyId>()?)
}

/// As [`with_token`], for work in which a seed lies in this machine's memory.
fn with_seed(
    module: &Path,
    serial: &str,
    rehearsal: bool,
    work: impl FnOnce(&mut Unlocked<'_>) -> Result<Vec<String>, TokenRefusal>,
) -> Result<(), Failure> {
    let machine = ThisMachine::new(rehearsal);
    machine.prove().map_err(Refusal::from)?;
    with_token(module, serial, work)
}

fn with_token(
    module: &Path,
    serial: &str,
    work: impl FnOnce(&mut Unlocked<'_>) -> Result<Vec<String>, TokenRefusal>,
) -> Result<(), Failure> {
    let mut people = session::people("(none yet)", false)?;
    let modules = [Module::load(module).map_err(TokenRefusal::from)?];
    let token =
        find(&modules, |token| token.serial == serial)?.ok_or_else(|| TokenRefusal::Absent {
            serial: serial.to_owned(),
        })?;
    let pin = people.pin(&token.identity().label.clone(), serial)?;
    let mut unlocked = token.unlock(credential(pin)?).map_err(TokenRefusal::from)?;
    let described = work(&mut unlocked)?;
    unlocked.lock().map_err(TokenRefusal::from)?;
    for text in described {
        people.tell(&text)?;
    }
    Ok(())
}

fn described(key: &KeyInfo) -> String {
    let mut lines = vec![
        format!("key     {}", key.label()),
        format!("cka_id  {}", key.id()),
        format!("pubkey  {}", key.public_key()),
        format!("origin  {}", key.class()),
    ];
    if key.curve() == Curve::Secp256k1 {
        let point = key.public_key().compressed();
        lines.push(format!("descriptor  wpkh({})", HEXLOWER.encode(point)));
        if let Some(address) = ethereum::address_of(point) {
            lines.push(format!("address     {address}"));
        }
    }
    lines.join("\n")
}

fn described_seed(seed: &SeedInfo) -> String {
    let mut lines = vec![
        format!("seed    {}", seed.label()),
        format!("cka_id  {}", seed.id()),
        format!("origin  {}", SeedInfo::CLASS),
    ];
    if !seed.unsafe_attributes().is_empty() {
        lines.push(format!("UNSAFE  {}", seed.unsafe_attributes()));
    }
    lines.join("\n")
}

/// The policy line of an account, and the descriptor that its path is for (BIP-44, 49 and 84); the
/// key expression alone is for descriptors of several cosigners (BIP-48).
fn described_account((id, serial): (&KeyId, &str), account: &AccountPublic, xpub: &str) -> String {
    let path = &account.account().path;
    let children = format!("{xpub}/<0;1>/*");
    let descriptor = match path.to_string().split('/').next() {
        Some("44h") => Some(format!("pkh({children})")),
        Some("49h") => Some(format!("sh(wpkh({children}))")),
        Some("84h") => Some(format!("wpkh({children})")),
        Some(_) | None => None,
    };
    let mut lines = vec![
        format!("account {path}"),
        format!("key = {{ token_serial = \"{serial}\", cka_id = \"{id}\", xpub = \"{xpub}\" }}"),
    ];
    lines.extend(descriptor.map(|text| format!("descriptor = \"{text}\"")));
    lines.push(format!("cosigner    {children}"));
    lines.join("\n")
}
