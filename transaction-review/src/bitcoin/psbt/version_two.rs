//! PSBTs of version 2 (BIP-370): their own fields make the unsigned transaction, everything else is
//! a PSBT of version 0. Knows nothing of wallets.
//!
//! The crate `psbt-v2` 0.3 is the judge of this module in its tests and not its reader: it reserves
//! memory for as many inputs as the bytes claim, takes a required height of 0, refuses
//! outputs of no value, and gives an input without sequence number another one than the BIP does.

use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::Hash as _;
use bitcoin::locktime::absolute::{LOCK_TIME_THRESHOLD, LockTime};
use bitcoin::transaction::Version;
use bitcoin::{Amount, OutPoint, Psbt, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid};

use super::map::{self, Map};
use super::{cap, unreadable};
use crate::BitcoinError;
use crate::limits::{MAX_INPUTS, MAX_OUTPUTS};

/// What version 2 says and version 0 cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::bitcoin) struct Extra {
    fallback_lock_time: Option<u32>,
    modifiable: Option<u8>,
    inputs: Vec<ExtraInput>,
}

/// What version 2 says of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct ExtraInput {
    sequence: Option<u32>,
    required_time: Option<u32>,
    required_height: Option<u32>,
}

/// The keys of BIP-370, and of BIP-174 where they say what version 2 says otherwise.
mod key {
    pub(super) const UNSIGNED_TX: &[u8] = &[0x00];
    pub(super) const TX_VERSION: &[u8] = &[0x02];
    pub(super) const FALLBACK_LOCKTIME: &[u8] = &[0x03];
    pub(super) const INPUT_COUNT: &[u8] = &[0x04];
    pub(super) const OUTPUT_COUNT: &[u8] = &[0x05];
    pub(super) const TX_MODIFIABLE: &[u8] = &[0x06];
    pub(super) const VERSION: &[u8] = &[0xfb];
    pub(super) const PREVIOUS_TXID: &[u8] = &[0x0e];
    pub(super) const OUTPUT_INDEX: &[u8] = &[0x0f];
    pub(super) const SEQUENCE: &[u8] = &[0x10];
    pub(super) const REQUIRED_TIME: &[u8] = &[0x11];
    pub(super) const REQUIRED_HEIGHT: &[u8] = &[0x12];
    pub(super) const AMOUNT: &[u8] = &[0x03];
    pub(super) const SCRIPT: &[u8] = &[0x04];
}

/// Whether the maps say that they are of version 2.
pub(super) fn is_claimed(maps: &[Map]) -> bool {
    let version = maps.first().and_then(|global| global.get(key::VERSION));
    version.is_some_and(|version| *version == 2_u32.to_le_bytes())
}

/// Reads a PSBT of version 2 as one of version 0 and what is left. The order of keys is free.
pub(super) fn decode(maps: Vec<Map>) -> Result<(Psbt, Extra), BitcoinError> {
    let mut maps = maps.into_iter();
    let mut global = maps.next().unwrap_or_default();
    if global.contains_key(key::UNSIGNED_TX) {
        return Err(unreadable("version 2 has no unsigned transaction"));
    }
    let inputs = count(&mut global, key::INPUT_COUNT)?;
    let outputs = count(&mut global, key::OUTPUT_COUNT)?;
    cap("inputs", inputs, MAX_INPUTS)?;
    cap("outputs", outputs, MAX_OUTPUTS)?;
    if inputs.checked_add(outputs) != Some(maps.len()) {
        return Err(unreadable("the counts are not those of the maps"));
    }
    let version = i32::from_le_bytes(needed(&mut global, key::TX_VERSION)?);
    let fallback_lock_time = word(&mut global, key::FALLBACK_LOCKTIME)?;
    let modifiable = optional(&mut global, key::TX_MODIFIABLE)?.map(|[flags]| flags);
    global.remove(key::VERSION);

    let mut transaction = Transaction {
        version: Version(version),
        lock_time: LockTime::ZERO,
        input: Vec::new(),
        output: Vec::new(),
    };
    let mut extra = Extra {
        fallback_lock_time,
        modifiable,
        inputs: Vec::new(),
    };
    let (mut input_maps, mut output_maps) = (Vec::new(), Vec::new());
    for mut map in maps.by_ref().take(inputs) {
        let (input, more) = take_input(&mut map)?;
        transaction.input.push(input);
        extra.inputs.push(more);
        input_maps.push(map);
    }
    for mut map in maps {
        transaction.output.push(take_output(&mut map)?);
        output_maps.push(map);
    }
    transaction.lock_time = LockTime::from_consensus(lock_time(&extra)?);
    global.insert(key::UNSIGNED_TX.to_vec(), serialize(&transaction));
    let maps = [global].into_iter().chain(input_maps).chain(output_maps);
    let rest = map::encode(&maps.collect::<Vec<_>>());
    let psbt = Psbt::deserialize(&rest).map_err(|error| super::refusal(&error))?;
    Ok((psbt, extra))
}

/// Writes it: keys in the order of their bytes.
pub(super) fn encode(psbt: &Psbt, extra: &Extra) -> Result<Vec<u8>, BitcoinError> {
    let transaction = &psbt.unsigned_tx;
    let mut maps = map::decode(&psbt.serialize()).map_err(unreadable)?;
    let mut places = maps.iter_mut();
    if let Some(global) = places.next() {
        global.remove(key::UNSIGNED_TX);
        put(
            global,
            key::TX_VERSION,
            &transaction.version.0.to_le_bytes(),
        );
        put_word(global, key::FALLBACK_LOCKTIME, extra.fallback_lock_time);
        put(
            global,
            key::INPUT_COUNT,
            &map::compact(transaction.input.len()),
        );
        put(
            global,
            key::OUTPUT_COUNT,
            &map::compact(transaction.output.len()),
        );
        if let Some(flags) = extra.modifiable {
            put(global, key::TX_MODIFIABLE, &[flags]);
        }
        put(global, key::VERSION, &2_u32.to_le_bytes());
    }
    for (input, more) in transaction.input.iter().zip(&extra.inputs) {
        let Some(map) = places.next() else { break };
        let coin = input.previous_output;
        put(map, key::PREVIOUS_TXID, &coin.txid.to_byte_array());
        put(map, key::OUTPUT_INDEX, &coin.vout.to_le_bytes());
        put_word(map, key::SEQUENCE, more.sequence);
        put_word(map, key::REQUIRED_TIME, more.required_time);
        put_word(map, key::REQUIRED_HEIGHT, more.required_height);
    }
    for output in &transaction.output {
        let Some(map) = places.next() else { break };
        put(map, key::AMOUNT, &output.value.to_sat().to_le_bytes());
        put(map, key::SCRIPT, output.script_pubkey.as_bytes());
    }
    Ok(map::encode(&maps))
}

impl Extra {
    /// Whether it says that inputs, outputs or signatures may still be added.
    pub(super) fn is_modifiable(&self) -> bool {
        self.modifiable.is_some_and(|flags| flags != 0)
    }

    /// Says that the transaction is complete.
    pub(super) const fn seal(&mut self) {
        self.modifiable = None;
    }
}

fn take_input(map: &mut Map) -> Result<(TxIn, ExtraInput), BitcoinError> {
    let txid = Txid::from_byte_array(needed(map, key::PREVIOUS_TXID)?);
    let vout = u32::from_le_bytes(needed(map, key::OUTPUT_INDEX)?);
    let extra = ExtraInput {
        sequence: word(map, key::SEQUENCE)?,
        required_time: word(map, key::REQUIRED_TIME)?,
        required_height: word(map, key::REQUIRED_HEIGHT)?,
    };
    if extra
        .required_time
        .is_some_and(|time| time < LOCK_TIME_THRESHOLD)
    {
        return Err(unreadable("a required time is a height"));
    }
    if extra
        .required_height
        .is_some_and(|height| !(1..LOCK_TIME_THRESHOLD).contains(&height))
    {
        return Err(unreadable("a required height is 0 or a time"));
    }
    let input = TxIn {
        previous_output: OutPoint { txid, vout },
        sequence: extra.sequence.map_or(Sequence::MAX, Sequence),
        ..TxIn::default()
    };
    Ok((input, extra))
}

fn take_output(map: &mut Map) -> Result<TxOut, BitcoinError> {
    let amount = u64::from_le_bytes(needed(map, key::AMOUNT)?);
    let script = map.remove(key::SCRIPT);
    let script = script.ok_or_else(|| unreadable("an output has no script"))?;
    Ok(TxOut {
        value: Amount::from_sat(amount),
        script_pubkey: ScriptBuf::from_bytes(script),
    })
}

/// The lock time that the inputs need (BIP-370, "Determining Lock Time"): the highest of the kind
/// that every input with a need has; heights before times; without needs what is there to fall
/// back to, or 0.
fn lock_time(extra: &Extra) -> Result<u32, BitcoinError> {
    let demanding: Vec<&ExtraInput> = extra
        .inputs
        .iter()
        .filter(|input| input.required_time.is_some() || input.required_height.is_some())
        .collect();
    if demanding.is_empty() {
        return Ok(extra.fallback_lock_time.unwrap_or(0));
    }
    // `None` is below every number: a maximum of all is only a number if all are.
    let highest = |need: fn(&ExtraInput) -> Option<u32>| {
        let needs: Option<Vec<u32>> = demanding.iter().map(|input| need(input)).collect();
        needs.and_then(|needs| needs.into_iter().max())
    };
    highest(|input| input.required_height)
        .or_else(|| highest(|input| input.required_time))
        .ok_or(BitcoinError::LockTimeUndetermined)
}

fn count(map: &mut Map, key: &[u8]) -> Result<usize, BitcoinError> {
    let value = map.remove(key).unwrap_or_default();
    match map::number(&value) {
        Some((number, [])) => Ok(number),
        Some(_) | None => Err(unreadable("a count is missing or not a number")),
    }
}

fn needed<const N: usize>(map: &mut Map, key: &[u8]) -> Result<[u8; N], BitcoinError> {
    optional(map, key)?.ok_or_else(|| unreadable("a field that version 2 needs is missing"))
}

fn optional<const N: usize>(map: &mut Map, key: &[u8]) -> Result<Option<[u8; N]>, BitcoinError> {
    let Some(value) = map.remove(key) else {
        return Ok(None);
    };
    let fixed = <[u8; N]>::try_from(value.as_slice());
    fixed
        .map(Some)
        .map_err(|_length| unreadable("a field of version 2 has another length"))
}

fn word(map: &mut Map, key: &[u8]) -> Result<Option<u32>, BitcoinError> {
    Ok(optional(map, key)?.map(u32::from_le_bytes))
}

fn put(map: &mut Map, key: &[u8], value: &[u8]) {
    map.insert(key.to_vec(), value.to_vec());
}

fn put_word(map: &mut Map, key: &[u8], value: Option<u32>) {
    if let Some(value) = value {
        put(map, key, &value.to_le_bytes());
    }
}
