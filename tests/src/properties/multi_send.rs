//! Batches of a Safe: the packed calls that `MultiSend` runs, and the Safe's transactions around them.
//! Knows nothing of what a policy allows.

use transaction_review::ethereum::{SafeTransaction, decode_multi_send, encode_multi_send};

/// What is read as a batch, or as a Safe's transaction, is written back to the same bytes; nothing in a
/// batch goes to the zero address.
pub fn multi_send(data: &[u8]) {
    if let Ok(calls) = decode_multi_send(data) {
        assert_eq!(encode_multi_send(&calls), data, "written back differently");
        assert!(calls.iter().all(|call| !call.to.is_zero()));
    }
    if let Ok(transaction) = SafeTransaction::decode(data) {
        assert_eq!(transaction.encode(), data, "written back differently");
        drop(decode_multi_send(&transaction.data));
    }
}
