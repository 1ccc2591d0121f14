//! Documents of typed data in the form that crosses the gap.
//! Knows nothing of what a policy allows.

use transaction_review::ethereum::{Standard, TypedData};

/// What is read is written back to the same bytes, has a chain, and grants something only if it is of a
/// standard.
pub fn typed_data(data: &[u8]) {
    let Ok(document) = TypedData::decode(data) else {
        return;
    };
    assert_eq!(document.encode(), data, "written back differently");
    assert!(document.chain_id() > 0);
    assert_eq!(document.digest(), document.digest());
    let standard = Standard::of(&document);
    if let Some(standard) = standard {
        assert_eq!(standard.encode_type(), document.encode_type());
        assert!(standard.grants(&document).is_some(), "a standard grants");
    }
}
