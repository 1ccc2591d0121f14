//! Reads the PSBT file of a wallet: bytes or base64, of version 0 or 2.
//! Knows nothing of what the transaction does.

use data_encoding::BASE64;
use transaction_review::TransactionKind;
use transaction_review::bitcoin::prepare;

use super::{BuildError, Transaction};

/// Makes a transaction of a PSBT file's content: the bytes (BIP-174, BIP-370), or their base64 in
/// one line.
///
/// ```
/// use online_builder::request::{BuildError, from_psbt_file};
///
/// let error = BuildError::NotAPsbt { found: 5 };
/// assert_eq!(from_psbt_file(b"hello"), Err(error));
/// ```
///
/// # Errors
/// [`BuildError::NotAPsbt`], [`BuildError::Prepare`].
pub fn from_psbt_file(content: &[u8]) -> Result<Transaction, BuildError> {
    let psbt = decoded(content).ok_or(BuildError::NotAPsbt {
        found: content.len(),
    })?;
    let prepared = prepare(&psbt)?;
    Ok(Transaction {
        kind: TransactionKind::BitcoinPsbt,
        bytes: prepared.psbt,
        previous_transactions: prepared.previous_transactions,
        psbt: Some(psbt),
    })
}

fn decoded(content: &[u8]) -> Option<Vec<u8>> {
    if content.starts_with(MAGIC) {
        return Some(content.to_vec());
    }
    let decoded = BASE64.decode(content.trim_ascii()).ok()?;
    decoded.starts_with(MAGIC).then_some(decoded)
}

/// The first bytes of every PSBT (BIP-174).
const MAGIC: &[u8] = b"psbt\xff";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use transaction_review::{Subject, review};

    use super::*;
    use crate::fixture::{FakeStation, payment, sealer};

    #[test]
    fn bytes_and_base64_with_or_without_line_feed_are_the_same_psbt() {
        let psbt = payment(50_000).serialize();
        let transaction = from_psbt_file(&psbt).unwrap();
        assert_eq!(transaction.psbt, Some(psbt.clone()));
        assert_eq!(transaction.previous_transactions.len(), 1);
        let base64 = BASE64.encode(&psbt);
        for text in [
            base64.clone(),
            format!("{base64}\n"),
            format!("{base64}\r\n"),
        ] {
            assert_eq!(from_psbt_file(text.as_bytes()), Ok(transaction.clone()));
        }
    }

    #[test]
    fn what_is_no_psbt_is_refused_with_its_size() {
        for content in [&b""[..], b"\n", b"hello", b"{}", b"cHNidP8", b"AAAA"] {
            let error = BuildError::NotAPsbt {
                found: content.len(),
            };
            assert_eq!(from_psbt_file(content), Err(error));
        }
    }

    /// The payment of the fixture as another library makes it, in version 2.
    fn version_2(amount_sat: u64) -> Vec<u8> {
        use psbt_v2::v2::{Creator, InputBuilder, OutputBuilder};
        let payment = payment(amount_sat);
        let mut constructor = Creator::new().constructor_modifiable();
        for (input, map) in payment.unsigned_tx.input.iter().zip(&payment.inputs) {
            let mut made = InputBuilder::new(&input.previous_output).build();
            made.sequence = Some(input.sequence);
            made.witness_utxo.clone_from(&map.witness_utxo);
            made.non_witness_utxo.clone_from(&map.non_witness_utxo);
            constructor = constructor.input(made);
        }
        for output in &payment.unsigned_tx.output {
            constructor = constructor.output(OutputBuilder::new(output.clone()).build());
        }
        constructor.psbt().unwrap().serialize()
    }

    #[test]
    fn a_psbt_of_version_2_by_another_library_asks_for_the_same_as_one_of_version_0() {
        let station = FakeStation::new(0x41, "station-1", &sealer(0x11).public_key()).station();
        let effects = |psbt: &[u8]| {
            let transaction = from_psbt_file(psbt).unwrap();
            let subject = Subject {
                wallet: "btc-cold",
                kind: transaction.kind,
                transaction: &transaction.bytes,
                previous_transactions: &transaction.previous_transactions,
                reference: "INV-1",
                replaces: None,
            };
            let review = review(station.policy(), &subject).unwrap();
            (review.effects().to_vec(), review.digests().to_vec())
        };
        let psbt = version_2(50_000);
        let kept = psbt_v2::v2::Psbt::deserialize(&from_psbt_file(&psbt).unwrap().bytes);
        assert_eq!(kept.unwrap().inputs.len(), 1);
        assert_eq!(effects(&psbt), effects(&payment(50_000).serialize()));
        let base64 = BASE64.encode(&psbt);
        assert_eq!(from_psbt_file(base64.as_bytes()), from_psbt_file(&psbt));
    }

    #[test]
    fn a_psbt_cut_off_anywhere_is_refused() {
        let psbt = payment(50_000).serialize();
        for end in 0..psbt.len() {
            assert!(from_psbt_file(&psbt[..end]).is_err(), "{end}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(content in any::<Vec<u8>>()) {
            let found = content.len();
            prop_assert_eq!(from_psbt_file(&content), Err(BuildError::NotAPsbt { found }));
        }

        #[test]
        fn no_bytes_behind_the_magic_make_it_panic(body in any::<Vec<u8>>()) {
            let psbt = [MAGIC, &body].concat();
            prop_assert!(from_psbt_file(&psbt).is_err());
        }

        #[test]
        fn no_flipped_bit_makes_it_panic(place in any::<prop::sample::Index>(), bit in 0..8_u32) {
            let mut psbt = payment(50_000).serialize();
            let place = place.index(psbt.len());
            psbt[place] ^= 1_u8 << bit;
            let base64 = BASE64.encode(&psbt);
            prop_assert_eq!(from_psbt_file(base64.as_bytes()).is_ok(), from_psbt_file(&psbt).is_ok());
        }
    }
}
