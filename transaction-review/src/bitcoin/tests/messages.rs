//! Signed messages that have the form of a transaction (BIP-322): there are none here.
//! Knows nothing of payments.

use bitcoin::hashes::Hash as _;
use bitcoin::opcodes::OP_0;
use bitcoin::script::Builder;
use bitcoin::transaction::Version;
use bitcoin::{OutPoint, ScriptBuf, Sequence, Txid};

use crate::fixture::{BitcoinRequest, NOW, funding, own_script, policy};
use crate::{BitcoinError, Code, History, judge};

/// `to_sign` of BIP-322 for some message: it spends `to_spend`, which pays nothing to our script.
fn to_sign() -> BitcoinRequest {
    let mut to_spend = funding(1, &[(own_script(), 0)]);
    to_spend.version = Version(0);
    to_spend.input[0].previous_output = OutPoint::new(Txid::all_zeros(), u32::MAX);
    to_spend.input[0].sequence = Sequence::ZERO;
    to_spend.input[0].script_sig = Builder::new()
        .push_opcode(OP_0)
        .push_slice([7; 32])
        .into_script();
    let mut request =
        BitcoinRequest::spending(vec![to_spend], &[(ScriptBuf::new_op_return([]), 0)]);
    request.psbt.unsigned_tx.version = Version(0);
    request.psbt.unsigned_tx.input[0].sequence = Sequence::ZERO;
    request
}

#[test]
fn a_message_in_the_form_of_a_transaction_is_refused_btc_27() {
    let refusal = BitcoinError::TransactionVersion { found: 0 };
    assert_eq!(to_sign().review().map(drop), Err(refusal.into()));
}

#[test]
fn a_message_that_claims_to_be_a_transaction_pays_nobody_btc_27() {
    let mut request = to_sign();
    request.psbt.unsigned_tx.version = Version::TWO;
    let review = request.review().unwrap();
    let verdict = judge(&policy(), &review, &History::new(), NOW);
    let failed: Vec<Code> = verdict.failed().map(|check| check.code).collect();
    assert!(failed.contains(&Code::PaymentNone), "{failed:?}");
    assert!(failed.contains(&Code::DataOutput), "{failed:?}");
}
