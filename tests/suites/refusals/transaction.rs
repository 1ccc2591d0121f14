//! What is wrong with a transaction whose request is authentic.

use bitcoin::psbt::Psbt;
use bitcoin::{Amount, ScriptBuf};
use integration_tests::requests::{ethereum, sealed, source, transfer};
use transaction_review::ethereum::{Address, U256};
use transfer_format::packet::Request;

use crate::room::{Refused, Room, TRUSTED, refuse_bitcoin};

fn refuse_psbt(change: impl FnOnce(&mut Psbt)) -> (Room, Refused) {
    refuse_bitcoin(|request: &mut Request| {
        let mut psbt = Psbt::deserialize(&request.transaction).unwrap();
        change(&mut psbt);
        request.transaction = psbt.serialize();
    })
}

#[test]
fn an_address_that_is_not_in_the_book_is_refused() {
    let (room, refused) = refuse_psbt(|psbt| {
        psbt.unsigned_tx.output[0].script_pubkey = ScriptBuf::new_p2wpkh(
            &bitcoin::WPubkeyHash::from_raw_hash(bitcoin::hashes::Hash::hash(b"x")),
        );
    });
    assert_eq!(refused.status, 14, "{}", refused.shown);
    room.assert_refused("E_DESTINATION_UNLISTED");
}

#[test]
fn an_amount_without_its_previous_transaction_is_refused_btc_01() {
    let (room, refused) = refuse_bitcoin(|request| request.previous_transactions.clear());
    assert_eq!(refused.status, 13, "{}", refused.shown);
    room.assert_refused("E_UTXO_UNPROVEN");
}

#[test]
fn a_lying_witness_utxo_is_refused_with_an_alert_btc_02() {
    let (room, refused) = refuse_psbt(|psbt| {
        psbt.inputs[0].witness_utxo.as_mut().unwrap().value = Amount::from_sat(50_000_000);
    });
    assert_eq!(refused.status, 13, "{}", refused.shown);
    room.assert_refused("E_UTXO_CONFLICT");
    assert_eq!(room.alerts(), 1);
}

#[test]
fn change_that_is_not_ours_is_refused_with_an_alert_btc_08() {
    let (room, refused) = refuse_psbt(|psbt| {
        psbt.unsigned_tx.output[1].script_pubkey = psbt.unsigned_tx.output[0].script_pubkey.clone();
    });
    assert_eq!(refused.status, 13, "{}", refused.shown);
    room.assert_refused("E_CHANGE_FRAUD");
    assert_eq!(room.alerts(), 1);
}

#[test]
fn a_fee_above_one_of_its_caps_is_refused_btc_12() {
    let (room, refused) = refuse_psbt(|psbt| {
        // 0.005 BTC of fee is below 0.01 BTC, but more than one percent of 0.4 BTC.
        psbt.unsigned_tx.output[1].value = Amount::from_sat(59_500_000);
    });
    assert_eq!(refused.status, 14, "{}", refused.shown);
    assert!(refused.shown.contains("E_FEE_PERCENT"), "{}", refused.shown);
    room.assert_nothing_signed();
}

#[test]
fn an_ethereum_transfer_to_a_stranger_or_on_another_chain_is_refused_eth_02() {
    let room = Room::new();
    let mut strange = transfer(0);
    strange.to = Address::repeat_byte(0x99);
    let mut elsewhere = transfer(0);
    elsewhere.chain_id = 1;
    let mut dear = transfer(0);
    dear.max_fee_per_gas = 3_000_000_000_000;
    let mut large = transfer(0);
    large.value = U256::from(5_000_000_000_000_000_001_u64);
    for (transaction, code) in [
        (strange, "E_DESTINATION_UNLISTED"),
        (elsewhere, "E_CHAIN"),
        (dear, "E_FEE_CAP"),
        (large, "E_LIMIT_TX"),
    ] {
        let mut request = ethereum(0);
        request.transaction = transaction.encode_unsigned();
        let refused = room.refuse(&sealed(request, &source(TRUSTED)));
        assert_eq!(refused.status, 14, "{}", refused.shown);
        room.assert_refused(code);
    }
}
