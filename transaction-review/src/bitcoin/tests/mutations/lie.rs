//! The lies of the catalogue (security of PSBTs), each as a change to a draft.
//! Knows how to bend, nothing of what becomes of it.

use bitcoin::bip32::{ChildNumber, DerivationPath, Fingerprint};
use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::Hash as _;
use bitcoin::psbt::{PsbtSighashType, raw};
use bitcoin::{
    Amount, OutPoint, Psbt, ScriptBuf, Sequence, Transaction, TxOut, Witness, absolute, transaction,
};

use crate::bitcoin::psbt::Written;
use crate::bitcoin::tests::version_two::to_version_two;
use crate::bitcoin::tests::wallets::TestWallet;
use crate::fixture::{BitcoinRequest, funding, script_of};

/// A request that is not written yet.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    psbt: Psbt,
    proofs: Vec<Transaction>,
    /// Turn the proofs round.
    unsorted: bool,
    /// Bytes behind the end.
    trailing: usize,
}

pub(super) type Lie = fn(&mut Draft, &TestWallet, u32);

/// One lie each; the number chooses place and size.
pub(super) const LIES: [Lie; 27] = [
    pay_more,
    pay_someone_else,
    claim_a_stranger,
    change_elsewhere,
    change_path_elsewhere,
    own_script_without_place,
    forget_keys,
    swap_a_key,
    swap_a_fingerprint,
    bend_a_path,
    state_another_amount,
    state_another_script,
    state_a_redeem_script,
    state_a_witness_script,
    ask_for_another_hash,
    spend_twice,
    forget_a_proof,
    prove_another_amount,
    prove_more,
    turn_proofs_round,
    spend_another_output,
    sign_before,
    add_unknown_keys,
    add_bytes,
    another_version,
    lock_until,
    spend_a_foreign_coin,
];

impl Draft {
    pub(super) fn new(request: BitcoinRequest) -> Self {
        Self {
            psbt: request.psbt,
            proofs: request.previous,
            unsorted: false,
            trailing: 0,
        }
    }

    /// The bytes of the request and its proofs.
    pub(super) fn encode(mut self, is_version_two: bool) -> (Vec<u8>, Vec<Vec<u8>>) {
        let mut bytes = if is_version_two
            && self
                .psbt
                .inputs
                .iter()
                .all(|input| input.unknown.is_empty())
        {
            let bytes = to_version_two(&self.psbt);
            let mut written = Written::decode(&bytes).unwrap();
            written.seal();
            written.encode().unwrap()
        } else {
            self.psbt.serialize()
        };
        bytes.extend(vec![0; self.trailing]);
        self.proofs
            .sort_by_key(|proof| proof.compute_txid().to_byte_array());
        self.proofs.dedup();
        if self.unsorted {
            self.proofs.reverse();
        }
        (bytes, self.proofs.iter().map(serialize).collect())
    }

    fn input(&mut self, number: u32) -> &mut bitcoin::psbt::Input {
        let count = self.psbt.inputs.len();
        &mut self.psbt.inputs[usize::try_from(number).unwrap() % count]
    }

    fn index(&self, number: u32) -> usize {
        usize::try_from(number).unwrap() % self.psbt.inputs.len()
    }

    fn output(&mut self, number: u32) -> &mut TxOut {
        let count = self.psbt.outputs.len();
        &mut self.psbt.unsigned_tx.output[usize::try_from(number).unwrap() % count]
    }

    /// The keys of an input or of the change.
    fn keys(
        &mut self,
        number: u32,
    ) -> &mut std::collections::BTreeMap<bitcoin::secp256k1::PublicKey, bitcoin::bip32::KeySource>
    {
        if number % 2 == 0 {
            &mut self.input(number / 2).bip32_derivation
        } else {
            &mut self.psbt.outputs.last_mut().unwrap().bip32_derivation
        }
    }

    /// Spends from another transaction than before, which is proven as well.
    fn fund(&mut self, index: usize, proof: Transaction) {
        self.psbt.unsigned_tx.input[index].previous_output.txid = proof.compute_txid();
        self.proofs.push(proof);
    }
}

fn pay_more(draft: &mut Draft, _: &TestWallet, number: u32) {
    let output = draft.output(number);
    output.value = match number % 4 {
        0 => Amount::from_sat(output.value.to_sat() + 1),
        1 => Amount::from_sat(u64::from(number)),
        2 => Amount::from_sat(u64::MAX - u64::from(number)),
        _ => Amount::ZERO,
    };
}

fn pay_someone_else(draft: &mut Draft, _: &TestWallet, number: u32) {
    let scripts = [
        script_of("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
        script_of("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
        ScriptBuf::from_bytes(vec![0x6a, 2, 0x41, 0x42]),
        ScriptBuf::from_bytes(vec![0x51, 2, 0x4e, 0x73]),
    ];
    let place = usize::try_from(number / 7).unwrap() % scripts.len();
    draft.output(number).script_pubkey = scripts[place].clone();
}

fn claim_a_stranger(draft: &mut Draft, _: &TestWallet, _: u32) {
    let keys = draft.psbt.outputs.last().unwrap().bip32_derivation.clone();
    draft.psbt.outputs[0].bip32_derivation = keys;
}

fn change_elsewhere(draft: &mut Draft, wallet: &TestWallet, number: u32) {
    let script = wallet.script(number % 2, number / 2 % 1_000);
    draft
        .psbt
        .unsigned_tx
        .output
        .last_mut()
        .unwrap()
        .script_pubkey = script;
}

fn change_path_elsewhere(draft: &mut Draft, _: &TestWallet, number: u32) {
    for (_, path) in draft
        .psbt
        .outputs
        .last_mut()
        .unwrap()
        .bip32_derivation
        .values_mut()
    {
        *path = bent(path, number);
    }
}

fn own_script_without_place(draft: &mut Draft, _: &TestWallet, _: u32) {
    draft
        .psbt
        .outputs
        .last_mut()
        .unwrap()
        .bip32_derivation
        .clear();
}

fn forget_keys(draft: &mut Draft, _: &TestWallet, number: u32) {
    let keys = draft.keys(number);
    if number % 3 == 0 {
        keys.clear();
    } else {
        keys.pop_first();
    }
}

fn swap_a_key(draft: &mut Draft, _: &TestWallet, number: u32) {
    let keys = draft.keys(number);
    if let Some((key, source)) = keys.pop_first() {
        keys.insert(key.negate(&super::super::wallets::secp()), source);
    }
}

fn swap_a_fingerprint(draft: &mut Draft, _: &TestWallet, number: u32) {
    if let Some((fingerprint, _)) = draft.keys(number).values_mut().next() {
        *fingerprint = Fingerprint::from(number.to_be_bytes());
    }
}

fn bend_a_path(draft: &mut Draft, _: &TestWallet, number: u32) {
    if let Some((_, path)) = draft.keys(number).values_mut().last() {
        *path = bent(path, number);
    }
}

/// One step another, one more, or one fewer.
fn bent(path: &DerivationPath, number: u32) -> DerivationPath {
    let mut steps: Vec<ChildNumber> = path.into_iter().copied().collect();
    match (number % 3, steps.len()) {
        (0, length) if length > 0 => {
            let place = usize::try_from(number / 3).unwrap() % length;
            steps[place] = ChildNumber::from(number);
        }
        (1, length) if length > 0 => drop(steps.pop()),
        (_, _) => steps.push(ChildNumber::from(number)),
    }
    steps.into()
}

fn state_another_amount(draft: &mut Draft, wallet: &TestWallet, number: u32) {
    draft.input(number).witness_utxo = Some(TxOut {
        value: Amount::from_sat(1_000_000 + u64::from(number % 2)),
        script_pubkey: wallet.script(0, number % 40),
    });
}

fn state_another_script(draft: &mut Draft, _: &TestWallet, number: u32) {
    draft.input(number).witness_utxo = Some(TxOut {
        value: Amount::from_sat(1_000_000),
        script_pubkey: script_of("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
    });
}

fn state_a_redeem_script(draft: &mut Draft, wallet: &TestWallet, number: u32) {
    draft.input(number).redeem_script = Some(wallet.script(0, number % 40));
}

fn state_a_witness_script(draft: &mut Draft, wallet: &TestWallet, number: u32) {
    draft.input(number).witness_script = Some(wallet.script(1, number % 40));
}

fn ask_for_another_hash(draft: &mut Draft, _: &TestWallet, number: u32) {
    draft.input(number).sighash_type = Some(PsbtSighashType::from_u32(number % 256));
}

fn spend_twice(draft: &mut Draft, _: &TestWallet, number: u32) {
    let index = draft.index(number);
    let coin = draft.psbt.unsigned_tx.input[index].clone();
    draft.psbt.unsigned_tx.input.push(coin);
    let map = draft.psbt.inputs[index].clone();
    draft.psbt.inputs.push(map);
}

fn forget_a_proof(draft: &mut Draft, _: &TestWallet, _: u32) {
    draft.proofs.pop();
}

/// The amount is another, and the transaction is another one with it: the txid follows or not.
fn prove_another_amount(draft: &mut Draft, _: &TestWallet, number: u32) {
    let index = draft.index(number);
    let Some(mut proof) = draft.proofs.get(index).cloned() else {
        return;
    };
    proof.output[0].value = Amount::from_sat(u64::from(number));
    if number % 2 == 0 {
        draft.fund(index, proof);
    } else {
        draft.proofs[index] = proof;
    }
}

fn prove_more(draft: &mut Draft, wallet: &TestWallet, number: u32) {
    draft
        .proofs
        .push(funding(999, &[(wallet.script(0, number % 40), 5)]));
}

const fn turn_proofs_round(draft: &mut Draft, _: &TestWallet, _: u32) {
    draft.unsorted = true;
}

fn spend_another_output(draft: &mut Draft, _: &TestWallet, number: u32) {
    let index = draft.index(number);
    draft.psbt.unsigned_tx.input[index].previous_output.vout = number;
}

fn sign_before(draft: &mut Draft, _: &TestWallet, number: u32) {
    let input = draft.input(number);
    if number % 2 == 0 {
        input.final_script_witness = Some(Witness::from_slice(&[[7_u8; 71]]));
    } else {
        input.final_script_sig = Some(ScriptBuf::from_bytes(vec![0x51]));
    }
    // Version 2 is written without them: mark the map, so that version 0 is.
    let key = raw::Key {
        type_value: 0xf1,
        key: vec![],
    };
    input.unknown.insert(key, vec![]);
}

fn add_unknown_keys(draft: &mut Draft, _: &TestWallet, number: u32) {
    let key = raw::Key {
        type_value: 0xf0,
        key: vec![1],
    };
    draft
        .input(number)
        .unknown
        .insert(key, number.to_be_bytes().to_vec());
}

fn add_bytes(draft: &mut Draft, _: &TestWallet, number: u32) {
    draft.trailing = usize::try_from(number % 5).unwrap();
}

fn another_version(draft: &mut Draft, _: &TestWallet, number: u32) {
    draft.psbt.unsigned_tx.version =
        transaction::Version(i32::from_be_bytes(number.to_be_bytes()) % 5);
}

/// No lie about money: it must be told.
fn lock_until(draft: &mut Draft, _: &TestWallet, number: u32) {
    let index = draft.index(number);
    draft.psbt.unsigned_tx.lock_time = absolute::LockTime::from_consensus(number);
    draft.psbt.unsigned_tx.input[index].sequence = Sequence(number.rotate_left(7));
}

fn spend_a_foreign_coin(draft: &mut Draft, _: &TestWallet, number: u32) {
    let script = script_of("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
    let proof = funding(500, &[(script, 1_000_000)]);
    let outpoint = OutPoint {
        txid: proof.compute_txid(),
        vout: 0,
    };
    let index = draft.index(number);
    draft.psbt.unsigned_tx.input[index].previous_output = outpoint;
    draft.proofs.push(proof);
}
