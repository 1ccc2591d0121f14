//! Whose each output is: change only by derivation at the place that the PSBT declares.
//! Knows one wallet, nothing of names and limits.

use bitcoin::bip32::KeySource;
use bitcoin::{Psbt, ScriptBuf, psbt};

use super::BitcoinError;
use super::amount::in_range;
use super::descriptor::origin_text;
use super::ours::{Home, Ours, Stated};
use crate::KeyPath;
use crate::excerpt::excerpt;

/// An output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) kind: OutputKind,
    pub(crate) script: ScriptBuf,
    pub(crate) amount_sat: u64,
    pub(crate) is_dust: bool,
}

/// Whose an output is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OutputKind {
    /// The wallet's own script, derived anew.
    Change { address: String, home: Box<Home> },
    /// Someone else's script of a standard kind; the address is derived from the script.
    Payment { address: String },
    /// Data that nobody can spend (`OP_RETURN`).
    Data,
    /// A script that has no address: bare multisig, a later witness version.
    Other,
}

/// The branch that change goes to (BIP-44). An address to receive on may have been given to somebody
/// whose account is credited for what arrives there: money that goes to one is a payment.
const CHANGE_BRANCH: u32 = 1;

/// The outputs in their order.
pub(super) fn classify(psbt: &Psbt, ours: &mut Ours<'_>) -> Result<Vec<Output>, BitcoinError> {
    let mut outputs = Vec::new();
    let pairs = psbt.unsigned_tx.output.iter().zip(&psbt.outputs);
    for (number, (output, map)) in (1_usize..).zip(pairs) {
        let amount_sat = in_range(output.value.to_sat(), || format!("output {number}"))?;
        let script = output.script_pubkey.clone();
        outputs.push(Output {
            kind: kind(ours, number, &script, &stated(map))?,
            is_dust: output.value < script.minimal_non_dust(),
            script,
            amount_sat,
        });
    }
    Ok(outputs)
}

fn kind(
    ours: &mut Ours<'_>,
    number: usize,
    script: &ScriptBuf,
    stated: &Stated<'_>,
) -> Result<OutputKind, BitcoinError> {
    let place = format!("output {number}");
    let claimed = ours.is_claimed(stated);
    let home = match ours.place(stated) {
        Some(place) => ours.home(place),
        None => None,
    };
    match home {
        Some(home) if *script == home.derived.script_pubkey => {
            ours.check(&home, stated, &place)?;
            if matches!(home.path, KeyPath::Child { branch, .. } if branch != CHANGE_BRANCH) {
                return Ok(foreign(ours, script));
            }
            let address = ours.network.address_of(script).unwrap_or_default();
            let home = Box::new(home);
            return Ok(OutputKind::Change { address, home });
        }
        Some(home) if claimed => {
            return Err(BitcoinError::ChangeFraud {
                output: number,
                script: excerpt(&script.to_hex_string()),
                expected: home.derived.script_pubkey.to_hex_string(),
            });
        }
        Some(_) | None => {}
    }
    match (stated.keys.values().next(), named_field(stated)) {
        (Some(source), _) => Err(stranger(number, claimed, source)),
        (None, Some(field)) => Err(BitcoinError::Field { place, field }),
        (None, None) => Ok(foreign(ours, script)),
    }
}

/// Keys are stated, and they have no place in the wallet.
fn stranger(number: usize, claimed: bool, (fingerprint, path): &KeySource) -> BitcoinError {
    let found = excerpt(&origin_text(fingerprint.to_bytes(), &path.to_u32_vec()));
    if claimed {
        BitcoinError::ChangePlace {
            output: number,
            found,
        }
    } else {
        BitcoinError::OutputStranger {
            output: number,
            found,
        }
    }
}

fn foreign(ours: &Ours<'_>, script: &ScriptBuf) -> OutputKind {
    match ours.network.address_of(script) {
        Some(address) => OutputKind::Payment { address },
        None if script.is_op_return() => OutputKind::Data,
        None => OutputKind::Other,
    }
}

fn named_field(stated: &Stated<'_>) -> Option<&'static str> {
    let [redeem, witness] = stated.fields;
    match (stated.redeem_script, stated.witness_script) {
        (Some(_), _) => Some(redeem),
        (None, Some(_)) => Some(witness),
        (None, None) => None,
    }
}

const fn stated(output: &psbt::Output) -> Stated<'_> {
    Stated {
        keys: &output.bip32_derivation,
        redeem_script: output.redeem_script.as_ref(),
        witness_script: output.witness_script.as_ref(),
        fields: ["PSBT_OUT_REDEEM_SCRIPT", "PSBT_OUT_WITNESS_SCRIPT"],
    }
}
