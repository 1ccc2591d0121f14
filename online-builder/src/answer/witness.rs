//! The builder as witness: a station's journal only grows, and no two of its results share a record.
//! Knows nothing of the journal but the sequence and the head in each result.

use transfer_format::packet::SigningResult;

use super::AnswerError;
use crate::station::hexadecimal;

/// What the results known so far say of another one of the same station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The journal has grown since the newest result.
    Newest,
    /// The result was received before.
    Known,
    /// The result is older than the newest one, and was never seen. Results that were carried in
    /// another order look like this, and so does a station that was rolled back: people have to
    /// look.
    Late {
        /// The highest sequence known.
        newest: u64,
    },
}

/// Holds a result against those that the same station gave before.
///
/// A station whose folder *and* token were both put back to an earlier state cannot notice it; it
/// shows here when it reaches a record again that it has used (RPL-11). A rollback that passes by
/// every record known here does not show: only an export of the journal tells.
///
/// # Errors
/// [`AnswerError::Conflict`] for another result for the same request, [`AnswerError::Witness`] if
/// another result has this sequence or this head.
pub fn check_witness(
    result: &SigningResult,
    earlier: &[SigningResult],
) -> Result<Standing, AnswerError> {
    if earlier.contains(result) {
        return Ok(Standing::Known);
    }
    for known in earlier {
        if known.intent == result.intent {
            return Err(AnswerError::Conflict {
                intent: result.intent,
            });
        }
        if known.journal_sequence == result.journal_sequence
            || known.journal_head == result.journal_head
        {
            return Err(AnswerError::Witness {
                station: result.station.clone(),
                known: known.journal_sequence,
                known_head: hexadecimal(&known.journal_head),
                found: result.journal_sequence,
                found_head: hexadecimal(&result.journal_head),
            });
        }
    }
    let newest = earlier.iter().map(|known| known.journal_sequence).max();
    let newest = newest.filter(|newest| *newest > result.journal_sequence);
    Ok(newest.map_or(Standing::Newest, |newest| Standing::Late { newest }))
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

    fn fork(known: (u64, u8), found: (u64, u8)) -> Result<Standing, AnswerError> {
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
        assert_eq!(
            check_witness(&result(b"a", 0, 1), &[]),
            Ok(Standing::Newest)
        );
        let known = [result(b"a", 5, 1)];
        let next = check_witness(&result(b"b", 6, 2), &known);
        assert_eq!(next, Ok(Standing::Newest));
    }

    #[test]
    fn a_record_or_a_head_that_another_result_has_is_a_fork_rpl_11() {
        let known = [result(b"a", 5, 1), result(b"b", 9, 2), result(b"c", 7, 3)];
        for (of, found) in [
            ((9, 2), (9, 2)),
            ((9, 2), (9, 4)),
            ((5, 1), (5, 4)),
            ((7, 3), (7, 3)),
            ((9, 2), (10, 2)),
            ((5, 1), (10, 1)),
            ((7, 3), (6, 3)),
            ((5, 1), (0, 1)),
        ] {
            let second = result(b"d", found.0, found.1);
            assert_eq!(check_witness(&second, &known), fork(of, found));
        }
    }

    #[test]
    fn an_older_record_that_was_never_seen_passes_and_is_named_late_rpl_11() {
        let known = [result(b"a", 5, 1), result(b"b", 9, 2), result(b"c", 7, 3)];
        for sequence in [0, 4, 6, 8] {
            let late = check_witness(&result(b"d", sequence, 4), &known);
            assert_eq!(late, Ok(Standing::Late { newest: 9 }));
        }
    }

    #[test]
    fn the_same_result_passes_again_however_old() {
        let known = [result(b"a", 5, 1), result(b"b", 9, 2)];
        assert_eq!(check_witness(&known[0], &known), Ok(Standing::Known));
    }

    #[test]
    fn another_result_for_the_same_request_is_a_conflict() {
        let known = [result(b"a", 5, 1)];
        for (sequence, head) in [(4, 2), (5, 2), (6, 1), (10, 2)] {
            let second = result(b"a", sequence, head);
            let intent = second.intent;
            let conflict = AnswerError::Conflict { intent };
            assert_eq!(check_witness(&second, &known), Err(conflict));
        }
    }
}
