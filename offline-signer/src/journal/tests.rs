use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use transfer_format::IntentDigest;

use super::*;

fn facts() -> Facts {
    Facts {
        station: "signer-1".to_owned(),
        environment: "rehearsal".to_owned(),
        rehearsal: true,
        policy: "[policy]\n".to_owned(),
        modules: vec![ModuleRecord {
            path: PathBuf::from("/usr/lib/token.so"),
            sha256: [3; 32],
        }],
        tokens: vec![TokenRecord {
            manufacturer: "SoftHSM project".to_owned(),
            model: "SoftHSM v2".to_owned(),
            serial: "0011223344556677".to_owned(),
        }],
        station_key_id: b"coldsign-station".to_vec(),
        station_key: "es256k:02".to_owned(),
        wallets: vec![WalletRecord {
            wallet: "btc-cold".to_owned(),
            key: "es256k:03".to_owned(),
            evidence: Evidence {
                local: Some(true),
                never_extractable: Some(true),
                always_sensitive: Some(true),
                sensitive: Some(true),
                extractable: Some(false),
                generation_mechanism: None,
                class: "born".to_owned(),
            },
        }],
        earlier_stations: 0,
        ceremony: [9; 16],
        program: "offline-signer 0.1.0".to_owned(),
    }
}

fn genesis() -> Genesis {
    Genesis {
        facts: facts(),
        approvals: vec![vec![1], vec![2]],
    }
}

fn intent(byte: u8) -> IntentDigest {
    IntentDigest::from_bytes([byte; 32])
}

fn begun(byte: u8) -> Entry {
    Entry::Intent(Box::new(Intent {
        digest: intent(byte),
        request: vec![7; 40],
        review: [1; 32],
        policy: [2; 32],
        ceremony: [3; 16],
        approvals: vec![vec![4], vec![5]],
    }))
}

fn signed(byte: u8) -> Entry {
    Entry::Outcome(Outcome {
        intent: intent(byte),
        signed: Ok(vec![(0, vec![byte; 64])]),
    })
}

fn released(byte: u8) -> Entry {
    Entry::Released(Released {
        intent: intent(byte),
        result: [6; 32],
    })
}

fn refused() -> Entry {
    Entry::Refused(Refused {
        packet: Some([8; 32]),
        intent: None,
        source: None,
        code: "E_SRC_UNKNOWN".to_owned(),
        sentence: "not on the list".to_owned(),
    })
}

fn journal_with(folder: &Path, entries: Vec<Entry>) -> PathBuf {
    let path = folder.join("journal.cbor");
    let mut journal = Journal::found(&path, genesis(), 1_000).unwrap();
    for entry in entries {
        journal.append(entry, 1_001).unwrap();
    }
    path
}

fn small() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = journal_with(
        folder.path(),
        vec![refused(), begun(1), signed(1), released(1)],
    );
    fs::read(path).unwrap()
}

fn records(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    verify(bytes, |record, _| records.push(record.encode())).unwrap();
    records
}

fn head(bytes: &[u8]) -> Result<RecordDigest, JournalError> {
    verify(bytes, |_, _| {}).map(|state| *state.head())
}

fn sequence(bytes: &[u8]) -> Result<u64, JournalError> {
    verify(bytes, |_, _| {}).map(|state| state.sequence())
}

#[test]
fn what_was_appended_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal_with(
        folder.path(),
        vec![begun(1), signed(1), released(1), begun(2)],
    );
    let journal = Journal::open(&path, |_| {}).unwrap();
    let state = journal.state();
    assert_eq!(state.sequence(), 4);
    assert_eq!(
        state.intent(&intent(1)).unwrap().progress,
        Progress::Released
    );
    assert_eq!(
        state.intent(&intent(2)).unwrap().progress,
        Progress::Unresolved
    );
    assert_eq!(state.intent(&intent(3)), None);
    assert!(state.has_signature_point(&[1; 32]));
    assert_eq!(state.facts(), &facts());
}

#[test]
fn every_flipped_bit_is_found_jrn_07() {
    let whole = small();
    let last = whole.len() - records(&whole).last().unwrap().len();
    for place in 0..whole.len() {
        for bit in 0..8 {
            let mut edited = whole.clone();
            edited[place] ^= 1 << bit;
            // The last record has no successor: an edit there shows against the head that every
            // result carries, and is caught here when the record no longer fits its form.
            if let Ok(other) = head(&edited) {
                assert!(place >= last, "byte {place} bit {bit} was accepted");
                assert_ne!(Ok(other), head(&whole));
            }
        }
    }
}

#[test]
fn a_deleted_record_is_found_jrn_07() {
    let all = records(&small());
    for missing in 0..all.len() - 1 {
        let mut left = all.clone();
        left.remove(missing);
        assert!(sequence(&left.concat()).is_err(), "record {missing}");
    }
}

#[test]
fn a_repeated_inserted_or_reordered_record_is_found_jrn_07() {
    let all = records(&small());
    for place in 0..all.len() {
        let mut repeated = all.clone();
        repeated.insert(place, all[place].clone());
        sequence(&repeated.concat()).unwrap_err();
    }
    for place in 1..all.len() {
        let mut swapped = all.clone();
        swapped.swap(place - 1, place);
        sequence(&swapped.concat()).unwrap_err();
    }
}

#[test]
fn a_changed_time_breaks_the_chain_at_the_next_record_jrn_07() {
    let mut all = records(&small());
    let mut edited = Record::decode(&all[1]).unwrap();
    edited.time += 1;
    all[1] = edited.encode();
    // The edited record is now later than its successors, and its digest is another one.
    assert_eq!(
        sequence(&all.concat()),
        Err(JournalError::Chain { record: 2 })
    );
}

#[test]
fn a_record_older_than_its_predecessor_is_found_jrn_07() {
    let first = records(&small())[0].clone();
    let state = verify(&first, |_, _| {}).unwrap();
    let late = Record {
        sequence: 1,
        previous: *state.head(),
        time: 999,
        entry: refused(),
    };
    assert_eq!(
        sequence(&[first, late.encode()].concat()),
        Err(JournalError::Time {
            record: 1,
            found: 999,
            floor: 1_000
        })
    );
}

#[test]
fn a_cut_off_journal_is_found_at_every_byte() {
    let whole = small();
    let mut ends: Vec<usize> = Vec::new();
    for record in records(&whole) {
        ends.push(ends.last().copied().unwrap_or(0) + record.len());
    }
    for length in 0..whole.len() {
        let verified = sequence(&whole[..length]);
        assert_eq!(verified.is_ok(), ends.contains(&length), "cut at {length}");
    }
}

#[test]
fn a_second_session_is_refused_while_one_is_open_rpl_15() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal_with(folder.path(), vec![]);
    let first = Journal::open(&path, |_| {}).unwrap();
    assert_eq!(Journal::open(&path, |_| {}).err(), Some(StorageError::Busy));
    drop(first);
    Journal::open(&path, |_| {}).unwrap();
}

#[test]
fn a_station_is_never_founded_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal_with(folder.path(), vec![]);
    let before = fs::read(&path).unwrap();
    assert_eq!(
        Journal::found(&path, genesis(), 5).err(),
        Some(StorageError::Exists(path.clone()))
    );
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn an_intent_cannot_be_begun_twice_nor_released_without_signatures() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal_with(folder.path(), vec![begun(1)]);
    let mut journal = Journal::open(&path, |_| {}).unwrap();
    let state = |cause| {
        Err(StorageError::Corrupt(JournalError::State {
            record: 2,
            cause,
        }))
    };
    assert_eq!(
        journal.append(begun(1), 2_000),
        state(StateError::IntentTwice(intent(1)))
    );
    assert_eq!(
        journal.append(released(1), 2_000),
        state(StateError::OutOfOrder(intent(1)))
    );
    assert_eq!(
        journal.append(signed(2), 2_000),
        state(StateError::OutOfOrder(intent(2)))
    );
    // A record that was refused by the state was not written either.
    assert_eq!(journal.append(signed(1), 2_000).map(drop), Ok(()));
}

#[test]
fn something_else_written_behind_our_back_is_noticed_on_the_next_append() {
    let folder = tempfile::tempdir().unwrap();
    let path = journal_with(folder.path(), vec![]);
    let mut journal = Journal::open(&path, |_| {}).unwrap();
    let mut other = File::options().append(true).open(&path).unwrap();
    other.write_all(b"x").unwrap();
    assert_eq!(
        journal.append(refused(), 2_000),
        Err(StorageError::ReadBack)
    );
    assert_eq!(journal.append(refused(), 2_000), Err(StorageError::Broken));
}

#[test]
fn a_record_that_would_not_read_back_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.cbor");
    let mut odd = genesis();
    odd.facts.modules[0].path = PathBuf::from("/usr/lib/m\u{f6}dule.so");
    assert_eq!(
        Journal::found(&path, odd, 1).err(),
        Some(StorageError::Unwritable)
    );
    assert!(!path.exists());
    let mut journal = Journal::found(&path, genesis(), 1).unwrap();
    let long = Sent {
        kind: "x".repeat(65),
        packet: [0; 32],
    };
    assert_eq!(
        journal.append(Entry::Sent(long), 2),
        Err(StorageError::Unwritable)
    );
    assert_eq!(journal.append(refused(), 2).map(drop), Ok(()));
}

#[test]
fn a_founding_that_was_cut_off_leaves_no_journal_and_no_obstacle() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.cbor");
    File::create(folder.path().join("journal.unfinished")).unwrap();
    Journal::found(&path, genesis(), 1).unwrap();
    assert!(!folder.path().join("journal.unfinished").exists());
    Journal::open(&path, |_| {}).unwrap();
}

#[test]
fn the_nonces_of_a_failed_intent_count_as_used_hsm_05() {
    let folder = tempfile::tempdir().unwrap();
    let failed = Failed {
        code: "E_HSM_SIGN".to_owned(),
        made: vec![(0, vec![9; 64])],
    };
    let outcome = Outcome {
        intent: intent(1),
        signed: Err(failed),
    };
    let path = journal_with(folder.path(), vec![begun(1), Entry::Outcome(outcome)]);
    let journal = Journal::open(&path, |_| {}).unwrap();
    assert!(journal.state().has_signature_point(&[9; 32]));
    assert_eq!(
        journal.state().intent(&intent(1)).unwrap().progress,
        Progress::Failed
    );
}

#[test]
fn an_empty_or_missing_journal_is_no_station() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.cbor");
    assert_eq!(
        Journal::open(&path, |_| {}).err(),
        Some(StorageError::Missing(path.clone()))
    );
    File::create(&path).unwrap();
    assert_eq!(
        Journal::open(&path, |_| {}).err(),
        Some(StorageError::Corrupt(JournalError::Empty))
    );
}

proptest! {
    #[test]
    fn a_record_reads_back_as_it_was_written(
        sequence in any::<u64>(),
        time in any::<u64>(),
        code in "E_[A-Z]{1,20}",
        sentence in "[ -~]{0,200}",
        source in prop::option::of("[ -~]{1,40}"),
    ) {
        let record = Record {
            sequence,
            previous: [5; 32],
            time,
            entry: Entry::Refused(Refused {
                packet: Some([8; 32]),
                intent: Some(intent(4)),
                source,
                code,
                sentence,
            }),
        };
        prop_assert_eq!(Record::decode(&record.encode()), Ok(record));
    }

    #[test]
    fn arbitrary_bytes_are_never_a_journal(bytes in prop::collection::vec(any::<u8>(), 1..200)) {
        let verified = sequence(&bytes);
        prop_assert!(verified.is_err());
    }
}
