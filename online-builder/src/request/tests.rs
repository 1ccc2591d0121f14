//! What a request says, and what keeps one from being made.

use transaction_review::{Code, SourceError};

use super::*;
use crate::fixture::{FakeStation, NOW, payment, sealer};

fn station() -> Station {
    FakeStation::new(0x41, "station-1", &sealer(0x11).public_key()).station()
}

fn order() -> Order {
    Order {
        wallet: "btc-cold".to_owned(),
        reference: "INV-1".to_owned(),
        created: NOW,
        lifetime: 86_400,
        replaces: None,
    }
}

fn preflight(
    station: &Station,
    order: Order,
    transaction: Transaction,
) -> Result<Preflight<'_>, BuildError> {
    Preflight::of(station, order, transaction, &History::new())
}

fn transaction() -> Transaction {
    from_psbt_file(&payment(50_000).serialize()).unwrap()
}

#[test]
fn a_request_says_who_what_when_and_for_whom() {
    let station = station();
    let preflight = preflight(&station, order(), transaction()).unwrap();
    let packet = preflight.seal(3, &sealer(0x11)).unwrap();
    let expected = Request {
        audience: Audience {
            station: "station-1".to_owned(),
            environment: "rehearsal".to_owned(),
        },
        wallet: "btc-cold".to_owned(),
        kind: packet::TransactionKind::BitcoinPsbt,
        transaction: transaction().bytes,
        previous_transactions: transaction().previous_transactions,
        reference: "INV-1".to_owned(),
        created: NOW,
        expires: NOW + 86_400,
        sequence: 3,
        preflight_verdict: "OK".to_owned(),
        replaces: None,
    };
    assert_eq!(packet.payload(), &expected);
    assert_eq!(packet.key(), &sealer(0x11).public_key());
}

#[test]
fn previous_transactions_cross_without_their_witnesses() {
    let psbt = payment(50_000);
    let whole = bitcoin::consensus::serialize(psbt.inputs[0].non_witness_utxo.as_ref().unwrap());
    let transaction = transaction();
    assert!(transaction.previous_transactions[0].len() < whole.len());
    let stripped = bitcoin::Psbt::deserialize(&transaction.bytes).unwrap();
    assert_eq!(stripped.inputs[0].non_witness_utxo, None);
}

#[test]
fn the_verdict_is_the_one_the_station_comes_to() {
    let station = station();
    let preflight = preflight(&station, order(), transaction()).unwrap();
    let packet = preflight.seal(1, &sealer(0x11)).unwrap();
    let review = review_again(&station, packet.payload()).unwrap();
    let verdict = judge(station.policy(), &review, &History::new(), NOW);
    assert_eq!(preflight.verdict(), &verdict);
    assert_eq!(
        preflight.screens(),
        review.screens(station.policy(), &verdict)
    );
}

#[test]
fn a_reference_of_64_characters_is_taken_and_65_or_none_are_refused() {
    let station = station();
    let with = |reference: String| {
        let order = Order {
            reference,
            ..order()
        };
        preflight(&station, order, transaction()).map(drop)
    };
    let refused = |found| Err(BuildError::Reference { found, limit: 64 });
    assert_eq!(with("x".repeat(64)), Ok(()));
    assert_eq!(with("x".repeat(65)), refused(65));
    assert_eq!(with(String::new()), refused(0));
    assert_eq!(with("Z\u{fc}rich".to_owned()), refused(6));
    assert_eq!(with("a\nb".to_owned()), refused(3));
}

#[test]
fn a_reference_that_could_be_taken_for_another_is_refused() {
    let station = station();
    for (reference, found) in [
        ("INV-1\"", "a quotation mark"),
        ("\"", "a quotation mark"),
        (" INV-1", "a space at its beginning"),
        (" ", "a space at its beginning"),
        ("INV-1 ", "a space at its end"),
        ("INV  1", "two spaces in a row"),
    ] {
        let reference = reference.to_owned();
        let order = Order {
            reference,
            ..order()
        };
        let error = preflight(&station, order, transaction()).unwrap_err();
        assert_eq!(error, BuildError::ReferenceForm { found });
        assert_eq!(
            (error.code(), error.class().exit_code()),
            ("E_REFERENCE", 2)
        );
    }
    let reference = "INV 1 (2nd 'half')".to_owned();
    let order = Order {
        reference,
        ..order()
    };
    preflight(&station, order, transaction()).unwrap();
}

#[test]
fn a_wallet_or_kind_that_is_not_the_sources_is_refused_pkt_02() {
    let station = station();
    let wallet = Order {
        wallet: "other".to_owned(),
        ..order()
    };
    let error = SourceError::Wallet {
        id: "builder-1".to_owned(),
        wallet: "other".to_owned(),
    };
    let refused = preflight(&station, wallet, transaction()).map(drop);
    assert_eq!(refused, Err(BuildError::Source(error)));
    let wallet = Order {
        wallet: "eth-cold".to_owned(),
        ..order()
    };
    let error = preflight(&station, wallet, transaction())
        .map(drop)
        .unwrap_err();
    assert_eq!(error.code(), Code::KindMismatch.as_str());
}

#[test]
fn a_source_asks_from_its_first_to_its_last_second_pkt_02() {
    let station = station();
    let at = |created| {
        let order = Order { created, ..order() };
        preflight(&station, order, transaction()).map(|preflight| preflight.verdict().permitted)
    };
    // The source is authorised from 2026-01-01 to 2027-01-01, both at 00:00:00Z.
    let (first, last) = (1_767_225_600, 1_798_761_600);
    let validity = |now| {
        let error = SourceError::Validity {
            id: "builder-1".to_owned(),
            not_before: first,
            not_after: last,
            now,
        };
        Err(BuildError::Source(error))
    };
    assert_eq!(at(first - 1), validity(first - 1));
    // The address is not in force yet, so the verdict refuses.
    assert_eq!(at(first), Ok(false));
    assert_eq!(at(last), Ok(true));
    assert_eq!(at(last + 1), validity(last + 1));
}

#[test]
fn a_refused_verdict_is_never_sealed() {
    let station = station();
    let too_much = from_psbt_file(&payment(500_001).serialize()).unwrap();
    let preflight = preflight(&station, order(), too_much).unwrap();
    let verdict = preflight.verdict().clone();
    assert_eq!(verdict.primary, Some(Code::LimitTransaction));
    let error = BuildError::Refused(Box::new(verdict));
    assert_eq!(
        preflight.seal(1, &sealer(0x11)).map(drop),
        Err(error.clone())
    );
    assert_eq!(error.class().exit_code(), 14);
    insta::assert_snapshot!(error, @r#"
    the policy does not allow this, and no request was made:
      FAIL E_LIMIT_TX transaction: pays 0.005 000 01 BTC; needed: at most 0.005 000 00 BTC (rule "btc")
    "#);
}

#[test]
fn an_input_whose_amount_is_not_proven_is_refused_btc_01() {
    let mut psbt = payment(50_000);
    psbt.inputs[0].non_witness_utxo = None;
    let error = from_psbt_file(&psbt.serialize()).unwrap_err();
    let missing = transaction_review::bitcoin::PrepareError::ProofMissing { input: 1 };
    assert_eq!(error, BuildError::Prepare(missing));
    assert_eq!(
        (error.code(), error.class().exit_code()),
        ("E_UTXO_UNPROVEN", 13)
    );
}

#[test]
fn a_lying_witness_utxo_is_refused_btc_02() {
    let mut psbt = payment(50_000);
    if let Some(utxo) = psbt.inputs[0].witness_utxo.as_mut() {
        utxo.value = bitcoin::Amount::from_sat(60_000);
    }
    let transaction = from_psbt_file(&psbt.serialize()).unwrap();
    let station = station();
    let error = preflight(&station, order(), transaction)
        .map(drop)
        .unwrap_err();
    assert_eq!(
        (error.code(), error.class().exit_code()),
        ("E_UTXO_CONFLICT", 13)
    );
}

#[test]
fn a_previous_transaction_of_another_coin_is_refused_btc_03() {
    let mut psbt = payment(50_000);
    if let Some(previous) = psbt.inputs[0].non_witness_utxo.as_mut() {
        previous.lock_time = bitcoin::absolute::LockTime::from_height(1).unwrap();
    }
    let error = from_psbt_file(&psbt.serialize()).unwrap_err();
    assert_eq!(
        (error.code(), error.class().exit_code()),
        ("E_UTXO_UNPROVEN", 13)
    );
}

#[test]
fn a_request_above_the_policys_size_is_refused_and_one_at_it_is_made() {
    let mut fake = FakeStation::new(0x41, "station-1", &sealer(0x11).public_key());
    let sized = |fake: &FakeStation| {
        let station = fake.station();
        let preflight = preflight(&station, order(), transaction()).unwrap();
        preflight
            .seal(1, &sealer(0x11))
            .map(|packet| packet.bytes().len())
    };
    let size = sized(&fake).unwrap();
    let limit = |bytes: usize| format!("max_bytes = {bytes}");
    fake.policy = fake.policy.replace("max_bytes = 262144", &limit(size));
    assert_eq!(sized(&fake), Ok(size));
    fake.policy = fake.policy.replace(&limit(size), &limit(size - 1));
    let (found, limit) = (size, u64::try_from(size - 1).unwrap());
    assert_eq!(sized(&fake), Err(BuildError::TooLarge { found, limit }));
}
