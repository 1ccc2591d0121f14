//! The builder as witness: a station's journal only grows, so its results carry rising numbers.
//! Knows nothing of the journal but the sequence and the head in each result.

use transfer_format::packet::SigningResult;

use super::AnswerError;
use crate::station::hexadecimal;

/// Holds a result against those that the same station gave before. A result that was received
/// already passes; for any other, the journal must have grown since the last one.
///
/// A station whose folder *and* token were both put back to an earlier state cannot notice it;
/// this is where it shows (RPL-11).
///
/// # Errors
/// [`AnswerError::Conflict`] for another result for the same request, [`AnswerError::Witness`] for
/// a sequence that was reached before.
pub fn check_witness(result: &SigningResult, earlier: &[SigningResult]) -> Result<(), AnswerError> {
    let mut highest: Option<&SigningResult> = None;
    for known in earlier {
        if known == result {
            return Ok(());
        }
        if known.intent == result.intent {
            return Err(AnswerError::Conflict {
                intent: result.intent,
            });
        }
        if highest.is_none_or(|highest| highest.journal_sequence < known.journal_sequence) {
            highest = Some(known);
        }
    }
    match highest.filter(|known| known.journal_sequence >= result.journal_sequence) {
        Some(known) => Err(AnswerError::Witness {
            station: result.station.clone(),
            known: known.journal_sequence,
            known_head: hexadecimal(&known.journal_head),
            found: result.journal_sequence,
            found_head: hexadecimal(&result.journal_head),
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use transfer_format::IntentDigest;

    use super::*;

    fn result(name: &[u8], sequence: u64, head: u8) -> SigningResult {
        SigningResult {
            intent: IntentDigest::of(name),
            station: "vault-1".to_owned(),
            signatures: Vec::new(),
            approvals: vec![[1; 32], [2; 32]],
            journal_sequence: sequence,
            journal_head: [head; 32],
            rehearsal: true,
        }
    }

    fn fork(known: (u64, u8), found: (u64, u8)) -> Result<(), AnswerError> {
        Err(AnswerError::Witness {
            station: "vault-1".to_owned(),
            known: known.0,
            known_head: hexadecimal(&[known.1; 32]),
            found: found.0,
            found_head: hexadecimal(&[found.1; 32]),
        })
    }

    #[test]
    fn the_first_result_and_one_from_a_longer_journal_pass() {
        assert_eq!(check_witness(&result(b"a", 0, 1), &[]), Ok(()));
        let known = [result(b"a", 5, 1)];
        assert_eq!(check_witness(&result(b"b", 6, 2), &known), Ok(()));
    }

    #[test]
    fn a_journal_that_did_not_grow_is_a_fork_rpl_11() {
        let known = [result(b"a", 5, 1), result(b"b", 9, 2), result(b"c", 7, 3)];
        for (sequence, head) in [(9, 2), (9, 4), (8, 4), (5, 1), (0, 4)] {
            assert_eq!(
                check_witness(&result(b"d", sequence, head), &known),
                fork((9, 2), (sequence, head))
            );
        }
    }

    #[test]
    fn the_same_result_passes_again_however_old() {
        let known = [result(b"a", 5, 1), result(b"b", 9, 2)];
        assert_eq!(check_witness(&known[0], &known), Ok(()));
    }

    #[test]
    fn another_result_for_the_same_request_is_a_conflict() {
        let known = [result(b"a", 5, 1)];
        for (sequence, head) in [(5, 2), (6, 1), (10, 2)] {
            let second = result(b"a", sequence, head);
            let intent = second.intent;
            let conflict = AnswerError::Conflict { intent };
            assert_eq!(check_witness(&second, &known), Err(conflict));
        }
    }
}
