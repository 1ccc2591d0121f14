//! `key`: has keys born in a token, and lists what a token holds.
//! Knows nothing of policies; it prints the line that goes into one.

use data_encoding::HEXLOWER;
use hsm_adapter::{Curve, KeyId, KeyInfo, KeySpec, Module, Unlocked};
use transaction_review::ethereum;

use super::session;
use crate::arguments::{CurveName, KeyCommand};
use crate::ceremony::People as _;
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
            let curve = match curve {
                CurveName::Secp256k1 => Curve::Secp256k1,
                CurveName::P256 => Curve::P256,
            };
            let id: KeyId = id.parse().map_err(TokenRefusal::from)?;
            let spec = KeySpec::new(id, &label, curve).map_err(TokenRefusal::from)?;
            with_token(&module, &token, |unlocked| {
                let born = unlocked.generate(&spec).map_err(TokenRefusal::from)?;
                Ok(vec![born])
            })
        }
        KeyCommand::List { module, token } => {
            with_token(&module, &token, |unlocked| Ok(unlocked.keys().to_vec()))
        }
    }
}

fn with_token(
    module: &std::path::Path,
    serial: &str,
    work: impl FnOnce(&mut Unlocked<'_>) -> Result<Vec<KeyInfo>, TokenRefusal>,
) -> Result<(), Failure> {
    let mut people = session::people("(none yet)", false)?;
    let modules = [Module::load(module).map_err(TokenRefusal::from)?];
    let token =
        find(&modules, |token| token.serial == serial)?.ok_or_else(|| TokenRefusal::Absent {
            serial: serial.to_owned(),
        })?;
    let pin = people.pin(&token.identity().label.clone(), serial)?;
    let mut unlocked = token.unlock(credential(pin)?).map_err(TokenRefusal::from)?;
    let keys = work(&mut unlocked)?;
    unlocked.lock().map_err(TokenRefusal::from)?;
    for key in keys {
        people.tell(&described(&key))?;
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
