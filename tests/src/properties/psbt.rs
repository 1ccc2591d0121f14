//! PSBTs: prepared as the builder does it, then reviewed as the station does it.
//! Knows the wallet of the example policy, nothing of packets.

use std::sync::LazyLock;

use bitcoin::Psbt;
use transaction_review::bitcoin::prepare;
use transaction_review::{
    Effect, History, Policy, Review, ReviewError, Subject, TransactionKind, judge, review,
};

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let text = include_str!("../../../transaction-review/examples/policy.toml");
    Policy::parse(text).expect("the example is a policy")
});

/// What is accepted is read by the `bitcoin` crate as well (version 0) and written back the same;
/// every output has its effect, every input its digest and its coin, and inputs less outputs are
/// the fee. Preparing what was prepared changes nothing, and neither does reviewing it twice.
pub fn psbt(data: &[u8]) {
    drop(reviewed(data, &[]));
    let Ok(prepared) = prepare(data) else {
        return;
    };
    let proofs = &prepared.previous_transactions;
    let Ok(first) = reviewed(&prepared.psbt, proofs) else {
        return;
    };
    if prepared.psbt.get(5..7) == Some(&[1, 0]) {
        let read = Psbt::deserialize(&prepared.psbt).expect("the other library reads it");
        assert_eq!(read.serialize(), prepared.psbt, "written back differently");
        assert_eq!(first.digests().len(), read.unsigned_tx.input.len());
        assert_eq!(first.spends().len(), read.unsigned_tx.input.len());
        assert_eq!(first.effects().len(), read.unsigned_tx.output.len() + 1);
        adds_up(&first, &read);
    }
    assert_eq!(reviewed(&prepared.psbt, proofs).as_ref(), Ok(&first));
    drop(judge(&POLICY, &first, &History::new(), 1_790_000_000));
}

/// Coins are worth what is paid, what comes back and the fee.
fn adds_up(review: &Review, psbt: &Psbt) {
    let outputs = psbt.unsigned_tx.output.iter().zip(review.effects());
    for (output, effect) in outputs {
        let (Effect::Pay { amount, .. }
        | Effect::PayScript { amount, .. }
        | Effect::Data { amount, .. }
        | Effect::Change { amount, .. }
        | Effect::Fee { amount }) = effect
        else {
            panic!("no effect of Bitcoin: {effect:?}")
        };
        assert_eq!(
            amount.units().to_string(),
            output.value.to_sat().to_string()
        );
    }
}

fn reviewed(bytes: &[u8], proofs: &[Vec<u8>]) -> Result<Review, ReviewError> {
    let subject = Subject {
        wallet: "btc-cold",
        kind: TransactionKind::BitcoinPsbt,
        transaction: bytes,
        previous_transactions: proofs,
        reference: "FUZZ-1",
        replaces: None,
    };
    review(&POLICY, &subject)
}
