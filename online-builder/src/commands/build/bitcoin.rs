//! `build bitcoin` and `bump`: where a Bitcoin transaction comes from.
//! Knows nothing of how it is judged.

use std::collections::BTreeSet;

use bitcoin::hashes::Hash as _;
use bitcoin::{OutPoint, TxOut, Txid};
use transaction_review::bitcoin::Network;
use transaction_review::limits::{MAX_PREVIOUS_TRANSACTION_BYTES, MAX_TRANSACTION_BYTES};
use transaction_review::{BitcoinWallet, ReviewError, Spend};

use super::{Desk, Wanted, build};
use crate::arguments::{BitcoinArguments, BumpArguments, OrderArguments};
use crate::commands::input;
use crate::earlier::{Ledger, Taken};
use crate::failure::Failure;
use crate::payment::{
    Coin, PaymentError, Replaced, Terms, bitcoin_wallet, bumped, compose, data_output,
    payment_output, read_coins,
};
use crate::request::{BuildError, from_psbt_file};
use crate::station::Station;

pub(in crate::commands) fn bitcoin(
    desk: &mut Desk<'_, '_>,
    order: &OrderArguments,
    source: &BitcoinArguments,
) -> Result<(), Failure> {
    let wanted = Wanted::of(order);
    if let Some(psbt) = &source.psbt {
        let transaction = from_psbt_file(&input::read_file(psbt, MAX_PSBT_FILE_BYTES)?)?;
        return build(desk, &wanted, |_, _| Ok(transaction));
    }
    let Some(coins) = &source.coins else {
        return Err(BuildError::from(PaymentError::Nothing).into());
    };
    let coins = input::read_file(coins, MAX_COINS_FILE_BYTES)?;
    let coins = read_coins(&coins).map_err(BuildError::from)?;
    build(desk, &wanted, |ledger, station| {
        let registered = wallet_of(station, &wanted.wallet)?;
        let own = |coin: &Coin| coin.check(&registered.descriptor);
        coins.iter().try_for_each(own).map_err(BuildError::from)?;
        let terms = Terms {
            outputs: outputs(registered.network, source).map_err(BuildError::from)?,
            ..terms(ledger, &wanted, source, (registered, &coins))?
        };
        let psbt = compose(registered, &coins, &terms).map_err(BuildError::from)?;
        Ok(from_psbt_file(&psbt)?)
    })
}

/// Builds a request anew at every station that was asked, with a higher fee.
pub(in crate::commands) fn bump(
    desk: &mut Desk<'_, '_>,
    arguments: &BumpArguments,
) -> Result<(), Failure> {
    let intent = arguments.intent;
    let rate = arguments.fee_rate.parse().map_err(BuildError::from)?;
    let ledger = desk.home.ledger(&desk.source.public_key(), desk.now)?;
    let unknown = Failure::RequestUnknown { intent };
    let request = ledger.find(&intent).ok_or(unknown)?.request.payload();
    let mut stations = Vec::new();
    for other in ledger.same_transaction(&intent) {
        let station = &other.request.payload().audience.station;
        if other.counts() && !stations.contains(station) {
            stations.push(station.clone());
        }
    }
    if stations.is_empty() {
        // None can be replaced any more: the first station's turn says so.
        stations.push(request.audience.station.clone());
    }
    let wanted = Wanted {
        stations,
        wallet: request.wallet.clone(),
        reference: request.reference.clone(),
        lifetime: arguments.expires_in.seconds(),
        replaces: Some(intent),
        copy: arguments.out.clone(),
    };
    let psbt = desk.home.psbt(&intent)?;
    build(desk, &wanted, |ledger, station| {
        let replaced = ledger.replaced(intent, station)?;
        let registered = wallet_of(station, &wanted.wallet)?;
        let found = "an Ethereum transaction";
        let psbt = psbt.ok_or(PaymentError::NotRaised { found });
        let raised = psbt.and_then(|psbt| {
            let review = ledger.review(replaced);
            let review = review.map_err(|_error| PaymentError::Internal)?;
            bumped(registered, &psbt, &review, rate)
        });
        Ok(from_psbt_file(&raised.map_err(BuildError::from)?)?)
    })
}

fn wallet_of<'s>(station: &'s Station, id: &str) -> Result<&'s BitcoinWallet, BuildError> {
    let unknown = || ReviewError::WalletUnknown {
        wallet: id.to_owned(),
    };
    let wallet = station.policy().wallet(id).ok_or_else(unknown)?;
    Ok(bitcoin_wallet(wallet)?)
}

fn outputs(network: Network, source: &BitcoinArguments) -> Result<Vec<TxOut>, PaymentError> {
    let payments = source.pay.iter();
    let payments = payments.map(|text| payment_output(network, text));
    let data = source.op_return.iter().map(|digits| data_output(digits));
    payments.chain(data).collect()
}

/// The terms but for the outputs, from the command line and from what was asked before.
fn terms(
    ledger: &Ledger,
    wanted: &Wanted,
    source: &BitcoinArguments,
    (registered, coins): (&BitcoinWallet, &[Coin]),
) -> Result<Terms, Failure> {
    let rate = source.fee_rate.as_deref().unwrap_or_default();
    let change_index = match source.change_index {
        Some(index) => index,
        None if registered.descriptor.is_ranged() => {
            let listed = coins.iter().filter_map(|coin| coin.place);
            let listed = listed.filter(|(branch, _)| *branch == CHANGE);
            let listed = listed.map(|(_, index)| index).max();
            let asked = ledger.last_index(&wanted.wallet, CHANGE)?;
            let last = listed.max(asked);
            last.map_or(0, |last| last.saturating_add(1))
        }
        None => 0,
    };
    let (mut family, mut replaced) = (BTreeSet::new(), None);
    if let Some(intent) = wanted.replaces {
        let unknown = Failure::RequestUnknown { intent };
        let earlier = ledger.find(&intent).ok_or(unknown)?;
        let review = ledger.review(earlier)?;
        family = ledger.family(earlier);
        replaced = Some(Replaced {
            coins: review.spends().iter().filter_map(coin_of).collect(),
            fee_sat: u64::try_from(review.fee().units()).unwrap_or(u64::MAX),
        });
    }
    let taken = ledger.taken(&family)?;
    Ok(Terms {
        outputs: Vec::new(),
        fee_rate: rate.parse().map_err(BuildError::from)?,
        change_index,
        lock_time: source.lock_time,
        taken: taken.keys().filter_map(outpoint).collect(),
        replaced,
    })
}

/// The branch that change goes to (BIP-44).
const CHANGE: u32 = 1;

fn coin_of(spend: &Spend) -> Option<OutPoint> {
    outpoint(&Taken::of(spend))
}

fn outpoint(taken: &Taken) -> Option<OutPoint> {
    match taken {
        Taken::Coin(txid, vout) => Some(OutPoint::new(Txid::from_byte_array(*txid), *vout)),
        Taken::Permit(..) | Taken::Nonce(..) => None,
    }
}

/// Bytes of a PSBT file: a transaction of the largest size with a few previous transactions of the
/// largest size, in base64. What is too large for a packet is refused later, by its own rule.
const MAX_PSBT_FILE_BYTES: u64 = 16 << 20;

/// Bytes of a coins file: ten thousand coins with their transactions, most of them small.
const MAX_COINS_FILE_BYTES: u64 = 64 << 20;

const _: () = assert!(
    MAX_PREVIOUS_TRANSACTION_BYTES < 16 << 20 && MAX_TRANSACTION_BYTES < 16 << 20,
    "a file of this size holds the largest transaction"
);
